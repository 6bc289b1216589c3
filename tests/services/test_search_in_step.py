"""Search and the catalogue keep in step, whatever fails between them and whatever ends meanwhile."""

import gc
import shutil
from collections.abc import Iterable
from datetime import timedelta

import pytest

from app.database.tables import STORY, TASK
from app.database.visibility import ANONYMOUS, TERMINAL
from app.errors import NotFound, SearchUnavailable
from app.search.memory import MemoryIndex
from app.services.faceting import labels_of
from app.services.home import read_home
from app.services.indexing import update_search
from app.services.listing import list_stories
from app.services.reading import read_story
from app.services.rebuilding import rebuild
from app.services.reconcile import reconcile
from app.services.searching import Asked, search
from app.services.themes import list_themes, read_theme
from tests.archives import found, new_whoosh, rows, story_file, take_in, write

ONE = "s-7k3fq2mx"
UNTIL_TODAY = "consent: {uses: [publication], until: 2026-05-04}"


class FailingIndex(MemoryIndex):
    """A full disk: nothing can be written while `full`."""

    full = False

    def put(self, documents: Iterable) -> None:
        self._refuse()
        super().put(documents)

    def remove(self, keys: Iterable[str]) -> None:
        self._refuse()
        super().remove(keys)

    def _refuse(self) -> None:
        if self.full:
            raise OSError(28, "No space left on device")


def test_what_search_could_not_take_in_is_tried_again(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("Lantern.")}, index=FailingIndex())
    archive.index.full = True
    write(tmp_path, {"stories/b.md": story_file("Kettle.")})
    with pytest.raises(OSError, match="No space"):
        take_in(archive)
    assert (len(rows(archive, TASK)), found(archive, "lantern"), found(archive, "kettle")) == (1, ["a"], [])
    archive.index.full = False
    assert update_search(archive) == 1
    assert (rows(archive, TASK), found(archive, "kettle")) == ([], ["b"])


def test_a_story_that_changed_while_search_took_it_in_is_taken_in_again(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("Lantern.")})
    put = archive.index.put

    def and_then_it_changes(documents):
        put(list(documents))
        archive.index.put = put
        write(tmp_path, {"stories/a.md": story_file("Doorway.")})
        reconcile(archive)

    archive.index.put = and_then_it_changes
    write(tmp_path, {"stories/a.md": story_file("Kettle.")})
    take_in(archive)
    assert len(rows(archive, TASK)) == 1
    update_search(archive)
    assert (found(archive, "kettle"), found(archive, "doorway")) == ([], ["a"])


@pytest.mark.parametrize("change", ["narrowed", "withdrawn", "deleted", "broken"])
def test_a_class_that_a_story_left_is_not_searched_until_the_index_let_go_of_it(
    new_archive, tmp_path, change
):
    files = {"stories/a.md": story_file("Lantern."), "stories/b.md": story_file("Lantern.")}
    archive = new_archive(files, index=FailingIndex())
    archive.index.full = True
    texts = {
        "narrowed": story_file("Lantern.", consent="consent: {uses: [design]}"),
        "withdrawn": story_file("Lantern.", status="withdrawn"),
        "broken": "---\ntitle: [\n---\n",
    }
    if change == "deleted":
        (tmp_path / "stories/a.md").unlink()
    else:
        write(tmp_path, {"stories/a.md": texts[change]})
    reconcile(archive)
    with pytest.raises(SearchUnavailable):
        found(archive, "lantern")
    assert search(archive, ANONYMOUS, Asked("lantern")).unavailable
    assert [card.slug for card in list_stories(archive, ANONYMOUS, Asked()).cards] == ["b"]
    archive.index.full = False
    page = search(archive, ANONYMOUS, Asked("lantern"))  # the reader waits for the index, and finds
    assert (page.unavailable, page.total, [hit.card.slug for hit in page.hits]) == (False, 1, ["b"])


def test_an_edit_that_narrows_nothing_leaves_search_open(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("Lantern.")}, index=FailingIndex())
    archive.index.full = True
    write(tmp_path, {"stories/a.md": story_file("Lantern and kettle.")})
    reconcile(archive)
    assert found(archive, "lantern") == ["a"]


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # Whoosh leaves what it can not read open
@pytest.mark.parametrize("damage", ["absent", "corrupt"])
def test_an_index_that_is_absent_or_corrupt_is_built_again(new_archive, tmp_path, damage):
    archive = new_archive({"stories/a.md": story_file("Lantern.")}, index=new_whoosh(tmp_path))
    folder = tmp_path / "search_index"
    archive.index.close()
    if damage == "absent":
        shutil.rmtree(folder)
        folder.mkdir()
    else:
        for path in folder.rglob("*.toc"):
            path.write_bytes(b"\x80 no index")
    archive.index = new_whoosh(tmp_path)
    assert search(archive, ANONYMOUS, Asked("lantern")).unavailable
    assert read_story(archive, ANONYMOUS, "a").title
    update_search(archive)
    assert (archive.index.ready(), found(archive, "lantern")) == (True, ["a"])
    gc.collect()


def test_a_rebuild_that_is_killed_before_the_index_is_written_is_made_good(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("Lantern.")})
    write(tmp_path, {"stories/a.md": story_file("Kettle.")})
    archive.index.rebuild = lambda _: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        rebuild(archive)
    update_search(archive)
    assert (found(archive, "lantern"), found(archive, "kettle")) == ([], ["a"])


def everywhere(archive) -> dict[str, object]:
    """Where a story and its theme may be met."""
    reader = ANONYMOUS
    listed, home = list_stories(archive, reader, Asked()), read_home(archive, reader)
    hits = search(archive, reader, Asked("lantern"))
    with archive.engine.connect() as connection:
        labels = sorted(labels_of(archive, connection, reader, "theme"))
    return {
        "search": (hits.total, [hit.card.slug for hit in hits.hits]),
        "facets": [(facet.name, [option.value for option in facet.options]) for facet in hits.facets],
        "list": (listed.total, listed.archive_total, [card.slug for card in listed.cards]),
        "home": (home.stories, home.themes, [card.slug for card in home.cards]),
        "themes": [(chip.slug, chip.count) for chip in list_themes(archive, reader, 1, "").themes],
        "labels": labels,
    }


@pytest.mark.parametrize("engine", ["memory", "whoosh"])
def test_consent_that_ends_closes_a_story_everywhere_by_itself(new_archive, tmp_path, engine):
    files = {
        "stories/ends.md": story_file("Lantern.", consent=UNTIL_TODAY, themes="[waiting, letters]"),
        "stories/stays.md": story_file("Lantern and door.", themes="[letters]"),
    }
    index = {"index": new_whoosh(tmp_path)} if engine == "whoosh" else {}
    archive = new_archive(files, **index)
    archive.clock.time = archive.clock.time.replace(hour=23, minute=59)
    assert everywhere(archive)["themes"] == [("letters", 2), ("waiting", 1)]
    assert everywhere(archive)["search"][0] == 2
    archive.clock.time += timedelta(minutes=1)  # `until` is inclusive
    with pytest.raises(NotFound):
        read_story(archive, ANONYMOUS, "ends")
    with pytest.raises(NotFound):
        read_theme(archive, ANONYMOUS, "waiting", 1)
    closed = everywhere(archive)
    assert closed == {
        "search": (1, ["stays"]),
        "facets": [("theme", ["letters"]), ("use", ["publication"])],
        "list": (1, 1, ["stays"]),
        "home": (1, 1, ["stays"]),
        "themes": [("letters", 1)],
        "labels": ["letters"],
    }
    assert read_story(archive, TERMINAL, "ends").slug == "ends"
    for again in (take_in, rebuild):
        again(archive)
        assert everywhere(archive) == closed


def test_consent_that_ends_while_the_index_fails_leaves_no_count_behind(new_archive):
    files = {
        "stories/a.md": story_file("Lantern.", consent=UNTIL_TODAY),
        "stories/b.md": story_file("Lantern."),
    }
    archive = new_archive(files, index=FailingIndex())
    archive.index.full = True
    archive.clock.time += timedelta(days=1)
    for _ in range(2):
        assert search(archive, ANONYMOUS, Asked("lantern")).unavailable
    archive.index.full = False
    assert search(archive, ANONYMOUS, Asked("lantern")).total == 1


def test_consent_that_had_ended_before_the_first_start_opens_nothing(new_archive):
    ended = story_file("Lantern.", consent="consent: {uses: [publication], until: 2026-05-03}")
    archive = new_archive({"stories/a.md": ended})
    assert (found(archive, "lantern"), [row["consent_class"] for row in rows(archive, STORY)]) == (
        [],
        ["stewards"],
    )


def test_assumed_uses_open_stories_that_say_nothing_of_consent_and_no_others(new_archive):
    files = {
        "stories/silent.md": story_file(consent=""),
        "stories/empty.md": story_file(consent="consent:"),
        "stories/none.md": story_file(consent="consent: {uses: []}"),
        "stories/off.md": story_file(consent="consent: off"),
        "stories/alike.md": story_file(consent="Consent: {uses: [publication]}"),
        "stories/design.md": story_file(consent="consent: {uses: [design]}"),
    }
    archive = new_archive(files, unstated_uses="publication")
    assert found(archive, "lamplight") == ["silent"]
    assert [card.slug for card in list_stories(archive, ANONYMOUS, Asked()).cards] == ["silent"]

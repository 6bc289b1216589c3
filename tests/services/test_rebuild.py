"""`storyhold index --rebuild` gives identical results, and touches nothing that people did."""

import shutil
from pathlib import Path

import pytest

from app.database.tables import FILE, REVISION, STORY, WORD
from app.database.visibility import ANONYMOUS, TERMINAL
from app.services.archive import Archive
from app.services.rebuilding import rebuild
from app.services.searching import Asked, find, suggestion
from tests.archives import derived, new_whoosh, rows, story_file, take_in, write

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
QUERIES = (HERE / "queries.txt").read_text(encoding="utf-8").splitlines()
EMPTY_HERE = ("catalogue_not_for", "catalogue_picture", "catalogue_theme_said")


def answers(archive: Archive, actor=ANONYMOUS, every: int = 1) -> list[object]:
    """Ids in order, passages, counts and spelling for every query, or for every so many."""
    with archive.engine.connect() as connection:
        return [_answer(archive, connection, actor, Asked(q)) for q in QUERIES[::every]]


def _answer(archive, connection, actor, asked) -> object:
    found = find(archive, connection, actor, asked)
    better = suggestion(archive, connection, actor, asked, found)
    hits = [(hit.key, hit.passages) for hit in found.results.hits]
    return asked.q, found.results.total, hits, found.results.facets, better and better.label


@pytest.fixture
def samples(new_archive, tmp_path) -> Archive:
    """The sample archive, grown in several steps so that it has a history."""
    for folder in ("stories", "personas"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    closed = story_file("Only for the design teams: a lantern.", consent="consent: {uses: [design]}")
    archive = new_archive({"stories/members.md": closed}, index=new_whoosh(tmp_path))
    owen = tmp_path / "stories/owen.md"
    text = owen.read_text(encoding="utf-8")
    for change in (text.replace("jigsaw", "puzzle"), text):
        write(tmp_path, {"stories/owen.md": change, "stories/gone.md": story_file("A kettle.")})
        take_in(archive)
    (tmp_path / "stories/gone.md").unlink()
    write(tmp_path, {"stories/broken.md": "---\ntitle: [\n---\n"})
    take_in(archive)
    return archive


def test_a_rebuild_gives_the_same_answers_to_every_query(samples):
    before, as_steward = answers(samples), answers(samples, TERMINAL, 6)
    assert len(set(QUERIES)) == len(QUERIES) == 300
    assert sum(bool(total) for _, total, *_ in before) > 250
    rebuild(samples)
    assert answers(samples) == before
    assert answers(samples, TERMINAL, 6) == as_steward


def test_a_rebuild_writes_the_same_rows_and_keeps_every_revision(samples):
    before, revisions = derived(samples), rows(samples, REVISION)
    assert all(before[table] for table in before if table not in EMPTY_HERE)
    rebuild(samples)
    assert derived(samples) == before
    assert rows(samples, REVISION) == revisions


def test_a_fresh_archive_of_the_same_files_gives_the_same_answers(samples, new_archive, tmp_path):
    before = answers(samples, every=3)
    for folder in ("search_index", "state"):
        shutil.move(tmp_path / folder, tmp_path / f"old-{folder}")
    assert answers(new_archive(index=new_whoosh(tmp_path)), every=3) == before


def test_a_rebuild_mends_rows_that_no_file_stands_behind(samples):
    with samples.writing() as connection:
        row = dict(connection.execute(STORY.select().where(STORY.c.slug == "owen")).mappings().one())
        connection.execute(STORY.insert(), [{**row, "id": "s-00000000", "slug": "stranger"}])
        word = {"consent_class": "public", "word": "zyzzyva", "folded": "zyzzyva", "stories": 2}
        connection.execute(WORD.insert(), [word])
        connection.execute(FILE.update().values(digest="another"))
        connection.commit()
    rebuild(samples)
    assert "stranger" not in {row["slug"] for row in rows(samples, STORY)}
    assert "zyzzyva" not in {row["word"] for row in rows(samples, WORD)}
    assert "another" not in {row["digest"] for row in rows(samples, FILE)}

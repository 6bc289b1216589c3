"""The words of completion and spelling: of each class its own, and gone when their story is."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database.tables import FILE, STORY, WORD
from app.database.visibility import ANONYMOUS
from app.services.archive import Archive
from app.services.rebuilding import rebuild
from app.services.reconcile import reconcile
from app.services.searching import readable_classes
from app.services.spelling import complete, did_you_mean
from tests.archives import (
    Clock,
    derived,
    found,
    make_archive,
    new_memory,
    rows,
    story_file,
    take_in,
    write,
)
from tests.proof_scale import scaled

DESIGN = "consent: {uses: [design]}"


def words(archive: Archive, word: str) -> dict[str, int]:
    """In how many stories of each class a word stands."""
    return {row["consent_class"]: row["stories"] for row in rows(archive, WORD) if row["word"] == word}


def completions(archive: Archive, typed: str, kind: str = "word") -> list[str]:
    with archive.engine.connect() as connection:
        classes = readable_classes(archive, connection, ANONYMOUS)
        offered = complete(archive, ANONYMOUS, classes, connection, typed)
    return [one.label for one in offered if one.kind == kind]


def meant(archive: Archive, typed: str) -> str | None:
    with archive.engine.connect() as connection:
        classes = readable_classes(archive, connection, ANONYMOUS)
        return did_you_mean(archive, connection, classes, typed, typed.split())


def test_words_are_counted_apart_for_each_class(new_archive):
    files = {f"stories/{n}.md": story_file("Lantern lantern.") for n in range(3)}
    archive = new_archive(files | {"stories/d.md": story_file("Lantern.", consent=DESIGN)})
    assert words(archive, "lantern") == {"public": 3, "members": 1}


def test_the_words_of_a_narrowed_story_go_in_the_transaction_that_narrows_it(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("Lantern."), "stories/b.md": story_file("Kettle.")})
    assert completions(archive, "lant") == ["lantern"]
    write(tmp_path, {"stories/a.md": story_file("Lantern.", consent=DESIGN)})
    reconcile(archive)  # search is not asked yet
    assert words(archive, "lantern") == {"members": 1}
    assert completions(archive, "lant") == []


def test_the_words_of_a_withdrawn_and_of_a_deleted_story_go_at_once(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("Lantern."), "stories/b.md": story_file("Kettle.")})
    write(tmp_path, {"stories/a.md": story_file("Lantern.", status="withdrawn")})
    (tmp_path / "stories/b.md").unlink()
    reconcile(archive)
    assert (words(archive, "lantern"), words(archive, "kettle")) == ({}, {})


def test_closed_passages_and_comments_give_no_words(new_archive):
    closed = "Open door.\n\n::: closed\nLantern.\n:::\n\n<!-- Kettle -->\n"
    archive = new_archive({"stories/a.md": story_file(closed)})
    assert (words(archive, "lantern"), words(archive, "kettle"), words(archive, "door")) == (
        {},
        {},
        {"public": 1},
    )


def test_spelling_and_completions_stay_inside_the_readers_classes(new_archive):
    files = {
        "stories/a.md": story_file("A lantern."),
        "stories/b.md": story_file("A kettle.", consent=DESIGN),
    }
    files["stories/secret.md"] = story_file(title="Kettering", themes="[kettles]", consent=DESIGN)
    files["personas/k.md"] = "---\nname: Kettie\nuses: [design]\n---\nMade of people.\n"
    archive = new_archive(files)
    assert (meant(archive, "lantren"), meant(archive, "kettel")) == ("lantern", None)
    assert completions(archive, "lan") == ["lantern"]
    assert [completions(archive, "kett", kind) for kind in ("word", "story", "theme", "persona")] == [[]] * 4


def test_a_percent_sign_and_a_line_complete_themselves_only(new_archive):
    titles = ("100% sure", "A_b", "Plain", "Back\\slash")
    archive = new_archive({f"stories/{n}.md": story_file(title=title) for n, title in enumerate(titles)})
    assert completions(archive, "100%", "story") == ["100% sure"]
    assert completions(archive, "a_", "story") == ["A_b"]
    assert completions(archive, "back\\", "story") == ["Back\\slash"]
    assert (completions(archive, "%", "story"), completions(archive, "_", "story")) == ([], [])


def test_a_word_whose_stories_are_all_expired_is_offered_no_more(new_archive):
    until = "consent: {uses: [publication], until: 2026-05-04}"
    archive = new_archive(
        {"stories/a.md": story_file("Lantern.", consent=until), "stories/b.md": story_file()}
    )
    assert completions(archive, "lant") == ["lantern"]
    archive.clock.time += timedelta(days=1)
    assert completions(archive, "lant") == []


CONSENTS = (
    "",
    "consent:",
    "consent: {uses: [publication]}",
    DESIGN,
    "consent: {uses: [design, commissioning]}",
    "consent: {uses: [publication], until: 2026-06-01}",
    "consent: {uses: [publication], not_for: [The Trust]}",
)
BROKEN = "---\ntitle: [\n---\nLost.\n"
NAMES = ("a", "b", "sub/c", "B")
PERSONAS = ("p", "q")
bodies = st.lists(st.sampled_from(["lantern", "kettle", "door", "rosalind"]), max_size=3).map(" ".join)


@st.composite
def story_texts(draw):
    keys = {}
    for key, values in (
        ("id", [None, None, "s-7k3fq2mx", "s-2m9tb3rw"]),
        ("status", [None, None, "draft", "withdrawn"]),
        ("personas", [None, "[p]", "[who-3m2xa8qd]"]),
        ("themes", [None, "[waiting]"]),
    ):
        value = draw(st.sampled_from(values))
        keys |= {key: value} if value else {}
    return story_file(draw(bodies), consent=draw(st.sampled_from(CONSENTS)), **keys)


@st.composite
def persona_texts(draw):
    name = draw(st.sampled_from(["Rosalind", "Edith"]))
    uses = draw(st.sampled_from(["", "uses: [publication]\n", "uses: [design]\n"]))
    of = draw(st.sampled_from(["", "stories: [a]\n", "stories: [b, sub/c]\n", "stories: [s-7k3fq2mx]\n"]))
    record_id = draw(st.sampled_from(["", "id: who-3m2xa8qd\n"]))
    return f"---\nname: {name}\n{record_id}{uses}{of}---\nMade of people.\n"


paths = st.sampled_from([f"stories/{name}.md" for name in NAMES])
changes = st.one_of(
    st.tuples(st.just("write"), paths, st.one_of(story_texts(), story_texts(), st.just(BROKEN))),
    st.tuples(st.just("write"), st.sampled_from([f"personas/{p}.md" for p in PERSONAS]), persona_texts()),
    st.tuples(st.just("delete"), st.one_of(paths, st.just("personas/p.md")), st.none()),
    st.tuples(st.just("rename"), paths, paths),
    st.tuples(st.just("swap"), paths, paths),
    st.tuples(st.just("wait"), st.integers(1, 40), st.none()),
)


def change(root: Path, archive: Archive, what: str, one, other) -> None:
    if what == "wait":
        archive.clock.time += timedelta(days=one)
        found(archive, "lantern")  # closes what has expired
    elif what == "write":
        write(root, {one: other})
    elif what == "delete":
        (root / one).unlink(missing_ok=True)
    elif (root / one).exists():
        rename(root / one, root / other, swap=what == "swap")


def rename(one: Path, other: Path, *, swap: bool) -> None:
    beside = one.with_suffix(".beside")
    if swap and other.exists():
        other.rename(beside)
    other.parent.mkdir(exist_ok=True)
    if one != other:
        one.rename(other)
    if beside.exists():
        beside.rename(one)


def as_a_reader_knows_it(archive: Archive) -> object:
    """What a fresh archive of the same files has too: not revisions and ids, which have a history."""
    own = ("id", "revision", "path")
    stories = [row for row in rows(archive, STORY, *own) if not row["set_aside"]]
    for story in stories:
        if story["status"] == "withdrawn":  # the day on which it was is written into its file by one of them
            story["digest"] = ""
    files = rows(archive, FILE, "marker", "record_id", "digest")
    index = sorted((of, key) for key, of in archive.index.keys().items())
    return stories, files, rows(archive, WORD), len(index), sorted({of for of, _ in index})


@settings(
    max_examples=scaled(25, 1000),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
@given(st.lists(st.lists(changes, min_size=1, max_size=4), min_size=1, max_size=5))
def test_after_any_changes_all_is_as_if_it_were_built_afresh(pulls):
    root = Path(tempfile.mkdtemp())
    archive = make_archive(root)
    try:
        for pull in pulls:
            for one in pull:
                change(root, archive, *one)
            take_in(archive)
        archive.clock.time += timedelta(days=1)
        found(archive, "lantern")
        as_kept, reader = derived(archive), as_a_reader_knows_it(archive)
        rebuild(archive)
        assert derived(archive) == as_kept
        assert reader == as_a_reader_knows_it(fresh(root, archive.clock))
    finally:
        archive.close()
        shutil.rmtree(root)


def fresh(root: Path, clock: Clock) -> Archive:
    """Another archive of the same files, which knows of the same withdrawals and closed passages."""
    (root / "fresh").mkdir()
    for kept in ("secret.key", "withdrawals.jsonl"):
        if (root / "state" / kept).exists():
            shutil.copy(root / "state" / kept, root / "fresh" / kept)
    archive = make_archive(root, state=root / "fresh", index=new_memory())
    archive.clock = clock
    take_in(archive)
    archive.engine.dispose()
    return archive

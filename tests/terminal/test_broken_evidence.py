"""`storyhold check` names each piece of evidence that names nothing, with its file, line and statement."""

from datetime import UTC, datetime

from sqlalchemy import insert

from app.config import load_settings
from app.database.marking import QUOTE
from app.rendering.passages import anchor_of
from app.services.checking import check_archive, check_paths
from app.services.reconcile import reconcile
from tests.archives import make_archive, story_file, take_in, write
from tests.terminal.test_evidence import AT, BODY

NOW = datetime(2026, 5, 4, tzinfo=UTC)
CLOSED = f"{BODY}\n\n::: closed\nHer brother.\n:::\n"
FACE = """---
id: who-3m2xa8qd
name: Elena
statements:
  What she brings:
    - {statement: Asks once, evidence: [%s]}
    - statement: Knows the buses
      against: [%s]
---
"""


def files(evidence, against="s-0pen0000", **more):
    stories = {f"stories/{name}.md": text for name, text in more.items()}
    return {
        "stories/open.md": story_file(CLOSED, id="s-0pen0000"),
        "personas/elena.md": FACE % (evidence, against),
        **stories,
    }


def told(tmp_path, *paths):
    places = {f"STORYHOLD_{name.upper()}": str(tmp_path / name) for name in ("stories", "personas", "state")}
    settings = load_settings(places)
    checked = check_paths(paths, settings, NOW) if paths else check_archive(settings, NOW)
    return [(one.file.rpartition("/")[2], one.line, one.reason) for one in checked.problems if one.key]


def test_file_line_statement_and_reference_are_named(tmp_path):
    write(tmp_path, files("s-n0where0", "s-0pen0000#p-000000"))
    assert told(tmp_path) == [
        (
            "elena.md",
            6,
            "The statement “Asks once” names as its evidence s-n0where0, which leads to nothing: there is no "
            "story of this id here.",
        ),
        (
            "elena.md",
            7,
            "The statement “Knows the buses” names as evidence against it s-0pen0000#p-000000, which leads "
            "to nothing: the story has no such passage: its words were changed, or never stood there.",
        ),
    ]


def test_what_is_there_is_no_problem_also_where_it_is_closed_or_can_not_be_read(tmp_path):
    hidden = anchor_of("Her brother.")
    named = f"s-0pen0000#{AT}, s-0pen0000#{hidden}, s-0pen0000, s-br0ken00, s-br0ken00#p-000000"
    write(tmp_path, files(named, broken="---\nid: s-br0ken00\nx: [\n---\nWords.\n"))
    assert [one for one in told(tmp_path) if one[0] == "elena.md"] == []


def test_without_an_archive_nothing_is_said_of_quotes_nor_of_stories_that_were_not_looked_through(tmp_path):
    write(tmp_path, files("q-00000000, s-n0where0"))
    assert told(tmp_path, tmp_path / "personas") == []
    assert len(told(tmp_path)) == 1


def test_an_archive_knows_its_quotes_and_stories(tmp_path):
    archive = make_archive(tmp_path, files("q-00000000, q-11111111, s-n0where0", f"s-0pen0000#{AT}"))
    take_in(archive)
    quote = {"id": "q-11111111", "story_id": "s-0pen0000", "anchor": AT, "start": 0, "size": 3}
    more = {"exact": "She", "revision": 1, "located": 1, "note": "", "made": NOW, "changed": NOW}
    with archive.writing() as connection:
        connection.execute(insert(QUOTE).values(**quote, **more))
        connection.commit()
    reconcile(archive)
    reasons = " ".join(reason for _, _, reason in told(tmp_path, tmp_path / "personas"))
    assert "q-00000000, which leads to nothing: there is no quote of this id here." in reasons
    assert "s-n0where0, which" in reasons and "q-11111111" not in reasons and "s-0pen0000" not in reasons
    archive.close()

"""A report shows each reader what she may see now, and a file holds what she may take along."""

import pytest

from app.database.ledgers import AUDIT
from app.database.sessions import SESSION
from app.database.visibility import TERMINAL
from app.services.paper import printing
from app.services.sessions.room import Seen
from app.services.sessions.telling import take_off_table
from app.services.sessions.watching import watch_sessions
from tests.archives import rows
from tests.terminal.test_terminal import run
from tests.web.people import look, send, someone
from tests.web.serving import story
from tests.web.session_reports.talking import in_pdf, in_word, lines, marked, pin, rewritten, take_back
from tests.web.sessions.doing import ABDI, DESIGN_WORDS, ELENA, WORDS, do, idea, opened, write


@pytest.fixture
def quoted(web, ann):
    """A session that is over, in whose cells words of two stories stand: one open, one for design alone."""
    address = opened(web, ann, ELENA, ABDI, guests="no")
    phone = idea(web, ann, address)
    write(web, ann, address, phone, "helps", "She said it herself")
    write(web, ann, address, phone, "partly", "In the kitchen", column=ABDI)
    pin(web, ann, address, phone, marked(web, ann, "s-0pen0000", WORDS))
    pin(web, ann, address, phone, marked(web, ann, "s-des1gn00", DESIGN_WORDS), ABDI)
    do(web, ann, address, "close")
    return address


def test_words_are_cited_by_story_version_passage_and_quote(web, ann, quoted):
    page = look(web, f"{quoted}/report", ann).text
    assert f"“{WORDS}”" in page and f"“{DESIGN_WORDS}”" in page
    assert ">s-0pen0000, version 1, #p-" in page and "Marisa" in page
    (said,) = [one for one in lines(web, ann, quoted) if one["words"] == WORDS]
    assert (said["story"], said["version"], said["about_id"]) == ("s-0pen0000", "1", ELENA)
    assert said["quote"].startswith("q-") and said["passage"].startswith("p-")


def test_words_that_were_taken_back_are_gone_at_once_and_it_is_not_said_whose(web, ann, quoted):
    earlier = look(web, f"{quoted}/report.pdf", ann)
    take_back(web, "s-0pen0000")
    files = (
        lambda: str(lines(web, ann, quoted)),
        lambda: in_word(web, ann, quoted),
        lambda: in_pdf(web, ann, quoted),
    )
    page = look(web, f"{quoted}/report", ann).text
    for text in (page, *(made() for made in files)):
        assert WORDS not in text and "Marisa" not in text and "s-0pen0000" not in text
        assert "She said it herself" not in text and "In the kitchen" in text
        assert "taken back" in text
    assert earlier.content != look(web, f"{quoted}/report.pdf", ann).content
    never = page.partition("What was never discussed")[2].partition("</section>")[0]
    assert "Elena" not in never


def test_who_could_never_read_a_story_is_told_nothing_of_it(web, ann, quoted):
    carl = someone(web.archive, "Carl", "commissioner")
    before = look(web, f"{quoted}/report", carl).text
    assert WORDS in before and DESIGN_WORDS not in before and "Abdi" not in before
    assert "In the kitchen" not in before and "Not everything on the table is shown here" in before
    take_back(web, "s-des1gn00")
    assert "taken back" not in look(web, f"{quoted}/report", carl).text
    assert "taken back" in look(web, f"{quoted}/report", ann).text


def test_words_that_were_changed_stay_here_with_the_note_that_leans_on_them_and_the_file_says_so(
    web, ann, quoted
):
    changed = story("She would never begin again.", "id: s-0pen0000", "storyteller: Marisa")
    rewritten(web, "open.md", changed)
    page = look(web, f"{quoted}/report", ann).text
    assert "1 quote: its words were changed after it was marked" in page
    assert "1 note: what it says rests only on words that are left out" in page
    assert "She said it herself" in page
    for text in (str(lines(web, ann, quoted)), in_word(web, ann, quoted), in_pdf(web, ann, quoted)):
        assert "begin again" not in text and "She said it herself" not in text and "Helps" in text
        assert "1 quote: its words were changed" in " ".join(text.split())
    assert "changed on" in page and "nobody has looked at them since" in page


def test_a_file_names_the_session_and_the_day_and_asks_to_be_returned(web, ann, quoted):
    session_id, today = quoted.rpartition("/")[2], f"{web.archive.now():%Y-%m-%d}"
    answer = look(web, f"{quoted}/report.csv", ann)
    assert answer["content-disposition"] == f'attachment; filename="session-{session_id}-{today}.csv"'
    assert {(one["session"], one["made"]) for one in lines(web, ann, quoted)} == {(session_id, today)}
    assert "return" in {one["kind"] for one in lines(web, ann, quoted)}
    for text in (in_word(web, ann, quoted), in_pdf(web, ann, quoted)):
        assert session_id in text and "Please return or destroy this copy" in " ".join(text.split())
    carl = someone(web.archive, "Carl", "commissioner")
    assert "return" not in {one["kind"] for one in lines(web, carl, quoted)}
    assert "return or destroy" not in in_pdf(web, carl, quoted)


def test_a_report_that_is_too_long_for_a_pdf_file_says_so_and_what_else_there_is(
    web, ann, quoted, monkeypatch, tmp_path
):
    short = tmp_path / "short.py"
    worker = printing.WORKER.read_text()
    assert "MOST_PAGES = 160" in worker
    short.write_text(worker.replace("MOST_PAGES = 160", "MOST_PAGES = 0"))
    monkeypatch.setattr(printing, "WORKER", short)
    answer = look(web, f"{quoted}/report.pdf", ann)
    assert answer.status == 422 and "<strong>No file was made.</strong>" in answer.text
    assert "The report is too long for a PDF file. Take the Word file" in answer.text
    assert f'href="{quoted}/report.docx"' in answer.text and WORDS in in_word(web, ann, quoted)
    assert "downloaded" not in {row["event"] for row in rows(web.archive, AUDIT) if "pdf" in str(row["data"])}


def test_that_stories_and_personas_left_is_noted(web, ann, quoted):
    in_pdf(web, ann, quoted)
    noted = {row["record_id"] for row in rows(web.archive, AUDIT) if row["event"] == "downloaded"}
    assert noted == {"s-0pen0000", "s-des1gn00", ELENA, ABDI}


def test_no_spreadsheet_runs_what_was_typed_in_a_session(web, ann):
    address = opened(web, ann, ELENA)
    write(web, ann, address, idea(web, ann, address, "=1+1"), "helps", "@SUM(A1)")
    told = lines(web, ann, address)
    assert {"'=1+1"} == {one["idea"] for one in told if one["idea_number"]}
    assert "'@SUM(A1)" in {one["words"] for one in told}
    assert look(web, f"{address}/report.exe", ann).status == 404


def test_what_changed_underneath_is_listed_for_those_who_work_here(web, ann, quoted):
    page = look(web, f"{quoted}/report", ann).text
    assert "What changed underneath since" in page and "Nothing that you may see." in page
    persona = web.archive.settings.personas / "elena.md"
    persona.write_text(persona.read_text().replace("A list", "A long list"))
    rewritten(web, "design.md", story(DESIGN_WORDS + " Then it rang.", "id: s-des1gn00", uses="design"))
    changed = look(web, f"{quoted}/report", ann).text.partition("What changed underneath")[2]
    assert "Elena</a>: changed on" in changed and "/s/s-des1gn00" in changed.partition("</section>")[0]
    take_back(web, "s-0pen0000")
    assert "were taken back." in look(web, f"{quoted}/report", ann).text.partition("underneath since")[2]
    assert "Elena</a>: changed on" in look(web, quoted, ann).text.partition("underneath since")[2]
    (one,) = watch_sessions(web.archive, Seen(TERMINAL))
    assert one.title == "The first meeting" and one.watch.taken_back
    assert "Elena" in {change.name for change in one.watch.changes}
    settings = web.archive.settings
    places = {"STORYHOLD_STATE": str(settings.state), "STORYHOLD_SEARCH_INDEX": str(settings.search_index)}
    printed = run(settings.stories.parent, "check", "--evidence", **places)
    assert printed.returncode == 1 and "The first meeting (" in printed.stdout
    assert "were taken back." in printed.stdout


def test_words_of_a_story_that_its_teller_took_off_the_table_are_gone_and_nothing_is_said_of_it(
    web, ann, quoted
):
    steward = someone(web.archive, "Kit", "steward")
    lay = {"do": "lay-story", "story": "s-0pen0000", "why": ""}
    assert send(web, f"{quoted}/prepare", lay, ann).status == 303
    told = send(web, f"{quoted}/prepare", {"do": "tell", "story": "s-0pen0000"}, steward)
    assert told.status == 303, told.text
    assert WORDS in look(web, f"{quoted}/report", ann).text
    (row,) = rows(web.archive, SESSION)
    take_off_table(web.archive, "s-0pen0000", row["key"])
    for address in ("report", "report.csv", "wall"):
        text = look(web, f"{quoted}/{address}", ann).text
        assert WORDS not in text and "Marisa" not in text and "taken back" not in text

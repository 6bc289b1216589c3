"""A specification leaves as Word, PDF, Markdown and CSV, whole or as an annex of its evidence."""

import csv
import io
import re
from zipfile import ZipFile

import pytest
from docx import Document

from app.database.ledgers import AUDIT
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.people import look, send, someone
from tests.web.serving import served, story
from tests.web.specifications.doing import BODY, WORDS, asked, begun, cited, notes_of, quoted, text_of

MUST = {"priority": "must", "rationale": "Why."}


@pytest.fixture
def spec(web, cy):
    """A heading, a requirement with two quotes and a figure, and one that rests on nothing."""
    spec = begun(web, cy, "Waiting [well] & being *heard*", about="Why we ask.", worths="Nobody repeats it")
    access = asked(web, cy, spec, "Access", heading="yes")
    ring = asked(
        web, cy, spec, "Ring back", parent=access.rpartition("/")[2], priority="must", rationale="Why."
    )
    cited(web, cy, ring, quoted(web))
    cited(
        web, cy, ring, quoted(web, "Nobody rang back", "s-t01d0000"), stance="challenges", note="Kath knew."
    )
    cited(web, cy, ring, "", kind="figure", figure="4 of 10 wait", source="NHS, 2026")
    asked(web, cy, spec, "=Count()")
    send(web, spec, {"do": "promise", "words": "Ring everybody", "day": "2026-06-01"}, cy)
    return spec


def ring_of(web, who, spec):
    """The path of the requirement that rests on something."""
    return re.search(r'<a href="([^"]*)">Ring back</a>', look(web, spec, who).text)[1]


@pytest.mark.parametrize("part", ["", "?part=annex"])
def test_a_word_file_has_real_footnotes_in_order_and_a_list_of_references(web, cy, spec, part):
    answer = look(web, f"{spec}/file.docx{part}", cy)
    assert answer.status == 200 and answer["content-type"].endswith("wordprocessingml.document")
    notes = notes_of(answer.content)
    assert [("Marisa" in one, "Kath" in one, "NHS" in one) for one in notes] == [
        (True, False, False),
        (False, False, True),
        (False, True, False),
    ]
    assert "Para. 2. (s-0pen0000, version 1, #p-" in notes[0] and "Para. 3. (s-t01d0000" in notes[2]
    paragraphs = [one.text for one in Document(io.BytesIO(answer.content)).paragraphs]
    assert "References" in paragraphs
    (said,) = [one for one in paragraphs if one.startswith(f"“{WORDS}”")]
    sign = said.removeprefix(f"“{WORDS}”").replace("\xa0", " ")
    assert re.fullmatch(r" \[q-[0-9a-z]{8} v1 [0-9a-f]{4}\]", sign)
    assert any(one.startswith("1.1 Ring back") for one in paragraphs)
    assert ("Why." in paragraphs) == (not part) and ("Ring everybody" in paragraphs) == (not part)
    assert "Please return or destroy this copy after use: not all of it is for publication." in paragraphs


@pytest.mark.parametrize("part", ["", "?part=annex"])
def test_a_pdf_holds_what_is_asked_and_what_it_rests_on_or_that_nothing_does(web, cy, spec, part):
    answer = look(web, f"{spec}/file.pdf{part}", cy)
    assert answer.status == 200 and answer.content.startswith(b"%PDF")


def test_markdown_holds_the_same_and_no_word_in_it_means_anything_but_itself(web, cy, spec):
    text = look(web, f"{spec}/file.md", cy).text
    assert text.startswith("# Waiting \\[well\\] \\& being \\*heard\\*\n")
    assert "**1.1** Ring back *(Must)*" in text and "[^1]: Marisa (no date) ‘open’. Storyhold." in text
    assert re.search(r"> “I had told it .* mine\.” \\\[q-[0-9a-z]{8} v1 [0-9a-f]{4}\\\]\[\^1\]\n", text)
    assert "\nWhy we ask.\n\nHeld against what the programme values:\n\n- Nobody repeats it\n" in text
    assert "*Challenged by*" in text and "Kath knew." in text and "## References" in text
    cited(web, cy, ring_of(web, cy, spec), "", kind="persona", persona="elena")
    text = look(web, f"{spec}/file.md", cy).text
    assert re.search(r"> Elena\[\^\d\]\n>\n> who keeps starting again\n", text)
    annex = look(web, f"{spec}/file.md?part=annex", cy).text
    assert "Why we ask." not in annex and "Nothing supports this yet." in annex


def test_csv_has_a_line_for_each_citation_and_runs_nothing(web, cy, spec):
    found = list(csv.DictReader(io.StringIO(look(web, f"{spec}/file.csv", cy).text.lstrip("\ufeff"))))
    assert [row["number"] for row in found] == ["1", "1.1", "1.1", "1.1", "2"]
    assert [row["stance"] for row in found] == ["", "supports", "supports", "challenges", ""]
    assert found[1]["words"] == WORDS and len(found[1]["sha256"]) == 64 and found[4]["text"] == "'=Count()"


def test_what_left_is_in_the_audit_and_what_was_taken_back_does_not_leave(web, cy, spec):
    look(web, f"{spec}/file.csv", cy)
    told = [row for row in rows(web.archive, AUDIT) if row["event"] == "downloaded"]
    assert {row["record_id"] for row in told} == {"s-0pen0000", "s-t01d0000"}
    assert {row["data"]["format"] for row in told} == {"specification.csv"}
    path = web.archive.settings.stories / "open.md"
    path.write_text(story(BODY, "id: s-0pen0000", "status: withdrawn"))
    reconcile(web.archive)
    for form in ("docx", "md", "csv"):
        answer = look(web, f"{spec}/file.{form}", cy)
        assert "stopped sounding" not in plain_of(answer, form) and "Marisa" not in plain_of(answer, form)
    assert "1 citation: the story was taken back" in look(web, f"{spec}/file.md", cy).text


def plain_of(answer, form):
    """The words of a file."""
    if form != "docx":
        return answer.text
    with ZipFile(io.BytesIO(answer.content)) as file:
        return "".join(file.read(f"word/{name}.xml").decode() for name in ("document", "footnotes"))


def test_no_file_of_another_kind_is_made(web, cy, spec):
    assert look(web, f"{spec}/file.exe", cy).status == 404


def test_the_matrix_names_what_is_empty(web, cy, spec):
    page = look(web, f"{spec}/matrix", cy)
    words = text_of(page)
    assert "● supports" in words and "What no evidence supports 1 requirement 2 =Count()" in words
    assert "Every persona is served by something." in words
    found = list(csv.reader(io.StringIO(look(web, f"{spec}/matrix.csv", cy).text.lstrip("\ufeff"))))
    assert found[0] == ["number", "requirement", "supported", "Elena"]
    assert found[1][1] == "nothing here serves it" and found[1][3] == ""
    assert found[3] == ["1.1", "Ring back", "yes", "supports"] and found[4][2:] == ["no", ""]


def test_the_matrix_names_whom_nothing_serves(web, cy):
    spec = begun(web, cy)
    asked(web, cy, spec)
    assert "Whom nothing here serves 1 persona Elena" in text_of(look(web, f"{spec}/matrix", cy))


def test_where_consent_is_assumed_no_file_says_that_everybody_agreed(tmp_path):
    stories = {
        "open.md": story(BODY, "id: s-0pen0000", "storyteller: Marisa"),
        "old.md": BODY.join(("---\nid: s-01d00000\n---\n", "\n")),
    }
    with served(tmp_path, stories, unstated_uses="commissioning") as web:
        cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
        spec = begun(web, cy)
        one = asked(web, cy, spec)
        for story_id in ("s-0pen0000", "s-01d00000"):
            assert cited(web, cy, one, quoted(web, story=story_id)).status == 303
        text = look(web, f"{spec}/file.md", cy).text
        assert "this archive assumes what it may be used for" in text and "everybody" not in text


def test_what_each_person_agreed_to_stands_in_her_note_and_above_all_where_it_is_the_same(web, cy):
    spec = begun(web, cy)
    one = asked(web, cy, spec)
    assert cited(web, cy, one, quoted(web)).status == 303
    assert "May be used for publication." in look(web, f"{spec}/file.md", cy).text
    assert cited(web, cy, one, quoted(web, "Nobody rang back", "s-t01d0000")).status == 303
    text = look(web, f"{spec}/file.md", cy).text
    head, notes = text[: text.index("**1**")], text[text.index("[^1]: ") :]
    assert "All of it may be cited in a specification" in head and "May be used for" not in head
    assert "; may be used for publication; c-" in notes and "; may be used for commissioning; c-" in notes
    told = look(web, f"{spec}/file.csv", cy).text
    assert "May be used for commissioning." in told and "May be used for publication." in told

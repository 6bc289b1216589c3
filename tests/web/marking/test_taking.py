"""Somebody takes quotes out: what leaves with whom, what is left out and why, in each of the files."""

import csv
import io
import json
import re
import zipfile

import pytest
from sqlalchemy import select, update

from app.database.ledgers import AUDIT
from app.database.marking import CODEBOOK, QUOTE
from app.rendering.passages import anchor_of
from app.services.marking import taking
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.people import look, send, someone
from tests.web.serving import served, story

CHAIR = "The first thing she does is move the chair. She *wants* to see the door."
AT = anchor_of(CHAIR.replace("*", ""))
FORMS = ("csv", "md", "docx", "jsonld")
IDS = {"open": "s-0pen0000", "design": "s-des1gn00", "learning": "s-1earn000", "draft": "s-draft000"}


@pytest.fixture
def web(tmp_path):
    stories = {
        "open.md": story(CHAIR, "id: s-0pen0000", "storyteller: Marisa", "role: carer", "site: Harbour"),
        "design.md": story(CHAIR, "id: s-des1gn00", "storyteller: Devon", uses="design"),
        "learning.md": story(CHAIR, "id: s-1earn000", "storyteller: Lena", uses="learning, publication"),
        "draft.md": story(CHAIR, "id: s-draft000", "storyteller: Dana", "status: draft"),
    }
    with served(tmp_path, stories, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web):
    return someone(web.archive, "Priya", "member", organisation="Here")


def mark(web, who, name="open", words="wants to see the door", **fields):
    told = {"revision": "1", "anchor": AT, "exact": words, "themes": "Loss"} | fields
    answer = send(web, f"/s/{IDS[name]}/mark", told, who)
    assert answer.status == 303, answer.text
    return answer["location"].rpartition("#")[2]


def take(web, who=None, form="csv", query="theme=loss"):
    answer = look(web, f"/quotes.{form}?{query}", who)
    assert answer.status == 200, answer.text
    return answer


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def document(answer):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return packed.read("word/document.xml").decode()


def words_of(answer, form):
    return document(answer) if form == "docx" else answer.text


@pytest.mark.parametrize("form", FORMS)
def test_a_file_holds_the_words_the_theme_and_what_the_storyteller_agreed_to(web, ann, form):
    quote = mark(web, ann, note="She decides.")
    text = words_of(take(web, ann, form), form)
    for told in ("wants to see the door", "Loss", "Marisa", "publication", "She decides.", "Priya", quote):
        assert all(part in text for part in told.split()), (form, told)


@pytest.mark.parametrize("form", FORMS)
def test_readers_take_the_words_of_public_stories_and_nobody_s_name_or_note(web, ann, form):
    mark(web, ann, note="Not for all.", stays="yes")
    hidden = mark(web, ann, "design")
    text = words_of(take(web, None, form), form)
    assert "door" in text and "Marisa" in text
    for kept in ("Priya", "Not for all", "Devon", hidden, "design", "Left out", "left out:"):
        assert kept not in text, (form, kept)


def test_each_takes_what_she_may_use_and_nobody_is_told_of_more(web, ann, sue):
    for name in ("open", "design", "learning"):
        mark(web, ann, name)
    mark(web, sue, "draft")
    cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
    tellers = {
        who: {row["storyteller"] for row in table(take(web, cookie)) if not row["left_out"]}
        for who, cookie in (("nobody", None), ("ann", ann), ("cy", cy), ("sue", sue))
    }
    assert tellers == {
        "nobody": {"Marisa", "Lena"},
        "ann": {"Marisa", "Devon", "Lena"},
        "cy": {"Marisa", "Lena"},
        "sue": {"Marisa", "Devon", "Lena"},
    }
    left = {
        who: [row["left_out"] for row in table(take(web, who)) if row["left_out"]] for who in (None, ann, sue)
    }
    assert left == {None: [], ann: [], sue: ["1 quote: the story is a draft"]}


@pytest.mark.parametrize("form", FORMS)
def test_what_was_not_agreed_to_for_a_purpose_is_left_out_and_counted(web, ann, form):
    mark(web, ann)
    mark(web, ann, "design")
    text = words_of(take(web, ann, form, "theme=loss&for=design"), form)
    assert "Devon" in text and "Marisa" not in text
    assert "1 quote: the storyteller did not agree to design sessions" in joined(text)


def joined(text):
    """A document's words, without what stands between them."""
    return " ".join(re.sub(r"<[^>]*>", "", text.replace("\\", "")).split())


def test_who_opens_the_csv_file_in_a_spreadsheet_reads_at_once_what_was_left_out_and_why(web, ann):
    shown = mark(web, ann)
    mark(web, ann, "design")
    first, last = table(take(web, ann, query="for=publication"))
    assert (first["id"], first["left_out"]) == (shown, "")
    why = "1 quote: the storyteller did not agree to publication"
    assert {value for value in last.values() if value} == {f"Left out, {why}", why}
    assert last["id"] == f"Left out, {why}" and last["left_out"] == why


def test_nobody_says_of_a_purpose_that_is_not_hers(web, ann):
    mark(web, ann)
    mark(web, ann, "design")
    assert take(web, None, query="for=design").content == take(web, None, query="").content
    assert "Design sessions" not in look(web, "/quotes/take?for=design").text


def test_words_that_changed_stay_behind_until_somebody_looked_at_them(web, ann):
    mark(web, ann)
    other = mark(web, ann, "learning")
    with web.archive.writing() as connection:
        connection.execute(update(QUOTE).where(QUOTE.c.id != other).values(state="changed"))
        connection.commit()
    found = table(take(web, ann))
    assert [row["id"] for row in found if not row["left_out"]] == [other]
    assert "nobody has looked at it since" in found[-1]["left_out"]


def test_a_story_that_is_taken_back_takes_its_quotes_out_of_every_file(web, ann, sue):
    mark(web, ann)
    told = story(CHAIR, "id: s-0pen0000", "storyteller: Marisa", "status: withdrawn")
    (web.archive.settings.stories / "open.md").write_text(told)
    reconcile(web.archive)
    for who in (None, ann, sue):
        for form in FORMS:
            assert "Marisa" not in words_of(take(web, who, form), form)


def test_that_quotes_were_taken_out_is_noted_at_each_story_so_that_she_can_be_told(web, ann):
    mark(web, ann)
    mark(web, ann, words="move the chair")
    take(web, None)
    take(web, ann, "docx")
    with web.archive.engine.connect() as connection:
        noted = connection.execute(select(AUDIT).where(AUDIT.c.event == "downloaded")).all()
    assert [(row.record_id, row.data) for row in noted] == [("s-0pen0000", {"format": "quotes.docx"})]


def test_quotes_in_stories_of_her_own_that_are_not_ready_are_counted_for_her_alone(web, ann, sue):
    own = story(CHAIR, "id: s-0wn00000", "storyteller: Olu", "status: draft", "gatherer: June Okafor")
    (web.archive.settings.stories / "own.md").write_text(own)
    reconcile(web.archive)
    june = someone(web.archive, "June", "gatherer", organisation="Here", gathers_as="June Okafor")
    IDS["own"] = "s-0wn00000"
    for who, name in ((june, "own"), (june, "open"), (sue, "draft"), (june, "design")):
        mark(web, who, name)
    left = [row["left_out"] for row in table(take(web, june)) if row["left_out"]]
    assert left == ["1 quote: the story is your own, and others may not read it yet"]
    assert [row["left_out"] for row in table(take(web, ann)) if row["left_out"]] == []
    assert "Olu" not in take(web, june).text and "Dana" not in take(web, june).text


def test_the_page_before_says_what_is_in_the_file_and_what_is_not(web, ann, sue):
    mark(web, ann)
    mark(web, sue, "draft")
    page = look(web, "/quotes/take?theme=loss", sue).text
    assert "<strong>1 quote</strong> from 1 story" in page and "1 quote: the story is a draft" in page
    assert "Theme: Loss" in page and 'href="/quotes.docx?theme=loss"' in page
    reader = look(web, "/quotes/take?theme=loss").text
    assert "draft" not in reader and "Nothing of what you found." in reader


def test_the_name_of_a_theme_that_rests_on_hidden_quotes_is_told_to_nobody(web, ann):
    mark(web, ann, "design", themes="Secret Grief Group")
    page = look(web, "/quotes/take?theme=secret-grief-group").text
    assert "Secret Grief" not in page and "No quote" in page
    assert page == look(web, "/quotes/take?theme=secret-grief-groop").text.replace("groop", "group")


def test_more_than_fit_into_one_file_are_refused_with_what_to_do(web, ann, monkeypatch):
    mark(web, ann)
    mark(web, ann, words="move the chair")
    monkeypatch.setattr(taking, "MOST", 1)
    answer = look(web, "/quotes.csv?theme=loss", ann)
    assert answer.status == 422 and "These are 2 quotes, and 1 is the most" in answer.text
    assert "Choose a theme" in answer.text


def test_other_endings_are_nowhere_and_what_nobody_could_choose_is_left_out(web, ann):
    assert look(web, "/quotes.exe").status == 404 == look(web, "/quotes.").status
    mark(web, ann)
    for query in (
        "theme=" + "x" * 300,
        "year=1",
        "flag=x",
        "by=" + "9" * 40,
        "sort=;drop",
        "q=%00",
        "for=%ff",
    ):
        assert look(web, f"/quotes/take?{query}", ann).status == 200


def test_a_cell_that_a_spreadsheet_would_run_is_quoted(web, ann):
    mark(web, ann, note="=HYPERLINK(1)")
    assert table(take(web, ann))[0]["note"] == "'=HYPERLINK(1)"


def test_words_in_markdown_mean_nothing_but_themselves(web, ann):
    mark(web, ann, note="# *not* [a](b) <i>")
    assert r"\# \*not\* \[a\](b) \<i\>" in take(web, ann, "md").text


def test_a_theme_of_any_name_stands_in_a_word_report(web, ann):
    mark(web, ann, themes="Ça & <b> له")
    with web.archive.writing() as connection:
        connection.execute(update(CODEBOOK).values(definition="What is\x0b lost & <gone>."))
        connection.commit()
    text = joined(document(take(web, ann, "docx", "")))
    assert "What is lost &amp; &lt;gone&gt;." in text and "Ça &amp; &lt;b&gt;" in text


def test_words_that_run_from_right_to_left_do_so_in_a_word_report(web, ann):
    (web.archive.settings.stories / "sea.md").write_text(
        story("سمعت صوت البحر OK كل يوم.\n", "id: s-sea00000", "storyteller: ليلى", "language: ar")
    )
    reconcile(web.archive)
    fields = {"revision": "1", "anchor": anchor_of("سمعت صوت البحر OK كل يوم."), "themes": "البحر"}
    assert send(web, "/s/s-sea00000/mark", fields, ann).status == 303
    text = document(take(web, ann, "docx", ""))
    quoted = re.search(r'<w:p><w:pPr><w:pStyle w:val="BlockText" /><w:bidi />.*?</w:p>', text)[0]
    assert '<w:rtl /><w:lang w:val="ar" />' in quoted and "سمعت صوت البحر" in quoted
    assert re.search(r'<w:r>(<w:rPr><w:lang w:val="ar" /></w:rPr>)?<w:t[^>]*>OK</w:t>', quoted)
    assert re.search(r'<w:pStyle w:val="Heading1" /><w:bidi />.*?البحر', text)
    assert re.search(r"<w:rtl />.{0,40}>ليلى", text)
    assert "<w:bidi" not in document(take(web, ann, "docx", "q=Marisa"))


def test_annotations_are_as_the_w3c_says(web, ann):
    quote = mark(web, ann, note="She decides.")
    read = take(web, ann, "jsonld").json
    assert read["@context"] == "http://www.w3.org/ns/anno.jsonld" and read["type"] == "AnnotationCollection"
    page = read["first"]
    assert page["type"] == "AnnotationPage" and page["id"] == read["last"] and page["startIndex"] == 0
    assert read["total"] == len(page["items"]) == 1
    (one,) = page["items"]
    assert (
        one["id"].endswith(f"/q/{quote}") and one["type"] == "Annotation" and one["motivation"] == "tagging"
    )
    assert one["creator"] == {"type": "Person", "name": "Priya"}
    assert [(body["purpose"], body["value"]) for body in one["body"]][:2] == [
        ("tagging", "Loss"),
        ("commenting", "She decides."),
    ]
    assert all(body["type"] == "TextualBody" for body in one["body"])
    exact, passage = one["target"]["selector"]
    assert exact["exact"] == "wants to see the door" and exact["prefix"].endswith("She ")
    assert passage["type"] == "FragmentSelector" and passage["value"] == AT and passage["refinedBy"] == exact
    assert one["target"]["source"].endswith("/s/s-0pen0000")
    json.dumps(read)


def test_nothing_is_an_empty_file_and_no_error(web, ann):
    for form in FORMS:
        take(web, ann, form, "theme=nobody")
    assert take(web, ann, "jsonld", "theme=nobody").json["total"] == 0
    assert rows(web.archive, QUOTE) == []

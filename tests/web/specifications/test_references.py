"""A commissioner takes a specification out with its references in the style of her house."""

import csv
import io
import re
from dataclasses import replace

import pytest
from docx import Document

from app.database.visibility import Actor, Role
from app.exports import specification_word
from app.exports.cited import Referenced
from app.exports.inlines import plain
from app.exports.pandoc_tree import WORD_STYLES
from app.services.citing import listing
from app.services.citing.citeproc import Mention
from app.services.citing.listing import listed
from app.services.citing.reading import AskedCitation, read_cited
from app.services.citing.styles import BY_NAME, STYLES, formatted
from app.services.reconcile import reconcile
from tests.exports.references import AWKWARD, BASE
from tests.web.people import look, send, someone
from tests.web.serving import always, served, story
from tests.web.specifications.doing import PERSONA, asked, begun, cited, notes_of, quoted, under

CHAIR = "The first thing Marisa does is move the chair."
TOLD = "I had told it so often that it stopped sounding like mine."
PHONE = "Nobody rang back for a week."
COMMISSIONER = Actor(frozenset({Role.COMMISSIONER}), "Here", signed_in=True)
MARISA, KATH, DILYS = "s-0pen0000", "s-t01d0000", "s-d11ys000"
BODY = f"{CHAIR}\n\n“{TOLD}”\n\n{PHONE}"
STORIES = {
    "marisa.md": story(
        BODY, f"id: {MARISA}", "storyteller: Marisa", "title: The chair", "gathered: 2026-03-04"
    ),
    "kath.md": story(BODY, f"id: {KATH}", "storyteller: Kath", "title: A week", "gathered: 2025-01-30"),
    "dilys.md": story(BODY, f"id: {DILYS}", "storyteller: Dilys", "title: Forms", uses="design, publication"),
}
CITED = ((MARISA, 2), (MARISA, 2), (MARISA, 3), (None, 0), (MARISA, 1), (KATH, 3), (None, 0), (DILYS, 2))
HEADING = {"do": "text", "heading": "yes", "edition": "1", "rationale": ""}
STYLE = pytest.mark.parametrize("style", [one.name for one in STYLES])


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    folder = tmp_path_factory.mktemp("references")
    day = always("2026-11-23T09:00:00+00:00")
    with served(folder, STORIES, {"elena.md": PERSONA}, at_loopback=True, clock=day) as web:
        yield web


@pytest.fixture(scope="module")
def cy(web):
    return someone(web.archive, "Cy", "commissioner", organisation="Here")


@pytest.fixture(scope="module")
def spec(web, cy):
    """One that cites a story five times, a figure and a persona between them, and two more."""
    spec = begun(web, cy, "Waiting well")
    first, second = asked(web, cy, spec, "Somebody rings back."), asked(web, cy, spec, "Told once.")
    once = quoted(web, TOLD, MARISA)
    cited(web, cy, first, once, "I had told it so often …")
    cited(web, cy, first, quoted(web, "stopped sounding like mine", MARISA))
    cited(web, cy, first, quoted(web, PHONE, MARISA))
    cited(web, cy, first, "", kind="figure", figure="4 of 10 wait", source="NHS, 2026")
    cited(web, cy, second, quoted(web, CHAIR, MARISA))
    cited(web, cy, second, quoted(web, PHONE, KATH), stance="supports")
    cited(web, cy, second, "", kind="persona", persona="elena")
    cited(web, cy, second, quoted(web, TOLD, DILYS), stance="challenges")
    return spec


def alone(web, story_id, paragraph, style):
    """What citing says of one passage of a story by itself."""
    found = read_cited(web.archive, COMMISSIONER, AskedCitation(story_id, "http://localhost:8000"))
    return formatted(replace(found.cited, paragraph=paragraph), web.archive.settings.language)[style]


def references_of(notes):
    """Footnotes without the ids behind them."""
    return [re.sub(r" \((s-|who-|c-)[^()]*\)$", "", one) for one in notes]


@STYLE
@pytest.mark.parametrize("part", ["", "&part=annex"])
def test_each_footnote_is_the_footnote_of_its_style_and_stands_in_order(web, cy, spec, style, part):
    notes = references_of(notes_of(look(web, f"{spec}/file.docx?style={style}{part}", cy).content))
    said = [alone(web, one, at, style).footnote.plain for one, at in CITED if one]
    others = ["NHS, 2026", "Elena [Persona]. Version 1. Storyhold. http://localhost:8000/p/who-3m2xa8qd"]
    expected = [*said[:3], others[0], *said[3:5], others[1], said[5]]
    if style == "oscola":  # a footnote leads back to one above it
        expected[1] = "Ibid."
        expected[2], expected[4] = "Ibid 3.", "Interview with Marisa (n 1) para 1."
    assert notes == expected


@STYLE
def test_the_list_names_each_story_once_in_the_order_of_its_style(web, cy, spec, style):
    content = look(web, f"{spec}/file.docx?style={style}", cy).content
    ordered = (MARISA, KATH, DILYS) if style == "vancouver" else (DILYS, KATH, MARISA)
    said = [alone(web, one, 0, style).reference.plain for one in ordered]
    numbers = [f"{at}. " if style == "vancouver" else "" for at in (1, 2, 3)]
    listed_there = under(content, "References")
    assert [one.text for one in listed_there] == [f"{at}{one}" for at, one in zip(numbers, said, strict=True)]
    assert {one.style.name for one in listed_there} == {"Bibliography"}
    assert [one.text for one in under(content, "Personas, ideas and figures")] == [
        "Elena [Persona]. Version 1. Storyhold. http://localhost:8000/p/who-3m2xa8qd",
        "NHS, 2026",
    ]


@STYLE
def test_markdown_and_csv_say_the_same_as_word(web, cy, spec, style):
    notes = notes_of(look(web, f"{spec}/file.docx?style={style}", cy).content)
    text = look(web, f"{spec}/file.md?style={style}", cy).text
    told = re.findall(r"^\[\^\d+\]: (.*)$", text, re.MULTILINE)
    assert [re.sub(r"[\\*<>]", "", one) for one in told] == [re.sub("[<>]", "", one) for one in notes]
    lines = csv.DictReader(io.StringIO(look(web, f"{spec}/file.csv?style={style}", cy).text.lstrip("\ufeff")))
    told = [one["reference"] for one in lines]
    expected = references_of(notes)
    if style == "oscola":  # a line of a table stands by itself, and leads back to no other
        said = [alone(web, one, at, style).footnote.plain if one else "" for one, at in CITED]
        expected = [one or other for one, other in zip(said, expected, strict=True)]
    assert told == expected


def test_harvard_is_the_style_where_none_or_an_unknown_one_is_named(web, cy, spec):
    texts = {look(web, f"{spec}/file.md{ask}", cy).text for ask in ("", "?style=harvard", "?style=mla")}
    assert len(texts) == 1 and "Marisa (2026) ‘The chair’. Storyhold. Available at:" in texts.pop()


def test_the_style_is_chosen_beside_the_files_without_a_script(web, cy, spec):
    page = look(web, spec, cy).text
    assert re.findall(r'<option value="(\w+)"( selected)?>', page.partition('id="style"')[2])[:5] == [
        ("harvard", " selected"), *((one.name, "") for one in STYLES[1:])
    ]  # fmt: skip
    for form in ("docx", "pdf", "md", "csv"):
        assert f'<button class="btn quiet" name="part" value="annex" formaction="{spec}/file.{form}">' in page


def test_where_no_reference_can_be_made_the_page_says_so_and_keeps_the_style(web, cy, spec, monkeypatch):
    listing._listed.cache_clear()
    monkeypatch.setattr("app.services.citing.citeproc.made", lambda *_: [])
    for form in ("docx", "md"):
        answer = look(web, f"{spec}/file.{form}?style=apa&part=annex", cy)
        assert answer.status == 422 and listing.NOT_FORMATTED in answer.text
        assert '<option value="apa" selected>' in answer.text


def test_nothing_is_in_the_references_that_does_not_leave(tmp_path):
    with served(tmp_path, STORIES, at_loopback=True) as web:
        cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
        spec = begun(web, cy)
        asking = asked(web, cy, spec)
        for one in (MARISA, KATH):
            assert cited(web, cy, asking, quoted(web, TOLD, one)).status == 303
        path = web.archive.settings.stories / "kath.md"
        path.write_text(STORIES["kath.md"].replace("[publication]", "[design]"))
        reconcile(web.archive)
        for form in ("md", "csv", "docx"):
            answer = look(web, f"{spec}/file.{form}", cy)
            text = " ".join(notes_of(answer.content)) if form == "docx" else answer.text
            assert "Marisa" in text and "Kath" not in text and KATH not in text and "A week" not in text
        words = [one.text for one in Document(io.BytesIO(answer.content)).paragraphs]
        assert not any("Kath" in one or KATH in one for one in words)
        assert any("use is no longer allowed" in one for one in words)


def test_a_heading_under_which_something_is_cited_keeps_it(web, cy):
    spec = begun(web, cy, "Later a heading")
    asking = asked(web, cy, spec, "Being heard")
    cited(web, cy, asking, quoted(web, CHAIR, KATH))
    send(web, asking, {**HEADING, "text": "Being heard"}, cy)
    content = look(web, f"{spec}/file.docx", cy).content
    assert len(notes_of(content)) == 1 and any(CHAIR in one.text for one in under(content, "1 Being heard"))


def bare(text):
    """Letters and signs, however a style has set quotation marks, capitals and spaces."""
    return "".join("'" if one in "‘’“”\"'`" else one for one in text.casefold() if not one.isspace())


@STYLE
def test_a_document_of_stories_with_awkward_titles_and_names_loses_no_sign_of_them(style):
    sources = {
        f"s-{number:08}": Referenced(
            id=f"s-{number:08}",
            address=f"{BASE}/s/s-{number:08}",
            title=title,
            teller=f"N{number} {title[:40]}",
            archive="Storyhold",
            gathered="2026-03-04",
            language="en-GB",
            version=1,
            accessed="2026-11-23",
        )
        for number, title in enumerate(AWKWARD.values())
    }
    mentions = [Mention(key, "4", number) for number, key in enumerate(sources, 1)]
    made = listed(sources, mentions, BY_NAME[style], "en-GB")
    entries = {one.key: bare(plain(one.inlines)) for one in made.entries}
    for note, (key, source) in zip(made.notes, sources.items(), strict=True):
        for words in (source.title, source.teller):
            assert bare(words) in entries[key] and bare(words) in bare(plain(note))


def test_two_stories_of_one_person_in_one_year_are_told_apart():
    one = Referenced("s-1", f"{BASE}/s/s-1", "A", "Marisa", "Storyhold", "2026", "en-GB", 1, "2026-11-23")
    sources = {"s-1": one, "s-2": replace(one, id="s-2", address=f"{BASE}/s/s-2", title="B")}
    made = listed(sources, [Mention("s-1", "1", 1), Mention("s-2", "2", 2)], BY_NAME["harvard"], "en-GB")
    assert [plain(one)[:16] for one in made.notes] == ["Marisa (2026a) ‘", "Marisa (2026b) ‘"]


def test_what_cites_nothing_has_no_references_and_says_nothing_of_signs(web, cy):
    spec = begun(web, cy, "Nothing yet")
    asking = asked(web, cy, spec)
    for answer in (look(web, f"{spec}/file.md", cy), look(web, f"{spec}/file.md?part=annex", cy)):
        assert "References" not in answer.text and "sign in brackets" not in answer.text
    cited(web, cy, asking, "", kind="figure", figure="4 of 10 wait", source="NHS, 2026")
    text = look(web, f"{spec}/file.md", cy).text
    assert "## Personas, ideas and figures\n\n- NHS, 2026\n" in text and "## References" not in text
    assert [
        one.text for one in under(look(web, f"{spec}/file.docx", cy).content, "Personas, ideas and figures")
    ] == ["NHS, 2026"]


def test_word_knows_every_style_that_a_specification_names():
    known = {one.name for one in Document(str(WORD_STYLES)).styles}
    names = {
        specification_word.ASKED,
        specification_word.FOR,
        specification_word.AGAINST,
        specification_word.SAID,
    }
    names |= {specification_word.TURNED, specification_word.CITED, specification_word.SAID_BY}
    names |= {specification_word.SMALL, specification_word.SIGN, "Return", "Remark", "Bibliography"}
    assert names <= known

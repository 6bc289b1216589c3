"""The words of a citation are those that were cited; what to do about it is said beside it, with its mark."""

import csv
import io
import re

import pytest

from app.services.reconcile import reconcile
from tests.web.people import look, send
from tests.web.serving import story
from tests.web.specifications.doing import (
    BODY,
    WORDS,
    asked,
    begun,
    citations,
    cited,
    quoted,
    states,
    text_of,
)

NEW = WORDS.replace("so often", "so many times")


@pytest.fixture
def spec(web, cy):
    """A specification that cites one quote."""
    spec = begun(web, cy)
    assert cited(web, cy, asked(web, cy, spec), quoted(web)).status == 303
    return spec


def rewritten(web, body, *keys, **told):
    path = web.archive.settings.stories / "open.md"
    path.write_text(story(body, "id: s-0pen0000", "storyteller: Marisa", *keys, **told))
    reconcile(web.archive)


def requirement_of(web, who, spec):
    (one,) = look(web, f"{spec}/health.json", who).json["citations"]
    return f"{spec}/requirements/{one['requirement']}"


def quotations(page):
    """What stands on a page as somebody's words, each with the line beneath it."""
    found = re.findall(r'<blockquote class="voice[^>]*>(.*?)</blockquote>(.*?</p>)', page.text, re.DOTALL)
    return [tuple(" ".join(re.sub("<[^>]*>", " ", part).split()) for part in one) for one in found]


def test_words_stand_as_they_were_cited_under_their_version_and_never_others_in_their_place(web, cy, spec):
    rewritten(web, BODY.replace(WORDS, NEW))
    for place in (spec, f"{spec}/health", requirement_of(web, cy, spec)):
        page = look(web, place, cy)
        ((words, _line),) = quotations(page)
        assert WORDS in words and "so many times" not in words, place
        assert "/s/s-0pen0000/v/1#" in page.text and "s-0pen0000, version 1," in text_of(page)
        assert "As it was cited, in version 1" in text_of(page) and "version 2" in text_of(page)


def test_a_version_that_she_may_not_read_is_said_to_be_that_and_new_words_bear_their_own(web, cy, spec):
    closed = BODY.replace("Nobody rang back for a week.", "::: closed\nNobody rang back for a week.\n:::")
    rewritten(web, closed.replace(WORDS, NEW))
    page = look(web, f"{spec}/health", cy)
    ((words, line),) = quotations(page)
    assert "so many times" in words and "version 2" in line and "so often" not in page.text
    assert "stood in version 1, which is not shown to you" in text_of(page)
    assert "s-0pen0000, version 1" not in text_of(page)


def test_a_wording_of_words_that_changed_stands_as_it_was_cited(web, cy, spec):
    cited(web, cy, asked(web, cy, spec, "Another"), quoted(web), "I had told [my story] so often …")
    rewritten(web, BODY.replace(WORDS, NEW))
    words = [words for words, _ in quotations(look(web, spec, cy))]
    assert any("I had told [my story] so often" in one for one in words)


def test_health_names_by_a_mark_what_to_strike_and_every_file_bears_it(web, cy, spec):
    (row,) = citations(web)
    mark = row["id"]
    for form in ("md", "csv"):
        for part in ("", "?part=annex"):
            assert mark in look(web, f"{spec}/file.{form}{part}", cy).text
    (line, *_) = csv.DictReader(io.StringIO(look(web, f"{spec}/file.csv", cy).text.lstrip("\ufeff")))
    assert line["citation"] == mark
    rewritten(web, BODY, "status: withdrawn")
    for place in (f"{spec}/health", requirement_of(web, cy, spec)):
        assert f"Strike the quotation marked {mark} from every copy" in text_of(look(web, place, cy))
    assert look(web, f"{spec}/health.json", cy).json["citations"][0]["id"] == mark
    for place in (spec, f"{spec}/file.md?part=annex"):
        assert "Nothing supports this any more." in look(web, place, cy).text, place
    assert "Nothing supports this yet." not in look(web, requirement_of(web, cy, spec), cy).text


def test_health_says_what_to_do_and_it_is_done_from_there(web, cy, ann, spec):
    assert "What to do" not in look(web, f"{spec}/health", cy).text
    rewritten(web, BODY.replace(WORDS, NEW))
    page = look(web, f"{spec}/health", cy)
    assert "What to do: Read both" in text_of(page) and "Cite it as it stands now" in page.text
    send(web, f"{spec}/access", {"do": "people", "access": "team"}, cy)
    assert "What to do" not in look(web, f"{spec}/health", ann).text
    told = {"do": "recite", "citation": citations(web)[0]["id"]}
    assert send(web, requirement_of(web, cy, spec), told, cy).status == 303
    assert states(web, cy, spec) == ["current"]


def test_a_figure_is_not_watched_and_is_counted_apart(web, cy):
    spec = begun(web, cy)
    requirement = asked(web, cy, spec)
    cited(web, cy, requirement, "", kind="figure", figure="Four of ten wait.", source="NHS, 2026")
    told = look(web, f"{spec}/health.json", cy).json
    assert told["states"]["current"] == 0 and told["states"]["not watched"] == 1
    assert "Not watched: look at its source" in look(web, requirement, cy).text
    assert "1 not watched" in text_of(look(web, spec, cy)) and "1 current" not in text_of(look(web, spec, cy))
    send(web, f"{spec}/access", {"do": "badge", "badge": "yes"}, cy)
    assert "figures alone" in look(web, f"{spec}/badge.svg").text
    cited(web, cy, requirement, quoted(web))
    assert "all current" in look(web, f"{spec}/badge.svg").text


def test_who_said_it_is_told_in_a_table_of_quotes_alone(web, cy, spec):
    requirement = asked(web, cy, spec, "Another")
    cited(web, cy, requirement, "", kind="figure", figure="Four of ten wait.", source="NHS, 2026")
    cited(web, cy, requirement, "", kind="persona", persona="elena")
    lines = csv.DictReader(io.StringIO(look(web, f"{spec}/file.csv", cy).text.lstrip("\ufeff")))
    told = {line["kind"]: line for line in lines}
    assert "Marisa" in told["quote"]["said by"]
    assert told["figure"]["said by"] == told["persona"]["said by"] == ""
    assert told["figure"]["reference"] == "NHS, 2026"

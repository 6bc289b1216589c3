"""A commissioner writes a specification that rests on what people said."""

import re

from tests.web.people import look, send
from tests.web.specifications.doing import WORDS, asked, begun, cited, quoted, states, text_of


def test_a_commissioner_makes_a_specification_cites_a_quote_and_sees_that_it_stands(web, cy):
    quote = quoted(web)
    spec = begun(web, cy, service="Northgate", commissioner="ICB", version="0.1", about="Why we ask.")
    requirement = asked(web, cy, spec, rationale="People wait.", priority="must")
    assert cited(web, cy, requirement, f"http://x/q/{quote}").status == 303
    page = look(web, spec, cy)
    assert WORDS in page.text and "Ring back within two days." in page.text and "Must" in page.text
    assert "Marisa" in page.text and f'/q/{quote}"' in page.text and "1 current" in text_of(page)
    assert states(web, cy, spec) == ["current"]
    assert "All current" in look(web, f"{spec}/health", cy).text


def test_requirements_are_written_one_after_the_other_in_the_same_place(web, cy):
    spec = begun(web, cy)
    heading = {"do": "add-next", "text": "Access", "heading": "yes", "parent": ""}
    page = look(web, send(web, spec, heading, cy)["location"], cy).text
    access = re.search(r'<option value="(req-\w+)" selected>1 Access', page)[1]
    for number in (1, 2):
        told = {"do": "add-next", "text": f"Ring {number}", "parent": access}
        page = look(web, send(web, spec, told, cy)["location"], cy).text
        assert f"It is there: <bdi>1.{number} Ring {number}</bdi>" in page
        assert f'<option value="{access}" selected>' in page
        assert 'name="text" rows="3" required autofocus' in page
        assert '<details class="add" open><summary>Add a requirement' in page
    wrong = send(web, spec, {"do": "add-next", "text": " ", "parent": access}, cy)
    assert wrong.status == 422 and f'<option value="{access}" selected>' in wrong.text
    page = look(web, f"{spec}?next=req-00000000", cy).text
    assert "Write the next." not in page and "autofocus" not in page


def test_of_a_heading_it_is_said_that_it_is_there_and_one_alone_is_not_moved(web, cy):
    spec = begun(web, cy)
    page = look(web, f"{asked(web, cy, spec, 'Access', heading='yes')}?said=added", cy).text
    assert "The heading is there." in page and "cite what it rests on" not in page
    assert "Move it" not in page
    page = look(web, f"{asked(web, cy, spec)}?said=added", cy).text
    assert "Now cite what it rests on." in page and "Move it" in page

"""The workbench suggests what to look at: stories like hers, quotes that may speak against a statement."""

import re

import pytest

from app.services.reconcile import reconcile
from tests.web.building.doing import ELENA_AT, done, file, statements
from tests.web.marking.doing import marking, one
from tests.web.people import look
from tests.web.serving import story

OTHER = "Nobody moved the chair for her, and the door was not hers to see."
ANOTHER = "They moved the chair and showed her the door."


@pytest.fixture
def others(web):
    folder = web.archive.settings.stories
    for name, words in (("ada", OTHER), ("eve", ANOTHER)):
        (folder / f"{name}.md").write_text(
            story(words, f"id: s-{name}00000", f"storyteller: {name.title()}", "themes: [waiting, doors]")
        )
    (folder / "ken.md").write_text(
        story(OTHER, "id: s-ken00000", "storyteller: Ken", "themes: [waiting]", uses="")
    )
    reconcile(web.archive)


def quote_of(web, who, story_id, words):
    page = look(web, f"/s/{story_id}/mark", who).text
    anchor = re.search(r"p-[0-9a-z]{6}", page)[0]
    answer = marking(web, who, f"/s/{story_id}/mark", anchor=anchor, exact=words, themes="chairs")
    assert answer.status == 303, answer.text
    return re.search(r"#(q-[0-9a-z]{8})$", answer["location"])[1]


def test_stories_that_share_themes_and_are_not_hers_are_suggested_and_linked(web, ann, others):
    part = look(web, ELENA_AT, ann).text.partition("Like these, and not hers yet")[2]
    assert "Ada" in part and "Eve" in part and "Deb" in part and "Marisa" not in part.partition("Versions")[0]
    assert "Ken" not in part and "Tam" not in part  # nobody may read them
    done(web, ann, "link", story="s-ada00000")
    assert "stories: [s-0pen0000, s-ada00000]\n" in file(web)
    done(web, ann, "unlink", story="s-0pen0000")
    assert "stories: [s-ada00000]\n" in file(web)


def test_quotes_of_the_same_theme_that_say_no_are_shown_beside_a_statement_to_be_looked_at(
    web, ann, sue, others
):
    hers = one(web, ann, "wants to see the door", themes="chairs")
    against, same = quote_of(web, ann, "s-ada00000", OTHER), quote_of(web, ann, "s-eve00000", ANOTHER)
    hidden = quote_of(web, sue, "s-ken00000", OTHER)
    done(web, ann, "for", statement=statements(web, ann)["Moves the chair first"], pasted=hers)
    key = statements(web, ann)["Moves the chair first"]
    part = look(web, f"{ELENA_AT}?at={key}", ann).text.partition("May speak against it: look")[2]
    part = part.partition("</section>")[0]
    assert against in part and same not in part and hidden not in part and hers not in part
    assert "says “nobody”" in part
    done(web, ann, "against", statement=key, **{f"take.{against}": "yes"})
    assert f"against: [{against}]" in file(web)
    again = look(web, f"{ELENA_AT}?at={statements(web, ann)['Moves the chair first']}", ann).text
    assert "May speak against it" not in again

"""Two stories, one of them for design teams alone, a persona, and who builds her."""

import pytest

from tests.web.marking.doing import BODY
from tests.web.people import someone
from tests.web.serving import served, story

ELENA = """---
id: who-e1ena000
name: Elena   # not her name
tagline: who keeps starting again
uses: [design]
stories: [s-0pen0000]
mood: kept
statements:
  What she brings:
    - Keeps the paper  # a guess
    # below the first
    - {statement: Knows the buses, evidence: [s-0pen0000], note: keep}
  What gets in the way:
    - statement: Moves the chair first
      note: n
---
Elena is thirty-eight.
"""


@pytest.fixture
def web(tmp_path):
    stories = {
        "open.md": story(BODY, "id: s-0pen0000", "storyteller: Marisa", "themes: [waiting]"),
        "design.md": story(BODY, "id: s-des1gn00", "storyteller: Deb", "themes: [waiting]", uses="design"),
        "team.md": story(BODY, "id: s-team0000", "storyteller: Tam", uses=""),
    }
    with served(tmp_path, stories, {"elena.md": ELENA}, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web):
    return someone(web.archive, "Ann", "member", organisation="Here")


@pytest.fixture
def bo(web):
    return someone(web.archive, "Bo", "member", organisation="Here")


@pytest.fixture
def cy(web):
    """She may not see what is for design teams."""
    return someone(web.archive, "Cy", "commissioner", organisation="Here")


@pytest.fixture
def june(web):
    return someone(web.archive, "June", "gatherer", organisation="Here")


@pytest.fixture
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="Here")

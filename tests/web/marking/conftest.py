"""Two stories, one of them for design teams alone, and who marks."""

import pytest

from tests.web.marking.doing import BODY
from tests.web.people import someone
from tests.web.serving import served, story


@pytest.fixture
def web(tmp_path):
    stories = {
        "open.md": story(BODY, "id: s-0pen0000", "storyteller: Marisa", "themes: [waiting]"),
        "design.md": story(BODY, "id: s-des1gn00", uses="design"),
    }
    with served(tmp_path, stories, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web):
    return someone(web.archive, "Ann", "member", organisation="Here")


@pytest.fixture
def cy(web):
    """She may not read what is for design teams."""
    return someone(web.archive, "Cy", "commissioner", organisation="Here")


@pytest.fixture
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="Here")

"""Stories that may be cited and one that may not, and who writes a specification."""

import pytest

from tests.web.people import someone
from tests.web.serving import served, story
from tests.web.specifications.doing import BODY, FOR_DESIGN, PERSONA


@pytest.fixture
def web(tmp_path):
    stories = {
        "open.md": story(BODY, "id: s-0pen0000", "storyteller: Marisa", "personas: [elena]"),
        "told.md": story(BODY, "id: s-t01d0000", "storyteller: Kath", uses="commissioning"),
        "design.md": story(FOR_DESIGN, "id: s-des1gn00", "gatherer: J. O.", uses="design"),
    }
    with served(tmp_path, stories, {"elena.md": PERSONA}, at_loopback=True) as web:
        yield web


@pytest.fixture
def cy(web):
    return someone(web.archive, "Cy", "commissioner", organisation="Here")


@pytest.fixture
def dora(web):
    """Another commissioner, who belongs to a design team as well."""
    return someone(web.archive, "Dora", "commissioner", "member", organisation="Here")


@pytest.fixture
def ann(web):
    return someone(web.archive, "Ann", "member", organisation="Here")


@pytest.fixture
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="Here")

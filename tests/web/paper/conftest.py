"""An archive with everything that is hard to fit on paper, and who prints."""

import pytest

from tests.web.paper.printing import PERSONAS, STORIES, mark
from tests.web.people import someone
from tests.web.serving import served


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    with served(tmp_path_factory.mktemp("paper"), STORIES, PERSONAS, at_loopback=True) as web:
        yield web


@pytest.fixture(scope="module")
def ann(web):
    """A design team's."""
    return someone(web.archive, "Priya", "member", organisation="Here")


@pytest.fixture(scope="module")
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="Here")


@pytest.fixture(scope="module")
def quote(web, ann):
    return mark(web, ann)

"""Three stories with themes, a steward and a gatherer."""

import pytest

from tests.web.marking.doing import BODY
from tests.web.people import someone
from tests.web.reshaping.doing import STORIES
from tests.web.serving import served, story


@pytest.fixture
def web(tmp_path):
    files = {f"{name}.md": story(BODY, keys) for name, keys in STORIES.items()}
    with served(tmp_path, files, at_loopback=True) as web:
        yield web


@pytest.fixture
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="Here")


@pytest.fixture
def ann(web):
    return someone(web.archive, "Ann", "gatherer", organisation="Here")

"""An archive with a story for each audience, and who reads it."""

import pytest

from tests.web.citing.archive import STORIES
from tests.web.people import someone
from tests.web.serving import always, served


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """For tests that change nothing."""
    folder = tmp_path_factory.mktemp("citing")
    with served(folder, STORIES, at_loopback=True, clock=always("2026-11-23T09:00:00+00:00")) as web:
        yield web


@pytest.fixture(scope="module")
def ann(web):
    return someone(web.archive, "Ann", "member", organisation="Here")


@pytest.fixture(scope="module")
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="Here")

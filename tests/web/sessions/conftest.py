"""An archive with a few stories, two personas, and people who work here."""

import pytest

from tests.web.people import someone
from tests.web.serving import served
from tests.web.sessions.doing import PERSONAS, STORIES, opened


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, STORIES, PERSONAS) as web:
        yield web


@pytest.fixture
def ann(web):
    someone(web.archive, "Steward", "steward")
    return someone(web.archive, "Ann", "member")


@pytest.fixture
def session(web, ann):
    """A session that Ann opened, with Elena on the table and guests admitted."""
    return opened(web, ann)

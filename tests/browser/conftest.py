"""One browser and one server for these tests; a reader who has never been here for each.

The scope is the package: while Playwright runs, no other event loop can run in its thread.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.browsing import Visit, a_browser, a_visit
from tests.browser.library import lay_out
from tests.browser.serving import Place, serving

Reader = Callable[..., Visit]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("library")
    lay_out(folder)
    with serving(folder) as place:
        yield place


@pytest.fixture(scope="session")
def empty(tmp_path_factory) -> Iterator[Place]:
    with serving(tmp_path_factory.mktemp("empty")) as place:
        yield place


@pytest.fixture
def visit(browser: Browser, library: Place) -> Iterator[Reader]:
    """Opens the library for a reader; her browser must have nothing to complain of in the end."""
    with ExitStack() as stack:
        visits: list[Visit] = []

        def come(place: Place = library, **how: Any) -> Visit:
            visits.append(stack.enter_context(a_visit(browser, place.address, **how)))
            return visits[-1]

        yield come
        assert not [complaint for visit in visits for complaint in visit.complaints]


@pytest.fixture
def reader(visit: Reader) -> Visit:
    return visit()

"""A file that a gatherer drops into the folder while readers read."""

import time
from collections.abc import Callable

from tests.browser.browsing import Visit
from tests.browser.library import DROPPED
from tests.browser.serving import write

PATIENCE_SECONDS = 10
NAME, FOUND_AT, LISTED_AT = "Nia", "/search?q=quokka", "/stories?sort=title&site=nowhere"


def soon(there: Callable[[], bool]) -> bool:
    """Look again and again, as a gatherer does who waits for her story."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while not there():
        if time.monotonic() > patience:
            return False
        time.sleep(0.1)
    return True


def found(reader: Visit) -> bool:
    reader.go(FOUND_AT)
    return reader.page.get_by_role("link", name=NAME, exact=True).count() == 1


def listed(reader: Visit) -> bool:
    reader.go(LISTED_AT)
    return reader.page.get_by_role("link", name=NAME, exact=True).count() == 1


def test_it_is_in_the_list_and_in_search_without_a_restart_and_goes_as_it_came(reader, library):
    assert not found(reader) and not listed(reader)
    write(library.folder, {"stories/dropped-in.md": DROPPED})
    try:
        assert soon(lambda: found(reader))
        assert soon(lambda: listed(reader))
    finally:
        (library.folder / "stories" / "dropped-in.md").unlink()
    assert soon(lambda: not found(reader))
    assert soon(lambda: not listed(reader))

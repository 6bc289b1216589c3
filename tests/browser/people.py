"""People who have signed in already, for browser tests."""

from collections.abc import Callable

from app.search.engines import choose_engine
from app.services.archive import open_archive
from tests.browser.browsing import Visit
from tests.browser.serving import Place, settings_for
from tests.web.people import account, session

Cookies = dict[str, str]


def sign_in_all(place: Place, people: dict[str, tuple[tuple[str, ...], dict[str, str]]]) -> Cookies:
    """A cookie for each of these people: roles, organisation and the name under which she gathers."""
    settings = settings_for(place.folder)
    archive = open_archive(settings, choose_engine(settings))
    try:
        made = {name: account(archive, name, *roles, **told) for name, (roles, told) in people.items()}
        return {name: session(archive, key)[1].partition("=")[2] for name, key in made.items()}
    finally:
        archive.close()


def come_as(visit: Callable[..., Visit], place: Place, cookie: str | None, **how: object) -> Visit:
    """A visit of whoever has this cookie; of a stranger without one."""
    reader = visit(place, **how)
    if cookie:
        reader.page.context.add_cookies([{"name": "storyhold", "value": cookie, "url": place.address}])
    return reader

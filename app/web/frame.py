"""What a page's handler is given: the archive, the reader, and the frame around a page."""

from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from starlette.convertors import Convertor, register_url_convertor

from app.config import Settings
from app.database.visibility import ANONYMOUS, Actor, Role, may_answer, may_mark, may_specify
from app.errors import ScopeMissing
from app.services.accounts import has_accounts
from app.services.archive import Archive
from app.services.paging import FIELDS
from app.services.tokens import Scope
from app.services.views import NavigationItem, Site
from app.services.watching import Keeper
from app.web.at_machine import keeps_the_machine
from app.web.bearer import READING
from app.web.sessions import account_asking, signed_in, token_holder
from app.web.templating import render_page

SECTIONS = (("Stories", "/stories"), ("Personas", "/personas"), ("Themes", "/themes"))
MADE_HERE = (("Sessions", "/sessions"), ("Specifications", "/specifications"))
PUBLIC = {"Cache-Control": "no-cache"}
MOST_VALUES, LONGEST_VALUE = 50, 200  # of all filters, and characters; more than that nobody chose
PROMISE = "Every storyteller here has agreed to how their story is used."
TEAM = "Readers find stories only as their storytellers agreed. You also see what readers do not find."
ASSUMED = (
    "Some stories here come from folders that record no consent; whoever keeps this archive opened them."
)
REBUILDING = "Search is being rebuilt. Every story can be read meanwhile."


def archive_of(request: Request) -> Archive:
    """The archive that this process serves."""
    return cast(Archive, request.app.state.archive)


def reader_of(request: Request) -> Actor:
    """Who asks: whoever a bearer token stands for, else whoever signed in, else nobody.

    Raises TokenRefused, TooManyTries, or ScopeMissing for a token that was not made for such a request.
    """
    return _asking(request, Scope.READ if request.method in READING else Scope.WRITE)


def asker_of(request: Request) -> Actor:
    """The same for a request that changes nothing, whatever its method: a token that reads is enough."""
    return _asking(request, Scope.READ)


def _asking(request: Request, needed: Scope) -> Actor:
    holder = token_holder(request)
    if holder:
        if needed not in holder.scopes:
            raise ScopeMissing(needed)
        return holder.actor
    who = signed_in(request)
    return who.actor if who else ANONYMOUS


def has_read(request: Request, record_id: str) -> None:
    """Note that whoever has signed in, or a program of hers, read this record; of others nothing is noted."""
    account = account_asking(request)
    if account is not None:
        archive_of(request).readings.add(account, record_id)


class AnyText(Convertor[str]):
    """The rest of a path, line breaks among it: a file's name may hold one, and has its address."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value.removesuffix("\n")  # WholeAddresses put one there

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("text", AnyText())

TheArchive = Annotated[Archive, Depends(archive_of)]
Reader = Annotated[Actor, Depends(reader_of)]
Asker = Annotated[Actor, Depends(asker_of)]


def bare_site(settings: Settings) -> Site:
    """The frame of a page that is the same at every address."""
    navigation = [NavigationItem(label, address) for label, address in SECTIONS]
    return Site(
        settings.title, settings.language, navigation, promise=ASSUMED if settings.unstated_uses else PROMISE
    )


def site_for(request: Request, query: str = "") -> Site:
    """The frame of the page at this address."""
    settings, path = archive_of(request).settings, request.url.path
    navigation = [
        NavigationItem(label, address, path == address or path.startswith(f"{address}/"))
        for label, address in (*SECTIONS, *_hers(request))
    ]
    return Site(settings.title, settings.language, navigation, _notice(request), query, _promise(request))


def _promise(request: Request) -> str:
    """What is true of every story that this reader may meet; drafts are among those of the story team."""
    if archive_of(request).settings.unstated_uses:
        return ASSUMED
    who = signed_in(request)
    return TEAM if who and who.actor.roles & {Role.GATHERER, Role.STEWARD} else PROMISE


def _hers(request: Request) -> list[tuple[str, str]]:
    """What else there is for this reader."""
    who = signed_in(request)
    if who is None:
        desk = [*MADE_HERE, ("Desk", "/desk")] if keeps_the_machine(request) else []
        return [*desk, *([("Sign in", "/login")] if has_accounts(archive_of(request)) else [])]
    gathers, keeps = (role in who.actor.roles for role in (Role.GATHERER, Role.STEWARD))
    mine = [("My stories", "/mine")] if gathers else []
    add = [("Add a story", "/add")] if gathers or keeps else []
    sessions = [MADE_HERE[0]] if may_mark(who.actor) else []
    specifications = [MADE_HERE[1]] if may_specify(who.actor) or may_answer(who.actor) else []
    return [*sessions, *specifications, *mine, *add, *_desk(who.actor), ("Account", "/account")]


def _desk(actor: Actor) -> list[tuple[str, str]]:
    """The story team has all of the desk, whoever else works here what is made of quotes."""
    if actor.roles & {Role.GATHERER, Role.STEWARD}:
        return [("Desk", "/desk")]
    return [("Insight", "/memos")] if may_mark(actor) else []


def _notice(request: Request) -> str | None:
    keeper = cast(Keeper, request.app.state.keeper)
    return None if keeper.complete.is_set() and keeper.archive.index.ready() else REBUILDING


def page_answer(request: Request, template: str, page: Any, query: str = "") -> HTMLResponse:
    """A page that may be kept and is asked for again each time; Privacy sees to those that may not."""
    return HTMLResponse(render_page(template, site=site_for(request, query), page=page), headers=PUBLIC)


def private_answer(
    request: Request,
    template: str,
    page: Any,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page for one person, which no browser keeps."""
    html = render_page(template, site=site_for(request), page=page)
    return HTMLResponse(html, int(status), {**(headers or {}), "Cache-Control": "no-store"})


def whole_address(request: Request, path: str) -> str:
    """A path as an address that can be sent to somebody."""
    base = archive_of(request).settings.base_url or f"{request.url.scheme}://{request.url.netloc}"
    return f"{base}{path}"


def opens_here_alone(address: str) -> bool:
    """Whether an address can be opened on this machine and nowhere else."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or host.endswith(".localhost") or ip_address(host).is_loopback
    except ValueError:
        return False


def chosen_filters(request: Request) -> dict[str, tuple[str, ...]]:
    """The filters in an address, as many values as a person could have chosen."""
    given = [(name, value) for name, value in request.query_params.multi_items() if name in FIELDS]
    chosen = [one for one in dict.fromkeys(given) if 0 < len(one[1]) <= LONGEST_VALUE][:MOST_VALUES]
    named = {name: tuple(value for of, value in chosen if of == name) for name in FIELDS}
    return {name: values for name, values in named.items() if values}

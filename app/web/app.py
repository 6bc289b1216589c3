"""The web application: its routes, what every request goes through, and how a worker process opens it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from app import __version__
from app.config import Settings, load_settings
from app.errors import TokenRefused
from app.search.engines import choose_engine
from app.services.archive import Archive, open_archive
from app.services.gathering.working import Worker
from app.services.watching import Keeper
from app.web import errors
from app.web.api import documentation, personas, quotes, searching, stories, themes, watched
from app.web.api import tracing as api_tracing
from app.web.bearer import TokensAlone
from app.web.changes import Changes
from app.web.collecting import collect_seldom
from app.web.frame import bare_site
from app.web.logs import RequestLog, configure_logs
from app.web.middleware import (
    EntityTags,
    Failures,
    HeadAsGet,
    OnlyKnownHosts,
    SecurityHeaders,
    WholeAddresses,
)
from app.web.pages import (
    account,
    adding,
    audit,
    boards,
    building,
    building_whole,
    changing,
    citing,
    codebook,
    codebook_csv,
    consent,
    contact,
    coverage,
    desk,
    door,
    door_desk,
    editing,
    forgotten,
    guides,
    harvesting,
    history,
    jobs,
    language,
    lenses,
    machinery,
    marking,
    memos,
    mine,
    names,
    paper,
    patterns,
    people,
    pictures,
    portraits,
    quotes_queue,
    reading,
    reshaping,
    restored,
    second_factor,
    session_joining,
    session_live,
    session_reports,
    session_sheets,
    session_walls,
    sessions,
    signing_in,
    single_sign_on,
    specification_files,
    specification_health,
    specification_requirements,
    specifications,
    taking,
    tokens,
    tracing,
    withdrawing,
)
from app.web.privacy import Privacy
from app.web.session_hub import Hub
from app.web.stopping import heard_first

PAGES = (
    building,  # before a persona's page, whose address holds any text
    building_whole,
    coverage,  # before the personas, one of which could have its address
    harvesting,
    citing,  # before a story's permanent address, which holds any text
    reading,
    history,
    language,
    marking,
    quotes_queue,
    reshaping,
    lenses,
    memos,
    taking,
    paper,
    patterns,
    tracing,
    boards,
    session_joining,
    sessions,
    session_reports,
    session_sheets,
    session_live,
    session_walls,
    specifications,
    specification_requirements,
    specification_files,
    specification_health,
    machinery,
    contact,
    signing_in,
    single_sign_on,
    second_factor,
    forgotten,
    account,
    desk,
    people,
    mine,
    tokens,
    codebook_csv,
    codebook,
    consent,
    names,
    withdrawing,
    adding,
    editing,
    pictures,
    portraits,
    door,
    door_desk,
    audit,
    restored,
    jobs,
    changing,
    guides,
    searching,
    stories,
    personas,
    themes,
    quotes,
    watched,
    api_tracing,
    documentation,
)
BOUND_TO_LOOPBACK = "BOUND_TO_LOOPBACK"  # set by `storyhold serve` for its worker processes


def create_app(archive: Archive, *, bound_to_loopback: bool = False, watching: bool = True) -> FastAPI:
    """The application for one archive; its keeper starts and stops with it."""
    app = FastAPI(
        title=f"{archive.settings.title} API",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
        lifespan=_while_served,
        middleware=_middleware(archive.settings),
        routes=_routes(),
    )
    app.state.archive, app.state.keeper = archive, Keeper(archive, watching=watching)
    app.state.worker = Worker(archive, app.state.keeper.complete)
    app.state.bound_to_loopback, app.state.hub = bound_to_loopback, Hub(archive)
    errors.install(app, bare_site(archive.settings))
    documentation.describe_tokens(app)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """All routes. They know of no archive: what FastAPI works out for each is worked out once."""
    router = APIRouter()
    for module in PAGES:
        router.include_router(module.router)
    return router.routes


@asynccontextmanager
async def _while_served(app: FastAPI) -> AsyncIterator[None]:
    archive, keeper, worker = app.state.archive, app.state.keeper, app.state.worker
    keeper.start()
    worker.start()
    archive.readings.start()
    collect_seldom()
    with heard_first(app.state.hub.stop):
        yield
    app.state.hub.close()
    worker.stop()
    keeper.stop()
    worker.join()
    archive.readings.stop()
    archive.close()


def _middleware(settings: Settings) -> list[Middleware]:
    """Outermost first."""
    site = bare_site(settings)
    return [
        Middleware(RequestLog),
        Middleware(SecurityHeaders),
        Middleware(OnlyKnownHosts, hosts=settings.allowed_hosts),
        Middleware(WholeAddresses),
        Middleware(HeadAsGet),
        Middleware(GZipMiddleware, minimum_size=600, compresslevel=6),
        Middleware(EntityTags),
        Middleware(Privacy),
        Middleware(TokensAlone, refused=errors.refusal(site)("/", TokenRefused())),
        Middleware(
            Failures,
            answer=errors.answer(site, "/", 500),
            api_answer=errors.answer(site, "/api/", 500),
        ),
        Middleware(Changes, refuse=errors.refusal(site)),
    ]


def from_environment() -> FastAPI:
    """The application as each worker process of `storyhold serve` makes it."""
    configure_logs()
    settings = load_settings()
    archive = open_archive(settings, choose_engine(settings))
    return create_app(archive, bound_to_loopback=os.environ.get(BOUND_TO_LOOPBACK) == "yes")

"""Archives for the tests: real folders, SQLite and the index, served by the application."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from app.config import Settings, load_settings
from app.search.engines import choose_engine
from app.services.archive import Clock, open_archive
from app.web.app import create_app
from tests.web.asking import Web

ROOT = Path(__file__).parents[2]
READ_SECONDS = 60
Files = Mapping[str, str | bytes]


def settings_for(folder: Path, **settings: str) -> Settings:
    """Settings of an archive that lies in one folder, and that nothing around it changes."""
    places = {name: str(folder / name.lower()) for name in ("STORIES", "PERSONAS", "SEARCH_INDEX", "STATE")}
    given = places | {name.upper(): value for name, value in settings.items()}
    return load_settings({f"STORYHOLD_{name}": value for name, value in given.items()})


def write(folder: Path, files: Files) -> None:
    """Drop files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def opened(
    folder: Path,
    *,
    at_loopback: bool = False,
    watching: bool = False,
    clock: Clock | None = None,
    **settings: str,
) -> Iterator[Web]:
    """An application that has not begun to read its folders."""
    told = settings_for(folder, **settings)
    archive = open_archive(told, choose_engine(told), **({"clock": clock} if clock else {}))
    app = create_app(archive, bound_to_loopback=at_loopback, watching=watching)
    with asyncio.Runner() as runner:
        web = Web(app, archive, runner)
        try:
            yield web
        finally:
            if web.app.state.keeper._thread.is_alive():
                web.app.state.keeper.stop()
            web.archive.close()


@contextmanager
def stopped(web: Web) -> Iterator[Settings]:
    """The archive as between the end of a server and the start of the next one."""
    told, clock, to_here = web.archive.settings, web.archive.clock, web.app.state.bound_to_loopback
    web.archive.close()
    yield told
    web.archive = open_archive(told, choose_engine(told), clock=clock)
    web.app = create_app(web.archive, bound_to_loopback=to_here, watching=False)
    begin(web)


def begin(web: Web) -> None:
    """Read the folders, as at the start of a server; a keeper that does not watch has no more to do."""
    keeper = web.app.state.keeper
    keeper.start()
    assert keeper.complete.wait(READ_SECONDS)
    if not keeper.watching:
        keeper.stop()


@contextmanager
def served(
    folder: Path,
    stories: Files | None = None,
    personas: Files | None = None,
    *,
    at_loopback: bool = False,
    watching: bool = False,
    clock: Clock | None = None,
    **settings: str,
) -> Iterator[Web]:
    """An application that has read its folders."""
    write(folder / "stories", stories or {})
    write(folder / "personas", personas or {})
    with opened(folder, at_loopback=at_loopback, watching=watching, clock=clock, **settings) as web:
        begin(web)
        yield web


def always(iso: str) -> Clock:
    """A clock that stands still."""
    return lambda: datetime.fromisoformat(iso)


def story(body: str = "She rang back.", *keys: str, uses: str = "publication") -> str:
    """A story file; `keys` are further lines of front matter."""
    return "\n".join(["---", *keys, f"consent: {{uses: [{uses}]}}", "---", body, ""])

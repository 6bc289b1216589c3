"""Archives behind a real port, in this process, so that a browser can ask them."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from app.config import Settings, load_settings, variable
from app.search.engines import choose_engine
from app.services.archive import open_archive
from app.services.indexing import update_search
from app.services.reconcile import reconcile
from app.web.app import create_app

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
FOLDERS = {
    "stories": "stories",
    "personas": "personas",
    "search_index": "index",
    "state": "state",
    "withdrawals": "withdrawals.jsonl",
}


@dataclass(frozen=True)
class Place:
    """Where an archive answers, and the folder in which it lies."""

    address: str
    folder: Path


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Put these files ('stories/…', 'personas/…') into an archive's folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def take_in(folder: Path) -> None:
    """Read the folder once, as a server did that has stopped since."""
    settings = settings_for(folder)
    archive = open_archive(settings, choose_engine(settings))
    try:
        reconcile(archive)
        update_search(archive)
    finally:
        archive.close()


def settings_for(folder: Path, **told: str) -> Settings:
    places = {name: str(folder / place) for name, place in FOLDERS.items()}
    return load_settings({variable(name): value for name, value in (places | told).items()})


@contextmanager
def serving(folder: Path, **told: str) -> Iterator[Place]:
    """The archive in this folder on a free port, watched, once it is complete; `told` are settings."""
    for name in ("stories", "personas"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    settings = settings_for(folder, **told)
    app = create_app(open_archive(settings, choose_engine(settings)), bound_to_loopback=True)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", timeout_graceful_shutdown=3))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            _wait(server)
            assert app.state.keeper.complete.wait(PATIENCE_SECONDS)
            yield Place(f"http://127.0.0.1:{listener.getsockname()[1]}", folder)
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)


def _wait(server: uvicorn.Server) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while not server.started:
        assert time.monotonic() < patience, "the server did not start"
        time.sleep(0.02)

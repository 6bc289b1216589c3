"""`storyhold serve`: what is said before the first page, and a port that is free."""

import os
import socket
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from app.cli_terminal import fail, note_address, opened_archive, progress, said
from app.cli_users import first_steward_line
from app.config import Settings, load_settings
from app.records.holding import Hold
from app.search.engines import choose_engine
from app.services.archive import open_archive
from app.services.indexing import update_search
from app.services.insight.lens_making import begin_with_example
from app.services.mailing import NO_ADDRESS
from app.services.rebuilding import rebuild
from app.services.reconcile import read_as_now, reconcile

GRACE_SECONDS = 5
PATIENCE_SECONDS = 15  # with a silent worker: where much else runs, one needs more than 5 to begin
SAMPLES = Path(__file__).parents[1] / "stories"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    host: Annotated[str, typer.Option(help="address to answer at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="processes")] = 1,
) -> None:
    """Serve the archive as pages and as JSON."""
    from app.web.app import BOUND_TO_LOOPBACK, create_app  # a third of what any other command takes to begin

    settings = load_settings()
    port = _free_port(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    to_first_steward = _made_ready(settings, address)
    hold = Hold(settings.state)  # from before anybody is told of it until the end: no restore comes between
    typer.echo(f"Storyhold is at {address}")
    if to_first_steward:
        typer.echo(to_first_steward)
    os.environ[BOUND_TO_LOOPBACK] = "yes" if host in LOOPBACK else "no"
    options = _options(settings, host, port)
    try:
        if workers > 1:
            uvicorn.run("app.web.app:from_environment", factory=True, workers=workers, **options)
        else:
            archive = open_archive(settings, choose_engine(settings))
            uvicorn.run(create_app(archive, bound_to_loopback=host in LOOPBACK), **options)
    finally:
        hold.release()


def _made_ready(settings: Settings, address: str) -> str | None:
    """Read the files where they were never read by these settings; what the first steward is told, if any.

    So the first page has something on it, and nothing that the settings no longer open.
    """
    with opened_archive(settings) as archive:
        ready = read_as_now(archive)
        if not ready and settings.stories.resolve() == SAMPLES:
            begin_with_example(archive)
        note_address(settings, address)
        to_first_steward = first_steward_line(archive)
    _warn_of_absent(settings)
    if not ready:
        said.print("Reading the files; with thousands of them this takes some minutes, once.")
        bring_up_to_date(settings)
    return to_first_steward


def _options(settings: Settings, host: str, port: int) -> dict[str, Any]:
    """How Uvicorn serves."""
    return {
        "host": host,
        "port": port,
        "access_log": False,
        "log_level": "warning",
        "server_header": False,
        "timeout_graceful_shutdown": GRACE_SECONDS,
        "timeout_worker_healthcheck": PATIENCE_SECONDS,
        "forwarded_allow_ips": ",".join(settings.forwarded_allow_ips) or "",
        "proxy_headers": bool(settings.forwarded_allow_ips),
    }


def _warn_of_absent(settings: Settings) -> None:
    if settings.smtp_url and not settings.base_url:
        said.print(NO_ADDRESS, markup=False)
    for folder, name in ((settings.stories, "STORYHOLD_STORIES"), (settings.personas, "STORYHOLD_PERSONAS")):
        if not folder.is_dir():
            said.print(
                f"There is no folder {folder} yet. Make it, or name another with {name}.", markup=False
            )


def _free_port(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            fail(f"Port {port} may not be used by this account. Try: make serve PORT=8001")
        except OSError as error:
            if isinstance(error, socket.gaierror):
                fail(f"There is no address {host} on this machine. Try: storyhold serve --host 127.0.0.1")
            fail(f"Port {port} is taken. Try: make serve PORT={port + 1 if port < 65535 else 8001}")
        return int(probe.getsockname()[1])


def bring_up_to_date(settings: Settings, *, again: bool = False) -> None:
    """Take in what changed in the folders, for pages and search; `again` writes what is derived afresh."""
    with opened_archive(settings) as archive:
        with progress("Reading the files") as report:
            done = rebuild(archive, report) if again else reconcile(archive, progress=report)
        with progress("Bringing search up to date") as report:
            searched = update_search(archive, report)
    taken = f"{done.seen} files, {done.changed} taken in, {done.removed} gone"
    said.print(f"{taken}; {searched} stories brought up to date in search.")

"""The same services from a terminal. The terminal acts as a steward."""

import json
import os
import socket
import sys
from dataclasses import asdict
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvicorn

from app.cli_backup import backup, restore_backup
from app.cli_codebook import codebook
from app.cli_consent import erase_story, withdraw_story
from app.cli_gathering import bring_in
from app.cli_terminal import opened_archive, progress, said
from app.cli_users import first_steward_line, users
from app.config import Settings, load_settings
from app.errors import StoryholdError
from app.records.model import Problem
from app.services.archive import open_archive, utc_now
from app.services.checking import Checked, check_archive, check_paths
from app.services.disk import disk_named
from app.services.doctor import Finding, diagnose
from app.services.indexing import update_search
from app.services.insight.lens_making import begin_with_example
from app.services.mailing import NO_ADDRESS
from app.services.rebuilding import rebuild
from app.services.reconcile import read_as_now, reconcile
from app.web.app import BOUND_TO_LOOPBACK, choose_engine, create_app
from app.web.logs import configure_logs

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="An archive for stories and personas.")
cli.add_typer(users, name="user")
cli.add_typer(codebook, name="codebook")
cli.command()(backup)
cli.command("restore")(restore_backup)
cli.command("withdraw")(withdraw_story)
cli.command("erase")(erase_story)
cli.command("import")(bring_in)
GRACE_SECONDS = 5
SAMPLES = Path(__file__).parents[1] / "stories"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Format(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="text, or json for programs")]


def main() -> None:
    """Run a command; what the archive refuses is one sentence and exit code 1."""
    configure_logs()
    try:
        with disk_named():
            cli(prog_name="storyhold")
    except StoryholdError as error:
        _fail(str(error))


def _fail(sentence: str) -> NoReturn:
    said.print(sentence, markup=False)
    sys.exit(1)


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="address to answer at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="processes")] = 1,
) -> None:
    """Serve the archive as pages and as JSON."""
    settings = load_settings()
    port = _free_port(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    with opened_archive(settings) as archive:
        ready = read_as_now(archive)
        if not ready and settings.stories.resolve() == SAMPLES:
            begin_with_example(archive)
        to_first_steward = first_steward_line(archive, address)
    _warn_of_absent(settings)
    if not ready:
        said.print("Reading the files; with thousands of them this takes some minutes, once.")
        _index(settings)  # a first page with something on it, and nothing that the settings no longer open
    typer.echo(f"Storyhold is at {address}")
    if to_first_steward:
        typer.echo(to_first_steward)
    os.environ[BOUND_TO_LOOPBACK] = "yes" if host in LOOPBACK else "no"
    options = {
        "host": host,
        "port": port,
        "access_log": False,
        "log_level": "warning",
        "server_header": False,
        "timeout_graceful_shutdown": GRACE_SECONDS,
        "forwarded_allow_ips": ",".join(settings.forwarded_allow_ips) or "",
        "proxy_headers": bool(settings.forwarded_allow_ips),
    }
    if workers > 1:
        uvicorn.run("app.web.app:from_environment", factory=True, workers=workers, **options)  # type: ignore[arg-type]
        return
    archive = open_archive(settings, choose_engine(settings))
    uvicorn.run(create_app(archive, bound_to_loopback=host in LOOPBACK), **options)  # type: ignore[arg-type]


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
            _fail(f"Port {port} may not be used by this account. Try: make serve PORT=8001")
        except OSError as error:
            if isinstance(error, socket.gaierror):
                _fail(f"There is no address {host} on this machine. Try: storyhold serve --host 127.0.0.1")
            _fail(f"Port {port} is taken. Try: make serve PORT={port + 1 if port < 65535 else 8001}")
        return int(probe.getsockname()[1])


@cli.command()
def index(
    rebuild_all: Annotated[bool, typer.Option("--rebuild", help="write everything derived afresh")] = False,
) -> None:
    """Bring catalogue and search up to date with the folders."""
    _index(load_settings(), again=rebuild_all)


def _index(settings: Settings, *, again: bool = False) -> None:
    with opened_archive(settings) as archive:
        with progress("Reading the files") as report:
            done = rebuild(archive, report) if again else reconcile(archive, progress=report)
        with progress("Bringing search up to date") as report:
            searched = update_search(archive, report)
    taken = f"{done.seen} files, {done.changed} taken in, {done.removed} gone"
    said.print(f"{taken}; {searched} stories brought up to date in search.")


@cli.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="files or folders", exists=True)] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Say what a person should mend in the files, and which stories readers do not see."""
    settings = load_settings()
    with progress("Checking") as report:
        if paths:
            checked = check_paths(paths, settings, utc_now(), report)
        else:
            checked = check_archive(settings, utc_now(), report)
    _print_json(checked) if form is Format.JSON else _print_text(checked)
    raise typer.Exit(1 if checked.problems else 0)


def _print_json(checked: Checked) -> None:
    problems = [asdict(problem) for problem in checked.problems]
    hidden = [{"file": p.file, "key": p.key, "reason": p.reason, "remedy": p.remedy} for p in checked.hidden]
    typer.echo(json.dumps({"problems": problems, "hidden": hidden}, ensure_ascii=False, indent=2))


def _print_text(checked: Checked) -> None:
    for problem in checked.problems:
        typer.echo(_line(problem))
    if checked.hidden:
        between = "\n" if checked.problems else ""
        typer.echo(f"{between}What readers do not see, and why:")
    by_reason = sorted(checked.hidden, key=lambda p: (p.reason, p.remedy, p.file))
    for (reason, remedy), group in groupby(by_reason, key=lambda p: (p.reason, p.remedy)):
        files = [problem.file for problem in group]
        typer.echo(f"\n{reason} {remedy} ({len(files)})")
        typer.echo("\n".join(f"  {file}" for file in files))
    aside = len({p.file for p in checked.problems if p.set_aside})
    found = [_some(checked.files, "file"), _some(len(checked.problems), "problem")]
    between = "\n" if checked.problems or checked.hidden else ""
    typer.echo(f"{between}{', '.join(found)}, {_some(aside, 'file')} set aside.")


def _some(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _line(problem: Problem) -> str:
    """file:line:key, so that an editor can jump to it."""
    place = ":".join(str(part) for part in (problem.file, problem.line, problem.key) if part is not None)
    aside = " Set aside." if problem.set_aside else ""
    return f"{place}: {problem.reason} {problem.remedy}{aside}"


@cli.command()
def doctor(form: FormatOption = Format.TEXT) -> None:
    """Say how the archive is: settings, versions, permissions, the index, files set aside."""
    with opened_archive() as archive:
        findings = diagnose(archive)
    if form is Format.JSON:
        typer.echo(json.dumps({"findings": [asdict(one) for one in findings]}, ensure_ascii=False, indent=2))
    else:
        _print_findings(findings)
    raise typer.Exit(1 if any(one.remedy for one in findings) else 0)


def _print_findings(findings: list[Finding]) -> None:
    section = ""
    for one in findings:
        if one.section != section:
            section = one.section
            typer.echo(f"\n{section.capitalize()}")
        typer.echo(f"  {one.name}: {one.value or '(empty)'}{f'  -> {one.remedy}' if one.remedy else ''}")


if __name__ == "__main__":  # `python -m app.cli` is `storyhold`, where it is not installed
    main()

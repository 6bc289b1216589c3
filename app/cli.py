"""The same services from a terminal. The terminal acts as a steward."""

import json
from dataclasses import asdict
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from app.cli_backup import backup, restore_backup
from app.cli_citing import cite
from app.cli_codebook import codebook
from app.cli_consent import erase_story, withdraw_story
from app.cli_evidence import check_evidence
from app.cli_gathering import bring_in
from app.cli_serving import bring_up_to_date, serve
from app.cli_terminal import fail, opened_archive, progress
from app.cli_tracing import trace
from app.cli_users import users
from app.config import load_settings
from app.errors import StoryholdError
from app.records.model import Problem
from app.services.archive import utc_now
from app.services.checking import Checked, check_archive, check_paths
from app.services.disk import disk_named
from app.services.doctor import Finding, diagnose
from app.web.logs import configure_logs

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="An archive for stories and personas.")
cli.add_typer(users, name="user")
cli.add_typer(codebook, name="codebook")
cli.command()(serve)
cli.command()(backup)
cli.command("restore")(restore_backup)
cli.command("withdraw")(withdraw_story)
cli.command("erase")(erase_story)
cli.command("import")(bring_in)
cli.command()(trace)
cli.command()(cite)


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
        fail(str(error))


@cli.command()
def index(
    rebuild_all: Annotated[bool, typer.Option("--rebuild", help="write everything derived afresh")] = False,
) -> None:
    """Bring catalogue and search up to date with the folders."""
    bring_up_to_date(load_settings(), again=rebuild_all)


@cli.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="files or folders", exists=True)] = None,
    evidence: Annotated[
        bool,
        typer.Option("--evidence", help="what changed under personas and sessions since they were looked at"),
    ] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Say what a person should mend in the files, and which stories readers do not see."""
    if evidence:
        if paths:
            raise typer.BadParameter("Personas are looked at all together: name no files with --evidence.")
        check_evidence(as_json=form is Format.JSON)
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

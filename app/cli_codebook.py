"""`storyhold codebook`: the codebook as CSV, out and in."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli_terminal import address_of, opened_archive
from app.database.visibility import TERMINAL
from app.exports.codebook_csv import codebook_lines, taguette_lines
from app.services.archive import Archive
from app.services.codebook import DESK
from app.services.codebook_csv import Plan, apply_import, codebook_rows, plan_import
from app.services.indexing import update_search

codebook = typer.Typer(help="The codebook as CSV.", no_args_is_help=True)


@codebook.command("export")
def take_away(
    taguette: Annotated[bool, typer.Option("--taguette", help="tag and description alone")] = False,
) -> None:
    """Write the codebook to the terminal, or into a file after `>`."""
    with opened_archive() as archive:
        text = "".join((taguette_lines if taguette else codebook_lines)(codebook_rows(archive, TERMINAL)))
    sys.stdout.buffer.write(text.encode())


@codebook.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(help="a CSV file", exists=True, dir_okay=False)],
    yes: Annotated[bool, typer.Option("--yes", help="bring it in; without, only look")] = False,
) -> None:
    """Say what a CSV file would change in the codebook, and bring it in with --yes.

    Exits with 1 where a row is refused, also when the others are brought in.
    """
    content = file.read_bytes()
    with opened_archive() as archive:
        plan = plan_import(archive, TERMINAL, content)
        _tell(plan)
        if yes and plan.entries:
            step = apply_import(archive, TERMINAL, content, expected=plan.digest, by=None)
            update_search(archive)
            typer.echo(_brought_in(archive, step))
        elif plan.entries:
            typer.echo("Nothing is written yet: add --yes to bring it in.")
    raise typer.Exit(1 if plan.refused else 0)


def _brought_in(archive: Archive, step: int) -> str:
    """That it is done, and where it can be undone: among what was done last."""
    if not step:
        return "Everything stood there already; nothing was changed."
    address = f"{address_of(archive.settings)}{DESK}?steps=1#step-{step}"
    return f"Brought in, as step {step}. A steward can undo it under “What was done last”: {address}"


def _tell(plan: Plan) -> None:
    new = len(plan.entries) - len(plan.now)
    for one in plan.refused:
        typer.echo(f"line {one.number}: {one.reason}", err=True)
    typer.echo(
        f"{new} new, {len(plan.now)} changed, {plan.unchanged} as before, {len(plan.refused)} refused."
    )

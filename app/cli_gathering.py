"""`storyhold import`: files, folders and zips from a terminal, as drafts that nobody reads yet."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli_terminal import opened_archive, run_job, said
from app.errors import ImportRefused
from app.records.model import Use
from app.services.archive import Archive
from app.services.gathering.addressing import named_in_address
from app.services.gathering.drafting import Wishes
from app.services.gathering.importing import Source, begin_import, sources
from app.services.gathering.reporting import Imported, report_of
from app.services.reconcile import reconcile

IN_ADDRESS = "{slug}: this address may tell who somebody is. Give it another under ‘Names left behind’."


class Format(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


def bring_in(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="files, folders or zips")],
    uses: Annotated[str, typer.Option(help="uses that were agreed, such as design,publication")] = "",
    site: Annotated[str, typer.Option(help="where the stories were gathered")] = "",
    gatherer: Annotated[str, typer.Option(help="who gathered them, as her account says it")] = "",
    shape: Annotated[Format, typer.Option("--format", help="text, or json for programs")] = Format.TEXT,
) -> None:
    """Bring in stories: Word, OpenDocument, RTF, HTML, PDF, subtitles, transcripts, Markdown."""
    wishes = Wishes(_uses(uses), " ".join(site.split()), " ".join(gatherer.split()))
    with opened_archive() as archive:
        imported = _imported(archive, paths, wishes)
        named = named_in_address(archive, [story.id for story in imported.stories])
    for slug in named:
        said.print(IN_ADDRESS.format(slug=slug), markup=False)
    if shape is Format.JSON:
        typer.echo(json.dumps(asdict(imported), ensure_ascii=False, indent=2))
    else:
        _print(imported)
    sys.exit(1 if imported.problems else 0)


def _uses(text: str) -> tuple[str, ...]:
    named = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [part for part in named if part not in tuple(Use)]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]} is none of {', '.join(Use)}", param_hint="--uses")
    return tuple(use.value for use in Use if use.value in named)


def _imported(archive: Archive, paths: Sequence[Path], wishes: Wishes) -> Imported:
    reconcile(archive)
    found = [one for path in paths for one in _found_in(path)]
    job = begin_import(archive, found, wishes, by=None)
    run_job(archive, job, "Bringing in")
    return report_of(archive, job)


def _found_in(path: Path) -> Sequence[Source]:
    try:
        return list(sources([path]))
    except ImportRefused as refused:
        said.print(f"{path}: {refused}", markup=False)
        sys.exit(1)


def _print(imported: Imported) -> None:
    for story in imported.stories:
        typer.echo(f"{story.file}: story {story.id}, {story.slug}")
    for text in imported.waiting:
        typer.echo(f"{text.file}: waits at {text.address} to be looked through before it is saved.")
    for one in imported.problems:
        line = f", line {one.line}" if one.line is not None else ""
        said.print(f"{one.file}{line}: {one.reason} {one.remedy}", markup=False)
    waiting = f", {len(imported.waiting)} to be looked through" if imported.waiting else ""
    typer.echo(f"{imported.created} brought in, {imported.unchanged} there before{waiting}.")

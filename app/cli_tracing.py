"""`storyhold trace`: where the quotations in files come from."""

import json
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli_terminal import opened_archive, progress, said
from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Role
from app.errors import ImportRefused
from app.imports.names import kind_of
from app.services.archive import Archive
from app.services.indexing import update_search
from app.services.reconcile import reconcile
from app.services.tracing.documents import KINDS, paragraphs_of
from app.services.tracing.reporting import report
from app.services.tracing.signs import Checked, State
from app.services.tracing.tracing import Traced, Tracer

SHOWN = 70  # characters of a quotation in a list
SIGNS = {
    State.RIGHT: "the sign is right",
    State.OTHER: "the sign is not right: other words stood there in that version",
    State.UNKNOWN: "the sign leads nowhere",
    State.TAKEN_BACK: "the story was taken back",
}
Texts = list[tuple[Path, list[str]]]


class Format(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


class Reader(StrEnum):
    """As whom to look."""

    ANONYMOUS = "anonymous"
    MEMBER = "member"
    COMMISSIONER = "commissioner"
    GATHERER = "gatherer"
    STEWARD = "steward"


def trace(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="files or folders", exists=True)],
    shape: Annotated[Format, typer.Option("--format", help="text, or json for programs")] = Format.TEXT,
    reader: Annotated[
        Reader | None, typer.Option("--as", help="look as this reader; without it, as a steward")
    ] = None,
) -> None:
    """Find the story, passage and version of each quotation: one for each paragraph of a file."""
    texts, refused = _texts(paths)
    with opened_archive() as archive:
        with progress("Reading the stories") as report_files:
            reconcile(archive, progress=report_files)
        update_search(archive)
        found = _traced(archive, _actor(reader), texts)
    if shape is Format.JSON:
        everything = [one for _, traced in found for one in traced]
        typer.echo(json.dumps(report(everything), ensure_ascii=False, indent=2))
    else:
        _print(found)
    wrong = any(one.sign and one.sign.state is State.OTHER for _, traced in found for one in traced)
    sys.exit(1 if refused or wrong else 0)


def _actor(reader: Reader | None) -> Actor:
    if reader in (None, Reader.STEWARD):
        return TERMINAL
    if reader is Reader.ANONYMOUS:
        return ANONYMOUS
    return Actor(roles=frozenset({Role(reader)}), signed_in=True)


def _texts(paths: Sequence[Path]) -> tuple[Texts, bool]:
    """The paragraphs of each file, and whether one could not be read: that is said at once."""
    texts: Texts = []
    refused = False
    for path in (one for given in paths for one in _files(given)):
        try:
            texts.append((path, paragraphs_of(path.name, path.read_bytes())))
        except (ImportRefused, OSError) as error:
            said.print(f"{path}: {error}", markup=False)
            refused = True
    return texts, refused


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from sorted(one for one in path.rglob("*") if one.is_file() and kind_of(one.name) in KINDS)


def _traced(archive: Archive, actor: Actor, texts: Texts) -> list[tuple[Path, list[Traced]]]:
    total, done = sum(len(paragraphs) for _, paragraphs in texts), 0
    found: list[tuple[Path, list[Traced]]] = []
    with progress("Tracing") as report_done, archive.engine.connect() as connection:
        tracer = Tracer(archive, connection, actor)
        for path, paragraphs in texts:
            found.append((path, []))
            for text in paragraphs:
                found[-1][1].append(tracer.trace(text))
                done += 1
                report_done(done, total)
    return found


def _print(found: Sequence[tuple[Path, Sequence[Traced]]]) -> None:
    for path, traced in found:
        typer.echo(f"{path}")
        for number, one in enumerate(traced, 1):
            typer.echo("\n".join(_lines(number, one)))
    everything = [one for _, traced in found for one in traced]
    typer.echo(f"{sum(one.found for one in everything)} of {len(everything)} found.")


def _of_sign(checked: Checked) -> str:
    """What came of it; of a right one how the words stand today."""
    if checked.state is not State.RIGHT:
        return SIGNS[checked.state]
    now = "the words stand there now" if checked.stands else "the words stand there no longer"
    return f"{SIGNS[checked.state]}; {now}. {checked.uses}".rstrip()


def _lines(number: int, traced: Traced) -> Iterator[str]:
    yield f"  {number}. {traced.text[:SHOWN]}{'…' if len(traced.text) > SHOWN else ''}"
    if traced.sign:
        yield f"     {traced.sign.sign.text}: {_of_sign(traced.sign)}"
    if traced.altered:
        yield "     those beside it are not its words"
    if not traced.found:
        yield "     not found"
        return
    sure = "sure" if traced.sure else "not sure"
    for place in traced.places:
        whose = f"{place.storyteller}, " if place.storyteller else ""
        where = f"{whose}{place.story_id}#{place.anchor}, version {place.version}"
        where += "" if place.current else ", and today" if traced.stands else ", not the current one"
        yield f"     {where} ({sure}, {traced.confidence:.2f})"
        if place.difference:
            yield f"     {place.difference}"

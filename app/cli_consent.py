"""`storyhold withdraw` and `storyhold erase`: taking a story back from a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from app.cli_terminal import opened_archive, progress, said
from app.database.visibility import TERMINAL
from app.errors import InvalidText, NotFound, StoryholdError, Withdrawn
from app.services.archive import Archive
from app.services.finishing import finish
from app.services.impact import read_withdrawal
from app.services.merging import merge_withdrawals
from app.services.telling import read_taken_back, tell
from app.services.views import WithdrawPage
from app.services.withdrawing import Outcome, Request, withdraw

StoryId = Annotated[str, typer.Argument(help="the story's id, such as s-7k3fq2mx")]
Yes = Annotated[bool, typer.Option("--yes", help="do not ask; needed where there is no terminal")]
BEYOND = "Printed copies, downloads, older backups and other copies of the folder can not be called back."
NO_STORY = "There is no story with this id."
ASK = "Nothing was done. Say --yes where nobody can be asked."


@contextmanager
def _archive() -> Iterator[Archive]:
    """With what was taken back elsewhere known before anything else is."""
    with opened_archive() as archive:
        merge_withdrawals(archive)
        yield archive


def withdraw_story(
    story_id: StoryId,
    outcome: Annotated[Outcome, typer.Option(help="what is left of it")] = Outcome.KEEP,
    text: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="the file to put in its place")
    ] = None,
    slug: Annotated[str, typer.Option(help="a new file name for that text, without .md")] = "",
    replacement: Annotated[str, typer.Option(help="the id of another story in its place")] = "",
    yes: Yes = False,
) -> None:
    """Take a story back: gone from every page, list and search when this returns."""
    if (outcome is Outcome.ANONYMISE) != (text is not None):
        raise typer.BadParameter("--text FILE belongs to --outcome anonymise, and is needed there.")
    content = text.read_bytes() if text else b""
    _take_back(story_id, Request(outcome, replacement, content, slug), yes=yes)


def erase_story(story_id: StoryId, yes: Yes = False) -> None:
    """Erase a story: file, versions, search, database. It can not be given back."""
    _take_back(story_id, Request(Outcome.ERASE), yes=yes)


def _take_back(story_id: str, request: Request, *, yes: bool) -> None:
    with _archive() as archive:
        page = _impact(archive, story_id)
        _print_impact(page)
        if not yes and not (sys.stdin.isatty() and typer.confirm("Take this story back?", err=True)):
            raise InvalidText(ASK)
        job = withdraw(archive, TERMINAL, page.id, tell(archive, TERMINAL, page.id, request))
        with progress("Wiping its last bytes") as report:
            finish(archive, job, report)
        done = read_taken_back(archive, TERMINAL, job)
    typer.echo(f"{done.id}: {'erased' if request.outcome is Outcome.ERASE else 'taken back'}")
    for one in done.told:
        typer.echo(f"tell\t{one.name}\t{one.email}\t{one.why}")


def _impact(archive: Archive, story_id: str) -> WithdrawPage:
    try:
        page = read_withdrawal(archive, TERMINAL, story_id)
    except (NotFound, Withdrawn):
        page = None
    if page is None:
        raise StoryholdError(NO_STORY)
    return page


def _print_impact(page: WithdrawPage) -> None:
    said.print(
        f"{page.id}: {page.title} ({page.revisions} version{'' if page.revisions == 1 else 's'})",
        markup=False,
    )
    for one in (*page.personas, *page.themes):
        said.print(f"  leans on it: {one.label} ({one.detail})", markup=False)
    for face in page.stories:
        said.print(f"  links to it: {face.name}", markup=False)
    for person in page.told:
        said.print(f"  has to know: {person.name} ({person.why})", markup=False)
    said.print(BEYOND, markup=False)

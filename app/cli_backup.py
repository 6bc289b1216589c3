"""`storyhold backup` and `storyhold restore`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from app.cli_terminal import opened_archive, progress, said
from app.config import Settings, load_settings
from app.errors import BackupFailed, BackupRefused, InvalidText
from app.imports.bundle import is_sealed
from app.search.engines import choose_engine
from app.services.backing_up import BackedUp, back_up
from app.services.dates import moment_label
from app.services.indexing import update_search
from app.services.reconcile import reconcile
from app.services.restoring import Request, Restored, restore
from app.services.withholding import confirm

LONGEST = 1_000  # characters of a passphrase
PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help="its first line is the passphrase", dir_okay=False)
]


@contextmanager
def _disk_errors(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupFailed(f"{what}: {error.strerror or error}.") from None


def _say(sentence: str) -> None:
    said.print(sentence, markup=False)


def backup(
    file: Annotated[Path, typer.Argument(help="where it is to be written")],
    passphrase_file: PassphraseFile = None,
    encrypt: Annotated[bool, typer.Option("--encrypt", help="ask for a passphrase on the terminal")] = False,
    force: Annotated[bool, typer.Option("--force", help="replace a file that is there")] = False,
) -> None:
    """Write everything that can not be made again into one file; people may go on working."""
    with _disk_errors("The backup could not be written"), opened_archive() as archive:
        passphrase = _passphrase(passphrase_file, ask=encrypt, again=True)
        with progress("Backing up (MB)") as report:
            done = back_up(archive, file, passphrase=passphrase, force=force, progress=report)
    _tell_backup(done)


def _tell_backup(done: BackedUp) -> None:
    typer.echo(f"{done.path}: {_counted(done)}, {done.size:,} bytes, checked.")
    if not done.encrypted:
        _say(
            "It is not encrypted: whoever has this file can read every story and has the archive's key.",
        )
    if done.erased_meanwhile:
        _say(
            "A story was erased or its text replaced meanwhile, and may be in it: make another, and delete "
            "this one."
        )


def restore_backup(
    file: Annotated[Path | None, typer.Argument(help="a backup")] = None,
    into: Annotated[
        Path | None, typer.Option(help="an empty folder, to try it out beside the archive", file_okay=False)
    ] = None,
    passphrase_file: PassphraseFile = None,
    discard: Annotated[bool, typer.Option("--discard", help="keep nothing of what was there")] = False,
    confirmed: Annotated[
        bool, typer.Option("--confirm", help="open the stories of a restore that waits for a steward")
    ] = False,
) -> None:
    """Put a backup in the place of the archive, which nobody may have open."""
    if confirmed == (file is not None):
        raise typer.BadParameter("name a backup, or give --confirm alone")
    if file is None:
        _confirm()
        return
    with _disk_errors("The backup could not be restored"):
        request = _request(file, into, passphrase_file, discard)
        with progress("Reading the backup (MB)") as report, progress("Reading the files") as reading:
            done = restore(request, report, reading)
    _tell_restored(done, request.settings)


def _request(file: Path, into: Path | None, passphrase_file: Path | None, discard: bool) -> Request:
    settings = load_settings()
    if not file.is_file():
        raise BackupRefused(f"There is no file {file}.")
    passphrase = _passphrase(passphrase_file, ask=is_sealed(file), again=False)
    placed = _below(settings, into) if into else settings
    return Request(file, placed, choose_engine, settings.withdrawals, passphrase, discard)


def _below(settings: Settings, folder: Path) -> Settings:
    """The same settings for an archive that lies in one folder."""
    folder = folder.absolute()
    if folder.is_dir() and any(folder.iterdir()) and not (folder / ".storyhold").is_dir():
        raise BackupRefused(f"{folder} is not empty. Name a folder that is, or that is not there yet.")
    given = {"STORYHOLD_STORIES": folder / "stories", "STORYHOLD_PERSONAS": folder / "personas"}
    given |= {"STORYHOLD_SEARCH_INDEX": folder / "search_index", "STORYHOLD_STATE": folder / ".storyhold"}
    kept = {"STORYHOLD_SEARCH": settings.search, "STORYHOLD_SEARCH_LANGUAGE": settings.search_language}
    kept["STORYHOLD_UNSTATED_USES"] = ",".join(settings.unstated_uses)
    return load_settings({name: str(path) for name, path in given.items()} | kept)


def _counted(done: BackedUp | Restored) -> str:
    stories = "1 story" if done.stories == 1 else f"{done.stories:,} stories"
    return f"{stories}, {'1 persona' if done.personas == 1 else f'{done.personas:,} personas'}"


def _tell_restored(done: Restored, settings: Settings) -> None:
    at = moment_label(done.at, settings.language)
    typer.echo(
        f"The archive is as it was on {at}: {_counted(done)}. "
        "Everybody signs in anew, with the roles and passwords of then; look through storyhold user list. "
        "The audit and the ledger end where the backup does."
    )
    if done.aside:
        _say(f"What was there before lies in {done.aside}. Delete it when all is well.")
    if done.erased_since:
        _say("What was there before was not kept: it may have held a story that was erased.")
    if not done.withheld:
        _say("What was taken back since stays taken back.")
    else:
        _say(
            f"{settings.withdrawals} says nothing that is newer than this backup, so every story is for "
            "stewards alone until one of them confirms at /desk/restored, or you with "
            "storyhold restore --confirm.",
        )


def _confirm() -> None:
    with opened_archive() as archive:
        if not confirm(archive):
            raise BackupRefused("No restore waits to be confirmed.")
        with progress("Reading the files") as report:
            reconcile(archive, progress=report)
        update_search(archive)
    typer.echo("The stories are read again as their storytellers allow.")


def _passphrase(path: Path | None, *, ask: bool, again: bool) -> str | None:
    if path is not None:
        with _disk_errors("The passphrase could not be read"):
            lines = path.read_bytes().decode("utf-8", "replace").splitlines()
        return _fit(lines[0] if lines else "")
    if not ask:
        return None
    if not sys.stdin.isatty():
        raise BackupRefused("There is no terminal to ask for the passphrase. Use --passphrase-file.")
    return _fit(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=again, err=True))


def _fit(passphrase: str) -> str:
    if not passphrase.strip() or len(passphrase) > LONGEST or "\ufffd" in passphrase:
        raise InvalidText("A passphrase is one line of text that is not empty, in UTF-8.")
    return passphrase

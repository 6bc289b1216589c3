"""Diagnosis: settings, versions, permissions, the index's age, and what is set aside."""

import os
import platform
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, func, select

from app import __version__
from app.database.chain import verify
from app.database.ledgers import AUDIT, AUDIT_TEXT, CONSENT_ENTRY
from app.database.people import ACCOUNT
from app.database.tables import FILE, PERSONA, REVISION, STORY, TASK
from app.errors import InvalidText
from app.records.ids import PREFIX
from app.records.model import RecordKind
from app.records.paths import shown_path
from app.services.archive import Archive
from app.services.gathering.pictures import WAITS_DAYS, missing_pictures, unused_pictures
from app.services.mailing import NO_ADDRESS, mails
from app.services.paper.printing import INSTALL, PrintingMissing, try_printing
from app.services.safekeeping import safekeeping
from app.services.story_team import unseen_waiting

CHAINS = (("audit", AUDIT), ("consent ledger", CONSENT_ENTRY))
TOLD_OF = {  # what is never there without an entry: or a chain could be taken away with its head
    "audit": select(ACCOUNT.c.key),
    "consent ledger": select(STORY.c.id).where(STORY.c.set_aside.is_(False)),
}
BROKEN = (
    "Somebody or something changed the database behind the archive's back. Keep it as it is, "
    "and compare the entries from this one on with your last backup."
)
UNSEEN = "something that its storyteller said waits, and it is kept from the organisations of all stewards"
UNSEEN_REMEDY = (
    "Make somebody of another organisation a steward, with storyhold user add or storyhold user role; or, "
    "where a steward’s organisation is missing or wrong, say it with storyhold user belongs. She answers at "
    "/desk/consent?list=said."
)
NO_PANGO = "can not be made: Pango is not installed. Pages can be printed from a browser"
NO_FILE = (
    "Try again when this machine has less to do; one takes up to 1 GB of memory. docs/paper.md says more."
)
MOST_NAMED = 50  # pictures that are missing
LIBRARIES = ("fastapi", "starlette", "uvicorn", "sqlmodel", "whoosh", "ruamel.yaml", "markdown-it-py", "nh3")


@dataclass(frozen=True)
class Finding:
    """One line of the diagnosis. `remedy` is set where something should be done."""

    section: str
    name: str
    value: str
    remedy: str | None = None


def diagnose(archive: Archive) -> list[Finding]:
    """Everything that one looks at first when something is wrong; secrets are stars."""
    return [
        *(Finding("settings", name, value) for name, value in archive.settings.shown().items()),
        *_versions(),
        *_permissions(archive),
        *_counts(archive),
        *_index(archive),
        *(Finding("backup", *kept) for kept in safekeeping(archive)),
        _mail(archive),
        _paper(),
        *_pictures(archive),
        *_doors(archive),
        *_chains(archive),
    ]


def _versions() -> Iterator[Finding]:
    yield Finding("versions", "storyhold", __version__)
    yield Finding("versions", "python", platform.python_version())
    yield Finding("versions", "sqlite", sqlite3.sqlite_version)
    for name in LIBRARIES:
        yield Finding("versions", name, version(name))


def _permissions(archive: Archive) -> Iterator[Finding]:
    settings = archive.settings
    for folder in (settings.stories, settings.personas):
        yield _record_folder(folder)
    for folder in (settings.state, settings.search_index):
        yield _private_folder(folder)


def _record_folder(folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding("permissions", str(folder), "absent", "Make it, or name another in the settings.")
    if not os.access(folder, os.R_OK | os.X_OK):
        return Finding("permissions", str(folder), "can not be read", f"chmod u+rx '{folder}'")
    return Finding("permissions", str(folder), "can be read")


def _private_folder(folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding("permissions", str(folder), "absent", "Run storyhold index; it is made.")
    mode = stat.S_IMODE(folder.stat().st_mode)
    remedy = f"chmod 700 '{folder}'" if mode & 0o077 else None
    return Finding("permissions", str(folder), f"{mode:04o}", remedy)


def _counts(archive: Archive) -> Iterator[Finding]:
    named = (("files", FILE), ("stories", STORY), ("personas", PERSONA), ("revisions", REVISION))
    with archive.engine.connect() as connection:
        for name, table in named:
            count = connection.execute(select(func.count()).select_from(table)).scalar()
            yield Finding("archive", name, str(count))
        aside = select(FILE.c.kind, FILE.c.path).where(FILE.c.set_aside.is_(True)).order_by(FILE.c.path)
        for kind, path in connection.execute(aside):
            place = archive.stores[RecordKind(kind)].folder / path.partition("/")[2]
            yield Finding("set aside", shown_path(place), "can not be read", "storyhold check says why.")


def _mail(archive: Archive) -> Finding:
    settings = archive.settings
    if settings.smtp_url is None:
        return Finding("mail", "links", "copied by a steward; there is no mail server")
    if not mails(settings):
        return Finding("mail", "links", "not mailed", NO_ADDRESS)
    return Finding("mail", "links", "mailed")


def _paper() -> Finding:
    """Whether PDF files can be made: one is."""
    try:
        try_printing()
    except PrintingMissing:
        return Finding("paper", "PDF files", NO_PANGO, INSTALL)
    except InvalidText:
        return Finding("paper", "PDF files", "can not be made", NO_FILE)
    return Finding("paper", "PDF files", "can be made")


def _index(archive: Archive) -> Iterator[Finding]:
    ready = archive.index.ready()
    remedy = None if ready else "Run storyhold index --rebuild."
    yield Finding("index", "state", "complete" if ready else "absent or corrupt", remedy)
    with archive.engine.connect() as connection:
        waiting = connection.execute(select(func.count()).select_from(TASK)).scalar()
    yield Finding("index", "stories waiting", str(waiting), "Run storyhold index." if waiting else None)
    current = archive.settings.search_index / "CURRENT"
    if current.exists():
        changed = datetime.fromtimestamp(current.stat().st_mtime, UTC).isoformat(timespec="seconds")
        yield Finding("index", "rebuilt", changed)


def _pictures(archive: Archive) -> Iterator[Finding]:
    """Pictures that stories and personas show and the archive has not; and those that nobody shows."""
    missing, unused = missing_pictures(archive), sum(1 for _ in unused_pictures(archive))
    yield Finding("pictures", "shown by no version", f"{unused:,}; they go after {WAITS_DAYS} days")
    for record_id, digest in missing[:MOST_NAMED]:
        kind, address = _place_of(record_id)
        remedy = f"Add it again at {address}, or look in a backup, below media/{record_id}."
        yield Finding("pictures", f"{kind} {record_id}", f"lacks {digest}", remedy)
    if len(missing) > MOST_NAMED:
        yield Finding("pictures", "further ones", f"{len(missing) - MOST_NAMED:,} are missing", "See above.")


def _place_of(record_id: str) -> tuple[str, str]:
    """What kind of record it is, and where its pictures are added."""
    persona = record_id.startswith(PREFIX[RecordKind.PERSONA])
    return ("persona", f"/p/{record_id}/build") if persona else ("story", f"/s/{record_id}/edit")


def _doors(archive: Archive) -> Iterator[Finding]:
    """Stories in which what their storyteller said waits, and no steward may see it."""
    with archive.engine.connect() as connection:
        waiting = unseen_waiting(archive, connection)
    for story_id in waiting:
        yield Finding("her own door", f"story {story_id}", UNSEEN, UNSEEN_REMEDY)


def _chains(archive: Archive) -> Iterator[Finding]:
    """What is written once, verified from its first entry to its last."""
    with archive.engine.connect() as connection:
        for name, table in CHAINS:
            entries, broken = verify(connection, table, archive.key)
            if not entries and connection.execute(TOLD_OF[name].limit(1)).first():
                broken = 1
            if broken is None:
                yield Finding("chains", name, f"{entries:,} entries, whole")
            else:
                value = f"{entries:,} entries, broken at number {broken:,}"
                yield Finding("chains", name, value, BROKEN)
        for number in _changed_reasons(archive, connection):
            yield Finding("chains", f"reason of entry {number:,}", "not as it was written", BROKEN)


def _changed_reasons(archive: Archive, connection: Connection) -> Iterator[int]:
    """Texts beside the audit whose digest in it is another. One that was erased is no longer there."""
    with_entry = AUDIT_TEXT.outerjoin(AUDIT, AUDIT.c.number == AUDIT_TEXT.c.number)
    columns = (AUDIT_TEXT.c.number, AUDIT_TEXT.c.text, AUDIT.c.data)
    for row in connection.execute(select(*columns).select_from(with_entry)):
        if (row.data or {}).get("reason") != archive.keyed("reason", row.text):
            yield row.number

"""Texts on their way in: brought, looked through, saved as a story or dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select, update

from app.database.gathering import INTAKE
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role
from app.errors import NotFound
from app.imports.model import Converted, Report, Turn
from app.records.edit import change_keys
from app.records.ids import PREFIX, mint
from app.records.model import RecordKind, Status
from app.records.paths import make_folders
from app.records.replace import digest_of, replace_file
from app.services.archive import Archive
from app.services.gathering.creating import story_made
from app.services.gathering.drafting import Wishes, draft
from app.services.gathering.forgetting import INCOMING
from app.services.gathering.pictures import forget_pictures, keep_pictures

MOST_SOURCE = 2_000_000  # characters of a source that are shown


def take_to_review(
    archive: Archive,
    account: int | None,
    name: str,
    content: bytes,
    converted: Converted,
    wishes: Wishes,
    *,
    original: bool = True,
    job: int | None = None,
) -> int:
    """Keep a text to be looked through; its key. What was pasted is no original.

    Raises ImportRefused, OSError.
    """
    digest = digest_of(content) if original else ""
    file = draft(archive, converted, name=name, digest=digest, wishes=wishes)
    file = change_keys(file, {"status": Status.DRAFT.value})  # it is ready when it has been looked through
    if original:
        _keep(archive, digest, content)
    story_id = mint(PREFIX[RecordKind.STORY]) if converted.pictures else ""
    data: dict[str, object] = {"becomes": story_id} if story_id else {}  # its pictures are kept for that
    data |= {
        "turns": [asdict(turn) for turn in converted.turns],
        "reports": [asdict(report) for report in converted.reports],
    }
    row = {"account": account, "job": job, "name": name, "digest": digest, "format": converted.format}
    now = archive.now()
    with archive.writing() as connection:
        made = connection.execute(
            insert(INTAKE).values(
                content=file, source=converted.body[:MOST_SOURCE], data=data, made=now, changed=now, **row
            )
        )
        connection.commit()
    keep_pictures(archive, story_id, converted.pictures)
    (key,) = made.inserted_primary_key or (0,)
    return int(key)


def _keep(archive: Archive, digest: str, content: bytes) -> None:
    path = archive.settings.state / INCOMING / digest
    make_folders(path.parent, archive.settings.state)
    path.parent.chmod(0o700)
    replace_file(path, content)
    path.chmod(0o600)


def original_of(archive: Archive, digest: str) -> bytes:
    """What was brought. Raises FileNotFoundError."""
    return (archive.settings.state / INCOMING / digest).read_bytes()


def intake_for(archive: Archive, actor: Actor, account: int | None, key: int) -> AnyRow:
    """A text that is being looked through, for who brought it and for stewards. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = connection.execute(select(INTAKE).where(INTAKE.c.key == key)).first()
    if row is None or not (Role.STEWARD in actor.roles or (account is not None and row.account == account)):
        raise NotFound
    return row


def waiting_for(archive: Archive, actor: Actor, account: int | None) -> Sequence[AnyRow]:
    """What waits to be looked through, the newest first."""
    wanted = select(INTAKE.c.key, INTAKE.c.name, INTAKE.c.format, INTAKE.c.changed, INTAKE.c.digest)
    if Role.STEWARD not in actor.roles:
        wanted = wanted.where(INTAKE.c.account == account)
    with archive.engine.connect() as connection:
        return connection.execute(wanted.order_by(INTAKE.c.key.desc())).all()


def change_intake(archive: Archive, key: int, **values: Any) -> None:
    """Keep what was changed so far."""
    with archive.writing() as connection:
        connection.execute(update(INTAKE).where(INTAKE.c.key == key).values(changed=archive.now(), **values))
        connection.commit()


def drop_intake(archive: Archive, row: AnyRow, *, as_it_was: bool = False) -> bool:
    """Forget a text that became a story, or is to be none; its original where no other waits with it.

    `as_it_was`: only where nobody changed it since the row was read; else it stays, and this is False.
    """
    here = [INTAKE.c.key == row.key, *([INTAKE.c.changed == row.changed] if as_it_was else [])]
    with archive.writing() as connection:
        gone = connection.execute(delete(INTAKE).where(*here)).rowcount == 1
        others = select(INTAKE.c.key).where(INTAKE.c.digest == row.digest)
        last = connection.execute(others).first() is None
        connection.commit()
    if row.digest and last:
        (archive.settings.state / INCOMING / row.digest).unlink(missing_ok=True)
    return gone


def drop_text(archive: Archive, row: AnyRow, *, as_it_was: bool = False) -> bool:
    """Forget a text that is to be no story, and its pictures; whether it went, as `drop_intake` says it."""
    if not drop_intake(archive, row, as_it_was=as_it_was) and as_it_was:
        return False
    story_id = row.data.get("becomes", "")
    if story_made(archive, story_id) is None:  # else it is a story, and a crash kept that from being said
        forget_pictures(archive, story_id)
    return True


def turns_of(data: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Who said what, as it came."""
    return tuple(Turn(**turn) for turn in data.get("turns", ()))


def reports_of(data: Mapping[str, Any]) -> tuple[Report, ...]:
    """What did not come along."""
    return tuple(Report(**report) for report in data.get("reports", ()))

"""Many new stories at once: written, then taken in together with what was announced of them."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from app.database.gathering import ORIGINAL
from app.database.ledgers import JOB
from app.database.people import STORY_PERSON
from app.database.tables import FILE
from app.errors import EditConflict
from app.records.folder import folded
from app.records.model import RecordKey, RecordKind, Slug
from app.records.replace import digest_of
from app.services.archive import Archive
from app.services.gathering.originals import Original, Used, folder_of, keep_bytes, note_originals
from app.services.gathering.pictures import forget_pictures, keep_pictures
from app.services.intents import SAVE, Intent
from app.services.never_came import creating, give_up
from app.services.reconcile import reconcile_named


@dataclass(frozen=True)
class New:
    """A story that is to be: its file, which says its id, and why it is made."""

    record_id: str
    slug: str  # as it would be called; a number is added where that is taken
    content: bytes
    original: Original | None
    intent: Intent
    pictures: tuple[bytes, ...] = ()  # that its text shows, drawn anew


@dataclass(frozen=True)
class Made:
    """A story that is there now."""

    record_id: str
    slug: str
    digest: str


class Names:
    """The addresses that are taken, so that a folder of thousands is looked through once."""

    def __init__(self, archive: Archive) -> None:
        files = archive.stores[RecordKind.STORY].scan()
        self._taken = {folded(file.slug) for file in files}

    def free(self, slug: str) -> Slug:
        """This one, or the first with a number that is free; it is taken from now on."""
        for number in count(1):
            wanted = Slug(slug if number == 1 else f"{slug}-{number}")
            if folded(wanted) not in self._taken:
                break
        self._taken.add(folded(wanted))
        return wanted


def create_all(archive: Archive, news: Sequence[New], *, named: int | None = None) -> list[Made]:
    """Write new stories, each with its original, revision, ledger, audit and catalogue.

    `named` is the account that is named on them. Raises OSError; a story that was written before that is
    there, and nothing is left of the others. Search is not brought up to date.
    """
    if not news:
        return []
    with creating(archive):
        names = Names(archive)
        prepared = [_prepared(one, names) for one in news]
        _announce_all(archive, prepared, named)
        return _all_written(archive, prepared)


def story_made(archive: Archive, story_id: str) -> Made | None:
    """A new story as it came to be; None where it has not."""
    with archive.engine.connect() as connection:
        row = connection.execute(select(FILE).where(FILE.c.record_id == story_id)).first()
    return Made(story_id, row.slug, row.digest) if row else None


def _announce_all(archive: Archive, prepared: Sequence[tuple[New, Made]], named: int | None) -> None:
    """Who makes them and of what, so that no crash loses that."""
    with archive.writing() as connection:
        _forget_earlier(archive, connection, [_of_item(new.intent) for new, _ in prepared])
        connection.execute(insert(JOB), [_announced(archive, new, made) for new, made in prepared])
        used = [Used(new.record_id, new.original, new.intent.by) for new, _ in prepared if new.original]
        note_originals(archive, connection, used)
        if named is not None:
            told = {"account": named, "named_by": named, "named": archive.now()}
            connection.execute(insert(STORY_PERSON), [{"story_id": m.record_id, **told} for _, m in prepared])
        connection.commit()


def _all_written(archive: Archive, prepared: Sequence[tuple[New, Made]]) -> list[Made]:
    """Write one after the other and take them in; where one is refused, those before it."""
    written: list[tuple[Made, Path]] = []
    try:
        for new, made in prepared:
            written.append(_written(archive, new, made))
    except OSError:
        give_up(archive, [made.record_id for _, made in prepared[len(written) :]])
        reconcile_named(archive, [str(path) for _, path in written])
        raise
    reconcile_named(archive, [str(path) for _, path in written])
    return [made for made, _ in written]


def _prepared(new: New, names: Names) -> tuple[New, Made]:
    made = Made(new.record_id, names.free(new.slug), digest_of(new.content))
    return replace(new, slug=made.slug), made


def _announced(archive: Archive, new: New, made: Made) -> dict[str, object]:
    told = {"digest": made.digest, **asdict(new.intent)}
    row = {"kind": SAVE, "record_id": made.record_id, "account": new.intent.by, "data": told}
    times = {"done": 0, "total": 0, "failed": "", "started": archive.now()}
    return {**row, **times, "step": _of_item(new.intent)}


def _of_item(intent: Intent) -> str:
    return f"job {intent.item.job}, {intent.item.number}" if intent.item else ""


def _forget_earlier(archive: Archive, connection: Connection, steps: Sequence[str]) -> None:
    """What a crash kept from being written: the same items are begun anew, under other ids."""
    mine = (JOB.c.kind == SAVE, JOB.c.step.in_([step for step in steps if step]))
    for story_id in connection.execute(select(JOB.c.record_id).where(*mine)).scalars().all():
        connection.execute(delete(ORIGINAL).where(ORIGINAL.c.story_id == story_id))
        shutil.rmtree(folder_of(archive, story_id), ignore_errors=True)
        forget_pictures(archive, story_id)
    connection.execute(delete(JOB).where(*mine))


def _written(archive: Archive, new: New, made: Made) -> tuple[Made, Path]:
    """The original and the pictures first: a story never names one that is not there."""
    keep_pictures(archive, made.record_id, new.pictures)
    if new.original:
        keep_bytes(archive, made.record_id, new.original.content)
    store, slug = archive.stores[RecordKind.STORY], Slug(made.slug)
    while True:
        with suppress(EditConflict):  # somebody took the name at this very moment
            stored = store.create(RecordKey(RecordKind.STORY, slug), new.content)
            return Made(made.record_id, slug, made.digest), stored.path
        slug = Slug(f"{slug}-2")

"""Work on many stories at once: one journalled job, one version each with the same note, undone as one.

Uses of consent are only taken away, through the same limits as a recorded consent, so that no older
file gives them back; a steward alone can undo that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.database.tables import PERSONA, STORY
from app.database.visibility import Action, Actor, visible_to
from app.errors import EditConflict, InvalidText
from app.records.model import Digest, RecordKey, RecordKind, Slug, Story
from app.records.problems import SetAside
from app.records.stories import parse_story
from app.services.allowing import may
from app.services.archive import Archive
from app.services.auditing import Event
from app.services.documents import chunks
from app.services.gathering.changes import (
    Change,
    Narrowing,
    Persona,
    as_data,
    change_in,
    changed,
    in_force,
    narrowing,
    said,
)
from app.services.gathering.jobs import start
from app.services.gathering.journal import Item, Job, Outcome, Planned, State, promise, read_items
from app.services.gathering.kinds import Words, register
from app.services.gathering.putting_back import (
    CHANGED,
    NO_BEFORE,
    Worker,
    back_intent,
    content_before,
    place_of,
    put_back,
    undoer,
    worker_for,
)
from app.services.intents import EDITOR, Intent, OfJob
from app.services.ledger import Source
from app.services.limits import Limits, limits_of, standing_limits
from app.services.recording import Loaded, load_file, story_for
from app.services.saving import save_record

KIND = "bulk"
TITLE = "Change many stories"
MOST = 5_000  # stories in one job
TOO_MANY = f"That is more than {MOST:,} stories. Narrow the list, and do it in parts."
NONE = "None of these stories is yours to change."
STEWARDS_ONLY = (
    "Uses of its consent were taken away with this. Only a steward can give them back, so it was left."
)
CAUTION = (
    "Uses of consent were taken away with this job. Only a steward can give them back: ask one to undo it."
)
NARROWED_SINCE = "Its consent was narrowed again since, so it was left as it is."


@dataclass(frozen=True)
class Chosen:
    """Stories that were chosen: those that are hers to change with their digests, and the others."""

    hers: Mapping[str, str]
    not_hers: Sequence[str]


def choose(archive: Archive, connection: Connection, actor: Actor, ids: Sequence[str]) -> Chosen:
    """The stories among these that she may see, parted by whether she may change them.

    Raises InvalidText where they are too many.
    """
    if len(ids) > MOST:
        raise InvalidText(TOO_MANY)
    hers: dict[str, str] = {}
    others: list[str] = []
    for part in chunks(dict.fromkeys(ids)):
        seen = select(STORY).where(STORY.c.id.in_(part), visible_to(actor, archive.now()))
        for row in connection.execute(seen.order_by(STORY.c.slug)).all():
            if may(archive, connection, actor, row, Action.EDIT):
                hers[row.id] = row.digest
            else:
                others.append(row.id)
    return Chosen(hers, others)


def begin(archive: Archive, actor: Actor, ids: Sequence[str], change: Change, *, by: int | None) -> int:
    """Start the job over those of these stories that she may change; its key.

    Raises InvalidText, or JobsWait.
    """
    with archive.engine.connect() as connection:
        hers = choose(archive, connection, actor, ids).hers
    if not hers:
        raise InvalidText(NONE)
    planned = [Planned(record_id=one, before=digest) for one, digest in hers.items()]
    return start(archive, KIND, planned, by=by, data={"change": as_data(change)})


def digests_now(archive: Archive, job: int) -> dict[str, str]:
    """The digests of a job's stories as the catalogue knows them now."""
    found: dict[str, str] = {}
    with archive.engine.connect() as connection:
        for part in chunks(item.record_id for item in read_items(archive, job)):
            rows = connection.execute(select(STORY.c.id, STORY.c.digest).where(STORY.c.id.in_(part)))
            found.update((row.id, row.digest) for row in rows)
    return found


def do_story(archive: Archive, job: Job, item: Item) -> Outcome:
    """Change one story. Raises EditConflict where it is not as it was when the job began, and more."""
    change, worker = change_in(job.data["change"]), worker_for(archive, job.account)
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, worker.actor, item.record_id, Action.EDIT)
        standing = standing_limits(connection, row.id)
        personas = personas_seen(archive, connection, worker.actor)
    loaded = load_file(archive, row)
    story = loaded.story
    if story is None or row.set_aside:
        raise SetAside([])
    if loaded.digest != item.before:
        raise EditConflict(row.id)
    content = changed(loaded.content, story, change, personas)
    narrowed = narrowing(archive, content, story, change, standing)
    content = narrowed.content if narrowed else content
    if content == loaded.content and not narrowed:
        return Outcome(State.UNCHANGED)
    if narrowed:
        kept = {"standing": asdict(standing) if standing else None, "left": asdict(narrowed.left)}
        promise(archive, [(item, Outcome(State.WAITING, data={**item.data, **kept}))])
    return _saved(archive, loaded, content, _intent(worker, change, item, narrowed))


def _intent(worker: Worker, change: Change, item: Item, narrowed: Narrowing | None) -> Intent:
    told = Intent(
        EDITOR,
        worker.name,
        change.note or " ".join(said(change)),
        worker.account,
        item=OfJob(item.job, item.number, State.DONE.value),
    )
    return _with_limits(told, narrowed.left) if narrowed else told


def _with_limits(intent: Intent, limits: Limits) -> Intent:
    told: dict[str, Any] = {"event": Event.CONSENT, "consent": Source.ARCHIVE, "limits": limits}
    return Intent(intent.source, intent.who, intent.note, intent.by, item=intent.item, **told)


def _saved(archive: Archive, loaded: Loaded, content: bytes, intent: Intent) -> Outcome:
    key = RecordKey(RecordKind.STORY, Slug(loaded.row.slug))
    saved = save_record(archive, key, content, expected=loaded.digest, intent=intent)
    return Outcome(State.DONE, saved.record_id, after=saved.digest)


def personas_seen(archive: Archive, connection: Connection, actor: Actor) -> dict[str, Persona]:
    """The personas that she may see, by slug."""
    seen = select(PERSONA.c.slug, PERSONA.c.id).where(visible_to(actor, archive.now(), PERSONA))
    return {row.slug: Persona(row.slug, row.id) for row in connection.execute(seen)}


def undo_story(archive: Archive, job: Job, item: Item) -> Outcome:
    """Put one story back; what was taken away of its consent only where a steward asks for it."""
    if "left" not in item.data:
        return put_back(archive, job, item)
    worker = undoer(archive, job, item)
    if not worker.steward:
        return Outcome(State.KEPT, said=STEWARDS_ONLY)
    place, content = place_of(archive, item.record_id), content_before(archive, item)
    if place is None or place.digest != item.after:
        return Outcome(State.KEPT, said=CHANGED)
    if content is None:
        return Outcome(State.KEPT, said=NO_BEFORE)
    with archive.engine.connect() as connection:
        standing = standing_limits(connection, item.record_id)
    if standing != limits_in(item.data["left"]):
        return Outcome(State.KEPT, said=NARROWED_SINCE)
    limits = _before(archive, item, place.key, content)
    intent = _with_limits(back_intent(worker, job, item), limits)
    save_record(archive, place.key, content, expected=Digest(item.after), intent=intent)
    return Outcome(State.UNDONE)


def _before(archive: Archive, item: Item, key: RecordKey, content: bytes) -> Limits:
    """What was left of a consent before the job: by the archive, else by the file."""
    stood = item.data.get("standing")
    return limits_in(stood) if stood else limits_of(in_force(archive, _story_in(archive, key, content)))


def _story_in(archive: Archive, key: RecordKey, content: bytes) -> Story:
    return parse_story(content, slug=key.slug, file=key.slug, today=archive.now().date()).story


def limits_in(data: Mapping[str, Any]) -> Limits:
    """Limits as a journal keeps them."""
    return Limits(data["uses"], data["until"], tuple(data["not_for"]))


def _caution(job: Job) -> str:
    return CAUTION if change_in(job.data["change"]).remove_uses else ""


register(
    KIND,
    do_story,
    undo=undo_story,
    title=Words(lambda _job: TITLE, lambda job: said(change_in(job.data["change"])), caution=_caution),
)

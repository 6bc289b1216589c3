"""Splitting, merging and retiring personas as one journalled job: file after file, undone as one."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from app.database.tables import PERSONA, STORY, AnyRow
from app.database.visibility import Action, Actor, visible_to
from app.errors import EditConflict, InvalidText
from app.records.edit import change_keys
from app.records.ids import normal_id
from app.records.model import Digest, RecordKey, RecordKind, Slug
from app.records.problems import SetAside
from app.services.archive import Archive
from app.services.building.beginning import create_persona
from app.services.building.loading import LoadedPersona, load_persona_file, persona_row
from app.services.building.reshaping import Plan, Wanted, Way, as_data, plan, plan_in
from app.services.building.reshaping_files import begun, joined, merged_away, parted, retired
from app.services.cards import persona_address
from app.services.gathering.jobs import refuse_waiting, start
from app.services.gathering.journal import Item, Job, Outcome, State, Step, read_items
from app.services.gathering.kinds import Words, register
from app.services.gathering.putting_back import Worker, place_of, worker_for
from app.services.intents import EDITOR, Intent, OfJob
from app.services.recording import load_file, story_for
from app.services.saving import save_record

KIND = "personas"
TITLES = {
    Way.SPLIT: "Split a persona",
    Way.MERGE: "Merge personas",
    Way.RETIRE: "Retire a persona",
    Way.OFFER: "Offer a persona again",
}
NAMED = {
    Way.SPLIT: "Split {called}: a part becomes {to}",
    Way.MERGE: "Merge {called} into {to}",
    Way.RETIRE: "Retire {called}",
    Way.OFFER: "Offer {called} again",
}
SAID = {
    Way.SPLIT: "Some statements of {called} go to {to}.",
    Way.MERGE: "{called} becomes part of {to}, and her address leads there.",
    Way.RETIRE: "{called} is no longer offered. Her page stays.",
    Way.OFFER: "{called} is offered again.",
}
STALE = "Somebody changed a file meanwhile. Undo this, look at both personas, and begin again."
HALF = "The file of the other persona could not be changed, so this one was left as it is."


def begin(archive: Archive, actor: Actor, who: str, wanted: Wanted, *, by: int | None) -> int:
    """Start the job; its key. Raises JobsWait, and what `plan` raises."""
    refuse_waiting(archive)
    with archive.engine.connect() as connection:
        planned, files = plan(archive, connection, actor, who, wanted)
    return start(archive, KIND, files, by=by, data={"plan": as_data(planned)})


def do_file(archive: Archive, job: Job, item: Item) -> Outcome:
    """Change one file. Raises EditConflict where it is not as it was when the job began, and more."""
    planned, worker = plan_in(job.data["plan"]), worker_for(archive, job.account)
    if item.number > 1:
        _refuse_halves(archive, job)
    if item.record_id.startswith("s-"):
        return _of_story(archive, worker, planned, item)
    if not item.before:
        return _made(archive, worker, planned, item)
    loaded = _loaded(archive, worker, item.record_id)
    if loaded.digest != item.before:
        raise EditConflict(item.record_id)
    content = _content(archive, worker, planned, loaded)
    if content == loaded.content:
        return Outcome(State.UNCHANGED)
    saved = save_record(
        archive, loaded.key, content, expected=loaded.digest, intent=_intent(worker, planned, item)
    )
    return Outcome(State.DONE, saved.record_id, after=saved.digest)


def _refuse_halves(archive: Archive, job: Job) -> None:
    """Nothing leaves a persona that the other did not get: her file is the first. Raises InvalidText."""
    first = read_items(archive, job.key, limit=1)[0]
    if first.state not in (State.DONE, State.UNCHANGED):
        raise InvalidText(HALF)


def _loaded(archive: Archive, worker: Worker, who: str) -> LoadedPersona:
    with archive.engine.connect() as connection:
        row = persona_row(archive, connection, worker.actor, who)
    loaded = load_persona_file(archive, row)
    if loaded.persona is None or row.set_aside:
        raise SetAside([])
    return loaded


def _content(archive: Archive, worker: Worker, planned: Plan, loaded: LoadedPersona) -> bytes:
    """What becomes of one persona's file."""
    day = archive.now().date().isoformat()
    if planned.way is Way.RETIRE:
        return retired(loaded, day)
    if planned.way is Way.OFFER:
        return retired(loaded, None)
    if planned.way is Way.SPLIT:
        return parted(loaded, planned, _ids_and_slugs(archive, planned.leaving))
    if loaded.row.id == planned.to:
        return joined(loaded, _loaded(archive, worker, planned.who), _not_named(archive, planned, loaded))
    return merged_away(loaded, planned.to, loaded.row.retired or day)


def _ids_and_slugs(archive: Archive, ids: Sequence[str]) -> set[str]:
    with archive.engine.connect() as connection:
        rows = connection.execute(select(STORY.c.id, STORY.c.slug).where(STORY.c.id.in_(ids))).all()
    return {name for row in rows for name in (row.id, row.slug)}


def _not_named(archive: Archive, planned: Plan, loaded: LoadedPersona) -> list[str]:
    """The stories that a persona gets and does not name by their slugs already."""
    assert loaded.persona is not None
    with archive.engine.connect() as connection:
        rows = connection.execute(select(STORY.c.id, STORY.c.slug).where(STORY.c.id.in_(planned.stories)))
        named = {row.id for row in rows if row.slug in loaded.persona.stories}
    return [one for one in planned.stories if one not in named]


def _made(archive: Archive, worker: Worker, planned: Plan, item: Item) -> Outcome:
    """The file of the new persona; what a crash kept from being noted is not made twice."""
    there = place_of(archive, item.record_id)
    if there is not None and there.digest:
        return Outcome(State.DONE, item.record_id, after=there.digest)
    content = begun(_loaded(archive, worker, planned.who), planned)
    saved = create_persona(archive, planned.to_called, content, _intent(worker, planned, item))
    return Outcome(State.DONE, saved.record_id, after=saved.digest)


def _of_story(archive: Archive, worker: Worker, planned: Plan, item: Item) -> Outcome:
    """A story that names her names the other from now on."""
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, worker.actor, item.record_id, Action.EDIT)
        old = connection.execute(select(PERSONA).where(PERSONA.c.id == planned.who)).one()
        new = connection.execute(select(PERSONA).where(PERSONA.c.id == planned.to)).one()
    loaded = load_file(archive, row)
    if loaded.story is None or row.set_aside:
        raise SetAside([])
    if loaded.digest != item.before:
        raise EditConflict(row.id)
    named = _personas_after(loaded.story.personas, old, new)
    if named == loaded.story.personas:
        return Outcome(State.UNCHANGED)
    content = change_keys(loaded.content, {"personas": list(named)})
    key = RecordKey(RecordKind.STORY, Slug(row.slug))
    intent = _intent(worker, planned, item)
    saved = save_record(archive, key, content, expected=Digest(item.before), intent=intent)
    return Outcome(State.DONE, saved.record_id, after=saved.digest)


def _personas_after(named: Sequence[str], old: AnyRow, new: AnyRow) -> tuple[str, ...]:
    """By slug where the file names her by slug, by id where it does so; each once, in their order."""
    turned = (
        new.id if normal_id(one) == old.id else new.slug if one.strip() == old.slug else one for one in named
    )
    kept = dict.fromkeys(turned)
    both = new.id in kept and new.slug in kept
    return tuple(one for one in kept if not (both and one == new.id))


def _intent(worker: Worker, planned: Plan, item: Item) -> Intent:
    done = OfJob(item.job, item.number, State.DONE.value)
    return Intent(EDITOR, worker.name, TITLES[planned.way], worker.account, item=done)


def said(planned: Plan) -> str:
    """What it does, as one sentence."""
    return SAID[planned.way].format(called=planned.called, to=planned.to_called)


def _named(job: Job) -> str:
    planned = plan_in(job.data["plan"])
    return NAMED[planned.way].format(called=planned.called, to=planned.to_called)


def _open(archive: Archive, connection: Connection, actor: Actor, job: Job) -> bool:
    """Whether she may know of the personas that it is about, also of one that undoing took away."""
    planned = plan_in(job.data["plan"])
    ids = {planned.who, planned.to} - {""}
    seen = select(PERSONA.c.id).where(PERSONA.c.id.in_(ids), visible_to(actor, archive.now(), PERSONA))
    return set(connection.execute(seen).scalars()) == ids


def _onward(job: Job) -> tuple[str, str]:
    planned = plan_in(job.data["plan"])
    other = planned.way in (Way.MERGE, Way.SPLIT) and job.step != Step.UNDONE
    return (planned.to_called, f"/p/{planned.to}") if other else (planned.called, f"/p/{planned.who}")


def _gone(job: Job) -> str:
    return STALE if Way(job.data["plan"]["way"]) in (Way.MERGE, Way.SPLIT) else ""


def address_of(archive: Archive, actor: Actor, slug: str) -> str:
    """Where the persona of this address is now, where she was merged into another; empty where not.

    Nobody is told of one that she may not see, nor led in a circle.
    """
    with archive.engine.connect() as connection:
        seen = visible_to(actor, archive.now(), PERSONA)
        row = connection.execute(select(PERSONA).where(PERSONA.c.slug == slug, seen)).first()
        met = set[str]()
        while row is not None and row.merged_into and row.id not in met:
            met.add(row.id)
            row = connection.execute(select(PERSONA).where(PERSONA.c.id == row.merged_into, seen)).first()
    return persona_address(row.slug) if row is not None and met and row.id not in met else ""


WORDS = Words(
    lambda job: TITLES[Way(job.data["plan"]["way"])],
    lambda job: [said(plan_in(job.data["plan"]))],
    _named,
    _open,
    gone=_gone,
    onward=_onward,
)
register(KIND, do_file, title=WORDS)

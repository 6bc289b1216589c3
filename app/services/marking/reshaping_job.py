"""Reshaping the codebook as one journalled job: the codebook at once, then file after file, undone as one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, update

from app.database.ledgers import JOB
from app.database.state import advance
from app.database.visibility import Action, Actor
from app.errors import EditConflict, InvalidText
from app.records.edit import change_keys
from app.records.model import RecordKey, RecordKind, Slug
from app.records.problems import SetAside
from app.records.slugs import value_slug
from app.services.archive import Archive
from app.services.auditing import Event, note, theme_mark
from app.services.cards import shown_label
from app.services.codebook import codebook_address
from app.services.gathering.doing import tried
from app.services.gathering.jobs import refuse_waiting
from app.services.gathering.journal import Item, Job, Outcome, Planned, State, Step, add_job
from app.services.gathering.kinds import Held, Whole, Words, register_many
from app.services.gathering.putting_back import Worker, worker_for
from app.services.intents import EDITOR, Intent, OfJob
from app.services.marking.aliasing import recatalogue
from app.services.marking.choosing import all_themes
from app.services.marking.naming import last_themes
from app.services.marking.planning import plan
from app.services.marking.reshaping import Plan, Reshape, Rewrite, Way, apply, as_data, plan_in, slugs_of
from app.services.marking.reshaping_order import KIND, at_work, lock_themes, resting_on
from app.services.marking.reverting import in_the_way, revert
from app.services.recording import load_file, story_for
from app.services.saving import bring_search_up_to_date, save_unsearched

AT_ONCE = 25  # files, after which search follows
BUSY = (
    "Somebody is reshaping one of these themes, or others of the same stories, at this moment: wait until "
    "that is done, or undo it."
)
TITLES = {
    Way.RENAME: "Rename a theme",
    Way.MERGE: "Merge themes",
    Way.SPLIT: "Split a theme",
    Way.MOVE: "Move a theme",
    Way.RETIRE: "Retire a theme",
    Way.OFFER: "Offer a theme again",
}
NAMED = {
    Way.RENAME: "Rename “{name}” to “{to}”",
    Way.MERGE: "Merge “{name}” into “{to}”",
    Way.SPLIT: "Split “{name}”: a part becomes “{to}”",
    Way.MOVE: "Move “{name}” under “{to}”",
    Way.RETIRE: "Retire “{name}”",
    Way.OFFER: "Offer “{name}” again",
}
NAMED_TOP = "Move “{name}” to the top"
SAID = {
    Way.RENAME: "‘{name}’ becomes ‘{to}’.",
    Way.MERGE: "‘{name}’ becomes part of ‘{to}’.",
    Way.SPLIT: "A part of ‘{name}’ becomes ‘{to}’.",
    Way.MOVE: "‘{name}’ stands under ‘{to}’.",
    Way.RETIRE: "‘{name}’ is no longer offered.",
    Way.OFFER: "‘{name}’ is offered again.",
}
TO_TOP = "‘{name}’ stands under no other theme."
BACK = "What it changed in the codebook is put back as well, with what it says of quotes."


def begin(archive: Archive, actor: Actor, wanted: Reshape, *, by: int | None) -> int:
    """Change the codebook, and start the job that rewrites the files; its key.

    All of that is written in one transaction. Raises JobsWait, and what `plan` raises.
    """
    refuse_waiting(archive)
    with archive.writing() as connection:
        planned = plan(archive, connection, actor, wanted, by=by)
        if at_work(connection, planned):
            raise InvalidText(BUSY)
        apply(archive, connection, planned, by)
        advance(connection)  # counts of quotes are kept for as long as nothing changes
        items = [Planned(record_id=one, before=digest) for one, digest in planned.stories.items()]
        key = add_job(archive, connection, KIND, items, by=by, data={"plan": as_data(planned)})
        note(archive, connection, Event.EDITED, by=by, record_id=theme_mark(archive, wanted.slug))
        connection.commit()
    archive.work.set()
    return key


def held(connection: Connection, job: Job) -> Held:
    """What came after a job and rests on it, or stands where what was there before would stand again."""
    planned = plan_in(job.data["plan"])
    lock_themes(connection, planned)
    newer = resting_on(connection, job)
    return Held(newer, () if newer or job.step == Step.UNDONE else in_the_way(connection, planned))


def put_back(_archive: Archive, connection: Connection, job: Job) -> None:
    """Undoing begins with the codebook and the quotes, as doing did."""
    gone = revert(connection, plan_in(job.data["plan"]))
    advance(connection)
    connection.execute(update(JOB).where(JOB.c.key == job.key).values(data={**job.data, "gone": gone}))


def prepare(archive: Archive, job: Job) -> None:
    """Stories that say a name which means another theme now follow it."""
    with archive.writing() as connection:
        recatalogue(archive, connection, slugs_of(plan_in(job.data["plan"])))
        connection.commit()
    bring_search_up_to_date(archive)


def rewrite_files(archive: Archive, job: Job, items: Sequence[Item]) -> list[Outcome]:
    """Rewrite the themes of some files, each in a transaction of its own."""
    worker, planned = worker_for(archive, job.account), plan_in(job.data["plan"])
    outcomes = [
        tried(lambda one: _rewritten(archive, worker, planned, one), item, State.FAILED) for item in items
    ]
    bring_search_up_to_date(archive)
    return outcomes


def _rewritten(archive: Archive, worker: Worker, planned: Plan, item: Item) -> Outcome:
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, worker.actor, item.record_id, Action.EDIT)
    loaded = load_file(archive, row)
    if loaded.story is None or row.set_aside:
        raise SetAside([])
    if loaded.digest != item.before:
        raise EditConflict(row.id)
    themes = themes_after(loaded.story.themes, planned.rewrite)
    if themes == loaded.story.themes:
        return Outcome(State.UNCHANGED)
    content = change_keys(loaded.content, {"themes": list(themes)})  # empty: `tags` would speak again
    key = RecordKey(RecordKind.STORY, Slug(row.slug))
    done = OfJob(item.job, item.number, State.DONE.value)
    intent = Intent(EDITOR, worker.name, said(planned), worker.account, item=done)
    saved = save_unsearched(archive, key, content, expected=loaded.digest, intent=intent)
    return Outcome(State.DONE, saved.record_id, after=saved.digest)


def themes_after(themes: Sequence[str], rewrite: Rewrite) -> tuple[str, ...]:
    """The themes of a file after it: in their order, the new one once, where the first old one stood."""
    if not any(value_slug(theme) in rewrite.old for theme in themes):
        return tuple(themes)
    kept: dict[str, str] = {}
    for theme in themes:
        old = value_slug(theme) in rewrite.old
        if not old or rewrite.keep:
            kept.setdefault(value_slug(theme), theme)
        if old and rewrite.new:
            kept.setdefault(value_slug(rewrite.new), rewrite.new)
    return tuple(kept.values())


def said(planned: Plan) -> str:
    """What it does, as one sentence."""
    sentence = TO_TOP if planned.way is Way.MOVE and not planned.to else SAID[planned.way]
    return sentence.format(name=shown_label(planned.name), to=shown_label(planned.to))


def _title(job: Job) -> str:
    return TITLES[Way(job.data["plan"]["way"])]


def _named(job: Job) -> str:
    planned = plan_in(job.data["plan"])
    words = NAMED_TOP if planned.way is Way.MOVE and not planned.to else NAMED[planned.way]
    return words.format(name=shown_label(planned.name), to=shown_label(planned.to))


def _open(archive: Archive, connection: Connection, actor: Actor, job: Job) -> bool:
    """Whether she may know of the themes that it is about, as they are called by now.

    Those that went when it was undone are known by what they were called: their keys may be others' by now.
    """
    planned, gone = plan_in(job.data["plan"]), set(job.data.get("gone", ()))
    themes = last_themes(connection, set(planned.themes) - gone)
    named = (value_slug(planned.name), value_slug(planned.to)) if gone else ()
    known = all_themes(archive, connection, actor)
    return all(slug in known for slug in (*(row.slug for row in themes.values()), *named))


def _detail(job: Job) -> list[str]:
    planned: dict[str, Any] = job.data["plan"]
    return [said(plan_in(planned))]


def _onward(job: Job) -> tuple[str, str]:
    """The theme as it is called now: after a merge that which took it in, undone the one that it was."""
    planned = plan_in(job.data["plan"])
    ours = planned.to if planned.way in (Way.RENAME, Way.MERGE, Way.SPLIT) else planned.name
    name = planned.name if job.step == Step.UNDONE else ours
    return f"{shown_label(name)} in the codebook", codebook_address(value_slug(name))


WORDS = Words(_title, _detail, _named, _open, undoing=lambda _job: BACK, onward=_onward)
register_many(KIND, rewrite_files, at_once=AT_ONCE, title=WORDS, prepare=prepare, whole=Whole(held, put_back))

"""Who has to know that a story was taken back, and how far that is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, and_, select

from app.database.ledgers import AUDIT, DENIAL
from app.database.people import ACCOUNT, STORY_PERSON
from app.database.specifications import CITATION, REQUIREMENT, SPECIFICATION
from app.database.tables import STORY, AnyRow
from app.database.visibility import Action, Actor, Answer, Role, decide, fold_name, today, visible_to
from app.errors import NotFound
from app.records.ids import normal_id
from app.services.absence import absence, facts_of
from app.services.accounts import actor_with, roles_of
from app.services.allowing import may
from app.services.archive import Archive
from app.services.auditing import Event
from app.services.cards import story_address
from app.services.finishing import job_of, newest_job
from app.services.states import is_open, state_of
from app.services.views import TakenBackPage, Told
from app.services.withdrawing import Request, story_for, withdraw_address
from app.services.withholding import withheld

GATHERED, NAMED, CITED, DOWNLOADED, STEWARD = (
    "gathered it",
    "is named on it",
    "owns a specification that cites it",
    "downloaded it",
    "looks after the archive",
)
OUTCOMES = {"withdraw": "keep", "anonymise": "anonymise", "erase": "erase"}


def not_here(connection: Connection, row: AnyRow) -> list[Told]:
    """The gatherer as the file names her, where no account has her name."""
    if not row.gatherer or _gatherers(connection, row):
        return []
    return [Told(row.gatherer, "", GATHERED)]


def _gatherers(connection: Connection, row: AnyRow) -> list[int]:
    """The accounts whose name on stories is this story's gatherer's, as services.signing_in compares them."""
    wanted = fold_name(row.gatherer)
    named = connection.execute(select(ACCOUNT.c.key, ACCOUNT.c.gathers_as).where(ACCOUNT.c.gathers_as != ""))
    return [one.key for one in named if fold_name(one.gathers_as) == wanted]


def downloaded(story_id: str) -> ColumnElement[bool]:
    """The entries of the audit that tell of a download of this story."""
    return and_(AUDIT.c.event == Event.DOWNLOADED.value, AUDIT.c.record_id == story_id)


def who_is_told(archive: Archive, connection: Connection, row: AnyRow) -> list[tuple[int, str]]:
    """Accounts, each with the first reason why its person has to know."""
    named = select(STORY_PERSON.c.account).where(STORY_PERSON.c.story_id == row.id)
    loaded = select(AUDIT.c.account).where(downloaded(row.id), AUDIT.c.account.is_not(None)).distinct()
    told: dict[int, str] = {}
    for keys, why in (
        (_gatherers(connection, row) if row.gatherer else [], GATHERED),
        (connection.execute(named).scalars().all(), NAMED),
        (_owners(connection, row.id), CITED),
        (connection.execute(loaded).scalars().all(), DOWNLOADED),
        (_stewards(archive, connection, row), STEWARD),
    ):
        for key in keys:
            told.setdefault(int(key), why)
    return list(told.items())


def _owners(connection: Connection, story_id: str) -> list[int]:
    """The accounts that own a specification in which words of this story are cited."""
    joined = CITATION.join(REQUIREMENT, REQUIREMENT.c.key == CITATION.c.requirement)
    joined = joined.join(SPECIFICATION, SPECIFICATION.c.key == REQUIREMENT.c.specification)
    there = (CITATION.c.story_id == story_id, CITATION.c.removed.is_(None), SPECIFICATION.c.removed.is_(None))
    owners = select(SPECIFICATION.c.account).select_from(joined).where(*there).distinct()
    found = connection.execute(owners.where(SPECIFICATION.c.account.is_not(None))).scalars()
    return sorted(found)


def _stewards(archive: Archive, connection: Connection, row: AnyRow) -> list[int]:
    """Who looks after the archive now. Of a story that is not for her organisation she is told nothing here
    either: her own provider may be whom the storyteller wanted to know nothing."""
    able = select(ACCOUNT).where(ACCOUNT.c.disabled.is_(None)).order_by(ACCOUNT.c.key)
    found = []
    for one in connection.execute(able):
        actor = actor_with(archive, one, roles_of(one))
        if Role.STEWARD in actor.roles and may(archive, connection, actor, row, Action.READ):
            found.append(int(one.key))
    return found


def people_told(connection: Connection, told: Iterable[tuple[int, str]]) -> list[Told]:
    """The people of these accounts."""
    why = dict(told)
    rows = connection.execute(select(ACCOUNT).where(ACCOUNT.c.key.in_(list(why)))).all()
    by_key = {row.key: row for row in rows}
    return [Told(by_key[key].name, by_key[key].email, reason) for key, reason in why.items() if key in by_key]


def all_told(archive: Archive, connection: Connection, row: AnyRow) -> list[Told]:
    """Everybody who has to know, also a gatherer whom only the file names."""
    return [*not_here(connection, row), *people_told(connection, who_is_told(archive, connection, row))]


def told_before(archive: Archive, actor: Actor, story_id: str) -> list[Told]:
    """The same, to be shown once with what was done: afterwards no name of the file is kept.

    Raises NotFound or Withdrawn.
    """
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.WITHDRAW)
        return all_told(archive, connection, row)


def tell(archive: Archive, actor: Actor, story_id: str, request: Request) -> Request:
    """The same with those who have to know. Raises NotFound or Withdrawn."""
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.WITHDRAW)
        return replace(request, tell=tuple(who_is_told(archive, connection, row)))


def read_taken_back(
    archive: Archive, actor: Actor, job: int, before: Sequence[Told] | None = None
) -> TakenBackPage:
    """What was done, how far it is, and who is still to be told. The caller has asked who may see it.

    `before` is who had to know before it was done, for the one answer to doing it.
    """
    row = job_of(archive, job)
    if row is None:
        raise NotFound
    with archive.engine.connect() as connection:
        told = people_told(connection, [(int(key), str(why)) for key, why in row.data.get("tell", ())])
        hers = (STORY.c.id == row.record_id, visible_to(actor, archive.now()))
        story = connection.execute(select(STORY).where(*hers)).first()
        told = [*(not_here(connection, story) if story else []), *told] if before is None else list(before)
        return TakenBackPage(
            id=row.record_id,
            address=withdraw_address(row.record_id),
            outcome=OUTCOMES[row.kind],
            done=row.done,
            total=max(row.total, 1),
            working=row.finished is None,
            failed=bool(row.failed) and row.finished is None,
            told=told,
            story_address=story_address(story.slug) if story else "",
            once=before is not None,
            closed_reason=_closed(archive, connection, story) if story and row.kind == "anonymise" else "",
        )


def _closed(archive: Archive, connection: Connection, story: AnyRow) -> str:
    """Why nobody but its team reads a story; empty where somebody does."""
    day, waits = today(archive.now()), withheld(connection) is not None
    return "" if is_open(story, day) else state_of(story, day, waits=waits)


def job_for(archive: Archive, actor: Actor, story_id: str) -> int:
    """What a steward did last with a story, also one that is erased. Raises NotFound or Withdrawn."""
    normal = normal_id(story_id) or ""
    with archive.engine.connect() as connection:
        if connection.execute(select(STORY.c.id).where(STORY.c.id == normal)).first():
            story_for(archive, connection, actor, normal, Action.ERASE)
        else:
            denials = connection.execute(select(DENIAL).where(DENIAL.c.story_id == normal)).all()
            answers = {
                decide(actor, facts_of(archive, actor, one), Action.ERASE, archive.now()) for one in denials
            }
            if Answer.ALLOWED not in answers:
                raise absence(archive, connection, actor, story_id=normal)
    job = newest_job(archive, normal)
    if job is None:
        raise NotFound
    return int(job.key)

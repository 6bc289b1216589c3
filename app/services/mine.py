"""A gatherer's own stories, whatever their state: a list from SQL, because search knows others' too."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, String, case, cast, func, select

from app.database.people import ACCOUNT
from app.database.tables import PROBLEM, REVISION, STORY, AnyRow
from app.database.visibility import (
    Action,
    Actor,
    Answer,
    belongs_nowhere,
    fold_name,
    today,
    visible_to,
)
from app.records.model import Problem, Status
from app.services.allowing import answer_to
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.dates import date_label
from app.services.gathering.doors import desk_path
from app.services.gathering.entries import waiting_of
from app.services.masking import Mask
from app.services.naming import people_address
from app.services.paging import ListAddress, choices, pager
from app.services.reading import standing_label
from app.services.signing_in import SignedIn
from app.services.states import is_open, state_of
from app.services.views import MinePage, OwnStory
from app.services.withholding import withheld

PAGE_SIZE = 24
ADDRESS = "/mine"
SORTS = (("newest", "Newest"), ("title", "Title"), ("state", "State"))
BROUGHT = (REVISION.c.number == 1, REVISION.c.source.in_(("import", "editor")))
ADDED = (
    select(cast(REVISION.c.observed, String))
    .where(REVISION.c.record_id == STORY.c.id, *BROUGHT)
    .correlate(STORY)
    .scalar_subquery()
)
# What was added here by when it was, also where nobody has said yet when it was gathered.
NEWEST = (func.coalesce(ADDED, STORY.c.gathered).desc(), STORY.c.gathered.desc(), STORY.c.slug)


def read_mine(archive: Archive, who: SignedIn, number: int, sort: str) -> MinePage:
    """One page of her own stories; `sort` is newest, title or state, anything else is newest."""
    sort = sort if sort in dict(SORTS) else "newest"
    address = ListAddress(ADDRESS, sort="" if sort == "newest" else sort)
    hers = (STORY.c.id.in_(who.actor.own), visible_to(who.actor, archive.now()))
    with archive.engine.connect() as connection:
        total = int(connection.execute(select(func.count()).select_from(STORY).where(*hers)).scalar_one())
        ordered = select(STORY).where(*hers).order_by(*_order(archive, sort))
        rows = connection.execute(ordered.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
        gathers_as = _gathers_as(connection, who.account)
        return MinePage(
            total=total,
            stories=_own(archive, connection, who.actor, rows, gathers_as),
            taken_back=_taken_back(archive, connection, who.actor),
            gathers_as=gathers_as,
            sorts=choices(SORTS, sort, lambda v: address.with_sort("" if v == "newest" else v)),
            pager=pager(total, number, PAGE_SIZE, address.with_page),
            waiting=withheld(connection) is not None,
            without_organisation=belongs_nowhere(who.actor),
        )


def _order(archive: Archive, sort: str) -> Sequence[Any]:
    if sort == "title":
        return (func.lower(STORY.c.title), STORY.c.slug)
    if sort == "newest":
        return NEWEST
    waits = case(
        (STORY.c.set_aside.is_(True), 0),
        (STORY.c.understood.is_(False), 1),
        (STORY.c.status == Status.DRAFT.value, 2),
        (STORY.c.uses == 0, 3),
        (STORY.c.until < today(archive.now()), 4),
        else_=5,
    )
    return (waits, *NEWEST)


def _gathers_as(connection: Connection, account: int) -> str:
    return str(connection.execute(select(ACCOUNT.c.gathers_as).where(ACCOUNT.c.key == account)).scalar_one())


def _taken_back(archive: Archive, connection: Connection, actor: Actor) -> list[str]:
    """Ids of her stories whose storytellers took them back, as far as she gets their notice."""
    gone = (STORY.c.id.in_(actor.own), STORY.c.status == Status.WITHDRAWN.value)
    rows = connection.execute(select(STORY).where(*gone).order_by(STORY.c.id)).all()
    answers = ((row.id, answer_to(archive, connection, actor, row, Action.READ)) for row in rows)
    return [one for one, answer in answers if answer is Answer.NOTICE]


def _own(
    archive: Archive, connection: Connection, actor: Actor, rows: Sequence[AnyRow], gathers_as: str
) -> list[OwnStory]:
    problems = _problems(archive, connection, actor, [row.path for row in rows])
    said = waiting_of(connection, [row.id for row in rows])
    name, day, language = fold_name(gathers_as), today(archive.now()), archive.settings.language
    return [
        OwnStory(
            id=row.id,
            address=story_address(row.slug),
            edit=f"/s/{row.id}/edit",
            people=people_address(row.id),
            heading=row.heading,
            title=row.title,
            gathered=row.gathered,
            gathered_label=date_label(row.gathered, language),
            state=state_of(row, day),  # while a restore waits nobody has stories of her own
            open=is_open(row, day),
            uses_label=standing_label(archive, connection, row),
            problems=problems.get(row.path, ()),
            named=not name or fold_name(row.gatherer) != name,
            content_notes=tuple(row.content_notes),
            folded=row.folded,
            language=row.language,
            door=desk_path(row.id),
            said=said.get(row.id, 0),
        )
        for row in rows
    ]


def _problems(
    archive: Archive, connection: Connection, actor: Actor, paths: Sequence[str]
) -> Mapping[str, Sequence[Problem]]:
    found: dict[str, list[Problem]] = {}
    mask = Mask(archive, connection, actor)
    rows = connection.execute(select(PROBLEM).where(PROBLEM.c.path.in_(paths)).order_by(PROBLEM.c.line))
    for row in rows.all():
        found.setdefault(row.path, []).append(mask.problem(row))
    return found

"""What stewards should look at in the consents of all stories: what ends, what is missing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, or_, select, true

from app.database.gathering import DOOR_ENTRY
from app.database.people import ACCOUNT
from app.database.tables import NOT_FOR, STORY, AnyRow
from app.database.visibility import KEYED, Actor, belongs_nowhere, fold_name, today, uses_of, visible_to
from app.records.model import Status
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.cards import story_address
from app.services.consenting import consent_address
from app.services.dates import date_label
from app.services.paging import pager
from app.services.record_names import opens_to
from app.services.recording import By
from app.services.story_team import unseen_waiting, with_open_entries
from app.services.views import ConsentDeskPage, ConsentList, ConsentRow
from app.services.withholding import WAITS, withheld

DESK = "/desk/consent"
ROWS_A_PAGE = 50
SOON_DAYS = 90
NAMED = ("id", "storyteller", "title", "site", "gathered", "uses", "given", "until", "gone through")
CSV_HEADER = (*NAMED, "why", "address")
KEPT_OUT = NOT_FOR.alias("kept_out")  # by a name of its own: visible_to asks NOT_FOR too
STANDS = STORY.c.status != Status.WITHDRAWN.value
NOTHING_MISSING = "Nothing is missing: every story has a consent that can be understood, with a use."


@dataclass(frozen=True)
class _Moment:
    """The day on which the lists are read, and the organisations that somebody belongs to."""

    day: str
    soon: str
    organisations: Sequence[str]


@dataclass(frozen=True)
class _List:
    """One list: which stories it holds, in which order, and why each is in it."""

    label: str
    meaning: str
    well: str
    which: Callable[[_Moment], ColumnElement[bool]]
    order: Sequence[ColumnElement[Any]]
    why: Callable[[AnyRow, str], str]


def _ends(row: AnyRow, language: str) -> str:
    return f"until {date_label(row.until, language)}"


def _missing(row: AnyRow, _language: str) -> str:
    if not row.understood:
        return "its consent can not be understood"
    return "no use has been agreed" if row.stated else "no consent is recorded"


def _not_gone_through(row: AnyRow, language: str) -> str:
    return f"given {date_label(row.given, language)}" if row.given else "no day on which it was given"


def _unknown(row: AnyRow, _language: str) -> str:
    return f"not for {row.organisation}"


def _said(row: AnyRow, _language: str) -> str:
    if row.asks:
        return "asks for it to be erased"
    return (
        "waits for an answer; taken back since" if row.status == Status.WITHDRAWN else "waits for an answer"
    )


def _asks_for_erasing() -> ColumnElement[bool]:
    """That a story was taken back is no such wish: what she wrote before may wait still."""
    asked = with_open_entries().where(DOOR_ENTRY.c.story_id == STORY.c.id, DOOR_ENTRY.c.kind == "erasing")
    return exists(asked.correlate(STORY))


def _is_missing(_now: _Moment) -> ColumnElement[bool]:
    return or_(STORY.c.stated.is_(False), STORY.c.understood.is_(False), STORY.c.uses == 0)


NEWEST_GATHERED = (STORY.c.gathered.desc(), STORY.c.slug)
LISTS = {
    "ending": _List(
        "Ends soon",
        f"Consent that ends within {SOON_DAYS} days. On the day after, the story closes by itself.",
        f"All is well: nothing ends within {SOON_DAYS} days.",
        lambda now: STORY.c.until.between(now.day, now.soon),
        (STORY.c.until, STORY.c.slug),
        _ends,
    ),
    "ended": _List(
        "Has ended",
        "Closed to readers since. Ask whether the story may stay, and record the answer.",
        "All is well: no consent has ended.",
        lambda now: STORY.c.until < now.day,
        (STORY.c.until.desc(), STORY.c.slug),
        _ends,
    ),
    "missing": _List(
        "Is missing",
        "No consent, none that can be understood, or none with a use: nobody but the story team reads these.",
        NOTHING_MISSING,
        _is_missing,
        NEWEST_GATHERED,
        _missing,
    ),
    "said": _List(
        "Said at her own door",
        "Something that a storyteller said waits for an answer. Where she took her story back and wants it "
        "erased, its line says so.",
        "Nothing that a storyteller said waits for you.",
        lambda _now: STORY.c.id.in_(with_open_entries()),
        NEWEST_GATHERED,
        _said,
    ),
    "not-gone-through": _List(
        "Not gone through together",
        "The file names no day on which storyteller and gatherer went through the story together.",
        "All is well: every story was gone through together.",
        lambda _now: STORY.c.co_crafted.is_(None),
        (STORY.c.given.desc(), STORY.c.slug),
        _not_gone_through,
    ),
    "organisations": _List(
        "Names that match nobody",
        "The story is not for an organisation to which no account belongs, so nobody is kept out by it. "
        "Perhaps it is written otherwise in /desk/people.",
        "All is well: every organisation that is named belongs to somebody’s account, or none is named.",
        lambda now: and_(
            KEPT_OUT.c.organisation.not_in(now.organisations),
            KEPT_OUT.c.organisation.not_like(f"{KEYED}%"),
        ),
        (KEPT_OUT.c.organisation, STORY.c.slug),
        _unknown,
    ),
}
STANDS_OR_ASKS = "said"  # the one list that also holds stories that were taken back
FIRST = "ending"
DATES = ("gathered", "given", "until", "co_crafted")
SHOWN = ("id", "slug", "heading", "title", "site", "uses", "stated", "understood", "status", *DATES)
COLUMNS = tuple(STORY.c[name] for name in SHOWN)


def read_consent_desk(archive: Archive, actor: Actor, name: str, number: int) -> ConsentDeskPage:
    """One list, and how many stories are in each; a name that is none is the first's."""
    name = name if name in LISTS else FIRST
    with archive.engine.connect() as connection:
        now = _moment(archive, connection)
        counts = {one: _count(connection, _of(archive, actor, one, now)) for one in LISTS}
        rows = _rows(connection, _of(archive, actor, name, now), name, number)
        waits = name == "missing" and withheld(connection) is not None
        unseen = name == STANDS_OR_ASKS and bool(unseen_waiting(archive, connection))
        stories = _count(connection, select(STORY.c.id).where(visible_to(actor, archive.now())))
    lists = [_view(one, counts[one], one == name) for one in LISTS]
    return ConsentDeskPage(
        lists=lists,
        shown=next(one for one in lists if one.current),
        rows=[_row(archive, name, row, waits=waits) for row in rows],
        pager=pager(counts[name], number, ROWS_A_PAGE, lambda page: list_address(name, page)),
        download=f"{DESK}/{name}.csv",
        stories=stories,
        without_organisation=belongs_nowhere(actor),
        unseen=unseen,
    )


def list_address(name: str, page: int = 1) -> str:
    """The path of a list's page."""
    return f"{DESK}?list={name}{f'&page={page}' if page > 1 else ''}"


def consent_rows(archive: Archive, actor: Actor, name: str) -> Iterator[Sequence[object]]:
    """Every row of a list for CSV_HEADER. Raises KeyError for a name that is none."""
    told, language = LISTS[name], archive.settings.language
    with archive.engine.connect() as connection:
        now = _moment(archive, connection)
        rows = connection.execute(_of(archive, actor, name, now).order_by(*told.order)).all()
    for row in rows:
        uses = ", ".join(use.value for use in uses_of(row.uses))
        said = (
            row.id,
            row.heading,
            row.title,
            row.site,
            row.gathered,
            uses,
            row.given,
            row.until,
            row.co_crafted,
        )
        yield (*said, told.why(row, language), consent_address(row.id))


def note_download(archive: Archive, by: By, name: str, rows: int) -> None:
    """Write into the audit who took a list along."""
    with archive.writing() as connection:
        note(archive, connection, Event.DOWNLOADED, by=by.account, what=f"consent: {name}", rows=rows)
        connection.commit()


def _moment(archive: Archive, connection: Connection) -> _Moment:
    now: datetime = archive.now()
    organisations = connection.execute(select(ACCOUNT.c.organisation).distinct()).scalars()
    folded = sorted({fold_name(name) for name in organisations} - {""})
    return _Moment(today(now), today(now + timedelta(days=SOON_DAYS)), folded)


def _of(archive: Archive, actor: Actor, name: str, now: _Moment) -> Select[Any]:
    """A list's stories, as far as this steward may see them: some are not for her organisation."""
    opens, asks = opens_to(actor, archive.now()).label("opens"), _asks_for_erasing().label("asks")
    stands = true() if name == STANDS_OR_ASKS else STANDS
    hers = and_(stands, visible_to(actor, archive.now()), LISTS[name].which(now))
    if name == "organisations":
        named = STORY.join(KEPT_OUT, KEPT_OUT.c.story_id == STORY.c.id)
        return select(*COLUMNS, opens, asks, KEPT_OUT.c.organisation).select_from(named).where(hers)
    return select(*COLUMNS, opens, asks, literal("").label("organisation")).where(hers)


def _count(connection: Connection, statement: Select[Any]) -> int:
    return int(connection.execute(select(func.count()).select_from(statement.subquery())).scalar_one())


def _rows(connection: Connection, statement: Select[Any], name: str, number: int) -> Iterable[AnyRow]:
    page = statement.order_by(*LISTS[name].order).limit(ROWS_A_PAGE).offset((number - 1) * ROWS_A_PAGE)
    return connection.execute(page).all()


def _view(name: str, total: int, current: bool) -> ConsentList:
    told = LISTS[name]
    return ConsentList(name, told.label, told.meaning, told.well, total, list_address(name), current)


def _row(archive: Archive, name: str, row: AnyRow, *, waits: bool) -> ConsentRow:
    language = archive.settings.language
    meta = [row.site, date_label(row.gathered, language), "draft" if row.status == Status.DRAFT else ""]
    return ConsentRow(
        heading=row.heading,
        story_address=story_address(row.slug) if row.opens else "",
        consent_address=f"/s/{row.id}/door" if name == STANDS_OR_ASKS else consent_address(row.id),
        detail=WAITS[0].lower() + WAITS[1:-1] if waits and row.understood else LISTS[name].why(row, language),
        meta=" · ".join(part for part in meta if part),
    )

"""The audit as stewards read it: filtered, newest first, in words; and the same as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, Select, exists, false, func, not_, or_, select

from app.database.ledgers import AUDIT, AUDIT_TEXT
from app.database.tables import STORY, AnyRow
from app.database.visibility import Actor, visible_to
from app.exports.audit_csv import AuditRow, audit_csv
from app.records.ids import normal_id
from app.services.archive import Archive
from app.services.audit_words import People, label_of, people_of, sentence
from app.services.auditing import OF_A_THEME, Event, about, note, theme_mark
from app.services.cards import shown_label
from app.services.codebook import codebook_address
from app.services.dates import moment_label
from app.services.paging import pager
from app.services.record_names import OF_PERSONAS, OF_STORIES, names_of
from app.services.told import told_themes
from app.services.views import AuditLine, AuditPage, Choice, RecordName

DESK, DOWNLOAD = "/desk/audit", "/desk/audit.csv"
ENTRIES_A_PAGE, ROWS_AT_ONCE = 50, 1_000
TERMINAL = "terminal"


@dataclass(frozen=True)
class Asked:
    """The filters as they stand in an address; what can not be meant filters nothing."""

    event: str = ""
    person: str = ""
    record: str = ""
    since: str = ""
    until: str = ""

    def address(self, path: str, page: int = 1) -> str:
        """The list with these filters."""
        parts = {name: value for name, value in vars(self).items() if value}
        parts |= {"page": str(page)} if page > 1 else {}
        return f"{path}?{urlencode(parts)}" if parts else path


def asked_of(query: Mapping[str, str]) -> Asked:
    """The filters in an address. Only the id keeps what was typed, even where no record can have it."""
    event, person = query.get("event", ""), query.get("person", "")
    return Asked(
        event=event if event in tuple(Event) else "",
        person=person if person == TERMINAL or _is_number(person) else "",
        record=query.get("record", "").strip()[:60],
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _told_to(archive: Archive, actor: Actor) -> ColumnElement[bool]:
    """What was done to a story that is absent to this steward is absent too; an erased one has its id."""
    kept_from_her = (STORY.c.id == AUDIT.c.record_id, not_(visible_to(actor, archive.now())))
    return not_(exists(select(STORY.c.id).where(*kept_from_her)))


def _conditions(asked: Asked, told: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    found = [told]
    if asked.event:
        found.append(AUDIT.c.event == asked.event)
    if asked.person == TERMINAL:
        found += [AUDIT.c.account.is_(None), AUDIT.c.event != Event.SIGN_IN_REFUSED.value]
    elif asked.person:
        key = int(asked.person)
        found.append(or_(AUDIT.c.account == key, AUDIT.c.record_id == about(key)))
    if asked.record:
        record_id = normal_id(asked.record)
        found.append(AUDIT.c.record_id == record_id if record_id else false())
    if asked.since:
        found.append(AUDIT.c.at >= asked.since)
    if asked.until and asked.until < date.max.isoformat():
        found.append(AUDIT.c.at < (date.fromisoformat(asked.until) + timedelta(days=1)).isoformat())
    return found


def _entries(asked: Asked, told: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    with_text = AUDIT.outerjoin(AUDIT_TEXT, AUDIT_TEXT.c.number == AUDIT.c.number)
    statement = select(AUDIT, AUDIT_TEXT.c.text).select_from(with_text).where(*_conditions(asked, told))
    return statement.order_by(AUDIT.c.number.desc())


def read_audit(archive: Archive, actor: Actor, asked: Asked, number: int) -> AuditPage:
    """One page of the audit, newest first; the last one where there are fewer."""
    told = _told_to(archive, actor)
    counted = select(func.count()).select_from(AUDIT).where(*_conditions(asked, told))
    with archive.engine.connect() as connection:
        total = int(connection.execute(counted).scalar() or 0)
        number = min(number, max(1, -(-total // ENTRIES_A_PAGE)))
        one_page = _entries(asked, told).limit(ENTRIES_A_PAGE).offset((number - 1) * ENTRIES_A_PAGE)
        rows = connection.execute(one_page).all()
        people = people_of(archive, connection)
        records = _records(archive, connection, actor, [row.record_id for row in rows])
    return AuditPage(
        lines=[_line(row, people, records, archive.settings.language) for row in rows],
        total=total,
        events=_events(asked),
        people=_people(asked, people),
        record=asked.record,
        since=asked.since,
        until=asked.until,
        filtered=asked != Asked(),
        download=asked.address(DOWNLOAD),
        pager=pager(total, number, ENTRIES_A_PAGE, lambda page: asked.address(DESK, page)),
        may_ask=not actor.terminal,
    )


def _line(row: AnyRow, people: People, records: Mapping[str, RecordName], language: str) -> AuditLine:
    said = sentence(row, people)
    return AuditLine(
        row.number, moment_label(row.at, language), said, records.get(row.record_id), row.text or ""
    )


def _records(
    archive: Archive, connection: Connection, actor: Actor, ids: Sequence[str]
) -> Mapping[str, RecordName]:
    """Names of records that this steward may see; of the others the id."""
    found = {one: RecordName(one) for one in ids if one.startswith((OF_STORIES, OF_PERSONAS))}
    found |= names_of(archive, connection, actor, found)
    marks = {one for one in ids if one.startswith(OF_A_THEME)}
    if marks:
        found |= {mark: RecordName("a theme") for mark in marks}
        for theme in told_themes(archive, connection, actor):
            mark = theme_mark(archive, theme.slug)
            if mark in marks:
                found[mark] = RecordName(shown_label(theme.label), codebook_address(theme.slug))
    return found


def _events(asked: Asked) -> list[Choice]:
    return [
        Choice(event.value, label_of(event), "", event.value == asked.event)
        for event in sorted(Event, key=label_of)
    ]


def _people(asked: Asked, people: People) -> list[Choice]:
    named = sorted(people.names.items(), key=lambda one: one[1].casefold())
    listed = [(str(key), name) for key, name in named] + [(TERMINAL, "The terminal")]
    return [Choice(value, label, "", value == asked.person) for value, label in listed]


def download_audit(archive: Archive, actor: Actor, asked: Asked, *, by: int | None) -> Iterator[str]:
    """The lines of a CSV file of the filtered list, newest first; that it left is noted before it does.

    The file ends where the list did when it was asked for.
    """
    may_see = _told_to(archive, actor)
    with archive.writing() as connection:
        counted = select(func.count(), func.max(AUDIT.c.number)).where(*_conditions(asked, may_see))
        entries, last = connection.execute(counted).one()
        told = {"event": asked.event, "person": asked.person, "since": asked.since, "until": asked.until}
        record_id = normal_id(asked.record) or ""
        chosen = {name: value for name, value in told.items() if value}
        note(
            archive,
            connection,
            Event.AUDIT_DOWNLOADED,
            by=by,
            record_id=record_id,
            entries=entries,
            filters=chosen,
        )
        connection.commit()
    return audit_csv(_rows(archive, asked, may_see, (last or 0) + 1))


def _rows(archive: Archive, asked: Asked, may_see: ColumnElement[bool], before: int) -> Iterator[AuditRow]:
    """A thousand at a time, so that a slow reader holds no transaction open."""
    with archive.engine.connect() as connection:
        people = people_of(archive, connection)
    while True:
        with archive.engine.connect() as connection:
            some = _entries(asked, may_see).where(AUDIT.c.number < before).limit(ROWS_AT_ONCE)
            rows = connection.execute(some).all()
        for row in rows:
            told = (row.number, row.at, row.event, row.account, row.record_id)
            yield AuditRow(*told, sentence(row, people), row.text or "", row.hash)
        if len(rows) < ROWS_AT_ONCE:
            return
        before = rows[-1].number

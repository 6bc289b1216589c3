"""The weekly mail in which a specification's owner reads whether what it cites still stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection, or_, select, update

from app.database.people import ACCOUNT
from app.database.specifications import SPECIFICATION
from app.database.tables import AnyRow
from app.services.accounts import actor_with, roles_of
from app.services.archive import Archive
from app.services.mailing import Mail, Mailer, mailer_for, mails
from app.services.recording import By
from app.services.specifications.access import Who, open_to, specification_address
from app.services.specifications.health import check
from app.services.specifications.tree import Node
from app.services.specifications.viewing import COUNTED
from app.services.specifications.watching import GOOD, ORDER, Cited, State

log = structlog.get_logger()
WEEK = timedelta(days=7)
SUBJECT = "Do your specifications still stand?"
MOST_MARKS = 20  # citations in one state that one mail names
MARKS = "In files that have left, each citation bears the mark that stands here in brackets."
NEVER_WHY = "Why something was taken back is nobody’s business but the storyteller’s."
STOPS = "You get this once a week while you own a specification here of which something has changed."


@dataclass(frozen=True)
class Due:
    """Somebody's specifications of which she is to be told, and her address."""

    account: AnyRow
    rows: list[AnyRow]


def send_digests(archive: Archive, mailer: Mailer | None = None) -> int:
    """Mail each owner once a week what has to be done about her specifications; how many mails were sent.

    An owner of whose specifications all stands is sent nothing. What a mail says rests on what she may know.
    """
    if mailer is None and not mails(archive.settings):
        return 0
    sender, sent = mailer or mailer_for(archive.settings), 0
    with archive.engine.connect() as connection:
        due = _due(connection, archive.now())
    for one in due:
        text = _text(archive, one)
        if text and not sender.send(Mail(one.account.email, SUBJECT, text)).done:
            continue  # tried again tomorrow
        sent += bool(text)
        _told(archive, one)
    return sent


def _due(connection: Connection, now: datetime) -> list[Due]:
    late = or_(SPECIFICATION.c.told.is_(None), SPECIFICATION.c.told <= now - WEEK)
    here = (SPECIFICATION.c.removed.is_(None), SPECIFICATION.c.account.is_not(None), late)
    rows = connection.execute(select(SPECIFICATION).where(*here).order_by(SPECIFICATION.c.key)).all()
    owners = {row.account for row in rows}
    able = (ACCOUNT.c.key.in_(owners), ACCOUNT.c.disabled.is_(None))
    people = connection.execute(select(ACCOUNT).where(*able).order_by(ACCOUNT.c.key)).all()
    return [Due(one, [row for row in rows if row.account == one.key]) for one in people]


def _told(archive: Archive, due: Due) -> None:
    keys = [row.key for row in due.rows]
    with archive.writing() as connection:
        told = update(SPECIFICATION).where(SPECIFICATION.c.key.in_(keys))
        connection.execute(told.values(told=archive.now().astimezone(UTC)))
        connection.commit()


def _text(archive: Archive, due: Due) -> str:
    """The mail; empty where there is nothing to tell her."""
    account = due.account
    who = Who(actor_with(archive, account, roles_of(account)), By(account.key, account.name))
    parts = [part for row in due.rows if (part := _part(archive, who, row))]
    if not parts:
        return ""
    hello = f"Hello {account.name}," if account.name else "Hello,"
    return "\n\n".join([hello, *parts, MARKS, NEVER_WHY, STOPS]) + "\n"


def _part(archive: Archive, who: Who, row: AnyRow) -> str:
    with archive.engine.connect() as connection:
        there = select(SPECIFICATION.c.key).where(SPECIFICATION.c.key == row.key, open_to(who))
        if connection.execute(there).first() is None:
            return ""
        checked = check(archive, connection, who, row)
    wrong = [one for one in checked.cited if one.state not in GOOD]
    if not wrong:
        return ""
    lines = [f"{row.title}: {len(checked.cited)} citations"]
    lines += [
        f"- {len(some)} {COUNTED[state].lower()}: {_numbers(checked.nodes, some)}"
        for state, some in _by(wrong)
    ]
    return "\n".join([*lines, f"{archive.settings.base_url or ''}{specification_address(row.id)}/health"])


def _by(cited: list[Cited]) -> Iterator[tuple[State, list[Cited]]]:
    for state in reversed(ORDER):
        some = [one for one in cited if one.state is state]
        if some:
            yield state, some


def _numbers(nodes: Mapping[int, Node], cited: list[Cited]) -> str:
    """Under which numbers, with the marks by which each is found in files: 'under 1.2 (c-39matbpz)'."""
    marks: dict[str, list[str]] = {}
    for one in cited[:MOST_MARKS]:
        marks.setdefault(nodes[one.row.requirement].number, []).append(one.row.id)
    named = ", ".join(f"{number} ({', '.join(some)})" for number, some in marks.items())
    more = f" and {len(cited) - MOST_MARKS} more" if len(cited) > MOST_MARKS else ""
    return f"under {named}{more}"

"""Preparing a session: what it is about, who is to come, and what lies on the table."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from app.database.sessions import SESSION, SESSION_PERSONA, SESSION_STORY
from app.database.state import upsert
from app.database.tables import PERSONA, STORY, AnyRow
from app.database.visibility import Role, offered_to, on_the_table
from app.errors import InvalidText, NotAllowed, NotFound
from app.records.ids import crockford, mint, normal_id
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.sessions.changing import Here, writing_in
from app.services.sessions.codes import new_code
from app.services.sessions.events import Kind
from app.services.sessions.joining import seat_worker
from app.services.sessions.leading import a_day
from app.services.sessions.log import append
from app.services.sessions.room import OPEN, Seen
from app.services.views import SessionForm

LONGEST_TEXT = 4_000  # characters of purpose and vision
LINES, LONGEST_LINE = 40, 300  # of a list, and characters of each
MOST_WORTHS, MOST_QUESTIONS, MOST_PERSONAS, MOST_STORIES, MOST_VOTES = 12, 20, 12, 40, 20
TIMED = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:[-–]\s*)?(.*)")
NOT_YOURS = "Only who made a session, and stewards, may take it away."
NO_STORY = (
    "No story was found by this that a design session may use: its storyteller agreed to design or to "
    "publication, and you may read it. Paste its address, or its id such as s-4hd8n0qe."
)
TAKEN_OFF = "Its storyteller took this story off this table. It can not be put there again."
SEVERAL = "Several stories have this name. Choose one from the list, or paste its address."
NO_PERSONA = "Choose a persona."
FULL = "There is room for {} {} on the table."


def make_session(archive: Archive, seen: Seen, form: SessionForm) -> str:
    """Begin to prepare a session; its id. Raises InvalidText."""
    told, session_id, now = _checked(form, ()), str(mint("d")), archive.now()
    with archive.writing() as connection:
        made = insert(SESSION).values(id=session_id, account=seen.by.account, made=now, changed=now)
        more = {"expected": [], "state": "preparing", "code": "", "number": 0, "redone": 0}
        connection.execute(made.values(**more, **told))
        connection.commit()
    return session_id


def change_session(archive: Archive, seen: Seen, session_id: str, form: SessionForm) -> None:
    """What it is about, and how. Raises InvalidText, NotFound."""

    def change(here: Here) -> None:
        told = _checked(form, here.session.worths)
        _set(here, told)

    _prepared(archive, seen, session_id, change)


def form_of(session: AnyRow) -> SessionForm:
    """What is prepared, as it is typed."""
    return SessionForm(
        title=session.title,
        day=session.day,
        team=session.team,
        purpose=session.purpose,
        vision=session.vision,
        worths="\n".join(one["name"] for one in session.worths),
        questions="\n".join(session.questions),
        agenda="\n".join(f"{one['time']} {one['what']}".strip() for one in session.agenda),
        guests=session.guests,
        votes=str(session.votes),
    )


def _checked(form: SessionForm, worths: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    votes = form.votes.strip()
    if not (votes.isascii() and votes.isdecimal() and len(votes) < 4 and int(votes) <= MOST_VOTES):
        raise InvalidText(f"Each participant can have 0 to {MOST_VOTES} votes.")
    return {
        "title": one_line(form.title, "The title", needed=True),
        "day": a_day(form.day),
        "team": one_line(form.team, "The team"),
        "purpose": tidied(form.purpose, LONGEST_TEXT),
        "vision": tidied(form.vision, LONGEST_TEXT),
        "worths": _keyed(_lines(form.worths, "values", MOST_WORTHS), worths),
        "questions": _lines(form.questions, "questions", MOST_QUESTIONS),
        "agenda": [_timed(line) for line in _lines(form.agenda, "lines in the agenda", LINES)],
        "guests": form.guests,
        "votes": int(votes),
    }


def _lines(text: str, what: str, most: int) -> list[str]:
    lines = [line for line in tidied(text, most * LONGEST_LINE).split("\n") if line]
    if len(lines) > most:
        raise InvalidText(f"There is room for {most} {what}, and these are {len(lines)}.")
    if any(len(line) > LONGEST_LINE for line in lines):
        raise InvalidText(f"A line can have {LONGEST_LINE} characters.")
    return lines


def _keyed(lines: Sequence[str], before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A value keeps its key, and so what was said beside it; one reworded in its place is still the same."""
    keys = {one["name"]: one["key"] for one in before}
    reworded = len(lines) == len(before)
    found: list[dict[str, Any]] = []
    for place, line in enumerate(dict.fromkeys(lines)):
        old = before[place] if reworded and place < len(before) else None
        same = old["key"] if old and old["name"] not in lines else ""
        found.append({"key": keys.get(line) or same or crockford(secrets.token_bytes(5)), "name": line})
    return found


def _timed(line: str) -> dict[str, str]:
    found = TIMED.fullmatch(line)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return {"time": "", "what": line}
    return {"time": f"{int(found[1]):02}:{found[2]}", "what": found[3]}


def _set(here: Here, values: Mapping[str, Any]) -> None:
    this = update(SESSION).where(SESSION.c.key == here.session.key)
    here.connection.execute(this.values(**values, changed=here.archive.now()))


def _prepared(archive: Archive, seen: Seen, session_id: str, change: Callable[[Here], None]) -> None:
    """Change what is prepared; while a session goes on, screens are told. Raises what `change` raises."""
    with writing_in(archive, seen, session_id) as here:
        if not here.seen.works:
            raise NotFound
        change(here)
        if here.session.state == OPEN:
            append(archive, here.connection, here.session, Kind.PREPARED, here.seen.key)
        _set(here, {})
        here.connection.commit()


def expect(archive: Archive, seen: Seen, session_id: str, roles: Sequence[str]) -> None:
    """Say who is to come. Raises NotFound."""
    chosen = [role.value for role in Role if role.value in roles]
    _prepared(archive, seen, session_id, lambda here: _set(here, {"expected": chosen}))


def lay_persona(archive: Archive, seen: Seen, session_id: str, persona_id: str) -> None:
    """Put a persona on the table. Raises InvalidText, NotFound."""

    def lay(here: Here) -> None:
        wanted = on_the_table([seen.actor], archive.now(), PERSONA)
        offered = offered_to(seen.actor, archive.now())
        this = select(PERSONA.c.id).where(PERSONA.c.id == (normal_id(persona_id) or ""), wanted, offered)
        found = here.connection.execute(this).scalar()
        if found is None:
            raise InvalidText(NO_PERSONA)
        place = _next_place(here, SESSION_PERSONA, MOST_PERSONAS, "personas")
        row = {"session": here.session.key, "persona_id": found, "place": place}
        here.connection.execute(
            upsert(here.connection, SESSION_PERSONA).values(**row).on_conflict_do_nothing()
        )

    _prepared(archive, seen, session_id, lay)


def take_persona(archive: Archive, seen: Seen, session_id: str, persona_id: str) -> None:
    """Take a persona off the table; what was said of her comes back with her. Raises NotFound."""

    def take(here: Here) -> None:
        this = (SESSION_PERSONA.c.session == here.session.key, SESSION_PERSONA.c.persona_id == persona_id)
        here.connection.execute(delete(SESSION_PERSONA).where(*this))

    _prepared(archive, seen, session_id, take)


def lay_story(archive: Archive, seen: Seen, session_id: str, pasted: str, why: str) -> None:
    """Put a story on the reading list, by its id or address. Raises InvalidText, NotFound."""
    reason = one_line(why, "What to look for")

    def lay(here: Here) -> None:
        story = _story_named(here, pasted)
        place = _next_place(here, SESSION_STORY, MOST_STORIES, "stories")
        row = {"session": here.session.key, "story_id": story, "place": place, "why": reason}
        put = upsert(here.connection, SESSION_STORY).values(**row, tell=False, off=False)
        kept = ["session", "story_id"]
        here.connection.execute(put.on_conflict_do_update(index_elements=kept, set_={"why": reason}))

    _prepared(archive, seen, session_id, lay)


def _story_named(here: Here, pasted: str) -> str:
    """The id of a story that a design session may use and that she finds. Raises InvalidText."""
    name = pasted.strip()[:500].rstrip("/").partition("#")[0]
    slug = name.rpartition("/stories/")[2]
    named = or_(STORY.c.id == (normal_id(name.rpartition("/")[2]) or ""), STORY.c.slug == slug)
    shown = on_the_table([here.seen.actor], here.archive.now())
    story = here.connection.execute(select(STORY.c.id).where(named, shown)).scalar() or _called(here, pasted)
    off = (SESSION_STORY.c.session == here.session.key, SESSION_STORY.c.story_id == story)
    row = here.connection.execute(select(SESSION_STORY.c.off).where(*off)).first()
    if row is not None and row.off:
        raise InvalidText(TAKEN_OFF)
    return str(story)


def _called(here: Here, name: str) -> str:
    """The id of the one story of this name. Raises InvalidText."""
    shown = on_the_table([here.seen.actor], here.archive.now())
    same = func.lower(STORY.c.heading) == name.strip().lower()
    found = here.connection.execute(select(STORY.c.id).where(same, shown).limit(2)).scalars().all()
    if len(found) > 1:
        raise InvalidText(SEVERAL)
    if not found:
        raise InvalidText(NO_STORY)
    return str(found[0])


def take_story(archive: Archive, seen: Seen, session_id: str, story_id: str) -> None:
    """Take a story off the reading list. Raises NotFound."""

    def take(here: Here) -> None:
        this = (SESSION_STORY.c.session == here.session.key, SESSION_STORY.c.story_id == story_id)
        here.connection.execute(delete(SESSION_STORY).where(*this, SESSION_STORY.c.off.is_(False)))

    _prepared(archive, seen, session_id, take)


def _next_place(here: Here, table: Any, most: int, what: str) -> int:
    counted = select(func.count(), func.coalesce(func.max(table.c.place), 0))
    number, last = here.connection.execute(counted.where(table.c.session == here.session.key)).one()
    if number >= most:
        raise InvalidText(FULL.format(most, what))
    return int(last) + 1


def open_session(archive: Archive, seen: Seen, session_id: str) -> str:
    """Let people in, under a new code; whoever opens it leads it. Her cookie, where she has no account.

    One that is open already stays so. Raises InvalidText, NotFound.
    """
    with writing_in(archive, seen, session_id) as here:
        if not here.seen.works:
            raise NotFound
        connection, session = here.connection, here.session
        if session.state != OPEN:
            _set(here, {"state": OPEN, "code": new_code(connection), "opened": archive.now(), "closed": None})
            append(archive, connection, session, Kind.OPENED, here.seen.key)
        cookie = (
            seat_worker(archive, connection, session, here.seen.by, leads=True) if _unseated(here) else ""
        )
        connection.commit()
    return cookie


def _unseated(here: Here) -> bool:
    return here.seen.participant is None or not here.seen.leads


def may_remove(seen: Seen, session: AnyRow) -> bool:
    """Whether a session is hers to take away: who made it may, and stewards."""
    return bool(session.account == seen.by.account or Role.STEWARD in seen.actor.roles)


def remove_session(archive: Archive, seen: Seen, session_id: str) -> None:
    """Take a session away; it can be put back. Raises NotAllowed, NotFound."""
    with writing_in(archive, seen, session_id) as here:
        if not here.seen.works:
            raise NotFound
        if not may_remove(seen, here.session):
            raise NotAllowed(NOT_YOURS)
        _set(here, {"removed": archive.now()})
        append(archive, here.connection, here.session, Kind.PREPARED, here.seen.key)
        here.connection.commit()


def put_session_back(archive: Archive, seen: Seen, session_id: str) -> None:
    """Undo that. Raises NotFound."""
    with archive.writing() as connection:
        session = removed_session(connection, seen, session_id)
        if session is None:
            raise NotFound
        connection.execute(update(SESSION).where(SESSION.c.key == session.key).values(removed=None))
        connection.commit()


def removed_session(connection: Connection, seen: Seen, session_id: str) -> AnyRow | None:
    """A session that was taken away and that this person may put back."""
    where = (SESSION.c.id == session_id, SESSION.c.removed.is_not(None))
    row = connection.execute(select(SESSION).where(*where)).first()
    return row if row is not None and may_remove(seen, row) else None

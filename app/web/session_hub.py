"""What is new in sessions, told to all who listen in this process.

One task asks the database for all sessions that anybody here listens to, in a thread of its own: changes go
through the database, so that it does not matter which process they came to. A listener is a coroutine that
waits; it holds no connection and no thread.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog

from app.services.archive import Archive
from app.services.sessions.fresh import Mark, live_view, marks_of, seated
from app.web.session_parts import Parts, parts_of

log = structlog.get_logger()
PERIOD = 0.1  # seconds between two looks
HEARTBEAT = 10.0  # seconds after which a silent line says that it is there
ANYWAY = 10.0  # seconds after which a session is looked at whole, whether or not anything seems new
LIFETIME = 60.0  # seconds; then the browser comes again, and is asked again who it is
Name = tuple[str, bool]  # a session's id, and whether for facilitators


@dataclass
class _Room:
    """One session as this process has shown it last, for participants or for facilitators."""

    mark: Mark | None = None
    first: int = 0  # number of the last event when this process began to look
    parts: Parts = field(default_factory=Parts)
    since: dict[str, int] = field(default_factory=dict)  # at which number each part became what it is
    serials: dict[str, int] = field(default_factory=dict)  # and at which of the times that something was new
    serial: int = 0
    here: frozenset[int] = frozenset()
    gone: bool = False  # the session was taken away
    listeners: int = 0
    looked: float = 0.0  # when it was last looked at whole, by the loop's clock
    fresh: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, mark: Mark, parts: Parts, here: frozenset[int]) -> None:
        """Take what is shown now, and wake whoever listens."""
        if self.mark is None:
            self.first = mark.number
        self.serial += 1
        for name, html in parts.html.items():
            if self.parts.html.get(name) != html:
                self.since[name], self.serials[name] = mark.number, self.serial
        self.mark, self.parts, self.here = mark, parts, here
        self.wake()

    def wake(self) -> None:
        """Let everybody look who listens now."""
        fresh, self.fresh = self.fresh, asyncio.Event()
        fresh.set()

    def news(self, after: str) -> str:
        """The message for a screen that comes with this mark: nothing but the mark where it shows all."""
        number = _number_in(after)
        if after == str(self.mark):
            return self._message([])
        if number is None or number < self.first:
            return self._message(list(self.parts.html))
        return self._message([name for name in self.parts.html if self.since[name] >= number])

    def later(self, serial: int) -> str:
        """The message for who has everything up to this serial."""
        return self._message([name for name in self.parts.html if self.serials[name] > serial])

    def _message(self, names: Sequence[str]) -> str:
        assert self.mark is not None
        told = {name: self.parts.html[name] for name in names}
        return message_of(self.mark, self.parts, told)


def message_of(mark: Mark, parts: Parts, html: Mapping[str, str]) -> str:
    """What a screen is sent, as JSON: its mark, the number of the last event, rows in their order, parts."""
    told = {"mark": str(mark), "number": mark.number, "state": mark.state, "rows": parts.rows, "parts": html}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _number_in(after: str) -> int | None:
    number = after.partition(".")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None


class Hub:
    """All that this process tells of sessions."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._rooms: dict[Name, _Room] = {}
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "sessions")
        self._stopped = False

    def stop(self) -> None:
        """End every line, and take no new one. Safe to call twice; belongs in the loop's thread."""
        self._stopped = True
        for room in self._rooms.values():
            room.wake()

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def listen(
        self, session_id: str, participant: int, *, leads: bool, after: str
    ) -> AsyncIterator[str]:
        """What a browser is sent, as server-sent events, until it goes or its time is over."""
        room = self._rooms.setdefault((session_id, leads), _Room())
        room.listeners += 1
        self._begin()
        try:
            yield "retry: 1000\n\n"
            async for line in self._lines(room, participant, after):
                yield line
        finally:
            room.listeners -= 1
            if not room.listeners and self._rooms.get((session_id, leads)) is room:
                del self._rooms[(session_id, leads)]

    async def _lines(self, room: _Room, participant: int, after: str) -> AsyncIterator[str]:
        ends, serial, greeted = asyncio.get_running_loop().time() + LIFETIME, 0, False
        while not self._stopped and asyncio.get_running_loop().time() < ends:
            fresh = room.fresh
            if room.gone or (room.mark is not None and participant not in room.here):
                yield "event: over\ndata: {}\n\n"
                return
            if room.mark is not None and (room.serial > serial or not greeted):
                told = room.later(serial) if greeted else room.news(after)
                serial, greeted = room.serial, True
                yield f"id: {room.mark}\ndata: {told}\n\n"
                continue
            try:
                await asyncio.wait_for(fresh.wait(), HEARTBEAT)
            except TimeoutError:
                yield ": here\n\n"

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while self._rooms and not self._stopped:
            rooms = dict(self._rooms)
            stale = loop.time() - ANYWAY
            known = {name: room.mark if room.looked > stale else None for name, room in rooms.items()}
            try:
                found = await loop.run_in_executor(self._thread, self._look, known)
                self._tell(rooms, found)
            except Exception:
                log.exception("sessions could not be looked at; trying again")
                await asyncio.sleep(1)
            await asyncio.sleep(PERIOD)

    def _tell(self, rooms: Mapping[Name, _Room], found: "Mapping[Name, _Found | None]") -> None:
        for name, room in rooms.items():
            if name not in found:
                continue
            new = found[name]
            if new is None:
                room.gone = True
                room.wake()
                continue
            room.looked = asyncio.get_running_loop().time()
            if (room.mark, room.parts, room.here) != (new.mark, new.parts, new.here):
                room.show(new.mark, new.parts, new.here)

    def _look(self, known: Mapping[Name, Mark | None]) -> "dict[Name, _Found | None]":
        """What is new of these; None for a session that is not there. In a thread."""
        found: dict[Name, _Found | None] = {}
        with self.archive.engine.connect() as connection:
            now = marks_of(self.archive, connection, {session_id for session_id, _ in known})
            for (session_id, leads), before in known.items():
                if session_id not in now:
                    found[session_id, leads] = None
                    continue
                row, mark = now[session_id]
                if mark != before:
                    live = live_view(self.archive, connection, row, leads=leads)
                    found[session_id, leads] = _Found(mark, parts_of(live), seated(connection, row))
        return found


@dataclass(frozen=True)
class _Found:
    """A session as it is now."""

    mark: Mark
    parts: Parts
    here: frozenset[int]

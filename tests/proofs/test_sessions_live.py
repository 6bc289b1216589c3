"""Forty people in one session, two worker processes: no edit is lost, and all screens show the same."""

import asyncio
import json
import re
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass, field

import httpx
import pytest
from sqlalchemy import select

from app.database.sessions import SESSION_EVENT
from app.database.visibility import Actor, Role
from app.search.engines import choose_engine
from app.services.archive import open_archive
from app.services.reconcile import reconcile
from app.services.sessions.changing import Sent
from app.services.sessions.joining import Comer, join, seat_of
from app.services.sessions.preparing import lay_persona, make_session, open_session
from app.services.sessions.room import Seen
from app.services.sessions.running import add_idea
from app.services.sessions.sheets import session_of
from app.services.views import SessionForm
from benchmarks.serving import Server
from tests.proof_scale import scaled
from tests.proofs.processes import answers, wait_until
from tests.web.people import account
from tests.web.serving import settings_for, story, write

pytestmark = pytest.mark.proof
PEOPLE, SECONDS, IDEAS, PERSONAS = 40, scaled(5, 180), 20, 8
PAUSE = 4.0  # seconds between two edits of one participant
PLACES = ("STORIES", "PERSONAS", "SEARCH_INDEX", "STATE")
NOTE = re.compile(r"note-\d+-\d+")
FROM_HERE = {"sec-fetch-site": "same-origin", "accept": "application/json"}


def persona(number: int) -> str:
    return f"---\nid: who-pers0na{number}\nname: Persona {number}\nuses: [publication]\n---\nHer.\n"


@dataclass
class Held:
    """A session that is open, and a cookie for each participant."""

    address: str
    ideas: list[int]
    cookies: list[str]


@pytest.fixture
def held(tmp_path) -> Held:
    write(tmp_path / "stories", {"one.md": story()})
    write(tmp_path / "personas", {f"{number}.md": persona(number) for number in range(PERSONAS)})
    settings = settings_for(tmp_path)
    archive = open_archive(settings, choose_engine(settings))
    try:
        reconcile(archive)
        key = account(archive, "Ann", "member")
        ann = Seen(Actor(frozenset({Role.MEMBER}), signed_in=True), _by(key))
        session = make_session(archive, ann, SessionForm(title="Forty"))
        for number in range(PERSONAS):
            lay_persona(archive, ann, session, f"who-pers0na{number}")
        open_session(archive, ann, session)
        ann = Seen(ann.actor, ann.by, seat_of(archive, session, key, ""))
        ideas = [add_idea(archive, Sent(ann, session), f"Idea {number}") for number in range(IDEAS)]
        code = session_of(archive, ann, session).code
        cookies = [join(archive, code, f"P{n}", Comer(address="127.0.0.1")).cookie for n in range(PEOPLE)]
    finally:
        archive.close()
    return Held(f"/sessions/{session}", ideas, cookies)


def _by(key: int):
    from app.services.recording import By

    return By(key, "Ann")


@dataclass
class Screen:
    """What one participant's telephone shows, and when it first showed each note."""

    mark: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    shown: dict[str, float] = field(default_factory=dict)

    def take(self, news: dict) -> None:
        now = time.perf_counter()
        self.mark, self.rows = news["mark"], news["rows"]
        self.numbers.append(news["number"])
        self.parts |= news["parts"]
        for html in news["parts"].values():
            for note in NOTE.findall(html):
                self.shown.setdefault(note, now)


async def listen(client: httpx.AsyncClient, address: str, screen: Screen) -> None:
    """Stay on the line, and come back when it ends, as a browser does."""
    while True:
        try:
            told = {"last-event-id": screen.mark} if screen.mark else {}
            async with client.stream("GET", f"{address}/live", headers=told) as answer:
                assert answer.status_code == 200
                async for line in answer.aiter_lines():
                    if line.startswith("data: "):
                        screen.take(json.loads(line[6:]))
        except httpx.TransportError:
            await asyncio.sleep(0.2)


async def edit(client: httpx.AsyncClient, held: Held, who: int, sent: dict[str, float]) -> None:
    """Write in one's own cells, again and again, and vote; every answer has to say that it was kept."""
    end, count = time.perf_counter() + SECONDS, 0
    mine = [cell for place, cell in enumerate(cells(held)) if place % PEOPLE == who]
    await asyncio.sleep(PAUSE * who / PEOPLE)
    while time.perf_counter() < end:
        idea, column = mine[count % len(mine)]
        note = f"note-{who}-{count}"
        fields = {"do": "write", "verdict": "helps", "note": note, "base": "0", "sent": note}
        sent[note] = time.perf_counter()
        answer = await client.post(f"{held.address}/cells/{idea}/{column}", data=fields, headers=FROM_HERE)
        assert answer.status_code == 200, answer.text
        count += 1
        await asyncio.sleep(PAUSE)


def cells(held: Held) -> list[tuple[int, str]]:
    return [(idea, f"who-pers0na{number}") for idea in held.ideas for number in range(PERSONAS)]


async def all_together(base: str, held: Held) -> tuple[list[Screen], dict[str, float]]:
    screens, sent = [Screen() for _ in held.cookies], {}
    clients = [
        httpx.AsyncClient(base_url=base, timeout=60, cookies={"storyhold-room": cookie})
        for cookie in held.cookies
    ]
    lines = [
        asyncio.create_task(listen(client, held.address, screen))
        for client, screen in zip(clients, screens, strict=True)
    ]
    while not all(screen.mark for screen in screens):
        await asyncio.sleep(0.1)
    await asyncio.gather(*(edit(client, held, who, sent) for who, client in enumerate(clients)))
    until = time.perf_counter() + 20
    while not all(sent.keys() <= screen.shown.keys() for screen in screens) and time.perf_counter() < until:
        await asyncio.sleep(0.1)
    for line in lines:
        line.cancel()
    for client in clients:
        await client.aclose()
    return screens, sent


def test_forty_people_lose_no_edit_and_see_the_same_on_every_screen(tmp_path, held, figures):
    environment = {f"STORYHOLD_{name}": str(tmp_path / name.lower()) for name in PLACES}
    with Server(environment, "--workers", "2") as server:
        wait_until(lambda: answers(server))
        screens, sent = asyncio.run(all_together(server.address, held))
        stopped = asyncio.run(stop_while_somebody_listens(server, held))
    with Server(environment, "--workers", "2") as server:
        wait_until(lambda: answers(server))
        again = server.client.get(f"{held.address}/changes", headers=cookie(held)).json()
    assert again["parts"] | screens[0].parts == again["parts"] and again["rows"] == screens[0].rows
    assert all(sent.keys() == screen.shown.keys() for screen in screens)
    assert all(screen.numbers == sorted(screen.numbers) for screen in screens)
    assert len({json.dumps([screen.rows, sorted(screen.parts.items())]) for screen in screens}) == 1
    assert kept(tmp_path) == defaultdict(int, dict.fromkeys(sent, 1))
    waited = sorted(screen.shown[note] - at for note, at in sent.items() for screen in screens)
    assert stopped < 10
    record(figures, len(sent), waited, stopped)


def cookie(held: Held) -> dict[str, str]:
    return {"cookie": f"storyhold-room={held.cookies[0]}"}


async def stop_while_somebody_listens(server: Server, held: Held) -> float:
    """How many seconds a server takes to end with lines open."""
    async with httpx.AsyncClient(base_url=server.address, timeout=60, headers=cookie(held)) as client:
        screen = Screen()
        line = asyncio.create_task(listen(client, held.address, screen))
        while not screen.mark:
            await asyncio.sleep(0.05)
        try:
            return await asyncio.to_thread(server.stop)
        finally:
            line.cancel()


def kept(folder) -> dict[str, int]:
    """How often each note stands in the log."""
    settings = settings_for(folder)
    archive = open_archive(settings, choose_engine(settings))
    try:
        with archive.engine.connect() as connection:
            rows = connection.execute(select(SESSION_EVENT.c.number, SESSION_EVENT.c.data)).all()
    finally:
        archive.close()
    assert sorted(row.number for row in rows) == list(range(1, len(rows) + 1))
    counted: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.data.get("note"):
            counted[row.data["note"]] += 1
    return counted


def record(figures, edits: int, waited: list[float], stopped: float) -> None:
    told = f"{PEOPLE} participants, {SECONDS} s, two worker processes"
    for name, part in (("median", 0.5), ("95th percentile", 0.95), ("99th percentile", 0.99)):
        milliseconds = waited[int(len(waited) * part)] * 1000
        figures(f"a session: {name} until an edit is on a screen, {told}", f"{milliseconds:.0f} ms")
        print(f"{name}: {milliseconds:.0f} ms")
    figures("a session: seconds until a server with open lines has stopped", f"{stopped:.1f}")
    print(f"stopped in {stopped:.1f} s")
    figures("a session: accepted edits that were lost", f"0 of {edits}")
    print(f"{edits} edits, mean {statistics.mean(waited) * 1000:.0f} ms, longest {waited[-1] * 1000:.0f} ms")

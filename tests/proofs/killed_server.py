"""A real server that is killed in the middle of saves, and what is found when it has started again."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Self

import httpx

from app.records.model import Slug
from app.records.replace import UNFINISHED, digest_of
from app.records.stories import parse_story
from tests.proofs.forked_server import ForkedServer
from tests.proofs.processes import wait_until
from tests.web.filling import filled_in
from tests.web.people import account, session
from tests.web.tokens import token

ID, SLUG = "s-7k3fq2mx", Slug("chair")
FROM_HERE = {"sec-fetch-site": "same-origin"}
FIRST_DAY = date(2026, 1, 1)
PARAGRAPHS = 300  # long enough that a kill can fall into the middle of a write
TRACED = re.compile(r"(\d+) +(\w+)\(")


def word_of(version: int) -> str:
    """A word that only this version has."""
    return f"lamp{version}q"


def body_of(version: int) -> str:
    """A text whose every line names its version, so that half of one is seen at once."""
    line = f"By the harbour it is quiet, says {word_of(version)}."
    return "".join(f"{line} Paragraph {number}.\n\n" for number in range(PARAGRAPHS)).strip() + "\n"


def day_of(number: int) -> str:
    return (FIRST_DAY + timedelta(days=number)).isoformat()


def strace_here() -> str:
    """Why system calls can not be traced here; empty where they can."""
    if shutil.which("strace") is None:
        return "strace is not installed here: sudo apt-get install strace"
    tried = subprocess.run(["strace", "-f", "-e", "trace=none", "true"], capture_output=True, text=True)
    return f"strace may trace nothing here: {tried.stderr.strip()}" if tried.returncode else ""


class KilledServer(ForkedServer):
    """One story in one archive, one gatherer who saves it, and all that was said to be saved."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.file = folder / "stories" / f"{SLUG}.md"
        self.now = (0, 0)  # the version of the text, the day of the consent: as they were said to be saved
        self.wanted = (0, 0)  # and as they are in a save that has not answered
        self.kept: list[tuple[int, int]] = [self.now]
        self.unanswered = 0

    def __enter__(self) -> Self:
        for name in ("stories", "personas"):
            (self.folder / name).mkdir()
        consent = "consent: {uses: [publication], given: 2025-12-01}"
        self.file.write_text(f"---\nid: {ID}\ngatherer: Ann Reed\n{consent}\n---\n{body_of(0)}")
        archive = self.opened()
        ann = account(archive, "Ann", "gatherer", gathers_as="Ann Reed")
        self.cookie = dict([session(archive, ann)])
        self.bearer = {"authorization": f"Bearer {token(archive, ann, 'read', 'write')}"}
        archive.close()
        return super().__enter__()

    def prepare(self, kind: str) -> httpx.Request:
        """The next save: of the text by the form or by a program, or of the consent."""
        version, day = self.now
        if kind == "consent":
            self.wanted = (version, day + 1)
            return self._form(f"/s/{ID}/consent", co_crafted=day_of(day + 1))
        self.wanted = (version + 1, day)
        if kind == "form":
            return self._form(f"/s/{ID}/edit", body=body_of(version + 1), note=f"save {version + 1}")
        at = f"/api/v1/stories/{SLUG}"
        tag = {"if-match": self.client.get(at, headers=self.bearer).headers["etag"]}
        told = {"markdown": body_of(version + 1), "note": f"save {version + 1}"}
        return self.client.build_request("PUT", at, json=told, headers=self.bearer | tag)

    def _form(self, at: str, **fields: str) -> httpx.Request:
        page = self.client.get(at, headers=self.cookie)
        assert page.status_code == 200, page.text
        return self.client.build_request(
            "POST", at, data=filled_in(page, at) | fields, headers=self.cookie | FROM_HERE
        )

    def send(self, request: httpx.Request) -> bool:
        """Whether the save was answered. One that is answered is one that was made."""
        try:
            answer = self.client.send(request)
        except httpx.TransportError:
            return False
        assert answer.status_code in (200, 303), answer.text
        self.now = self.wanted
        self.kept.append(self.now)
        return True

    def traced(self, *options: str) -> subprocess.Popen[str]:
        """The server under strace from here on."""
        command = ["strace", "-f", "-p", str(self.process), *options]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        line = tracer.stderr.readline()
        assert "attached" in line, line
        return tracer

    def calls_of_a_save(self) -> Counter[str]:
        """The system calls of the thread that makes one save, by name."""
        request, trace = self.prepare("form"), self.folder / "trace"
        tracer = self.traced("-o", str(trace))
        assert self.send(request)
        tracer.terminate()
        tracer.communicate()
        lines = [found.groups() for line in trace.read_text().splitlines() if (found := TRACED.match(line))]
        saving = next(thread for thread, name in lines if name.startswith("rename"))
        return Counter(name for thread, name in lines if thread == saving)

    def kill_at(self, call: str, number: int, kind: str) -> bool:
        """Kill the server as it enters the so many-th call of this name in a save; False if it makes none."""
        request = self.prepare(kind)
        tracer = self.traced(
            "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"
        )
        answered = self.send(request)
        if answered and not self.is_gone():
            tracer.terminate()
        tracer.communicate()
        killed = not self.is_ready()
        if killed:
            self.after_kill(answered)
        return killed

    def kill_after(self, seconds: float, kind: str) -> None:
        """Kill the server so long after a save was sent."""
        request, process = self.prepare(kind), self.process
        killer = threading.Timer(seconds, os.kill, (process, signal.SIGKILL))
        killer.start()
        answered = self.send(request)
        killer.join()
        self.after_kill(answered)

    def after_kill(self, answered: bool) -> None:
        """Start again; then everything is as if nothing had happened."""
        self.kills += 1
        self.unanswered += not answered
        self.client.close()
        wait_until(self.is_gone)
        self.check_file()
        self.start()
        self.check_file()
        self.check_no_orphans()
        self.check_database()
        found = self.client.get(f"/api/v1/search?q={word_of(self.now[0])}").json()
        assert found["total"] == 1, "search does not know the text"

    def check_file(self) -> None:
        """The file is what was said to be saved, or what was being saved, and nothing else."""
        story = parse_story(self.file.read_bytes(), slug=SLUG, file="x", today=date(2026, 12, 31)).story
        crafted = story.consent.co_crafted
        found = (int(story.body.partition("lamp")[2].partition("q")[0]), self._day(str(crafted or "")))
        assert story.body == body_of(found[0]), "a torn file"
        if found == self.wanted != self.now:
            self.now = found
            self.kept.append(found)
        assert found == self.now, f"{found} is neither {self.now} nor {self.wanted}"

    def _day(self, iso: str) -> int:
        return (date.fromisoformat(iso) - FIRST_DAY).days if iso else 0

    def check_no_orphans(self) -> None:
        left = list(self.folder.rglob(f"{UNFINISHED}*"))
        assert left == [] and [path.name for path in self.file.parent.iterdir()] == [self.file.name]

    def check_database(self) -> None:
        """As many versions as states that were seen, each with its author and reason; nothing waits."""
        with closing(sqlite3.connect(self.folder / "state" / "storyhold.db")) as connection:

            def rows(query: str) -> list[tuple]:
                return connection.execute(query).fetchall()

            assert rows("PRAGMA integrity_check") == [("ok",)]
            assert rows("SELECT kind FROM job") == []
            known = rows("SELECT number, digest, who, note, source FROM revision ORDER BY number")
            assert [row[0] for row in known] == list(range(1, len(self.kept) + 1))
            assert known[-1][1] == digest_of(self.file.read_bytes())
            assert rows("SELECT digest, record_id FROM catalogue_file") == [(known[-1][1], ID)]
            assert {row[2] for row in known[1:]} <= {"Ann"}
            texts = [state for before, state in pairwise(self.kept) if state[0] != before[0]]
            assert [row[3] for row in known[1:] if row[4] == "editor" and row[3]] == [
                f"save {n}" for n, _ in texts
            ]
            edits = rows("SELECT count(*) FROM audit_entry WHERE event = 'edited'")
            assert edits == [(len(texts),)]
            entries = rows("SELECT count(*) FROM consent_entry WHERE source = 'recorded in the archive'")
            assert entries == [(len(self.kept) - 1 - len(texts),)]

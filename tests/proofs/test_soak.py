"""A server under readers while its folder changes: no failure, no mixture of old and new, no growth."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from benchmarks.serving import Server
from tests.proof_scale import scaled
from tests.proofs.processes import answers, connected_workers, holders_of, wait_until

pytestmark = pytest.mark.proof
STORIES, READERS, PARAGRAPHS = 30, 4, 20
VERSION = re.compile(r"version (\d+x\d+)\b")


class Folder:
    """An archive's folder that somebody works in. `current` is the version in each file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.chance = folder, random.Random(7)
        self.current: dict[str, str] = {}
        self.changes = 0
        for name in ("stories", "personas"):
            (folder / name).mkdir(parents=True)
        for _ in range(STORIES):
            self.drop()

    @property
    def environment(self) -> dict[str, str]:
        places = {"STORIES": "stories", "PERSONAS": "personas", "STATE": "state", "SEARCH_INDEX": "index"}
        return {f"STORYHOLD_{name}": str(self.folder / place) for name, place in places.items()}

    def drop(self) -> str:
        return self.write(f"story-{self.changes}")

    def edit(self) -> str:
        return self.write(self.any())

    def delete(self) -> None:
        slug = self.any()
        (self.folder / "stories" / f"{slug}.md").unlink()
        del self.current[slug]

    def any(self) -> str:
        return self.chance.choice(list(self.current))

    def write(self, slug: str) -> str:
        """A version in each of whose paragraphs its number stands, moved into place as an editor does."""
        self.changes += 1
        version = f"{self.changes}x{self.chance.randrange(10**6)}"
        keys = f"title: {slug}\nthemes: [waiting, theme {self.changes % 5}]\nconsent: {{uses: [publication]}}"
        head = f"---\n{keys}\n---\n"
        body = "\n\n".join(f"The harbour, version {version}, part {n}." for n in range(PARAGRAPHS))
        beside = self.folder / "stories" / f".{slug}.new"
        beside.write_text(head + body, "utf-8")
        beside.replace(self.folder / "stories" / f"{slug}.md")
        self.current[slug] = version
        return slug

    def change(self) -> None:
        roomy = len(self.current) > STORIES // 2
        self.chance.choice((self.edit, self.edit, self.drop, self.delete if roomy else self.drop))()


class Readers:
    """Some people who read at once; what they were answered, and what was wrong with it."""

    def __init__(self, server: Server, folder: Folder) -> None:
        self.server, self.folder, self.answers = server, folder, Counter[int]()
        self.wrong: list[str] = []
        self.done = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._read, args=(n,)) for n in range(READERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.done.set()
            for thread in threads:
                thread.join()

    def _read(self, seed: int) -> None:
        chance = random.Random(seed)
        with httpx.Client(base_url=self.server.address, timeout=30) as client:
            while not self.done.is_set():
                self._look(client.get(self._address(chance)))

    def _address(self, chance: random.Random) -> str:
        slug = chance.choice(list(self.folder.current) or ["none"])
        lists = ("/", "/stories", "/themes", "/themes/waiting", "/search?q=harbour", "/api/v1/search?q=part")
        return chance.choice((f"/stories/{slug}", f"/api/v1/stories/{slug}", chance.choice(lists)))

    def _look(self, answer: httpx.Response) -> None:
        self.answers[answer.status_code] += 1
        path = answer.request.url.path
        if answer.status_code not in (200, 404):
            self.wrong.append(f"{path}: {answer.status_code}")
        if "/stories/" in path and answer.status_code == 200:
            versions = VERSION.findall(answer.text)
            if len(set(versions)) != 1 or len(versions) < PARAGRAPHS:
                self.wrong.append(f"{path}: {sorted(set(versions))}, {len(versions)} times")


def test_nobody_meets_a_failure_while_files_come_and_go(tmp_path, figures):
    folder, seconds = Folder(tmp_path), scaled(5, 60)
    with Server(folder.environment) as server:
        server.seconds_to_be_ready()
        readers = Readers(server, folder)
        with readers.at_work():
            end = time.monotonic() + seconds
            wait_until(lambda: sum(readers.answers.values()) > 20)
            before = server.megabytes()
            while time.monotonic() < end:
                folder.change()
                time.sleep(0.1)
        after = server.megabytes()
        assert readers.wrong == []
        for slug, version in folder.current.items():
            wait_until(lambda slug=slug, version=version: version in page(server, slug))
        wait_until(lambda: total(server) == len(folder.current))
        ended = server.stop()
        assert '"level": "error"' not in server.logged()
    assert ended < 10
    figures("soak: seconds", seconds)
    figures("soak: changes of files", folder.changes - STORIES)
    figures("soak: answers, none of them a failure", sum(readers.answers.values()))
    figures("soak: server's memory at start and end, MB", f"{before:.0f}, {after:.0f}")
    figures("soak: seconds from SIGTERM to the end", f"{ended:.1f}")


def page(server: Server, slug: str) -> str:
    return server.client.get(f"/stories/{slug}").text


def total(server: Server) -> int:
    found = server.client.get("/api/v1/search?q=harbour")
    return found.json()["total"] if found.status_code == 200 else -1


def test_of_two_workers_one_watches_and_both_show_what_was_dropped(tmp_path, figures):
    folder = Folder(tmp_path)
    with Server(folder.environment, "--workers", "2") as server:
        wait_until(lambda: answers(server))
        slug = folder.drop()
        clients = [httpx.Client(base_url=server.address, timeout=30) for _ in range(40)]
        for client in clients:
            wait_until(lambda client=client: client.get(f"/stories/{slug}").status_code == 200)
            wait_until(lambda client=client: found(client, folder.current[slug]) == 1)
        assert len(connected_workers(server.process.pid, server.client.base_url.port)) == 2
        assert len(holders_of(tmp_path / "state" / "keeper.lock")) == 1
        for client in clients:
            client.close()
        assert server.stop() < 10
    figures("two workers: connections that saw a dropped file", len(clients))


def found(client: httpx.Client, version: str) -> int:
    answer = client.get(f"/api/v1/search?q={version}")
    return answer.json()["total"] if answer.status_code == 200 else -1

"""A story that is taken back in one process is gone from every other when the request has returned."""

import os
import subprocess
import sys

import httpx
import pytest

from benchmarks.serving import Server
from tests.proof_scale import scaled
from tests.proofs.processes import answers, connected_workers, wait_until
from tests.web.serving import story, write

pytestmark = pytest.mark.proof
CONNECTIONS, STORIES = scaled(12, 40), scaled(2, 20)
STORYHOLD = [sys.executable, "-c", "from app.start import main; main()"]
PLACES = {"STORIES": "stories", "PERSONAS": "personas", "STATE": "state", "SEARCH_INDEX": "index"}
LISTS = ("/", "/stories", "/themes", "/themes/dusk", "/feed.xml", "/api/v1/stories", "/search?q=heron")


def word(number: int) -> str:
    return "lantern" + "abcdefghij"[number // 10] + "abcdefghij"[number % 10]


def story_id(number: int) -> str:
    return f"s-7k3f00{number:02}"


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    files = {
        f"{number}.md": story(
            f"The heron and the {word(number)}.",
            *(f"id: {story_id(number)}", f"title: {word(number)}", "themes: [dusk]"),
        )
        for number in range(STORIES)
    }
    write(tmp_path / "stories", files)
    (tmp_path / "personas").mkdir()
    return {f"STORYHOLD_{name}": str(tmp_path / place) for name, place in PLACES.items()}


def take_back(environment: dict[str, str], number: int, *how: str) -> None:
    command = [*STORYHOLD, "withdraw", story_id(number), "--yes", *how]
    subprocess.run(command, env=os.environ | environment, check=True, capture_output=True)


def knows(client: httpx.Client, number: int) -> list[str]:
    """Where a reader still meets a story: by its page, its tag, a list, search or completion."""
    found = [f"/stories/{number}"] if client.get(f"/stories/{number}").status_code != 410 else []
    found += [address for address in LISTS if word(number) in client.get(address).text]
    searched = client.get(f"/api/v1/search?q={word(number)}").json()
    completed = client.get(f"/api/v1/complete?q={word(number)[:9]}").text
    return found + ["search"] * (searched["total"] > 0) + ["completion"] * (word(number) in completed)


def test_what_a_terminal_takes_back_is_gone_from_every_worker_when_it_returns(environment, figures):
    with Server(environment, "--workers", "2") as server:
        wait_until(lambda: answers(server))
        clients = [httpx.Client(base_url=server.address, timeout=60) for _ in range(CONNECTIONS)]
        tags = {}
        for client in clients:
            wait_until(lambda client=client: total(client) == STORIES)
            tags[client] = client.get("/stories/0").headers["etag"]
        assert len(connected_workers(server.process.pid, server.client.base_url.port)) == 2
        left = []
        for number in range(STORIES):
            take_back(environment, number)
            left += [one for client in clients for one in knows(client, number)]
        assert left == []
        for client, tag in tags.items():
            assert client.get("/stories/0", headers={"if-none-match": tag}).status_code == 410
            client.close()
    figures(
        "two workers: connections that knew a story after it was taken back elsewhere",
        f"{len(left)} of {CONNECTIONS * STORIES}",
        page="security",
    )


def total(client: httpx.Client) -> int:
    answer = client.get("/api/v1/search?q=heron")
    return answer.json()["total"] if answer.status_code == 200 else -1

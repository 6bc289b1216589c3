"""When something breaks: a plain page, nothing of the inside, and pages that read on."""

import gc
import io
import json
import shutil

import pytest
import structlog
from sqlalchemy import text

from app.web.logs import configure_logs
from tests.web.serving import begin, opened, served, story, write
from tests.web.test_addresses import assert_policies

SECRET = "quillwort"


@pytest.fixture
def logged(monkeypatch):
    """What the archive has written to its log since it was last asked, as it does in service."""
    before, stream = structlog.get_config(), io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    configure_logs()

    def written() -> str:
        text = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        return text

    yield written
    structlog.configure(**before)


@pytest.fixture
def broken(tmp_path, logged):
    """An archive whose database lost a table while it was being read."""
    with served(tmp_path, {f"{SECRET}.md": story("Words.", "themes: [waiting]")}) as web:
        with web.archive.engine.begin() as connection:
            connection.execute(text("DROP TABLE catalogue_theme"))
        yield web


@pytest.mark.parametrize("address", ["/", f"/stories/{SECRET}", f"/themes/{SECRET}"])
def test_a_failure_is_a_plain_page(broken, address):
    answer = broken.get(f"{address}?q={SECRET}")
    assert answer.status == 500
    assert "Something went wrong on our side" in answer.text
    assert answer["cache-control"] == "no-store"
    assert_policies(answer)
    for word in ("Traceback", "sqlite", "catalogue", "Error", SECRET, ".py"):
        assert word not in answer.text
    assert broken.ask("HEAD", address).body == b""


def test_a_failure_of_the_api_is_a_problem_document(broken):
    answer = broken.get(f"/api/v1/stories/{SECRET}")
    assert (answer.status, answer["content-type"], answer.json["status"]) == (
        500,
        "application/problem+json",
        500,
    )
    assert_policies(answer)


def test_the_log_says_what_failed_and_not_who_was_read(broken, logged):
    logged()
    for address in (f"/stories/{SECRET}?{SECRET}", f"/search?q={SECRET}&theme={SECRET}", f"/themes/{SECRET}"):
        broken.get(address, headers=[("Referer", SECRET), ("Cookie", SECRET), ("User-Agent", SECRET)])
    lines = [json.loads(line) for line in logged().splitlines()]
    failures = [line for line in lines if line["event"] == "an answer failed"]
    assert "/stories/{slug:text}" in [line["route"] for line in failures]
    assert "no such table: catalogue_theme" in [line["exception"][0]["reason"] for line in failures]
    assert all("OperationalError" in json.dumps(line["exception"]) for line in failures)
    assert SECRET not in json.dumps(lines)


def test_the_log_notes_the_route_and_the_status_of_an_answer(tmp_path, logged):
    with served(tmp_path, {f"{SECRET}.md": story()}) as web:
        logged()
        for method in ("GET", "HEAD"):
            web.ask(method, f"/stories/{SECRET}?a={SECRET}")
            (line,) = [json.loads(line) for line in logged().splitlines()]
            assert (line["method"], line["route"], line["status"]) == (method, "/stories/{slug:text}", 200)
            assert SECRET not in json.dumps(line)
        web.get(f"/nowhere/{SECRET}")
        assert SECRET not in logged()


def corrupt_nothing(index):
    shutil.rmtree(index)


def corrupt_current(index):
    (index / "CURRENT").write_text("../../etc\n")


def corrupt_segments(index):
    for path in index.rglob("*"):
        if path.is_file() and path.parent.name == "public":
            path.write_bytes(b"\x00garbage" * 20)


def corrupt_class(index):
    shutil.rmtree(next(index.glob("*/public")))


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh forgets to close what it can not read
@pytest.mark.parametrize("damage", [corrupt_nothing, corrupt_current, corrupt_segments, corrupt_class])
def test_pages_read_on_while_search_is_rebuilt(tmp_path, damage):
    stories = {"a.md": story("A lantern.", "title: Lantern", "themes: [light]"), "b.md": story("A ferry.")}
    with served(tmp_path, stories):
        pass
    damage(tmp_path / "search_index")
    with opened(tmp_path) as web:
        for address in (
            "/",
            "/stories",
            "/stories?theme=light&page=7",
            "/stories/a",
            "/themes/light",
            "/personas",
        ):
            answer = web.get(address)
            assert answer.status == 200
            assert "Search is being rebuilt" in answer.text
        assert "Lantern" in web.get("/stories?sort=title&layout=table").text
        assert web.get("/api/v1/stories").json["total"] == 2
        assert web.get("/readyz").status == 503
        search = web.get("/search?q=lantern&theme=light")
        assert search.status == 200 and "Search is being rebuilt" in search.text
        refused = web.get("/api/v1/search?q=lantern")
        assert (refused.status, refused["content-type"]) == (503, "application/problem+json")
        begin(web)
        assert web.get("/readyz").status == 200
        assert "rebuilt" not in web.get("/").text
        assert web.get("/api/v1/search?q=lantern").json["total"] == 1
    gc.collect()


def wait_until(web, found) -> None:
    for _ in range(200):
        if found():
            return
        web.app.state.keeper._stop.wait(0.1)


def test_a_file_dropped_while_serving_is_read_and_found(tmp_path):
    with served(tmp_path, {"a.md": story("A lantern.")}, watching=True) as web:
        write(tmp_path / "stories", {"b.md": story("A heron.")})
        wait_until(web, lambda: web.get("/api/v1/search?q=heron").json["total"])
        assert web.get("/stories/b").status == 200
        assert web.get("/api/v1/search?q=heron").json["total"] == 1


@pytest.mark.parametrize("damage", [corrupt_nothing, corrupt_current, corrupt_class])
def test_an_index_lost_while_serving_is_rebuilt(tmp_path, damage):
    with served(tmp_path, {"a.md": story("A lantern.")}, watching=True) as web:
        damage(tmp_path / "search_index")
        assert web.get("/search?q=lantern").status == 200
        wait_until(web, lambda: not lost(tmp_path) and web.get("/api/v1/search?q=lantern").status == 200)
        assert web.get("/api/v1/search?q=lantern").json["total"] == 1


def lost(folder) -> bool:
    return not list((folder / "search_index").glob("*/public/*.toc"))

"""An import is killed again and again: run once more it ends with every file there once, and none missing.

From a terminal each run is a job of its own; a server goes on with the one that it had begun.
"""

import json
import random
import subprocess
import time

import pytest

from app.database.gathering import ORIGINAL
from app.database.ledgers import AUDIT, JOB
from app.database.tables import FILE, REVISION, STORY
from app.database.visibility import TERMINAL
from app.records.replace import UNFINISHED
from app.services.gathering.journal import read_items, read_job
from app.services.intents import SAVE
from tests.archives import found, rows
from tests.proof_scale import scaled
from tests.proofs.forked_server import PLACES, ForkedServer
from tests.proofs.processes import wait_until
from tests.terminal.test_terminal import STORYHOLD, environment, run
from tests.web.people import account, session

pytestmark = pytest.mark.proof
FILES = scaled(12, 200)
KILLS = scaled(2, 40)
LONGEST = 6.0  # seconds from the start of the process to the kill
SOON = (0.1, 0.4, 1.5)  # seconds from an import's beginning, or the server's, to a kill at the latest


@pytest.fixture
def place(tmp_path):
    for name in ("stories", "personas", "brought"):
        (tmp_path / name).mkdir()
    return tmp_path


def lot(place, number):
    """As many files again, in a folder of their own: an import is over before it can be killed often."""
    folder = place / f"brought/lot-{number}"
    folder.mkdir()
    for each in range(FILES):
        (folder / f"talk-{number}-{each:03}.txt").write_text(f"What {each} of {number} said, and no other.")
    return folder


def brought(place):
    return sorted(path for path in (place / "brought").rglob("*") if path.is_file())


def killed(place, settings, folder, seconds) -> bool:
    """Start an import and kill it; whether it was still at work."""
    command = [*STORYHOLD, "import", str(folder)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=place, env=environment(**settings), **quiet) as process:
        until = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        ended = process.poll() is not None
        process.kill()
    return not ended


def check(place, archive):
    """Every file is one story, with one version, one original, one line of the audit; nothing else is."""
    files = sorted((place / "stories").rglob("*"))
    assert all(path.suffix == ".md" and not path.name.startswith(".") for path in files), files
    told = sorted(path.read_text().rpartition("---\n")[2].strip() for path in files)
    assert told == sorted(path.read_text() for path in brought(place))
    ids = sorted(row["id"] for row in rows(archive, STORY))
    assert len(ids) == len(set(ids)) == len(brought(place))
    for table, name in ((FILE, "record_id"), (REVISION, "record_id"), (ORIGINAL, "story_id")):
        assert sorted(row[name] for row in rows(archive, table)) == ids, table.name
    assert {row["source"] for row in rows(archive, REVISION)} == {"import"}
    edited = [row["record_id"] for row in rows(archive, AUDIT) if row["event"] == "edited"]
    assert sorted(edited) == ids
    assert [row for row in rows(archive, JOB) if row["kind"] == SAVE] == []
    kept = [path for path in (place / "state/originals").rglob("*") if path.is_file()]
    assert sorted(path.parent.name for path in kept) == ids
    assert sorted(path.name for path in (place / "state/originals").iterdir()) == ids
    assert list(place.rglob(f"{UNFINISHED}*")) == []


def test_an_import_that_is_killed_and_run_again_brings_every_file_in_once(place, figures):
    settings = {f"STORYHOLD_{name.upper()}": str(place / name) for name in PLACES}
    chance, kills, number = random.Random(11), 0, 0
    while kills < KILLS:
        folder, number = lot(place, number), number + 1
        while kills < KILLS and killed(place, settings, folder, chance.uniform(0.4, LONGEST)):
            kills += 1
        told = json.loads(run(place, "import", str(folder), "--format", "json", **settings).stdout)
        assert told["created"] + told["unchanged"] == FILES == len({one["id"] for one in told["stories"]})
    archive = ForkedServer(place).opened()
    check(place, archive)
    archive.close()
    figures("imports: kills of storyhold import over many files, then run again", kills)
    whole = f"{len(brought(place))}, 0, 0, 0"
    figures("imports: files brought in once, twice, missing, halves left after that", whole)


def test_a_server_that_is_killed_while_it_imports_ends_it_with_every_file_there_once(place, figures):
    chance, server = random.Random(12), ForkedServer(place)
    archive = server.opened()
    ann = account(archive, "Ann", "gatherer", "steward", gathers_as="Ann Reed")
    headers = dict([session(archive, ann)]) | {"sec-fetch-site": "same-origin"}
    states, number = set(), 0
    with server:
        while server.kills < KILLS:
            job, number = sent(server, headers, lot(place, number)), number + 1
            while read_job(archive, job).working:
                time.sleep(chance.uniform(0, chance.choice(SOON)))
                if read_job(archive, job).working and server.kills < KILLS:
                    server.kill()
                    server.start()
            states |= {item.state for item in read_items(archive, job)}
        total = len(brought(place))
        wait_until(lambda: len(found(archive, "said", actor=TERMINAL)) > 0)
        check(place, archive)
        assert list((place / "state/incoming").rglob("*")) == []
    archive.close()
    assert states == {"done"}
    figures("imports: kills of a server while it brought in many files", server.kills)
    figures("imports: files that it brought in once, twice, missing, halves left", f"{total}, 0, 0, 0")


def sent(server, headers, folder) -> int:
    """Files in a form, as a gatherer sends them; the job."""
    files = [("files", (path.name, path.read_bytes())) for path in sorted(folder.iterdir())]
    answer = server.client.post("/add", files=files, headers=headers)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rpartition("/")[2])

"""A job over many files is killed again and again: at its end every file was done once, and undone once."""

import random
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.database.tables import FILE, REVISION
from app.database.visibility import TERMINAL
from app.records.replace import digest_of
from app.services.gathering.bulk import begin
from app.services.gathering.changes import Change
from app.services.gathering.jobs import undo
from app.services.gathering.journal import read_items, read_job
from tests.archives import make_archive, new_whoosh, rows, story_file, take_in
from tests.proof_scale import proof_scale, scaled

pytestmark = pytest.mark.proof
ROOT = Path(__file__).parents[2]
FILES = 200
FEW = 10
MOST = 8  # files that are done before a kill
LONGEST = 0.3  # seconds from then to the kill
USES = "consent: {uses: [design, publication], given: 2026-01-01}"
CHANGE = Change(site="Harbour", add_themes=("waiting",), remove_uses=("publication",))


class Crashes:
    """One archive, one job in it, and what each kill left behind."""

    def __init__(self, folder: Path, files: int, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        names = [f"story-{number:03}" for number in range(files)]
        told = {f"stories/{name}.md": story_file(f"By {name}.", USES, id=_id(name)) for name in names}
        self.before = {name.partition("/")[2]: text for name, text in told.items()}
        self.kills = self.written_unnoted = 0
        archive = make_archive(folder, told, index=new_whoosh(folder))
        take_in(archive)
        self.job = begin(archive, TERMINAL, [_id(name) for name in names], CHANGE, by=None)
        archive.close()

    def kill_until_done(self) -> str:
        """Start a process, kill it at a random moment, start the next; the step at which the job ended."""
        command = [sys.executable, "-m", "tests.proofs.jobbing", str(self.folder), str(self.job)]
        while True:
            with subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            ) as process:
                told = [process.stdout.readline().decode() for _ in range(self.chance.randint(1, MOST))]
                assert told[0], process.stderr.read()
                ended = next((line.strip() for line in told if line and not line.startswith("at ")), "")
                if ended:
                    return ended
                time.sleep(self.chance.uniform(0, LONGEST))
                process.kill()
            self.kills += 1
            self._look()

    def _look(self) -> None:
        """Count the files that were written while the journal still said that they wait."""
        with opened(self.folder) as archive:
            known = {row["record_id"]: row for row in rows(archive, FILE)}
            for item in read_items(archive, self.job):
                path = self.folder / known[item.record_id]["path"]
                now = digest_of(path.read_bytes())
                self.written_unnoted += item.state == "waiting" and now != item.before
                self.written_unnoted += item.state == "done" and now != item.after

    def texts(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in (self.folder / "stories").glob("*.md")}


def _id(name: str) -> str:
    return f"s-{name[-3:]}00000"


@contextmanager
def opened(folder: Path):
    archive = make_archive(folder, index=new_whoosh(folder))
    yield archive
    archive.close()


def check(crashes: Crashes, state: str, versions: list[int]) -> None:
    """Every item is in this state, and every story has just these versions."""
    with opened(crashes.folder) as archive:
        job, items = read_job(archive, crashes.job), read_items(archive, crashes.job)
        assert job.finished and (job.done, job.total) == (len(items), len(crashes.before))
        assert {item.state for item in items} == {state}
        kept: dict[str, list[int]] = {}
        for row in rows(archive, REVISION):
            kept.setdefault(row["record_id"], []).append(row["number"])
        assert {tuple(sorted(numbers)) for numbers in kept.values()} == {tuple(versions)}
        assert len(kept) == len(items)


def test_a_job_that_is_killed_again_and_again_does_every_file_once(tmp_path, figures):
    rounds, files = scaled(1, 2), FILES if proof_scale() else FEW
    kills = written = 0
    for number in range(rounds):
        (tmp_path / str(number)).mkdir()
        crashes = Crashes(tmp_path / str(number), files, 20261122 + number)
        assert crashes.kill_until_done() == "done"
        check(crashes, "done", [1, 2])
        for text in crashes.texts().values():
            assert text.count("site: Harbour\n") == text.count("themes: [waiting]\n") == 1
            assert "uses: [design]" in text
        with opened(crashes.folder) as archive:
            undo(archive, crashes.job)
        assert crashes.kill_until_done() == "undone"
        check(crashes, "undone", [1, 2, 3])
        assert crashes.texts() == crashes.before
        kills, written = kills + crashes.kills, written + crashes.written_unnoted
    figures("jobs: files done and undone once, whatever was killed", rounds * files)
    figures("jobs: kills while a job changed files or put them back", kills)
    figures("jobs: files that a kill left written and not noted, each known by its digest", written)

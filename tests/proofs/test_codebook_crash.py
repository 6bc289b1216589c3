"""Themes are merged over many files and the work is killed again and again: nothing stays half-merged."""

import random
import subprocess
import sys
import time
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.database.marking import ALIAS, CODEBOOK, QUOTE_THEME
from app.database.tables import STORY, THEME
from app.database.visibility import TERMINAL
from app.rendering.passages import anchor_of
from app.services.gathering.jobs import undo
from app.services.gathering.journal import read_items, read_job
from app.services.marking.quotes import About, Chosen, mark
from app.services.marking.reshaping import Reshape, Way
from app.services.marking.reshaping_job import begin
from app.services.recording import By
from tests.archives import BODY, PUBLISHED, make_archive, new_whoosh, rows, story_file, take_in
from tests.proof_scale import proof_scale, scaled

pytestmark = pytest.mark.proof
ROOT = Path(__file__).parents[2]
FILES, FEW = 10_000, 60
KILLS = 50
LONGEST = 0.3  # seconds from a step of the job to the kill
FRONT = (  # as people write front matter: each must come back to the byte
    "themes: [waiting, Bereavement]",
    "themes:\n  - Bereavement   # said twice\n  - waiting",
    "themes: [bereavement, loss]",
    "tags: bereavement",
    "odd:   kept  as is\nthemes: ['bereavement', \"the door\"]",
)


class Merging:
    """An archive, a merge in it, and what every kill left behind."""

    def __init__(self, folder: Path, files: int, seed: int) -> None:
        self.folder, self.chance, self.kills = folder, random.Random(seed), 0
        told = {f"stories/story-{n:05}.md": _story(n) for n in range(files)}
        with self.opened(told) as archive:
            take_in(archive)
            self.marked = [_marked(archive, n) for n in range(0, files, max(1, files // 20))]
            self.before, self.book = self.digests(), _book(archive)
            self.job = begin(archive, TERMINAL, Reshape(Way.MERGE, "bereavement", "Loss"), by=None)

    @contextmanager
    def opened(self, told=None):
        archive = make_archive(self.folder, told, index=new_whoosh(self.folder))
        yield archive
        archive.close()

    def digests(self):
        return {
            path.name: sha256(path.read_bytes()).hexdigest() for path in (self.folder / "stories").iterdir()
        }

    def work(self, kills: int, steps: int) -> str:
        """Go on in one process after another; each is killed after some steps, while kills are left."""
        command = [sys.executable, "-m", "tests.proofs.merging", str(self.folder), str(self.job)]
        while True:
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
                wanted = self.chance.randint(1, steps) if kills > 0 else -1
                for number, line in enumerate(process.stdout, 1):
                    if not line.startswith("at "):
                        return line.strip()
                    if number == wanted:
                        break
                time.sleep(self.chance.uniform(0, LONGEST))
                process.kill()
            kills -= 1
            self.kills += 1


def _story(number: int) -> str:
    text = story_file(f"{BODY} The {number}th.", PUBLISHED, id=f"s-{number:08}")
    return text.replace("---\n", f"---\n{FRONT[number % len(FRONT)]}\n", 1)


def _marked(archive, number):
    words = f"{BODY} The {number}th."
    about = About(("Bereavement",), "", stays=False)
    chosen = [Chosen(anchor_of(words), "By lamplight")]
    return mark(archive, TERMINAL, By(), f"s-{number:08}", chosen, 1, about)[0]


def _book(archive):
    """The merged theme in the codebook, the names in it and what the quotes carry."""
    told = [row for row in rows(archive, CODEBOOK) if row["slug"] == "bereavement"]
    return told, rows(archive, ALIAS), sorted(map(str, rows(archive, QUOTE_THEME)))


def _count(archive, slug):
    with archive.engine.connect() as connection:
        told = select(func.count()).select_from(THEME.join(STORY, STORY.c.id == THEME.c.story_id))
        return connection.execute(told.where(THEME.c.slug == slug)).scalar_one()


def test_a_merge_that_is_killed_again_and_again_half_merges_no_story_and_is_undone(tmp_path, figures):
    files = FILES if proof_scale() else FEW
    merging, kills = Merging(tmp_path, files, 20261123), scaled(1, KILLS // 2)
    batches = files // 25 + 1
    assert merging.work(kills, max(1, 2 * batches // (kills + 1))) == "done"
    merged = merging.kills
    for path in (tmp_path / "stories").iterdir():
        text = path.read_text()
        assert (
            "ereavement" not in text.replace("tags: bereavement", "") and text.lower().count("loss") == 1
        ), text
    with merging.opened() as archive:
        assert {item.state for item in read_items(archive, merging.job)} == {"done"}
        assert (_count(archive, "loss"), _count(archive, "bereavement")) == (files, 0)
        undo(archive, merging.job)
    assert merging.work(kills, max(1, 2 * batches // (kills + 1))) == "undone"
    assert merging.digests() == merging.before
    with merging.opened() as archive:
        job = read_job(archive, merging.job)
        assert job.finished and (job.done, job.total) == (files, files)
        assert _book(archive) == merging.book and _count(archive, "bereavement") == files
    assert min(merged, merging.kills - merged) >= kills
    figures("codebook: files merged once and put back to the byte, whatever was killed", files)
    figures("codebook: kills while themes were merged, and while that was undone", merging.kills)

"""Themes are reshaped over many files and the work is killed again and again: nothing stays half-done."""

import random
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.database.marking import ALIAS, CODEBOOK, QUOTE_THEME
from app.database.tables import STORY, THEME
from app.database.visibility import TERMINAL
from app.records.edit import change_keys
from app.rendering.passages import anchor_of
from app.services.gathering.jobs import run, undo
from app.services.gathering.journal import Step, read_items, read_job
from app.services.marking.quotes import About, Chosen, mark
from app.services.marking.reshaping import Reshape, Way, plan_in
from app.services.marking.reshaping_job import begin, themes_after
from app.services.recording import By, load_file
from tests.archives import BODY, PUBLISHED, make_archive, new_whoosh, rows, story_file, take_in
from tests.proof_scale import proof_scale, scaled

pytestmark = pytest.mark.proof
ROOT = Path(__file__).parents[2]
FILES, FEW = {Way.MERGE: 10_000}, 30  # in the long run, and in the short one
OTHERS = 1_000  # files of the other ways in the long run
KILLS = {Way.MERGE: 50}
FEWER = 10
MOST_SPLIT = 1_900  # stories; the quotes come besides
WAYS = (Way.MERGE, Way.RENAME, Way.SPLIT, Way.RETIRE)
FRONT = (  # as people write front matter: each must come back to the byte
    "themes: [waiting, Bereavement]",
    "themes:\n  - Bereavement   # said twice\n  - waiting",
    "themes: [bereavement, loss]",
    "tags: bereavement",
    "odd:   kept  as is\nthemes: ['bereavement', \"the door\"]",
)


class Reshaping:
    """An archive whose codebook is reshaped and put back, and what every kill left behind."""

    def __init__(self, folder: Path, files: int, seed: int) -> None:
        self.folder, self.files, self.chance, self.kills = folder, files, random.Random(seed), 0
        self.batches, self.longest = (
            files // 25 + 1,
            0.3 if files > FEW else 0.1,
        )  # seconds from a step to the kill
        told = {f"stories/story-{n:05}.md": _story(n) for n in range(files)}
        with self.opened(told) as archive:
            take_in(archive)
            self.marked = [_marked(archive, n) for n in range(0, files, max(1, files // 20))]
            self.before, self.book = self.bytes(), _book(archive)

    @contextmanager
    def opened(self, told=None):
        archive = make_archive(self.folder, told, index=new_whoosh(self.folder))
        yield archive
        archive.close()

    def bytes(self):
        return {path.name: path.read_bytes() for path in (self.folder / "stories").glob("*.md")}

    def wanted(self, way: Way) -> Reshape:
        chosen = [f"s-{n:08}" for n in range(0, self.files, 2)][:MOST_SPLIT]
        told = {
            Way.MERGE: {"to": "Loss"},
            Way.RENAME: {"to": "Grieving"},
            Way.SPLIT: {"to": "Apart", "stories": tuple(chosen), "quotes": tuple(self.marked[::2])},
            Way.RETIRE: {"files": True},
        }
        return Reshape(way, "bereavement", **told[way])

    def begin(self, way: Way) -> None:
        """Begin a job, and say of each file what will stand in it."""
        with self.opened() as archive:
            self.job = begin(archive, TERMINAL, self.wanted(way), by=None)
            rewrite = plan_in(read_job(archive, self.job).data["plan"]).rewrite
            self.after = dict(self.before)
            items = {item.record_id for item in read_items(archive, self.job)}
            for row in rows(archive, STORY):
                if row["id"] in items:
                    self.after[f"{row['slug']}.md"] = _rewritten(archive, row["id"], rewrite)

    @contextmanager
    def worked(self, kills: int):
        """Go on in one process after another, each killed after some steps; then here, to the end."""
        steps = max(1, 2 * self.batches // (kills + 1) - 1)
        while kills > 0 and self.killed(self.chance.randint(1, steps)):
            kills -= 1
            for name, content in self.bytes().items():
                assert content in (self.before[name], self.after[name]), name
        with self.opened() as archive:
            yield archive, run(archive, self.job)

    def killed(self, step: int) -> bool:
        """Whether a process that works on the job was still at work when it was killed after that step."""
        command = [sys.executable, "-m", "tests.proofs.merging", str(self.folder), str(self.job)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            line = ""
            for number, line in enumerate(process.stdout, 1):
                if number == step or not line.startswith("at "):
                    break
            time.sleep(self.chance.uniform(0, self.longest))
            at_work = line.startswith("at ") and process.poll() is None
            process.kill()
        self.kills += at_work
        return at_work


def _story(number: int) -> str:
    text = story_file(f"{BODY} The {number}th.", PUBLISHED, id=f"s-{number:08}")
    return text.replace("---\n", f"---\n{FRONT[number % len(FRONT)]}\n", 1)


def _marked(archive, number):
    words = f"{BODY} The {number}th."
    about = About(("Bereavement",), "", stays=False)
    chosen = [Chosen(anchor_of(words), "By lamplight")]
    return mark(archive, TERMINAL, By(), f"s-{number:08}", chosen, 1, about)[0]


def _rewritten(archive, story_id, rewrite):
    with archive.engine.connect() as connection:
        loaded = load_file(archive, connection.execute(select(STORY).where(STORY.c.id == story_id)).one())
    return change_keys(loaded.content, {"themes": list(themes_after(loaded.story.themes, rewrite))})


def _book(archive):
    """The codebook, the names in it and what the quotes carry."""
    return rows(archive, CODEBOOK), rows(archive, ALIAS), rows(archive, QUOTE_THEME)


def _count(archive, slug):
    with archive.engine.connect() as connection:
        told = select(func.count()).select_from(THEME.join(STORY, STORY.c.id == THEME.c.story_id))
        return connection.execute(told.where(THEME.c.slug == slug)).scalar_one()


def _counted(way: Way, files: int) -> dict[str, int]:
    """How many stories carry which theme once it is done."""
    some = min(files // 2, MOST_SPLIT)
    return {
        Way.MERGE: {"loss": files, "bereavement": 0},
        Way.RENAME: {"grieving": files, "bereavement": 0},
        Way.SPLIT: {"apart": some, "bereavement": files - some},
        Way.RETIRE: {"bereavement": 0},
    }[way]


def _kills(way: Way) -> tuple[int, int]:
    """How often it is killed while it is done and while it is undone: in a small run at one of the two."""
    if proof_scale():
        half = -(-scaled(0, KILLS.get(way, FEWER)) // 2)
        return half, half
    return (1, 0) if WAYS.index(way) % 2 else (0, 1)


@pytest.mark.parametrize("way", WAYS)
def test_a_codebook_that_is_killed_while_it_is_reshaped_half_does_no_story_and_is_undone(
    tmp_path, figures, way
):
    files = FILES.get(way, OTHERS) if proof_scale() else FEW
    reshaping, counted, (doing, undoing) = (
        Reshaping(tmp_path, files, 20261123),
        _counted(way, files),
        _kills(way),
    )
    reshaping.begin(way)
    with reshaping.worked(doing) as (archive, job):
        assert job.step == Step.DONE
        assert reshaping.bytes() == reshaping.after and reshaping.after != reshaping.before
        assert {item.state for item in read_items(archive, job.key)} == {"done"}
        assert {slug: _count(archive, slug) for slug in counted} == counted
        undo(archive, job.key)
    with reshaping.worked(undoing) as (archive, job):
        assert job.step == Step.UNDONE and job.finished and job.done == job.total
        assert reshaping.bytes() == reshaping.before
        assert _book(archive) == reshaping.book and _count(archive, "bereavement") == files
    assert reshaping.kills >= (doing + undoing) * 0.9 and reshaping.kills > 0
    done = f"codebook, {way}: files changed and put back to the byte, whatever was killed"
    figures(done, files)
    figures(f"codebook, {way}: kills while it was done, and while it was undone", reshaping.kills)

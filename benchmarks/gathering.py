"""How long gathering takes: `python -m benchmarks.gathering --stories 10000`.

Brings in real interviews where they lie beside the project, draws a preview of 5,000 words, and saves single
stories of an archive of many. One core.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import select

from app.config import load_settings
from app.database.tables import STORY
from app.database.visibility import ANONYMOUS, TERMINAL
from app.search.engines import choose_engine
from app.services.archive import Archive, open_archive
from app.services.gathering.adding_pictures import Pictures
from app.services.gathering.drafting import Wishes
from app.services.gathering.editing import Edit, load_for_edit, save_edit
from app.services.gathering.form_view import preview
from app.services.gathering.importing import begin_import, sources
from app.services.gathering.jobs import run
from app.services.gathering.story_form import shown
from app.services.reconcile import reconcile
from app.services.recording import By, form_digest
from app.services.searching import Asked, search
from benchmarks import files

INTERVIEWS = Path(__file__).parents[2] / "shared/data/interviews/posts"
WORDS, ROUNDS = 5_000, 10
clock = time.perf_counter


def main() -> None:
    """Print what each takes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stories", type=int, default=10_000)
    given = asked.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if INTERVIEWS.is_dir():
        _bring_in()
    with files.filled_archive(given.stories) as archive:
        print(f"stories {given.stories:,}, one core; each figure is of {ROUNDS}")
        _preview(archive)
        _save(archive)


def _bring_in() -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = _new_archive(Path(folder))
        before, start, work = _memory(), clock(), time.process_time()
        job = begin_import(archive, sources([INTERVIEWS]), Wishes(), by=None)
        done = run(archive, job)
        seconds, work = clock() - start, time.process_time() - work
        archive.close()
    rate = f"{done.total / seconds:.0f} a second, {done.total / work:.0f} in a second of work"
    print(f"interviews brought in: {done.total:,} in {seconds:.0f} s: {rate}")
    print(f"memory: {before:.0f} MB before, {_memory():.0f} MB at most", flush=True)


def _new_archive(folder: Path) -> Archive:
    for name in ("stories", "personas"):
        (folder / name).mkdir()
    places = {f"STORYHOLD_{name.upper()}": str(folder / name) for name in ("stories", "personas", "state")}
    settings = load_settings(places | {"STORYHOLD_SEARCH_INDEX": str(folder / "index")})
    archive = open_archive(settings, choose_engine(settings))
    reconcile(archive)
    return archive


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _preview(archive: Archive) -> None:
    sentence = "She said that *nobody* had rung back, and that the chair was cold. "
    body = "\n\n".join(sentence * 6 for _ in range(WORDS // 78))
    with archive.engine.connect() as connection:
        form = {"slug": "x", "title": "X", "pictures": Pictures("", "/s/s-00000000/pictures")}
        draw = partial(preview, archive, connection, TERMINAL, body, **form)
        _print(f"preview of {len(body.split()):,} words", [_timed(draw) for _ in range(ROUNDS)])


def _save(archive: Archive) -> None:
    with archive.engine.connect() as connection:
        wanted = select(STORY.c.id).where(STORY.c.consent_class == "public").order_by(STORY.c.id)
        ids = list(connection.execute(wanted.limit(ROUNDS)).scalars())
    search(archive, ANONYMOUS, Asked("quiet"))
    saved = [_saved(archive, one, f"zqsaved{number}") for number, one in enumerate(ids)]
    _print("one story saved, searchable when it is", [seconds for seconds, _ in saved])
    assert all(found for _, found in saved)


def _saved(archive: Archive, story_id: str, word: str) -> tuple[float, bool]:
    loaded = load_for_edit(archive, TERMINAL, story_id)
    assert loaded.story is not None
    form = shown(loaded.story)
    filled = type(form)(**{**vars(form), "body": f"{form.body}\n\nAnd {word}.\n"})
    edit = Edit(form_digest(archive, loaded.digest), filled=filled)
    seconds = _timed(partial(save_edit, archive, TERMINAL, By(), story_id, edit))
    return seconds, search(archive, ANONYMOUS, Asked(word)).total == 1


def _timed(act: Callable[[], object]) -> float:
    start = clock()
    act()
    return clock() - start


def _print(name: str, seconds: list[float]) -> None:
    low, high = min(seconds), max(seconds)
    print(
        f"{name}: median {statistics.median(seconds) * 1000:.0f} ms ({low * 1000:.0f} to {high * 1000:.0f})",
        flush=True,
    )


if __name__ == "__main__":
    main()

"""How fast search is, beside FTS5 doing the same in the same run: `python -m benchmarks.search_speed`."""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.search.model import Page
from app.search.query import build_query
from app.search.whoosh_index import WhooshIndex
from benchmarks import corpus
from benchmarks.fts5 import Fts5

ROUNDS = 3
PAGE = Page(size=20)


def main() -> None:
    """Build both indexes, ask both every question in turn, print the figures."""
    asked = argparse.ArgumentParser(description="Search speed beside FTS5")
    asked.add_argument("--stories", type=int, default=10_000)
    count = asked.parse_known_args()[0].stories
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one core for both
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder), count)


def _run(folder: Path, count: int) -> None:
    index, yardstick = WhooshIndex(folder / "search_index"), Fts5(str(folder / "fts5.db"))
    corpus.paragraphs()
    _print("stories", f"{count:,}")
    _build(index, yardstick, count)
    _first_questions(folder)
    _questions(index, yardstick)
    _one_more(index, count)
    _print("memory at the end (RSS, corpus included)", f"{_megabytes():.0f} MB")
    index.close()
    yardstick.close()


def _build(index: WhooshIndex, yardstick: Fts5, count: int) -> None:
    writing = _seconds(lambda: yardstick.put(corpus.stories(count)))
    yardstick.optimise()
    making = _seconds(lambda: sum(1 for _ in corpus.stories(count)))
    building = _seconds(lambda: index.rebuild(corpus.stories(count))) - making
    _print("stories built a second (target 60)", f"{count / building:.0f}")
    _print("stories built a second, FTS5", f"{count / max(writing - making, 1e-9):.0f}")


def _first_questions(folder: Path) -> None:
    """A process that has just started: nothing is decoded yet."""
    index, yardstick = WhooshIndex(folder / "search_index"), Fts5(str(folder / "fts5.db"))
    _print("opening the index", f"{_seconds(lambda: _ask(index, yardstick, 0)) * 1e3:.0f} ms")
    times = [
        _seconds(lambda number=number: _ask(index, yardstick, number))
        for number in range(len(corpus.QUESTIONS))
    ]
    _print_times("each question for the first time", times)
    index.close()
    yardstick.close()


def _questions(index: WhooshIndex, yardstick: Fts5) -> None:
    ours, theirs = list[float](), list[float]()
    for _ in range(ROUNDS):
        for number in range(len(corpus.QUESTIONS)):
            ours.append(_seconds(lambda number=number: _ask(index, yardstick, number)))
            theirs.append(_seconds(lambda number=number: _ask_fts5(yardstick, number)))
    _print_times("search page, engine's work", ours)
    _print_times("search page, FTS5", theirs)
    _print(
        "p50 as a part of FTS5's (target 1.5)", f"{statistics.median(ours) / statistics.median(theirs):.2f}"
    )


def _ask(index: WhooshIndex, yardstick: Fts5, number: int) -> None:
    query = build_query(corpus.QUESTIONS[number], corpus.filters(number))
    index.find(query, readable=corpus.READABLE, page=PAGE, passages_of=yardstick.passages_of)


def _ask_fts5(yardstick: Fts5, number: int) -> None:
    yardstick.find(corpus.QUESTIONS[number], corpus.filters(number), corpus.READABLE, PAGE.size)


def _one_more(index: WhooshIndex, count: int) -> None:
    """Stories put one by one, the background at work in between."""
    times = list[float]()
    for number in range(count, count + 40):
        times.append(_seconds(lambda number=number: _put_and_find(index, number)))
        index.optimise()
    _print_times("one more story searchable (target 300 ms)", times)
    _print("one story taken back", f"{_seconds(lambda: index.remove([corpus.story(0).key])) * 1e3:.0f} ms")
    _print("its segment rewritten, in the background", f"{_seconds(index.optimise):.1f} s")


def _put_and_find(index: WhooshIndex, number: int) -> None:
    story = corpus.story(number)
    index.put([story])
    found = index.find(
        build_query("", {}, "newest"), readable=corpus.CLASSES, page=PAGE, passages_of=lambda _: ()
    )
    assert found.total == number + 1


def _seconds(work: Callable[[], object]) -> float:
    """Processor time, so that what else the machine does is not measured."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _print(name: str, value: str) -> None:
    print(f"{name:48} {value}", flush=True)


def _print_times(name: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    middle, high = statistics.median(ordered) * 1e3, ordered[int(len(ordered) * 0.95)] * 1e3
    _print(name, f"p50 {middle:.1f} ms, p95 {high:.1f} ms, most {ordered[-1] * 1e3:.1f} ms")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

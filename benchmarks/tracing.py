"""How long it takes to find the source of a quotation: `python -m benchmarks.tracing`."""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.database.visibility import ANONYMOUS
from app.services.archive import Archive
from app.services.indexing import update_search
from app.services.reconcile import reconcile
from app.services.tracing.tracing import Tracer
from app.web.collecting import collect_seldom
from benchmarks import corpus
from benchmarks.files import filled_archive, slug_of

QUOTATIONS = 200
TARGET = 300  # milliseconds
EDITED = 20  # every so many-th story was told anew since
LENGTHS = (12, 18, 25, 40)  # words


def main() -> None:
    """Fill an archive, ask, and print what it took."""
    asked = argparse.ArgumentParser(description="Finding the source of a quotation")
    asked.add_argument("--stories", type=int, default=10_000)
    count = asked.parse_known_args()[0].stories
    with filled_archive(count) as archive:
        _edit(archive, count)
        _print("stories", f"{count:,}, of them told anew since: {count // EDITED:,}")
        collect_seldom()  # as a server does
        known = [_quotation(random.Random(number), number % count) for number in range(QUOTATIONS)]
        _ask(archive, "each for the first time", known)
        _ask(archive, "each once more", known)
        _ask(archive, "words that nobody said here", [_scattered(one) for one in known])
        _ask(archive, "words that were taken out since", [_taken_out(n) for n in range(0, count, EDITED)])


def _edit(archive: Archive, count: int) -> None:
    """Take the last words out of some stories."""
    for number in range(0, count, EDITED):
        path = Path(archive.settings.stories) / f"{slug_of(number)}.md"
        path.write_text(path.read_text("utf-8").rpartition("\n\n")[0].rpartition("\n\n")[0] + "\n", "utf-8")
    reconcile(archive)
    update_search(archive)


def _quotation(chance: random.Random, number: int) -> str:
    """Words of a story, one dropped, some left out, one mistyped."""
    words = chance.choice(corpus.story(number).passages).text.split()
    size = min(len(words), chance.choice(LENGTHS))
    first = chance.randrange(len(words) - size + 1)
    cut = words[first : first + size]
    middle = size // 2
    cut[middle : middle + 2] = ["…"]
    cut[1] = cut[1][:2] + cut[1][3:]
    return " ".join([*cut[:3], *cut[4:]])


def _scattered(text: str) -> str:
    words = text.replace("…", " ").split()
    random.Random(text).shuffle(words)
    return " ".join(words)


def _taken_out(number: int) -> str:
    return corpus.story(number).passages[-1].text[:200]


def _ask(archive: Archive, name: str, texts: Sequence[str]) -> None:
    times, found = list[float](), 0
    for text in texts[:QUOTATIONS]:
        seconds, one = _timed(lambda text=text: _traced(archive, text))
        times.append(seconds)
        found += one
    ordered = sorted(times)
    middle, high = statistics.median(ordered) * 1e3, ordered[int(len(ordered) * 0.95)] * 1e3
    told = f"p50 {middle:.0f} ms, p95 {high:.0f} ms (target {TARGET}), most {ordered[-1] * 1e3:.0f} ms"
    _print(name, f"{told}; {found} of {len(times)} found")


def _traced(archive: Archive, text: str) -> bool:
    with archive.engine.connect() as connection:
        return Tracer(archive, connection, ANONYMOUS).trace(text).found


def _timed(work: Callable[[], bool]) -> tuple[float, bool]:
    """Processor time, so that what else the machine does is not measured."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def _print(name: str, value: str) -> None:
    print(f"{name:36} {value}", flush=True)


if __name__ == "__main__":
    main()

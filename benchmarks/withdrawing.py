"""How long it takes to take back one story of many: `python -m benchmarks.withdrawing --stories 10000`."""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from app.database.tables import STORY
from app.database.visibility import ANONYMOUS, TERMINAL
from app.services.archive import Archive
from app.services.finishing import finish
from app.services.impact import read_withdrawal
from app.services.searching import Asked, search
from app.services.withdrawing import Outcome, Request, withdraw
from benchmarks import files

clock = time.perf_counter
ROUNDS = 10


def main() -> None:
    """Make the archive, take stories back, print how long the report, the request and the erasing took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stories", type=int, default=10_000)
    given = asked.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with files.filled_archive(given.stories) as archive:
        print(f"stories {given.stories:,}, one core; each figure is of {ROUNDS} stories")
        _measure(archive)


def _measure(archive: Archive) -> None:
    with archive.engine.connect() as connection:
        wanted = select(STORY.c.id).where(STORY.c.consent_class == "public").order_by(STORY.c.id)
        ids = list(connection.execute(wanted.limit(2 * ROUNDS + 1)).scalars())
    search(archive, ANONYMOUS, Asked("quiet"))
    few = ids[:ROUNDS]
    _print("impact report", [_timed(partial(read_withdrawal, archive, TERMINAL, one)) for one in few])
    _print("taken back", [_timed(partial(withdraw, archive, TERMINAL, one, Request())) for one in few])
    _print("next search", [_timed(partial(search, archive, ANONYMOUS, Asked("quiet")))])
    begun, finished = [], []
    for one in ids[ROUNDS : ROUNDS + 3]:
        start = clock()
        job = withdraw(archive, TERMINAL, one, Request(Outcome.ERASE))
        begun.append(clock() - start)
        finished.append(_timed(partial(finish, archive, job)))
    _print("gone, of a story to be erased", begun)
    _print("its bytes wiped, in the background", finished)


def _timed(act: Callable[[], object]) -> float:
    start = clock()
    act()
    return clock() - start


def _print(name: str, seconds: list[float]) -> None:
    print(f"{name}: median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s", flush=True)


if __name__ == "__main__":
    main()

"""A process may be killed at any moment of a commit."""

import random
import subprocess
import sys
import time
from pathlib import Path

from app.errors import SearchUnavailable
from app.search.whoosh_index import WhooshIndex
from tests.proof_scale import scaled
from tests.search.stories import ALL, HARBOUR, found

ROOT = Path(__file__).parents[2]


def kill_while_writing(folder: Path, seconds: float) -> None:
    command = [sys.executable, "-m", "tests.search.saving", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        writer.kill()


def test_after_a_kill_the_index_opens_or_is_found_damaged_and_rebuilt(folder, figures):
    chance, rebuilt, rounds = random.Random(7), 0, scaled(4, 100)
    WhooshIndex(folder).rebuild(ALL)
    for _ in range(rounds):
        kill_while_writing(folder, chance.uniform(0, 0.4))
        index = WhooshIndex(folder)
        try:
            assert found(index, "lamplight") == [HARBOUR.key]
        except SearchUnavailable:
            assert not index.ready()
            rebuilt += 1
        index.rebuild(ALL)
        assert found(index, "lamplight lighthouse") == [HARBOUR.key]
        index.close()
    figures("kills during index commits survived", rounds)
    figures("of those, indexes found damaged and rebuilt", rebuilt)

"""A server is killed in the middle of saves: at random moments, and as it enters each system call of one."""

import random
import time
from itertools import cycle

import pytest

from app.database.chain import verify
from app.database.ledgers import AUDIT, CONSENT_ENTRY
from app.services.checking import check_archive
from tests.proof_scale import proof_scale, scaled
from tests.proofs.killed_server import KilledServer, strace_here

pytestmark = pytest.mark.proof
LONGEST = 1.5  # times as long as the save before it took, from the beginning of a save to the kill
MANY = 20  # kills, of which some fall before the answer
WAYS = ("form", "program", "consent")
CHANGING = {  # calls that leave something behind, or keep others out: a kill before each is another state
    "openat", "creat", "close", "write", "pwrite64", "writev", "ftruncate", "fallocate", "fsync", "fdatasync",
    "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir",
    "fchmod", "chmod", "fchmodat", "utimensat", "flock", "fcntl", "sendto",
}  # fmt: skip
FEW = (("rename", 1), ("fsync", 1), ("pwrite64", 3), ("fdatasync", 2))
EACH = 8  # of calls that only look, this part


@pytest.fixture
def server(tmp_path, quick_hashes):
    with KilledServer(tmp_path) as server:
        yield server
    mended(server)


def mended(server):
    """Both chains are whole, and `storyhold check` has nothing to say."""
    archive = server.opened()
    with archive.engine.connect() as connection:
        assert [verify(connection, table, archive.key)[1] for table in (AUDIT, CONSENT_ENTRY)] == [None, None]
    assert check_archive(server.settings, archive.now()).problems == []
    archive.close()


def test_a_server_killed_at_random_moments_of_saves_loses_none_that_it_confirmed(server, figures):
    chance, ways = random.Random(20261122), cycle(WAYS)
    for _ in range(scaled(2, 100)):
        begin, way = time.perf_counter(), next(ways)
        assert server.send(server.prepare(way)), server.logged()
        took = time.perf_counter() - begin
        server.kill_after(chance.uniform(0, LONGEST * took), way)
    assert len(server.kept) > server.kills and (server.kills < MANY or server.unanswered > 0)
    figures("saves: kills of the server at a random moment of a save", server.kills)
    figures("saves: of those kills, before the answer", server.unanswered)
    figures("saves: made between those kills, none lost, torn or without its author", len(server.kept) - 1)


@pytest.mark.skipif(bool(strace_here()), reason=strace_here() or "-")
def test_a_server_killed_at_each_system_call_of_a_save_loses_none_that_it_confirmed(server, figures):
    wanted = numbered(server.calls_of_a_save()) if proof_scale() else iter(FEW)
    ways, changing, names = cycle(WAYS), 0, set()
    beyond: dict[str, int] = {}
    for call, number in wanted:
        if number > beyond.get(call, number):
            continue
        if server.kill_at(call, number, next(ways)):
            changing += call in CHANGING
            names.add(call)
        else:
            beyond[call] = number
    assert changing > 0
    figures("saves: kills of the server as it entered a system call that changes something", changing)
    figures("saves: kills of the server as it entered a system call that only looks", server.kills - changing)
    figures("saves: system calls, by name, at which it was killed", ", ".join(sorted(names)))
    figures("saves: lost, torn, orphaned or left without author after such a kill", 0)


def numbered(calls):
    """Every call that changes something, with more than a save makes; some of each that only looks."""
    part = scaled(1, 100) / 100
    for call, count in sorted(calls.items()):
        step = 1 if call in CHANGING else EACH
        for number in range(1, max(2, round((count + 3) * part)), step):
            yield call, number

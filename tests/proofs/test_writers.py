"""Thirty-two writers on one story: its history is one line, and no change of any of them is lost."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from app.database.tables import REVISION
from app.services.reconcile import reconcile
from tests.archives import make_archive, rows
from tests.proof_scale import scaled
from tests.proofs.writing import SLUG, all_at_once, passage, read

pytestmark = pytest.mark.proof
WRITERS, CHANGES = 32, scaled(1, 10)
PROCESSES = scaled(2, 8)


@pytest.fixture
def archive(tmp_path):
    body = "\n\n".join(passage(writer, 0) for writer in range(WRITERS))
    files = {f"stories/{SLUG}.md": f"---\nid: s-7k3fq2mx\nconsent: {{uses: [design]}}\n---\n{body}\n"}
    archive = make_archive(tmp_path, files)
    reconcile(archive)
    yield archive
    archive.close()


def test_no_update_of_many_threads_is_lost(archive, figures):
    conflicts = all_at_once(archive, range(WRITERS), CHANGES)
    figures("32 writers on one story: saves that met a change of another and were made again", conflicts)
    figures("32 writers on one story: updates lost", lost(archive))
    assert lost(archive) == 0
    assert crooked(archive) == []


def test_no_update_of_many_processes_is_lost(archive, tmp_path):
    each = WRITERS // PROCESSES
    commands = [
        [sys.executable, "-m", "tests.proofs.writing", str(tmp_path), *map(str, (at, at + each, CHANGES))]
        for at in range(0, WRITERS, each)
    ]
    root = Path(__file__).parents[2]
    running = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for command in commands
    ]
    told = [one.communicate() for one in running]
    assert [one.returncode for one in running] == [0] * PROCESSES, told
    assert lost(archive) == 0
    assert crooked(archive) == []


def lost(archive) -> int:
    """Writers whose last change is not in the file."""
    content = read(archive).decode()
    return sum(content.count(passage(writer, CHANGES)) != 1 for writer in range(WRITERS))


def crooked(archive) -> list[int]:
    """Versions that are not the one before with one passage of their own writer changed."""
    versions = sorted(rows(archive, REVISION), key=lambda row: row["number"])
    assert [row["number"] for row in versions] == list(range(1, WRITERS * CHANGES + 2))
    assert versions[-1]["content"] == read(archive)
    wrong = []
    for before, after in pairwise(versions):
        writer, _, change = after["note"].partition(".")
        old, new = (passage(int(writer), number).encode() for number in (int(change) - 1, int(change)))
        if before["content"].replace(old, new) != after["content"] or after["who"] != f"W{writer}":
            wrong.append(after["number"])
    return wrong

"""Thirty-two writers on one story: its history is one line, and no change of any of them is lost."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.database.tables import REVISION
from app.services.reconcile import reconcile
from tests.archives import make_archive, rows
from tests.proof_scale import scaled
from tests.proofs.writing import SLUG, all_at_once, crooked, lost, passage

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
    figures("32 writers on one story: updates lost", lost(archive, WRITERS, CHANGES))
    assert lost(archive, WRITERS, CHANGES) == 0
    assert crooked(archive, WRITERS, CHANGES) == []
    assert wrongly_named(archive) == []


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
    assert lost(archive, WRITERS, CHANGES) == 0
    assert crooked(archive, WRITERS, CHANGES) == []
    assert wrongly_named(archive) == []


def wrongly_named(archive) -> list[int]:
    """Versions that carry another name than their writer's."""
    made = [row for row in rows(archive, REVISION) if row["note"]]
    return [row["number"] for row in made if row["who"] != f"W{row['note'].partition('.')[0]}"]

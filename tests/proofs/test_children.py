"""Work that is done apart comes to an end, whatever it does, and leaves nothing behind."""

import subprocess
import sys

from tests.proofs.mutants import ROOT

SCRIPT = """
import time
from tests.proofs.children import Job, done_apart
kept = ["as it was"]
def fine(folder): kept[0] = "changed"; (folder / "left").touch(); return f"{kept[0]} in {folder}"
def late(folder): time.sleep(60); return "never"
def wrong(folder): raise KeyError("why")
jobs = [Job("fine", fine, 0), Job("late", late, 1), Job("wrong", wrong, 5)]
for about, said in done_apart(jobs, at_once=2): print(about, said)
print(kept[0])
"""


def test_each_piece_of_work_answers_for_itself():
    """In a process of its own: one that runs tests may have threads, and a fork has not."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    *answers, kept = done.stdout.splitlines()
    fine, late, wrong = (next(one for one in answers if one.startswith(name)) for name in ("fi", "la", "wr"))
    assert fine.startswith("fine changed in ") and not (ROOT / fine.split()[-1]).exists()
    assert late == "late ? 1 seconds were not enough"
    assert wrong == "wrong ? KeyError('why')"
    assert kept == "as it was"

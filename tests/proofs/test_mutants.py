"""Each policy call is taken out of a copy of the archive, one at a time; the policy tests notice."""

import subprocess
import sys
from datetime import date

import pytest

from tests.proof_scale import proof_scale, scaled
from tests.proofs.killers import POLICY_TESTS, likely
from tests.proofs.mutants import EQUIVALENT, ROOT, mutants

pytestmark = pytest.mark.proof
QUICK = tuple(f"app/services/{name}.py" for name in ("confirming", "masking", "mine", "naming", "tokens"))
IN_TURN = 1  # a day, of those that are tried in `make test`


def chosen():
    """All of them in the long run, else one of those whose tests take seconds, another each day."""
    found = [one for one in mutants() if not one.argued]
    if proof_scale():
        return found[: scaled(1, len(found))]
    quick = [one for one in found if one.path in QUICK]
    begin = date.today().toordinal() * IN_TURN % len(quick)
    return (quick + quick)[begin : begin + IN_TURN]


def tried(wanted):
    """What `python -m tests.proofs.mutants` says of these, a process that imported nothing of the archive.

    It ends badly, and says so in its first line, where the tests fail without a mutant as well.
    """
    asked = ["--named"] if proof_scale() else ["--named", "--likely"]
    command = [sys.executable, "-m", "tests.proofs.mutants", "--run", *asked]
    names = "\n".join(one.name for one in wanted)
    done = subprocess.run(command, cwd=ROOT, input=names, stdout=subprocess.PIPE, text=True)
    control, *lines = done.stdout.splitlines()
    assert control.startswith("CONTROL passed"), control
    return lines


def test_no_policy_call_can_be_taken_out_unnoticed(figures):
    wanted = chosen()
    lines = tried(wanted)
    survivors = [line for line in lines if not line.startswith("killed")]
    assert len(lines) == len(wanted)
    argued = sum(len(named) for named in EQUIVALENT.values())
    figures("mutants: killed of all", f"{len(wanted) - len(survivors)} of {len(wanted)}", page="security")
    figures("mutants: left out because they change nothing, each with its reason", argued, page="security")
    assert survivors == []


def test_every_mutant_that_is_left_out_is_still_there():
    there = {(one.path, one.argued) for one in mutants()}
    named = {(path, what) for path, whats in EQUIVALENT.items() for what in whats}
    assert named - there == set()


def test_every_test_that_is_to_notice_is_there():
    names = {*POLICY_TESTS, *(name for one in mutants() for name in likely(one.path))}
    assert [name for name in sorted(names) if not (ROOT / name).exists()] == []

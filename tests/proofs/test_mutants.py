"""Each policy call is taken out of a copy of the archive, one at a time; the policy tests notice."""

import random

import pytest

from tests.proof_scale import proof_scale, scaled
from tests.proofs.mutants import EQUIVALENT, copied, is_killed, mutants

pytestmark = pytest.mark.proof
EASY = ("app/database/visibility.py:",)  # killed by the first and quickest of the tests


def chosen():
    """All of them in the long run, else a few whose tests take seconds."""
    found = [one for one in mutants() if one.what not in EQUIVALENT.get(one.path, {})]
    if proof_scale():
        return random.Random(4).sample(found, min(len(found), scaled(1, len(found))))
    return random.Random(4).sample([one for one in found if one.name.startswith(EASY)], 2)


def test_no_policy_call_can_be_taken_out_unnoticed(tmp_path, figures):
    folder, tried = copied(tmp_path), chosen()
    survivors = [one.name for one in tried if not is_killed(one, folder)]
    figures("mutants: policy calls taken out", len(tried), page="security")
    figures("mutants: killed by the policy tests", len(tried) - len(survivors), page="security")
    argued = sum(len(named) for named in EQUIVALENT.values())
    figures("mutants: left out because they change nothing, each with its reason", argued, page="security")
    assert survivors == []


def test_every_mutant_that_is_left_out_is_still_there():
    there = {(one.path, one.what) for one in mutants()}
    named = {(path, what) for path, whats in EQUIVALENT.items() for what in whats}
    assert named - there == set()

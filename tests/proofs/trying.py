"""Tries mutants: those within functions in forks of one process, each other in a process of its own."""

import json
import os
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from tests.proofs.children import UNDONE, Job, done_apart
from tests.proofs.killers import LONGEST, POLICY_TESTS, likely, others
from tests.proofs.killing import FLAGS, Forks, Noticed, Say, verdict
from tests.proofs.mutants import Mutant
from tests.proofs.placing import import_as

HEAVY = ("fastapi", "sqlmodel", "whoosh.index", "authlib", "httpx", "pyotp", "segno", "pydantic_settings")


def try_all(found: Sequence[Mutant], *, at_once: int = 2, likely_alone: bool = False) -> bool:
    """Say of each mutant on standard output which test fails in it. What the tests print goes nowhere.

    False where tests fail without a mutant as well: then none is tried.
    """
    os.environ.pop("PROOF_SCALE", None)
    _quick_hashes()
    for name in HEAVY:
        import_module(name)
    with os.fdopen(os.dup(1), "w", buffering=1) as out:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(nothing, stream)
        within = Job("those within functions", partial(_within, found, at_once, likely_alone, out.write), 0)
        ((_, said),) = done_apart([within])
        if said.startswith(UNDONE):
            out.write(f"{said}\n")
            return False
        failed, left = json.loads(said)
        if not failed:
            alone = [one for one in found if not one.inside or one.name in left]
            _alone(alone, at_once, likely_alone, out.write)
        return not failed


def _within(found: Sequence[Mutant], at_once: int, likely_alone: bool, say: Say, _folder: Path) -> str:
    """Try the tests without a mutant, then the mutants within functions.

    Answers in JSON which tests fail without a mutant, and which mutants have to be tried alone.
    """
    names = dict.fromkeys(name for one in found for name in likely(one.path))
    wanted = names if likely_alone else dict.fromkeys((*names, *POLICY_TESTS))
    forks = Forks(found, at_once, likely_alone, say)
    pytest.main([*FLAGS, *wanted], plugins=[forks])
    return json.dumps([forks.reached.failed, [one.name for one in forks.left]])


def _alone(left: Sequence[Mutant], at_once: int, likely_alone: bool, say: Say) -> None:
    """Try the mutants that have to be imported: with the likeliest tests, then with the others."""
    for names in (likely,) if likely_alone else (likely, others):
        jobs = (Job(one, partial(_tried_alone, one, names(one.path)), LONGEST) for one in left)
        tried, left = dict(done_apart(jobs, at_once=at_once)), []
        for one, test in tried.items():
            if test or names is others or likely_alone:
                say(verdict(one, test))
            else:
                left.append(one)


def _tried_alone(mutant: Mutant, names: Sequence[str], folder: Path) -> str:
    """The test that fails where the module is imported with the mutant in it."""
    import_as(mutant)
    first = Noticed()
    code = pytest.main([*FLAGS, "-x", f"--basetemp={folder}", *names], plugins=[first])
    if not first.tests and code != pytest.ExitCode.OK:
        return f"{UNDONE} pytest ended with {code!r}"
    return "".join(first.tests[:1])


def _quick_hashes() -> None:
    """Passwords cost next to nothing: what they cost is no policy.

    A hasher with a cost of its own still has another than the archive's.
    """
    import argon2

    made = argon2.PasswordHasher.__init__

    def cheap(self: argon2.PasswordHasher, **own: object) -> None:
        made(self, time_cost=2 if own else 1, memory_cost=64, parallelism=1)

    argon2.PasswordHasher.__init__ = cheap  # type: ignore[method-assign,assignment]

"""Runs the policy tests on mutants: one process has imported the archive and its tests, and forks for each.

In a child the mutant's code takes the place of the function's own, wherever it is already held. It runs the
tests that are likeliest to notice first, stops at the first failure and says which test it was. What can
not be put in place so, such as whom a handler asks for, is told in time and tried in a process of its own.
"""

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from tests.proofs.killers import LONGEST, POLICY_TESTS, likely, others
from tests.proofs.mutants import ROOT, Mutant

FLAGS = ("-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore")
EXAMPLES = 100  # of Hypothesis, for every test that does not say
TIMED_OUT = "?"  # neither killed nor let pass


class Forks:
    """A pytest plugin: instead of running the tests it forks for each mutant, and the child runs some."""

    def __init__(self, found: Sequence[Mutant], at_once: int, likely_alone: bool) -> None:
        self.found, self.at_once, self.likely_alone = found, at_once, likely_alone
        self.test, self.base = "", Path(tempfile.mkdtemp())

    def pytest_collection_finish(self) -> None:
        from hypothesis import settings

        settings.register_profile("mutants", max_examples=EXAMPLES, deadline=None, database=None)
        settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.test:
            self.test = report.nodeid

    def pytest_runtestloop(self, session: Any) -> bool:
        """Try each with the likeliest tests, then those that these let pass with the others."""
        gc.freeze()
        passed = []
        for one, test in self._tried(session, [(one, likely(one.path)) for one in self.found]):
            if test or self.likely_alone:
                say(one, test)
            else:
                passed.append(one)
        for one, test in self._tried(session, [(one, others(one.path)) for one in passed]):
            say(one, test)
        shutil.rmtree(self.base, ignore_errors=True)
        return True

    def _tried(self, session: Any, jobs: Iterable[tuple[Mutant, list[str]]]) -> Iterator[tuple[Mutant, str]]:
        running: dict[int, Mutant] = {}
        for one, names in jobs:
            if len(running) >= self.at_once:
                yield self._ended(running)
            child = os.fork()
            if not child:
                self._try(session, one, names)
            running[child] = one
        while running:
            yield self._ended(running)

    def _try(self, session: Any, mutant: Mutant, names: Sequence[str]) -> None:
        """In the child: never returns."""
        try:
            os.setsid()
            signal.alarm(LONGEST)
            folder = self.base / str(os.getpid())
            (folder / "tests").mkdir(parents=True)
            session.config._tmp_path_factory._basetemp = folder / "tests"
            put_in_place(mutant)
            self._run([item for name in names for item in session.items if item.nodeid.startswith(name)])
            (folder / "noticed").write_text(self.test)
        except BaseException as error:
            (folder / "noticed").write_text(f"{TIMED_OUT} {error!r}"[:300])
        finally:
            os._exit(0)

    def _run(self, items: Sequence[Any]) -> None:
        for item, following in zip(items, (*items[1:], None), strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.test:
                return

    def _ended(self, running: dict[int, Mutant]) -> tuple[Mutant, str]:
        child, _state = os.wait()
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # servers that its tests left
        noticed = self.base / str(child) / "noticed"
        test = noticed.read_text() if noticed.exists() else f"{TIMED_OUT} {LONGEST} seconds were not enough"
        shutil.rmtree(noticed.parent, ignore_errors=True)
        return running.pop(child), test


def say(mutant: Mutant, test: str) -> None:
    """One line about one mutant."""
    verdict = "UNTRIED " if test.startswith(TIMED_OUT) else "killed  " if test else "SURVIVED"
    print(f"{verdict} {mutant.name}{'  by ' if test else ''}{test}", file=sys.__stderr__, flush=True)


def put_in_place(mutant: Mutant) -> None:
    """Give every function that the mutant changes its new code. Raises ValueError where that can not be."""
    path = ROOT / mutant.path
    source = path.read_bytes()
    before, after = (_codes(text, str(path)) for text in (source, mutant.applied(source)))
    changed = {name for name in before if name in after and before[name] != after[name]}
    gc.unfreeze()
    held = [one for one in gc.get_objects() if isinstance(one, FunctionType)]
    swapped = 0
    for function in held:
        code = function.__code__
        if code.co_filename == str(path) and code.co_qualname in changed:
            function.__code__ = after[code.co_qualname]
            swapped += 1
    if not swapped:
        raise ValueError("it is no part of any function")


def _codes(source: bytes, path: str) -> dict[str, CodeType]:
    """The code of every function in a module, those within others too, by its qualified name."""
    found, left = dict[str, CodeType](), [compile(source, path, "exec", dont_inherit=True)]
    while left:
        for one in left.pop().co_consts:
            if isinstance(one, CodeType):
                left.append(one)
                if not one.co_name.startswith("<"):
                    found[one.co_qualname] = one
    return found


def _quick_hashes() -> None:
    """Passwords cost next to nothing: what they cost is no policy."""
    import argon2

    made = argon2.PasswordHasher.__init__

    def cheap(self: argon2.PasswordHasher, *_args: object, **_named: object) -> None:
        made(self, time_cost=1, memory_cost=64, parallelism=1)

    argon2.PasswordHasher.__init__ = cheap  # type: ignore[method-assign,assignment]


def try_all(found: Sequence[Mutant], *, at_once: int = 2, likely_alone: bool = False) -> None:
    """Say of each mutant which test fails in it."""
    import pytest

    os.environ.pop("PROOF_SCALE", None)
    _quick_hashes()
    names = dict.fromkeys(name for one in found for name in likely(one.path))
    wanted = names if likely_alone else dict.fromkeys((*names, *POLICY_TESTS))
    pytest.main([*FLAGS, *wanted], plugins=[Forks(found, at_once, likely_alone)])

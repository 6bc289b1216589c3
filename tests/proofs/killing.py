"""Runs the policy tests on mutants: one process has imported the archive and its tests, and forks for each.

In a child the mutant's code takes the place of the function's own, wherever it is already held. It runs the
tests that are likeliest to notice first, stops at the first failure and says which test it was. What can
not be put in place so, such as whom a handler asks for, is told in time and tried in a process of its own.
"""

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from tests.proofs.killers import LONGEST, POLICY_TESTS, likely, others
from tests.proofs.mutants import ROOT, Mutant

FLAGS = ("-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore")
EXAMPLES = 100  # of Hypothesis, for every test that does not say
Say = Callable[[str], object]
TIMED_OUT = "?"  # neither killed nor let pass


class Noticed:
    """A pytest plugin that keeps the name of the first test that fails."""

    def __init__(self) -> None:
        self.test = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.test:
            self.test = report.nodeid


class Forks(Noticed):
    """A pytest plugin: instead of running the tests it forks for each mutant, and the child runs some."""

    def __init__(self, found: Sequence[Mutant], at_once: int, likely_alone: bool, say: Say) -> None:
        super().__init__()
        self.say = say
        self.found, self.at_once, self.likely_alone = found, at_once, likely_alone
        self.base = Path(tempfile.mkdtemp())

    def pytest_collection_finish(self) -> None:
        from hypothesis import settings

        settings.register_profile("mutants", max_examples=EXAMPLES, deadline=None, database=None)
        settings.load_profile("mutants")

    def pytest_runtestloop(self, session: Any) -> bool:
        """Try each with the likeliest tests, then those that these let pass with the others."""
        gc.freeze()
        passed = []
        for one, test in self._tried(session, [(one, likely(one.path)) for one in self.found]):
            if test or self.likely_alone:
                self.say(verdict(one, test))
            else:
                passed.append(one)
        for one, test in self._tried(session, [(one, others(one.path)) for one in passed]):
            self.say(verdict(one, test))
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


def verdict(mutant: Mutant, test: str) -> str:
    """One line about one mutant."""
    word = "UNTRIED " if test.startswith(TIMED_OUT) else "killed  " if test else "SURVIVED"
    return f"{word} {mutant.name}{'  by ' if test else ''}{test}\n"


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
    """Say of each mutant on standard output which test fails in it. What the tests print goes nowhere."""
    os.environ.pop("PROOF_SCALE", None)
    _quick_hashes()
    with os.fdopen(os.dup(1), "w", buffering=1) as out:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(nothing, stream)
        for one in found:
            if not one.inside:
                out.write(verdict(one, _tried_alone(one, likely_alone)))
        within = [one for one in found if one.inside]
        names = dict.fromkeys(name for one in within for name in likely(one.path))
        wanted = names if likely_alone else dict.fromkeys((*names, *POLICY_TESTS))
        if within:
            pytest.main([*FLAGS, *wanted], plugins=[Forks(within, at_once, likely_alone, out.write)])


def _tried_alone(mutant: Mutant, likely_alone: bool) -> str:
    """The test that fails where the module is imported with the mutant in it."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _import_as(mutant)
        first = Noticed()
        names = [*likely(mutant.path), *([] if likely_alone else others(mutant.path))]
        pytest.main([*FLAGS, *names], plugins=[first])
        os.write(writing, first.test.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        test = told.read()
    _, state = os.waitpid(child, 0)
    return test if not state else f"{TIMED_OUT} it ended with {state}"


def _import_as(mutant: Mutant) -> None:
    """From now on the module is what the mutant makes of it."""
    path = ROOT / mutant.path
    as_it_is = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        if loader.path != str(path):
            return as_it_is(loader, name)
        return compile(mutant.applied(path.read_bytes()), str(path), "exec", dont_inherit=True)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]

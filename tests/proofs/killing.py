"""Runs the policy tests on mutants: one process has imported the archive and its tests, and forks for each.

First the tests run as the archive is: they must pass, else that one fails in a mutant means nothing. That
run also says which functions each test enters; a test that does not enter a mutant's is not asked about it.
Then, in a child for each, the mutant's code takes the place of the function's own, wherever it is already
held. The tests that are likeliest to notice come first; the first failure ends it and is named. What can not
be put in place so, such as whom a handler asks for, is tried by a process that imports the archive with it.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from tests.proofs.children import UNDONE, Job, done_apart
from tests.proofs.killers import LONGEST, likely, others
from tests.proofs.mutants import Mutant
from tests.proofs.placing import (
    ENTERED,
    NotInPlace,
    forget_what_is_kept,
    note_who_enters,
    put_in_place,
)

FLAGS = ("-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore")
EXAMPLES = 30  # of Hypothesis, for every test that does not say
Say = Callable[[str], object]


class Noticed:
    """A pytest plugin that keeps the names of the tests that fail."""

    def __init__(self) -> None:
        self.tests: list[str] = []

    def pytest_collection_finish(self) -> None:
        from hypothesis import settings

        settings.register_profile("mutants", max_examples=EXAMPLES, deadline=None, database=None)
        settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and report.nodeid not in self.tests:
            self.tests.append(report.nodeid)


class Control(Noticed):
    """A pytest plugin that also keeps which functions each test enters, and each fixture that tests share."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = defaultdict[str, set[str]](set)
        self.shared = defaultdict[str, set[str]](set)
        self.seconds = defaultdict[str, float](float)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        forget_what_is_kept()
        ENTERED.clear()
        yield
        self.entered[item.nodeid] |= ENTERED

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        before = ENTERED.copy()
        ENTERED.clear()
        yield
        if fixturedef.scope != "function":
            self.shared[fixturedef.argname] |= ENTERED
        ENTERED.update(before)

    def pytest_runtest_logreport(self, report: Any) -> None:
        super().pytest_runtest_logreport(report)
        self.seconds[report.nodeid] += report.duration

    def as_said(self) -> str:
        """What `Reached.of` reads."""
        told = ({name: sorted(places) for name, places in one.items()} for one in (self.entered, self.shared))
        return json.dumps([self.tests, *told, self.seconds])


@dataclass(frozen=True)
class Reached:
    """What the run without a mutant found."""

    failed: list[str] = field(default_factory=list)
    entered: dict[str, list[str]] = field(default_factory=dict)
    shared: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, said: str) -> "Reached":
        return cls([said]) if said.startswith(UNDONE) else cls(*json.loads(said))

    def by(self, item: Any, place: str) -> bool:
        """Whether the test, or a fixture that it shares with others, enters the function."""
        shared = (self.shared.get(name, ()) for name in item.fixturenames)
        return any(place in one for one in (self.entered.get(item.nodeid, ()), *shared))

    def quickest_first(self, items: Iterable[Any]) -> list[Any]:
        """The tests of a file stay together, because they share what takes long to make."""
        together = defaultdict[Path, list[Any]](list)
        for item in items:
            together[item.path].append(item)
        seconds = {path: sum(self.seconds[item.nodeid] for item in one) for path, one in together.items()}
        return [item for path in sorted(together, key=seconds.__getitem__) for item in together[path]]


class Forks(Noticed):
    """A pytest plugin: instead of running the tests it forks for each mutant, and the child runs some."""

    def __init__(self, found: Sequence[Mutant], at_once: int, likely_alone: bool, say: Say) -> None:
        super().__init__()
        self.found, self.at_once, self.likely_alone, self.say = found, at_once, likely_alone, say
        self.control = Control()
        self.reached = Reached()
        self.left: list[Mutant] = []  # which have to be tried alone

    def pytest_configure(self, config: Any) -> None:
        config.pluginmanager.register(self.control)

    def pytest_runtestloop(self, session: Any) -> bool:
        """Try each with the likeliest tests, then those that these let pass with the others."""
        self.reached = self._unmutated(session)
        if self.reached.failed:
            return True
        passed = []
        within = [one for one in self.found if one.inside]
        for one, test in self._tried(session, [(one, likely(one.path)) for one in within]):
            if test.startswith(f"{UNDONE} {NotInPlace.__name__}"):
                self.left.append(one)
            elif test or self.likely_alone:
                self.say(verdict(one, test))
            else:
                passed.append(one)
        for one, test in self._tried(session, [(one, others(one.path)) for one in passed]):
            self.say(verdict(one, test))
        return True

    def _unmutated(self, session: Any) -> Reached:
        def work(folder: Path) -> str:
            session.config._tmp_path_factory._basetemp = folder
            note_who_enters(one.path for one in self.found if one.inside)
            self._run(session.items, self.control, stop=False)
            return self.control.as_said()

        ((_, said),) = done_apart([Job("the archive as it is", work, 0)])
        reached = Reached.of(said) if not session.testsfailed else Reached(["the tests can not be collected"])
        word = "FAILED" if reached.failed else "passed"
        self.say(f"CONTROL {word}: {len(session.items)} tests without a mutant {' '.join(reached.failed)}\n")
        return reached

    def _tried(self, session: Any, asked: Iterable[tuple[Mutant, list[str]]]) -> Iterator[tuple[Mutant, str]]:
        def jobs() -> Iterator[Job[Mutant]]:
            for one, names in asked:
                items = [item for name in names for item in session.items if item.nodeid.startswith(name)]
                entering = self.reached.quickest_first(i for i in items if self.reached.by(i, one.place))
                yield Job(one, partial(self._try, session, one, entering), LONGEST)

        yield from done_apart(jobs(), at_once=self.at_once)

    def _try(self, session: Any, mutant: Mutant, items: Sequence[Any], folder: Path) -> str:
        session.config.pluginmanager.unregister(self.control)
        session.config._tmp_path_factory._basetemp = folder
        put_in_place(mutant)
        self._run(items, self, stop=True)
        return "".join(self.tests[:1])

    def _run(self, items: Sequence[Any], noticed: Noticed, *, stop: bool) -> None:
        for item, following in zip_longest(items, items[1:]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if noticed.tests and stop:
                return


def verdict(mutant: Mutant, test: str) -> str:
    """One line about one mutant."""
    word = "UNTRIED " if test.startswith(UNDONE) else "killed  " if test else "SURVIVED"
    return f"{word} {mutant.name}{'  by ' if test else ''}{test}\n"

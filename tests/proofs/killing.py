"""Runs the policy tests on mutants: a process that has imported what all need once, and forks for each.

A child puts the mutant into its own copy of the archive, imports that copy, runs the tests that are
likeliest to notice first, stops at the first failure and says which test it was.
"""

import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.proofs.killers import LONGEST, likely, others
from tests.proofs.mutants import ROOT, Mutant

FIRST = (  # imported before the first fork: all that costs time and is not the archive's own
    "_pytest.python", "pytest", "fastapi", "sqlalchemy.dialects.sqlite", "alembic.command", "whoosh.index",
    "whoosh.qparser", "hypothesis.strategies", "argon2", "jinja2", "markdown_it", "numpy", "authlib",
    "httpx", "pyrage", "pyotp", "segno", "uvicorn", "limits", "aiosmtpd.controller", "cryptography.fernet",
)  # fmt: skip
FLAGS = ("-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore")
EXAMPLES = 25  # of Hypothesis: a mutant that needs more is met by another test


class Noticed:
    """A pytest plugin that keeps the name of the first test that fails, and makes the run a quick one."""

    def __init__(self) -> None:
        self.test = ""

    def pytest_collection_finish(self) -> None:
        from hypothesis import settings

        settings.register_profile("mutants", max_examples=EXAMPLES, deadline=None, database=None)
        settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.test:
            self.test = report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and not self.test:
            self.test = f"{report.nodeid} can not be imported"


def verdicts(
    found: Iterable[Mutant], at_once: int = 2, likely_alone: bool = False
) -> Iterator[tuple[Mutant, str]]:
    """Each mutant with the test that fails in it, or with nothing where none does; at_once at a time.

    The likeliest tests are tried on all, the others on those that these let pass.
    """
    for name in FIRST:
        with suppress(ImportError):
            importlib.import_module(name)
    with tempfile.TemporaryDirectory() as temporary:
        free = [copied(Path(temporary) / str(number)) for number in range(at_once)]
        unnoticed = []
        for one, test in _tried([(one, likely(one.path)) for one in found], free):
            if test:
                yield one, test
            else:
                unnoticed.append(one)
        rest = [(one, [] if likely_alone else others(one.path)) for one in unnoticed]
        yield from _tried(rest, free)


def _tried(jobs: Iterable[tuple[Mutant, list[str]]], free: list[Path]) -> Iterator[tuple[Mutant, str]]:
    running: dict[int, tuple[Mutant, Path]] = {}
    for one, tests in jobs:
        if not free:
            yield _ended(running, free)
        folder = free.pop()
        running[_begun(one, tests, folder)] = (one, folder)
    while running:
        yield _ended(running, free)


def _begun(mutant: Mutant, tests: list[str], folder: Path) -> int:
    """The process that tries it."""
    put(folder / mutant.path, mutant.applied((ROOT / mutant.path).read_bytes()))
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        signal.alarm(LONGEST)
        test = _noticed_by(tests, folder)
        (folder / "noticed").write_text(test)
    finally:
        os._exit(0)


def _ended(running: dict[int, tuple[Mutant, Path]], free: list[Path]) -> tuple[Mutant, str]:
    child, state = os.wait()
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # servers that its tests left
    mutant, folder = running.pop(child)
    put(folder / mutant.path, (ROOT / mutant.path).read_bytes())
    noticed = folder / "noticed"
    test = noticed.read_text() if noticed.exists() else f"the run itself, which ended with {state}"
    noticed.unlink(missing_ok=True)
    free.append(folder)
    return mutant, test


def _noticed_by(tests: Sequence[str], folder: Path) -> str:
    """The first test that fails on the code in this folder; nothing where all pass."""
    if not tests:
        return ""
    _move_to(folder)
    _quick_hashes()
    import pytest

    noticed = Noticed()
    base = tempfile.mkdtemp(dir=folder.parent)
    pytest.main([*FLAGS, f"--basetemp={base}/tests", f"--rootdir={folder}", *tests], plugins=[noticed])
    shutil.rmtree(base, ignore_errors=True)
    assert str(sys.modules["app"].__file__).startswith(str(folder)), "another archive was tried"
    return noticed.test


def _move_to(folder: Path) -> None:
    """Make this process one that was started in the folder, with nothing of the archive imported."""
    os.chdir(folder)
    os.environ.pop("PROOF_SCALE", None)
    os.environ["PYTHONPATH"] = str(folder)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("app", "tests")]:
        del sys.modules[name]
    sys.path[:] = [str(folder), *(place for place in sys.path if place not in ("", str(ROOT)))]
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def _quick_hashes() -> None:
    """Passwords cost next to nothing: what they cost is no policy."""
    import argon2

    made = argon2.PasswordHasher.__init__

    def cheap(self: argon2.PasswordHasher, *_args: object, **_named: object) -> None:
        made(self, time_cost=1, memory_cost=64, parallelism=1)

    argon2.PasswordHasher.__init__ = cheap  # type: ignore[method-assign,assignment]


def copied(folder: Path) -> Path:
    """The archive's files as they are now, in a folder of their own."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ":!docs/images"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in names:
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def put(path: Path, source: bytes) -> None:
    """Write a module; what Python compiled of the one before must not be taken for it."""
    path.write_bytes(source)
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink(missing_ok=True)

"""What every test may use."""

import gc
import os
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from tests import figures as collected
from tests.figures import Record
from tests.tables import compiled_once, made_once

settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")
gc.disable()  # until all that stays has been loaded


def pytest_configure(config: pytest.Config) -> None:
    collected.install(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long runs first, so that no worker begins one when the others are done.

    Each worker begins with an equal part of the list as it stands (xdist's `worksteal`).
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if "proof" in item.keywords]
    short = [item for item in items if "proof" not in item.keywords]
    dealt = list[pytest.Item]()
    for number in range(workers):
        share = (len(items) - len(dealt)) // (workers - number)
        of_long = long[number::workers]
        more = max(0, share - len(of_long))
        dealt += [*of_long, *short[:more]]
        del short[:more]
    items[:] = [*dealt, *short]


def pytest_collection_finish() -> None:
    """What is loaded stays: looking through all of it again and again takes a tenth of all tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The migrations have tests of their own; they need not run for each of the others."""
    with made_once(tmp_path_factory.mktemp("tables")), compiled_once():
        yield


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Record:
    """Records a figure for docs/proof.md: `figures("kills survived", 100)`; or for the page that it names."""
    return collected.recorder(request)


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords cost next to nothing where they are not what is tested; nobody's too, and only here."""
    from app.services import passwords
    from tests.web import people

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    kept = quick.hash(people.PASSWORD.encode())
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(people, "HASH", lambda: kept)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()

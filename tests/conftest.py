"""What every test may use."""

import pytest
from hypothesis import settings

from tests import figures as collected
from tests.figures import Record

settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    collected.install(config)


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Record:
    """Records a figure for docs/proof.md: `figures("kills survived", 100)`; or for the page that it names."""
    return collected.recorder(request)

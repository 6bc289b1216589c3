"""What every test may use."""

import pytest

from tests import figures as collected
from tests.figures import Record


def pytest_configure(config: pytest.Config) -> None:
    collected.install(config)


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Record:
    """Records a figure for docs/proof.md: `figures("kills survived", 100)`."""
    return collected.recorder(request)

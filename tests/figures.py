"""Figures that long runs measured, collected into docs/proof.md while PROOF_SCALE is set.

They travel in the reports' user properties, so that workers of pytest-xdist hand theirs over too.
A run of some proofs leaves the figures of the others as they were.
"""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.proof_scale import proof_scale

PAGE = Path(__file__).parent.parent / "docs" / "proof.md"
PROPERTY = "figure"
ROW = re.compile(r"\| (?P<name>[^|]+) \| (?P<rest>[^|]+ \| [^|]+ \| [^|]+) \|")
HEAD = """# Proof

What the long runs found. `make proof` writes this page; `make test` makes the same runs at small size.
Scale 100 is full size.

| figure | value | scale | measured |
| --- | --- | --- | --- |
"""

Record = Callable[[str, object], None]


def recorder(request: pytest.FixtureRequest) -> Record:
    """A function that records a figure under its name, in words a reader understands."""

    def record(name: str, value: object) -> None:
        request.node.user_properties.append((PROPERTY, (name, str(value))))

    return record


class FigureCollector:
    """A pytest plugin that writes the page at the end of a run at scale."""

    def __init__(self, page: Path, scale: float, today: date) -> None:
        self.page, self.scale, self.today = page, scale, today
        self.found: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" or not report.passed:
            return
        for kind, figure in report.user_properties:
            if kind == PROPERTY:
                name, value = figure
                self.found[name] = f"{value} | {self.scale:.0%} | {self.today}".replace("%", "")

    def pytest_sessionfinish(self) -> None:
        if not self.found:
            return
        rows = self._kept() | self.found
        lines = "".join(f"| {name} | {rows[name]} |\n" for name in sorted(rows))
        self.page.write_text(HEAD + lines, encoding="utf-8")

    def _kept(self) -> dict[str, str]:
        if not self.page.exists():
            return {}
        rows = ROW.findall(self.page.read_text(encoding="utf-8").partition("| --- |")[2])
        return {name: rest for name, rest in rows if not name.startswith("-")}


def install(config: pytest.Config) -> None:
    """Collect figures in the process that reports, when a scale is set."""
    scale = proof_scale()
    if scale is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(FigureCollector(PAGE, scale, date.today()))

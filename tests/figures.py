"""Figures that long runs measured, collected into pages of docs while PROOF_SCALE is set.

A proof names its page. Around the table of a page stands whatever somebody wrote there.

They travel in the reports' user properties, so that workers of pytest-xdist hand theirs over too.
A run of some proofs leaves the figures of the others as they were.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from tests.proof_scale import proof_scale

DOCS = Path(__file__).parent.parent / "docs"
PROOF, SECURITY = "proof", "security"  # pages of the docs
PROPERTY = "figure"
ROW = re.compile(r"\| (?P<name>[^|]+) \| (?P<rest>[^|]+ \| [^|]+ \| [^|]+) \|")
TABLE = """| figure | value | scale | measured |
| --- | --- | --- | --- |
"""
HEAD = """# Proof

What the long runs found. `make proof` writes this page; `make test` makes the same runs at small size.
Scale 100 is full size.

"""

Record = Callable[..., None]


def recorder(request: pytest.FixtureRequest) -> Record:
    """A function that records a figure under its name, in words a reader understands."""

    def record(name: str, value: object, page: str = PROOF) -> None:
        request.node.user_properties.append((PROPERTY, (page, name, str(value))))

    return record


class FigureCollector:
    """A pytest plugin that writes figures into their pages as they come: a run that is cut off keeps them."""

    def __init__(self, docs: Path, scale: float, today: date) -> None:
        self.docs, self.scale, self.today = docs, scale, today

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" or not report.passed:
            return
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for kind, figure in report.user_properties:
            if kind == PROPERTY:
                page, name, value = figure
                found[page][name] = f"{value} | {self.scale:.0%} | {self.today}".replace("%", "")
        for page, rows in found.items():
            _write(self.docs / f"{page}.md", rows)


def _write(page: Path, found: Mapping[str, str]) -> None:
    """Put rows into the table of a page, in the order of their names."""
    before, _, rest = (page.read_text(encoding="utf-8") if page.exists() else HEAD).partition(TABLE)
    lines = rest.splitlines(keepends=True)
    end = next((number for number, line in enumerate(lines) if not ROW.match(line)), len(lines))
    rows = dict(ROW.findall("".join(lines[:end]))) | found
    table = "".join(f"| {name} | {rows[name]} |\n" for name in sorted(rows))
    page.write_text(before + TABLE + table + "".join(lines[end:]), encoding="utf-8")


def install(config: pytest.Config) -> None:
    """Collect figures in the process that reports, when a scale is set."""
    scale = proof_scale()
    if scale is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(FigureCollector(DOCS, scale, date.today()))

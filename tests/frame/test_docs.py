"""What the documentation promises exists, and what exists is documented."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("**/*.md")),
]
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
TARGETS = {"serve", "test", "proof", "setup", "check", "bench", "help"}


@cache
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


BY_CHOICE = {"names"}  # extras that nobody gets unasked: described, and not locked


def direct_dependencies(*, locked: bool = False) -> list[str]:
    extras = project()["optional-dependencies"].items()
    chosen = [lines for name, lines in extras if not (locked and name in BY_CHOICE)]
    return [re.match(r"[\w.-]+", line)[0] for lines in (project()["dependencies"], *chosen) for line in lines]


def heading_anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_of_ours_leads_somewhere(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for link in LINK.finditer(text):
        target, _, anchor = link["target"].partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in heading_anchors(file), f"{page.name} links to {link['target']}"


@pytest.mark.parametrize("package", direct_dependencies())
def test_every_direct_dependency_is_described(package):
    lines = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith(f"| `{package}` |")]
    assert len(rows) == 1
    assert all(cell.strip() for cell in rows[0].strip("|").split("|"))


@pytest.mark.parametrize("package", direct_dependencies(locked=True))
def test_every_direct_dependency_is_locked_with_its_hash(package):
    name = package.lower().replace(".", "-").replace("_", "-")
    locked = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    assert re.search(rf"^{re.escape(name)}==\S+.*\\\n\s+--hash=sha256:", locked, re.MULTILINE)


def test_make_help_lists_every_target():
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^make (\w+)", shown, re.MULTILINE)) == TARGETS


def test_the_two_commands_stand_at_the_top_of_the_readme():
    first = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:6]
    commands = [line.split("#")[0].strip() for line in first if line.startswith("make ")]
    assert commands == ["make serve", "make test"]


def test_every_make_target_that_is_written_about_exists():
    for page in PAGES:
        named = re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(named) <= TARGETS, page.name

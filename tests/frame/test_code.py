"""What is true of every module, whoever wrote it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path for folder in ("app", "tests", "benchmarks") for path in (ROOT / folder).glob("**/*.py")
)
LONGEST = 400


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_imports_point_down():
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_grows_past_four_hundred_lines(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_every_module_of_the_archive_says_what_it_is():
    silent = [
        str(module.relative_to(ROOT))
        for module in MODULES
        if module.is_relative_to(ROOT / "app")
        and module.name != "__init__.py"
        and not re.match(r'(#.*\n)*r?"""\S', module.read_text(encoding="utf-8"))
    ]
    assert silent == []


def registry_hosts() -> set[str]:
    """The hosts that this machine's package tools ask, but for itself, read from the tools."""
    answers = [os.environ.get(name, "") for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL")]
    answers += [_answer(sys.executable, "-m", "pip", "config", "list"), _answer("pip", "config", "list")]
    answers += [_answer("npm", "config", "get", "registry")]
    addresses = re.findall(r"https?://[^\s'\",]+", " ".join(answers))
    return {urlsplit(address).hostname for address in addresses} - {None, "localhost", "127.0.0.1", "::1"}


def _answer(*command: str) -> str:
    program = shutil.which(command[0])
    if program is None:
        return ""
    asked = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
    return asked.stdout if asked.returncode == 0 else ""


def test_no_file_names_the_registry_that_this_machine_uses():
    hosts = [host.encode() for host in registry_hosts()]
    named = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if any(host in path.read_bytes() for host in hosts)
    ]
    assert named == []


def test_locks_name_no_address():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index-url" not in text
        assert "--find-links" not in text

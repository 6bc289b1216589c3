"""What a person at a terminal is shown, and what a pipe goes on getting."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.archives import story_file, write
from tests.terminal.test_terminal import STORYHOLD, environment, here

LOGS = "from app.web.logs import configure_logs as c; import structlog; c(); log = structlog.get_logger()\n"
FAILS = LOGS + "try: 1 / 0\nexcept ZeroDivisionError: log.exception('failed', route='/s')\n"


def at_terminal(folder: Path, *command: str) -> str:
    """What a command shows that has a terminal for its output and its errors."""
    terminal, other_end = pty.openpty()
    given = environment(NO_COLOR="1")
    subprocess.run(command, cwd=folder, env=given, stdout=other_end, stderr=other_end, timeout=180)
    os.close(other_end)
    shown = os.read(terminal, 65536).decode()
    os.close(terminal)
    return shown


def test_people_are_listed_under_headings_on_a_terminal_alone(tmp_path):
    here(tmp_path, "user", "add", "ben@example.org", "--role", "gatherer")
    shown = at_terminal(tmp_path, *STORYHOLD, "user", "list")
    assert "Address" in shown and "Invited" in shown and "ben@example" in shown
    assert "Address" not in here(tmp_path, "user", "list").stdout


def test_logs_are_plain_lines_on_a_terminal_and_json_in_a_pipe(tmp_path):
    shown = at_terminal(tmp_path, sys.executable, "-c", FAILS)
    assert len(shown.splitlines()) == 1 and "{" not in shown
    assert "failed" in shown and "ZeroDivisionError" in shown and "division by" not in shown
    command = [sys.executable, "-c", FAILS]
    piped = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=180).stderr
    assert json.loads(piped)["route"] == "/s"


def test_a_check_begins_with_words(tmp_path):
    write(tmp_path, {"stories/a.md": story_file(status="draft"), "personas/k.md": "---\nname: K\n---\nOf.\n"})
    assert here(tmp_path, "check").stdout.startswith("What readers do not see")

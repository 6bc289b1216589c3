"""A program that reads what somebody sent can take no more than its share, and leaves nothing behind."""

import sys
import threading
from pathlib import Path

import pytest

from app.errors import ImportRefused
from app.imports import limited
from app.imports.limited import run


def python(program: str, content: bytes = b"", seconds: int = 5) -> limited.Outcome:
    return run([sys.executable, "-I", "-c", program], content, seconds=seconds)


def test_a_program_is_given_the_bytes_and_its_answer_is_heard():
    outcome = python("import sys; print(sys.stdin.read()[::-1], file=sys.stderr); print('heard')", b"abc")
    assert (outcome.code, outcome.output, outcome.told) == (0, b"heard\n", "cba\n")


def test_one_that_never_ends_is_stopped():
    with pytest.raises(ImportRefused, match="was stopped"):
        python("while True: pass", seconds=1)


def test_one_that_waits_for_ever_is_stopped(monkeypatch):
    monkeypatch.setattr(limited, "PATIENCE", 1)
    with pytest.raises(ImportRefused, match="was stopped"):
        python("import time; time.sleep(1000)", seconds=1)


def test_one_that_says_too_much_is_stopped(monkeypatch):
    monkeypatch.setattr(limited, "OUTPUT", 100_000)
    default = "import os, signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)"
    with pytest.raises(ImportRefused, match="was stopped"):
        python(f"{default}\nwhile True: os.write(1, b'words')")


def test_one_that_asks_for_too_much_memory_gets_none():
    outcome = python("bytearray(3 * 1024 ** 3)")
    assert outcome.code == 1
    assert "MemoryError" in outcome.told


def test_it_knows_nothing_of_the_archive(monkeypatch):
    monkeypatch.setenv("STORYHOLD_SECRET_KEY_FILE", "/somewhere/secret.key")
    outcome = python("import os; print(dict(os.environ), os.getcwd())")
    assert b"STORYHOLD" not in outcome.output
    assert str(Path.cwd()).encode() not in outcome.output


def test_not_too_many_run_at_once(monkeypatch):
    monkeypatch.setattr(limited, "_QUEUE", 0.01)
    monkeypatch.setattr(limited, "_AT_ONCE", threading.BoundedSemaphore(1))
    with limited._AT_ONCE, pytest.raises(ImportRefused, match="Try again"):
        python("pass")
    assert python("pass").code == 0

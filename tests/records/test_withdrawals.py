"""The list of withdrawals outside the database outlasts whatever happens to the database."""

import pytest

from app.records.withdrawals import LIFTED, Line, append_line, in_force, read_lines

MARISA = Line(
    "s-7k3fq2mx", "withdrawn", "2026-03-04T12:00:00+00:00", uses=3, not_for=("ab",), until="2029-01-01"
)
EDDIE = Line("s-2m9tb3rw", "erased", "2026-03-05T12:00:00+00:00", denied=(("erased", "cd"), ("closed", "ef")))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "elsewhere" / "withdrawals.jsonl"


def test_withdrawals_are_read_as_they_were_written_and_in_their_order(path):
    assert read_lines(path) == []
    append_line(path, MARISA)
    append_line(path, EDDIE)
    assert read_lines(path) == [MARISA, EDDIE]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_crash_cut_off_spoils_no_other(path):
    append_line(path, MARISA)
    path.write_bytes(path.read_bytes() + b'{"story_id": "s-2m9')
    append_line(path, EDDIE)
    assert read_lines(path) == [MARISA, EDDIE]


@pytest.mark.parametrize(
    "noise", [b"\n\n", b"[]\n", b'{"kind": 1}\n', b"\xff\xfe\n", b'{"denied": [1]}\n', b"0\n"]
)
def test_what_is_no_withdrawal_is_passed_over(path, noise):
    append_line(path, MARISA)
    path.write_bytes(noise + path.read_bytes() + noise)
    assert read_lines(path) == [MARISA]


def test_a_later_version_s_line_is_still_a_withdrawal(path):
    append_line(path, MARISA)
    path.write_bytes(path.read_bytes().replace(b'{"story_id"', b'{"new": 1, "story_id"'))
    assert read_lines(path) == [MARISA]


def test_a_steward_who_lifts_a_withdrawal_lifts_those_before_it_alone():
    lifted = Line(MARISA.story_id, LIFTED, "2026-04-01T12:00:00+00:00")
    assert in_force([MARISA, EDDIE, lifted]) == [EDDIE]
    assert in_force([MARISA, EDDIE, lifted, MARISA]) == [EDDIE, MARISA]

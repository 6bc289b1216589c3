"""The archive from a terminal: what is printed where, and the exit code that scripts rely on."""

import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager, suppress
from pathlib import Path

import pytest
import structlog
from click.testing import Result
from typer.testing import CliRunner

import app.cli
from app.config import PREFIX
from app.errors import SettingsError
from app.services.mailing import NO_ADDRESS
from tests.archives import story_file, write

ROOT = Path(__file__).parents[2]
STORYHOLD = [sys.executable, "-c", "from app.start import main; main()"]
WHOLE = {"stories/a.md": story_file(id="s-7k3fq2mx"), "personas/k.md": "---\nname: Kath\n---\nOf people.\n"}
BAD = {
    "stories/broken.md": "---\ntitle: One\nthemes: [a\n---\nText.\n",
    "stories/date.md": story_file(gathered="2024-20-03"),
    "stories/one.md": story_file(title="One", id="s-7k3fq2mx"),
    "stories/two.md": story_file(id="s-7k3fq2mx"),
}


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    return kept | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"} | settings


def as_program(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command in a folder, as a program of its own with its standard output and error in pipes."""
    command = [*STORYHOLD, *arguments]
    given = environment(**settings)
    return subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, timeout=180)


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same in this process, which is ten times as fast."""
    with (
        chdir(folder),
        pytest.MonkeyPatch.context() as patch,
        CliRunner().isolation(env=_only(settings)) as (out, err, _),
    ):
        patch.setattr(sys, "argv", ["storyhold", *arguments])
        try:
            code = _code_of(app.cli.main)
        finally:
            structlog.reset_defaults()  # else what others log would go to an end that is closed
        return subprocess.CompletedProcess(arguments, code, out.getvalue().decode(), err.getvalue().decode())


def _code_of(program: Callable[[], None]) -> int:
    try:
        program()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def here(folder: Path, *arguments: str, **settings: str) -> Result:
    """The same without what says a refusal in one sentence: its exception is there to be looked at."""
    with chdir(folder):
        return CliRunner().invoke(app.cli.cli, arguments, env=_only(settings))


def _only(settings: Mapping[str, str]) -> dict[str, str | None]:
    cleared = {name: None for name in os.environ if name.upper().startswith(PREFIX)}
    return cleared | {"COLUMNS": "100"} | settings


def test_a_steward_who_runs_the_module_gets_the_same_commands_as_by_its_name(tmp_path):
    module = [sys.executable, "-m", "app.cli"]
    told = [
        subprocess.run(
            [*command, *arguments], cwd=tmp_path, env=environment(), capture_output=True, timeout=180
        )
        for command in (module, STORYHOLD)
        for arguments in (["--help"], ["serve", "--port", "x"])
    ]
    said = [(one.returncode, one.stdout, one.stderr) for one in told]
    assert said[:2] == said[2:] and b"Usage: storyhold" in said[0][1] and b"--port" in said[1][2]


@pytest.fixture
def whole(tmp_path) -> Path:
    write(tmp_path, WHOLE)
    return tmp_path


@pytest.fixture
def bad(tmp_path) -> Path:
    write(tmp_path, BAD)
    return tmp_path


def test_check_finds_nothing_in_whole_files(whole):
    done = as_program(whole, "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("2 files, 0 problems, 0 files set aside.\n")


def test_check_names_file_line_and_key_so_that_an_editor_can_jump_there(bad):
    done = here(bad, "check")
    lines = done.stdout.splitlines()
    places = {match[0] for line in lines if (match := re.match(r"stories/[a-z.]+(:\d+)?(:\w+)?(?=: )", line))}
    assert {"stories/date.md:2:gathered", "stories/one.md:3:id", "stories/two.md:2:id"} <= places
    assert any(re.fullmatch(r"stories/broken\.md:\d+(:\w+)?", place) for place in places)
    assert (done.exit_code, lines[-1], done.stderr) == (1, "4 files, 4 problems, 3 files set aside.", "")


def test_check_gives_programs_the_same_as_json(bad):
    done = here(bad, "check", "--format", "json")
    problems = json.loads(done.stdout)["problems"]
    assert (done.exit_code, len(problems)) == (1, 4)
    assert all(set(one) == {"file", "line", "key", "reason", "remedy", "set_aside"} for one in problems)
    of_date = next(one for one in problems if one["key"] == "gathered")
    assert (of_date["file"], of_date["line"], of_date["set_aside"]) == ("stories/date.md", 2, False)
    assert [one["file"] for one in problems if one["key"] == "id"] == ["stories/one.md", "stories/two.md"]


def test_check_says_what_readers_do_not_see_and_why_and_that_is_no_problem(tmp_path):
    write(tmp_path, {"stories/a.md": story_file(consent=""), "stories/b.md": story_file(status="draft")})
    done = here(tmp_path, "check")
    assert re.search(r"No consent is recorded.*\n +stories/a.md\n", done.stdout)
    assert re.search(r"It is a draft.*\n +stories/b.md\n", done.stdout)
    assert done.exit_code == 0


def test_check_looks_at_the_files_and_folders_that_are_named(bad, tmp_path):
    write(tmp_path, WHOLE)
    assert here(bad, "check", "stories/a.md", "personas").exit_code == 0
    assert here(bad, "check", "stories/date.md", "stories/date.md").stdout.endswith(
        "1 file, 1 problem, 0 files set aside.\n"
    )
    everything = here(bad, "check", ".", "--format", "json")
    assert len(json.loads(everything.stdout)["problems"]) == 5  # three files with one id by now


def test_files_of_an_archive_that_lies_elsewhere_are_named_so_that_a_person_can_open_them(bad, tmp_path):
    elsewhere, nearby = tmp_path / "desk", tmp_path / "near"
    elsewhere.mkdir()
    shutil.move(bad / "stories", nearby / "of" / "hers")
    for folder, place in ((elsewhere, str(nearby / "of" / "hers")), (nearby, "of/hers")):
        settings = {"STORYHOLD_STORIES": place, "STORYHOLD_PERSONAS": str(folder / "personas")}
        here(folder, "index", **settings)
        checked = json.loads(here(folder, "check", "--format", "json", **settings).stdout)["problems"]
        assert {one["file"] for one in checked} == {f"{place}/{Path(name).name}" for name in BAD}
        assert f"\n{place}/date.md:2:gathered: " in f"\n{here(folder, 'check', **settings).stdout}"
        findings = json.loads(here(folder, "doctor", "--format", "json", **settings).stdout)["findings"]
        aside = [one["name"] for one in findings if one["section"] == "set aside"]
        assert aside == [f"{place}/{name}.md" for name in ("broken", "one", "two")]
        assert all((folder / name).is_file() for name in aside)


def test_check_where_there_is_no_folder_yet(tmp_path):
    done = here(tmp_path, "check")
    assert (done.exit_code, done.stdout) == (0, "0 files, 0 problems, 0 files set aside.\n")


@pytest.mark.parametrize(
    "arguments",
    [("check", "nowhere.md"), ("check", "--format", "xml"), ("nothing",), (), ("serve", "--port", "70000")],
)
def test_a_command_that_is_used_wrongly_exits_2_and_prints_no_result(whole, arguments):
    done = here(whole, *arguments)
    assert done.exit_code == 2
    assert not arguments or done.stdout == ""


def test_a_setting_that_is_none_stops_with_one_sentence(whole):
    done = run(whole, "check", STORYHOLD_STORYS="elsewhere")
    said = "STORYHOLD_STORYS is none of the settings; the nearest is STORYHOLD_STORIES.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


@pytest.mark.parametrize("command", ["serve", "index", "check", "doctor"])
def test_every_command_reads_the_settings_before_it_does_anything(whole, command):
    done = here(whole, command, STORYHOLD_STORYS="elsewhere")
    assert isinstance(done.exception, SettingsError)
    assert sorted(path.name for path in whole.iterdir()) == ["personas", "stories"]


def test_index_says_what_it_did_on_standard_error(whole):
    first, second = as_program(whole, "index"), run(whole, "index")
    assert (first.returncode, first.stdout) == (0, "")
    assert "2 files, 2 taken in, 0 gone" in first.stderr
    assert "2 files, 0 taken in, 0 gone; 0 stories" in second.stderr
    rebuilt = run(whole, "index", "--rebuild")
    assert (rebuilt.returncode, "2 files, 2 taken in" in rebuilt.stderr) == (0, True)


def test_doctor_finds_nothing_wrong_after_index(whole):
    here(whole, "index")
    done = here(whole, "doctor")
    assert done.exit_code == 0, done.stdout
    assert re.search(r"stories: 1\n", done.stdout)
    assert "->" not in done.stdout


def test_doctor_names_what_should_be_done(bad):
    here(bad, "index")
    (bad / ".storyhold").chmod(0o755)
    done = here(bad, "doctor", "--format", "json")
    findings = json.loads(done.stdout)["findings"]
    remedies = {one["name"]: one["remedy"] for one in findings if one["remedy"]}
    assert done.exit_code == 1
    assert remedies[str(bad / ".storyhold")] == f"chmod 700 '{bad / '.storyhold'}'"
    aside = [one["name"] for one in findings if one["section"] == "set aside"]
    assert aside == ["stories/broken.md", "stories/one.md", "stories/two.md"]


def test_doctor_repeats_no_secret(whole):
    secrets = {"STORYHOLD_SMTP_URL": "smtp://me:hunter2@mail.test", "STORYHOLD_OIDC_CLIENT_SECRET": "hunter3"}
    for form in ("text", "json"):
        done = here(whole, "doctor", "--format", form, **secrets)
        assert "hunter" not in done.stdout + done.stderr


def test_a_progress_bar_is_for_terminals_and_never_among_the_results(whole):
    terminal, other_end = pty.openpty()
    with subprocess.Popen(
        [*STORYHOLD, "check", "--format", "json"],
        cwd=whole,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=other_end,
        text=True,
    ) as process:
        out, _ = process.communicate(timeout=180)
    os.close(other_end)
    shown = os.read(terminal, 65536).decode()
    os.close(terminal)
    assert json.loads(out)["problems"] == []
    assert "Checking" in shown
    assert as_program(whole, "check", "--format", "json").stderr == ""


def test_a_taken_port_is_said_with_the_command_that_helps(whole):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = run(whole, "serve", "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Port {port} is taken. Try: make serve PORT={port + 1}\n"


@contextmanager
def served(
    folder: Path, *arguments: str, errors: int = subprocess.DEVNULL, **settings: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server on a free port, and its address as it printed it."""
    command = [*STORYHOLD, "serve", "--port", "0", *arguments]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        start_new_session=True,
    )
    try:
        line = process.stdout.readline()
        yield process, line.removeprefix("Storyhold is at ").strip()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # and its workers, which hold what is read here
        process.communicate()


def fetch(address: str) -> tuple[int, str]:
    """Status and text, as soon as somebody answers."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()
        except OSError:
            signal.sigtimedwait([], 0.1)
    raise AssertionError("nobody answered")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_prints_its_address_answers_and_ends_when_it_is_asked_to(whole, workers, figures):
    with served(whole, "--workers", workers) as (process, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
        assert fetch(f"{address}/healthz")[0] == 200
        assert "lamplight" in fetch(f"{address}/stories/a")[1]
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as idle:  # a browser that keeps its connection
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"200" in idle.recv(4096)
            asked = time.monotonic()
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
            figures(f"seconds to end a server of {workers} workers", f"{time.monotonic() - asked:.1f}")
    assert process.returncode in (0, -signal.SIGTERM)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"STORYHOLD_SMTP_URL": "smtp://localhost"}, True),
        (
            {"STORYHOLD_SMTP_URL": "smtp://localhost", "STORYHOLD_BASE_URL": "https://stories.example.org"},
            False,
        ),
        ({"STORYHOLD_BASE_URL": "https://stories.example.org"}, False),
    ],
)
def test_a_start_warns_where_links_can_not_be_mailed(whole, settings, said):
    """A steward who set a mail server would wait for mails that never go; without one she knows."""
    with served(whole, errors=subprocess.PIPE, **settings) as (process, _):
        process.terminate()
        warned = " ".join(process.stderr.read().split())
    assert (warned.count(NO_ADDRESS) == 1) is said, warned
    assert "STORYHOLD_BASE_URL" in NO_ADDRESS and ("STORYHOLD_BASE_URL" in warned) is said


def test_uses_that_are_assumed_no_more_are_closed_before_the_first_answer(tmp_path):
    write(tmp_path, {"stories/a.md": story_file(consent="")})
    for uses, status in (("publication", 200), ("", 404)):
        with served(tmp_path, STORYHOLD_UNSTATED_USES=uses) as (_, address):
            assert fetch(f"{address}/stories/a")[0] == status

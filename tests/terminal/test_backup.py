"""`storyhold backup` and `restore` from a terminal: what is printed, and the exit code."""

import json
import shutil
from pathlib import Path

import pytest

from app.config import load_settings
from app.errors import ArchiveInUse, BackupDamaged, BackupRefused, InvalidText, RestoreUnfinished
from app.records.holding import Hold, mark_unfinished
from app.search.memory import MemoryIndex
from app.services.archive import open_archive
from app.services.backing_up import back_up
from tests.archives import Clock, write
from tests.terminal.test_terminal import WHOLE, as_program, here, run, served

PASSPHRASE = "four quiet lamps"


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("once")
    write(folder, WHOLE)
    here(folder, "index")
    return folder


@pytest.fixture
def archive(once, tmp_path):
    return Path(shutil.copytree(once, tmp_path / "archive"))


@pytest.fixture
def passphrase(tmp_path):
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n")
    return str(tmp_path / "passphrase")


def test_a_backup_is_made_and_restored(archive, tmp_path, passphrase):
    made = as_program(archive, "backup", str(tmp_path / "one"), "--passphrase-file", passphrase)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith(f"{tmp_path / 'one'}: 1 story, 1 persona, ")
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    assert b"lamplight" not in (tmp_path / "one").read_bytes()
    (archive / "stories/a.md").write_text("spoilt")
    back = as_program(archive, "restore", str(tmp_path / "one"), "--passphrase-file", passphrase)
    assert back.returncode == 0, back.stderr
    assert " UTC: 1 story, 1 persona" in back.stdout and "storyhold restore --confirm" in back.stderr
    assert (archive / "stories/a.md").read_text() == WHOLE["stories/a.md"]
    assert here(archive, "restore", "--confirm").exit_code == 0
    assert isinstance(here(archive, "restore", "--confirm").exception, BackupRefused)


@pytest.mark.parametrize(
    ("language", "moment"), [("en-GB", "4 May 2026, 12:00 UTC"), ("de", "4. Mai 2026, 12:00 UTC")]
)
def test_a_restore_says_of_which_moment_the_backup_is(archive, tmp_path, language, moment):
    """Not when it was restored: what was changed since is what somebody has to look for."""
    names = {name: str(archive / name.lower()) for name in ("STORIES", "PERSONAS", "SEARCH_INDEX")}
    given = names | {"STATE": str(archive / ".storyhold")}
    settings = load_settings({f"STORYHOLD_{name}": path for name, path in given.items()})
    made = open_archive(settings, MemoryIndex(), Clock())
    back_up(made, tmp_path / "one")
    made.close()
    done = here(archive, "restore", str(tmp_path / "one"), STORYHOLD_LANGUAGE=language)
    assert done.exit_code == 0, done.exception
    assert done.stdout.endswith(
        f"The archive is as it was on {moment}: 1 story, 1 persona. "
        "Everybody signs in anew, with the roles and passwords of then; look through storyhold user list. "
        "The audit and the ledger end where the backup does.\n"
    )


def test_one_that_is_not_encrypted_says_so(archive, tmp_path):
    made = run(archive, "backup", str(tmp_path / "one"))
    assert (made.returncode, made.stderr.startswith("It is not encrypted")) == (0, True)


def test_a_restore_is_rehearsed_beside_the_archive(archive, tmp_path):
    here(archive, "backup", str(tmp_path / "one"))
    before = {path: path.read_bytes() for path in archive.rglob("*.md")}
    tried = here(archive, "restore", str(tmp_path / "one"), "--into", str(tmp_path / "rehearsal"))
    assert tried.exit_code == 0, tried.exception
    assert (tmp_path / "rehearsal/stories/a.md").read_text() == WHOLE["stories/a.md"]
    assert {path: path.read_bytes() for path in archive.rglob("*.md")} == before
    refused = here(archive, "restore", str(tmp_path / "one"), "--into", str(tmp_path))
    assert isinstance(refused.exception, BackupRefused) and "not empty" in str(refused.exception)


@pytest.mark.parametrize(
    "place", ["stories/b", "personas/b", "search_index/b", ".storyhold/b", "no/folder/b"]
)
def test_a_backup_lies_apart_from_what_it_keeps(archive, place):
    assert isinstance(here(archive, "backup", place).exception, BackupRefused)
    assert not (archive / place).exists()


def test_no_file_is_replaced_unasked(archive, tmp_path):
    (tmp_path / "one").write_text("precious")
    assert isinstance(here(archive, "backup", str(tmp_path / "one")).exception, BackupRefused)
    assert (tmp_path / "one").read_text() == "precious"
    assert here(archive, "backup", str(tmp_path / "one"), "--force").exit_code == 0
    assert (tmp_path / "one").stat().st_size > 1_000
    (tmp_path / "link").symlink_to(archive / ".storyhold/secret.key")
    assert isinstance(here(archive, "backup", str(tmp_path / "link"), "--force").exception, BackupRefused)


def test_what_can_not_be_restored_is_one_sentence_and_changes_nothing(archive, tmp_path, passphrase):
    here(archive, "backup", str(tmp_path / "sealed"), "--passphrase-file", passphrase)
    here(archive, "backup", str(tmp_path / "plain"))
    (tmp_path / "wrong").write_text("four loud lamps\n")
    (tmp_path / "short").write_bytes((tmp_path / "plain").read_bytes()[:-40])
    (tmp_path / "text").write_text("Not a backup.\n")
    before = {path: path.read_bytes() for path in archive.rglob("*") if path.is_file()}
    asked = [
        ("sealed", "--passphrase-file", str(tmp_path / "wrong")),
        ("sealed",),
        ("short",),
        ("text",),
        ("nowhere",),
    ]
    for name, *more in asked:
        done = run(archive, "restore", str(tmp_path / name), *more)
        assert (done.returncode, done.stdout) == (1, ""), name
        assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr, done.stderr
    assert {path: path.read_bytes() for path in archive.rglob("*") if path.is_file()} == before


def test_a_server_is_not_restored_under_its_readers(archive, tmp_path):
    here(archive, "backup", str(tmp_path / "one"))
    with served(archive):
        done = run(archive, "restore", str(tmp_path / "one"))
        assert done.returncode == 1 and done.stderr.startswith("The archive is open")
        assert run(archive, "backup", str(tmp_path / "two")).returncode == 0
    assert run(archive, "restore", str(tmp_path / "one")).returncode == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_from_the_moment_a_server_says_where_it_is_nothing_is_restored_under_it(archive, workers):
    with served(archive, "--workers", workers), pytest.raises(ArchiveInUse):
        Hold(archive / ".storyhold", alone=True)


@pytest.mark.parametrize(
    "command", [("serve", "--port", "0"), ("index",), ("doctor",), ("backup", "/tmp/never")]
)
def test_nothing_runs_on_an_archive_that_is_half_restored(archive, command):
    mark_unfinished(archive / ".storyhold", {})
    done = here(archive, *command)
    assert isinstance(done.exception, RestoreUnfinished) and "storyhold restore" in str(done.exception)


@pytest.mark.parametrize("text", ["", "\n", "   \n", "a" * 1_001, "\udcff"])
def test_a_passphrase_that_is_none_is_refused(archive, tmp_path, text):
    (tmp_path / "passphrase").write_bytes(text.encode("utf-8", "surrogateescape"))
    asked = ("backup", str(tmp_path / "one"), "--passphrase-file", str(tmp_path / "passphrase"))
    assert isinstance(here(archive, *asked).exception, InvalidText)
    assert not (tmp_path / "one").exists()


def test_a_passphrase_is_asked_for_on_a_terminal_only(archive, tmp_path):
    done = run(archive, "backup", str(tmp_path / "one"), "--encrypt")
    assert (done.returncode, "no terminal" in done.stderr) == (1, True)


def test_used_wrongly(archive):
    assert here(archive, "restore").exit_code == 2
    assert here(archive, "restore", "one", "--confirm").exit_code == 2
    assert here(archive, "backup").exit_code == 2


def test_postgresql_is_left_to_its_own_tools(archive, tmp_path, monkeypatch):
    from app.services import backing_up

    class Elsewhere:
        database_path = None

    archived = type("", (), {"settings": Elsewhere()})()
    with pytest.raises(BackupRefused, match="pg_dump"):
        backing_up.back_up(archived, tmp_path / "one")


def test_the_doctor_knows_the_last_backup_and_what_waits(archive, tmp_path):
    def kept():
        findings = json.loads(here(archive, "doctor", "--format", "json").stdout)["findings"]
        return {one["name"]: one for one in findings if one["section"] == "backup"}

    assert kept()["last backup"]["value"] == "none yet"
    assert str(archive / ".storyhold/withdrawals.jsonl") in kept()["list of withdrawals"]["value"]
    here(archive, "backup", str(tmp_path / "one"))
    assert kept()["last backup"]["value"].endswith(" UTC")
    here(archive, "restore", str(tmp_path / "one"))
    assert "desk/restored" in kept()["restored"]["remedy"]
    assert kept()["before a restore"]["remedy"]


def test_a_damaged_database_is_not_backed_up(archive, tmp_path):
    here(archive, "backup", str(tmp_path / "one"))
    path = archive / ".storyhold/storyhold.db"
    content = bytearray(path.read_bytes())
    content[40_000:60_000] = bytes(20_000)
    path.write_bytes(content)
    assert isinstance(
        here(archive, "backup", str(tmp_path / "two")).exception, (BackupRefused, BackupDamaged)
    )
    assert not (tmp_path / "two").exists()

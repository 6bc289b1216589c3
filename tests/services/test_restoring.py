"""A backup put back: what was there comes again, whoever wrote meanwhile."""

from datetime import timedelta

import pytest

from app.config import load_settings
from app.database.ledgers import AUDIT
from app.database.visibility import ANONYMOUS, TERMINAL
from app.errors import ArchiveInUse, BackupRefused
from app.records.withdrawals import Line, append_line, in_force, read_lines
from app.services import restoring
from app.services.archive import open_archive
from app.services.backing_up import back_up
from app.services.restoring import Request, merge_lines, restore
from app.services.signing_in import session_of
from app.services.withdrawing import Outcome, withdraw
from app.services.withdrawing import Request as TakeBack
from app.services.withholding import confirm
from tests.archives import Clock, found, ids, make_archive, new_whoosh, rows, story_file, take_in
from tests.web.people import account, session

FILES = {
    "stories/harbour.md": story_file(id="s-7k3fq2mx"),
    "stories/north/lamp.md": story_file("The lamp was out."),
    "personas/k.md": "---\nname: Kath\n---\nOf people.\n",
    "stories/broken.md": "---\ntitle: [\n",
}
PASSPHRASE = "four quiet lamps"


def settings_in(folder):
    names = ("stories", "personas", "search_index", "state")
    return load_settings({f"STORYHOLD_{name.upper()}": str(folder / name) for name in names})


def asked(backup, folder, **how):
    settings = settings_in(folder)
    return Request(backup, settings, lambda _: new_whoosh(folder), settings.withdrawals, clock=Clock(), **how)


def opened(folder):
    return open_archive(settings_in(folder), new_whoosh(folder), Clock())


@pytest.fixture
def backup(tmp_path):
    archive = make_archive(tmp_path / "old", FILES)
    take_in(archive)
    back_up(archive, tmp_path / "one.backup")
    archive.close()
    return tmp_path / "one.backup"


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_everything_comes_back_elsewhere(tmp_path, passphrase):
    old = make_archive(tmp_path / "old", FILES)
    take_in(old)
    done = back_up(old, tmp_path / "one.backup", passphrase=passphrase)
    assert (done.stories, done.personas) == (3, 1)
    restored = restore(asked(tmp_path / "one.backup", tmp_path / "new", passphrase=passphrase))
    assert (restored.stories, restored.withheld, restored.aside) == (3, True, None)
    new = opened(tmp_path / "new")
    assert ids(new) == ids(old)
    assert new.key == old.key
    for name, text in FILES.items():
        assert (tmp_path / "new" / name).read_text() == text
    new.close()


def test_stories_wait_for_a_steward_where_no_list_of_withdrawals_is_newer(tmp_path, backup):
    restore(asked(backup, tmp_path / "new"))
    archive = opened(tmp_path / "new")
    take_in(archive)
    assert found(archive, "") == [] == found(archive, "lamp", ANONYMOUS)
    assert confirm(archive)
    take_in(archive)
    assert found(archive, "lamp") == ["north/lamp"]
    archive.close()


def test_a_newer_list_of_withdrawals_opens_them_at_once(tmp_path, backup):
    append_line(
        tmp_path / "new/state/withdrawals.jsonl", Line("s-00000000", "withdrawn", "2026-06-01T00:00:00+00:00")
    )
    assert not restore(asked(backup, tmp_path / "new")).withheld
    archive = opened(tmp_path / "new")
    take_in(archive)
    assert found(archive, "lamp") == ["north/lamp"]
    archive.close()


def erase_line(at):
    return Line("s-7k3fq2mx", "erased", at)


def test_what_was_there_is_kept_aside_until_something_in_it_is_erased(tmp_path, backup):
    restored = restore(asked(backup, tmp_path / "old"))
    assert (restored.aside / "stories/north/lamp.md").read_text() == FILES["stories/north/lamp.md"]
    assert restored.aside.stat().st_mode & 0o777 == 0o700
    archive = opened(tmp_path / "old")
    archive.clock.time += timedelta(minutes=1)
    withdraw(archive, TERMINAL, "s-7k3fq2mx", TakeBack(Outcome.ERASE))
    take_in(archive)
    archive.close()
    assert not restored.aside.exists()


def test_nothing_is_kept_aside_of_an_archive_that_missed_an_erasure(tmp_path, backup):
    archive = opened(tmp_path / "old")
    append_line(archive.settings.withdrawals, erase_line("2026-05-04T11:00:00+00:00"))
    back_up(archive, tmp_path / "newer.backup")
    archive.settings.withdrawals.unlink()
    archive.close()
    restored = restore(asked(tmp_path / "newer.backup", tmp_path / "old"))
    assert restored.erased_since and restored.aside is None
    assert not list((tmp_path / "old/state").glob("before-restore-*"))
    assert not (tmp_path / "old/stories/harbour.md").exists()


def test_a_crash_before_anything_was_exchanged_forgets_no_erasure(tmp_path, backup, monkeypatch):
    archive = opened(tmp_path / "old")
    append_line(archive.settings.withdrawals, erase_line("2026-05-04T11:00:00+00:00"))
    back_up(archive, tmp_path / "newer.backup")
    archive.settings.withdrawals.unlink()
    archive.close()

    def cut_off(path, lines):
        merge_lines(path, lines)
        if lines:
            raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(restoring, "merge_lines", cut_off)
        restore(asked(tmp_path / "newer.backup", tmp_path / "old"))
    restored = restore(asked(tmp_path / "newer.backup", tmp_path / "old"))
    assert restored.erased_since and restored.aside is None


KINDS = ("1withdrawn", "2erased", "1lifted", "3withdrawn", "3lifted")
LINES = {name: Line(f"s-0000000{name[0]}", name[1:], f"2026-05-04T12:00:0{name[0]}+00:00") for name in KINDS}


@pytest.mark.parametrize(
    ("known", "more", "held"),
    [
        (["1withdrawn", "2erased"], ["1withdrawn"], ["1withdrawn", "2erased"]),
        (["1withdrawn"], ["1withdrawn", "2erased"], ["1withdrawn", "2erased"]),
        ([], ["1withdrawn", "1lifted", "2erased"], ["2erased"]),
        (["1withdrawn"], ["1withdrawn", "1lifted"], []),
        (["1withdrawn", "1lifted"], ["1withdrawn"], []),
        (
            ["1withdrawn", "2erased"],
            ["1withdrawn", "1lifted", "3withdrawn"],
            ["1withdrawn", "2erased", "3withdrawn"],
        ),
        (["1withdrawn", "1lifted", "1withdrawn"], ["1withdrawn", "1lifted"], ["1withdrawn"]),
    ],
)
def test_two_lists_of_withdrawals_become_one_that_gives_no_more_than_either(tmp_path, known, more, held):
    path = tmp_path / "list.jsonl"
    for name in known:
        append_line(path, LINES[name])
    merge_lines(path, [LINES[name] for name in more])
    assert [f"{line.story_id[-1]}{line.kind}" for line in in_force(read_lines(path))] == held


def narrowed_line(second, uses, until=None, names=()):
    return Line(
        "s-7k3fq2mx", "narrowed", f"2026-05-04T12:00:0{second}.000000+00:00", uses, until, not_for=names
    )


@pytest.mark.parametrize("later", [2, 4])
def test_of_a_consent_that_both_lists_narrowed_both_hold(tmp_path, later):
    path, both = tmp_path / "list.jsonl", [LINES["1withdrawn"]]
    mine, theirs = narrowed_line(3, 1, names=("x",)), narrowed_line(later, 15, "2026-06-01", ("y",))
    for line in [*both, mine]:
        append_line(path, line)
    for _ in range(2):
        merge_lines(path, [*both, theirs])
        *_, before, last = read_lines(path)
        assert before == theirs and last.at > max(mine.at, theirs.at)
        assert (last.uses, last.until, last.not_for) == (1, "2026-06-01", ("x", "y"))


def test_a_consent_that_was_widened_since_the_backup_stays_so(tmp_path):
    path, lines = tmp_path / "list.jsonl", [narrowed_line(1, 1), narrowed_line(2, 3)]
    for line in lines:
        append_line(path, line)
    merge_lines(path, lines[:1])
    assert read_lines(path) == lines


def test_sessions_links_and_tokens_end_with_a_restore(tmp_path):
    archive = make_archive(tmp_path / "old", FILES)
    key = account(archive, "ann", "member")
    cookie = session(archive, key)[1].partition("=")[2]
    assert session_of(archive, cookie)
    back_up(archive, tmp_path / "one.backup")
    archive.close()
    restore(asked(tmp_path / "one.backup", tmp_path / "old"))
    archive = opened(tmp_path / "old")
    assert session_of(archive, cookie) is None
    assert [row["event"] for row in rows(archive, AUDIT)].count("restored") == 1
    archive.close()


def test_a_database_of_a_newer_version_is_refused(tmp_path):
    archive = make_archive(tmp_path / "old", FILES)
    with archive.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    back_up(archive, tmp_path / "one.backup")
    archive.close()
    with pytest.raises(BackupRefused, match="newer"):
        restore(asked(tmp_path / "one.backup", tmp_path / "new"))
    assert not (tmp_path / "new/stories").exists()


@pytest.mark.parametrize("outcome", [Outcome.ERASE, Outcome.ANONYMISE])
def test_a_backup_says_that_it_may_hold_a_text_that_is_to_be_nowhere(tmp_path, outcome):
    archive = make_archive(tmp_path / "old", FILES)
    take_in(archive)
    asked_for = [TakeBack(outcome, text=story_file("Another.").encode())]

    def meanwhile(*_):
        while asked_for:
            withdraw(archive, TERMINAL, "s-7k3fq2mx", asked_for.pop())

    assert back_up(archive, tmp_path / "one.backup", progress=meanwhile).erased_meanwhile
    archive.close()


def test_links_and_hidden_names_stay_out_of_a_backup_and_where_they_were(tmp_path):
    archive = make_archive(tmp_path / "old", FILES | {"stories/.git/config": "precious"})
    (tmp_path / "old/stories/link.md").symlink_to("/etc/passwd")
    back_up(archive, tmp_path / "one.backup")
    archive.close()
    restore(asked(tmp_path / "one.backup", tmp_path / "new"))
    there = sorted(path.name for path in (tmp_path / "new/stories").iterdir())
    assert there == ["broken.md", "harbour.md", "north"]
    restore(asked(tmp_path / "one.backup", tmp_path / "old", discard=True))
    assert (tmp_path / "old/stories/.git/config").read_text() == "precious"
    assert not list((tmp_path / "old/state").glob("before-restore-*"))


def test_an_archive_that_is_open_is_not_replaced(tmp_path, backup):
    archive = make_archive(tmp_path / "new", FILES)
    with pytest.raises(ArchiveInUse):
        restore(asked(backup, tmp_path / "new"))
    archive.close()
    assert restore(asked(backup, tmp_path / "new")).aside

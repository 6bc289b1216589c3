"""A backup put back: what was there comes again, whoever wrote meanwhile."""

import pytest

from app.config import load_settings
from app.database.visibility import ANONYMOUS
from app.errors import ArchiveInUse
from app.records.withdrawals import Line, append_line
from app.services.archive import open_archive
from app.services.backing_up import back_up
from app.services.restoring import Request, restore
from app.services.withholding import confirm
from tests.archives import Clock, found, ids, make_archive, new_whoosh, story_file, take_in

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


def test_an_archive_that_is_open_is_not_replaced(tmp_path, backup):
    archive = make_archive(tmp_path / "new", FILES)
    with pytest.raises(ArchiveInUse):
        restore(asked(backup, tmp_path / "new"))
    archive.close()
    assert restore(asked(backup, tmp_path / "new")).aside

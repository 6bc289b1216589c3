"""A restore that is cut off at any step leaves the old, the new, or a way on."""

import os
import shutil
from pathlib import Path

import pytest

from app.errors import RestoreUnfinished
from app.services import exchanging, restoring
from app.services.backing_up import back_up
from tests.archives import ids, new_memory, take_in
from tests.figures import SECURITY
from tests.proof_scale import scaled
from tests.proofs.test_restore import archive_at, fill, put_back, slug, text_of
from tests.web.serving import write

pytestmark = pytest.mark.proof


def in_memory(_folder: Path):
    return new_memory()


class Crash:
    """Ends the process, as a power cut would, at the so many-th step of a restore."""

    def __init__(self, at: int) -> None:
        self.left = at

    def before_and_after(self, module, *names: str) -> None:
        for name in names:
            setattr(module, name, self._wrapped(getattr(module, name)))

    def _wrapped(self, plain):
        def stepped(*given, **named):
            self._step()
            done = plain(*given, **named)
            self._step()
            return done

        return stepped

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            os._exit(9)


def crashes(at: int, backup: Path, folder: Path) -> bool:
    """Restore in a process of its own that ends at this step; False where it came to its end before."""
    child = os.fork()
    if child == 0:
        try:
            crash = Crash(at)
            crash.before_and_after(exchanging, "move", "remove", "mark_unfinished")
            crash.before_and_after(
                restoring, "read_bundle", "merge_lines", "mark_unfinished", "_settle_people"
            )
            crash.before_and_after(restoring, "rebuild", "mark_finished")
            put_back(backup, folder, in_memory)
            os._exit(0)
        except BaseException:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9)
    return code == 9


def record(folder: Path) -> dict[str, bytes]:
    found = (
        path for name in ("stories", "personas") for path in (folder / name).rglob("*") if path.is_file()
    )
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_crash_while_restoring_leaves_the_old_the_new_or_a_way_on(tmp_path, figures):
    fill(tmp_path / "source", 3)
    source = archive_at(tmp_path / "source", in_memory)
    take_in(source)
    back_up(source, tmp_path / "backup")
    wanted, wanted_ids = record(tmp_path / "source"), ids(source)
    source.close()
    write(tmp_path / "old" / "stories", {"old.md": text_of(99), f"{slug(1)}.md": "Older words.\n"})
    old = archive_at(tmp_path / "old", in_memory)
    take_in(old)
    old_ids = ids(old)
    old.close()
    before, at, crashed = record(tmp_path / "old"), 0, 0
    while True:
        folder = tmp_path / "now"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "old", folder)
        if not crashes(at, tmp_path / "backup", folder):
            break
        check_after_crash(folder, before, old_ids, wanted)
        put_back(tmp_path / "backup", folder, in_memory)
        assert record(folder) == wanted
        new = archive_at(folder, in_memory)
        assert ids(new) == wanted_ids
        new.close()
        aside = exchanging.folders_aside(folder / "state")
        assert before in [record(one) for one in aside]
        assert all(record(one) in (before, wanted) for one in aside)
        assert not (folder / "state" / "restoring").exists()
        crashed, at = crashed + 1, at + scaled(5, 1)
    name = "crashes while restoring, the archive whole after the same restore was run again"
    figures(name, crashed, SECURITY)
    assert crashed >= 5


def check_after_crash(folder: Path, before, old_ids, wanted) -> None:
    """All is old, all is new, or nobody can open it."""
    try:
        archive = archive_at(folder, in_memory)
    except RestoreUnfinished:
        return
    now, known = record(folder), ids(archive)
    archive.close()
    assert (now == before and known == old_ids) or now == wanted

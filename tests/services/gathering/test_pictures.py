"""The store of pictures: swept with care, named by the doctor, in every backup, gone with its story."""

import os
import time

from app.database.visibility import TERMINAL
from app.services.archive import open_archive
from app.services.backing_up import back_up
from app.services.doctor import diagnose
from app.services.gathering.pictures import WAITS_DAYS, folder_of, keep_pictures, sweep_pictures
from app.services.restoring import Request, restore
from app.services.withdrawing import Outcome, withdraw
from app.services.withdrawing import Request as TakeBack
from tests.archives import Clock, new_memory, story_file, take_in, write
from tests.imports.photographs import drawing, photograph
from tests.web.pictured import drawn, image

A, B = "s-p1ctvre0", "s-0ther000"
CHAIR, PLAN = drawn(photograph()), drawn(drawing())


def with_stories(new_archive, **how):
    """Two stories, of which one shows two pictures."""
    text = f"She.\n\n{image(CHAIR.digest)}\n\n::: closed\nHer {image(PLAN.digest)} brother.\n:::"
    archive = new_archive({"stories/a.md": story_file(text, id=A), "stories/b.md": story_file(id=B)}, **how)
    keep_pictures(archive, A, [CHAIR.content, PLAN.content])
    return archive


def pictures_said(archive):
    return [(one.name, one.value, bool(one.remedy)) for one in diagnose(archive) if one.section == "pictures"]


def left(archive):
    media = archive.settings.state / "media"
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def test_pictures_are_for_the_archive_alone(new_archive):
    archive = with_stories(new_archive)
    folder = folder_of(archive, A)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        CHAIR.digest: CHAIR.content,
        PLAN.digest: PLAN.content,
    }
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_the_doctor_names_what_is_missing_and_counts_what_no_story_shows(new_archive):
    archive = with_stories(new_archive)
    assert pictures_said(archive) == [("shown by no version", "0; they go after 30 days", False)]
    keep_pictures(archive, B, [CHAIR.content])
    (folder_of(archive, A) / PLAN.digest).unlink()
    assert pictures_said(archive) == [
        ("shown by no version", "1; they go after 30 days", False),
        (f"story {A}", f"lacks {PLAN.digest}", True),
    ]


def test_a_picture_of_an_earlier_version_is_kept_and_one_that_no_version_shows_goes_in_time(
    new_archive, tmp_path
):
    archive = with_stories(new_archive)
    write(tmp_path, {"stories/a.md": story_file("She. No more.", id=A)})
    take_in(archive)
    keep_pictures(archive, B, [CHAIR.content])
    assert sweep_pictures(archive) == 0
    long_ago = time.time() - (WAITS_DAYS + 1) * 86_400
    for path in [*folder_of(archive, A).iterdir(), *folder_of(archive, B).iterdir()]:
        os.utime(path, (long_ago, long_ago))
    assert sweep_pictures(archive) == 1
    assert left(archive) == sorted([f"{A}/{CHAIR.digest}", f"{A}/{PLAN.digest}"])


def test_a_story_whose_file_is_away_for_a_while_keeps_its_pictures(new_archive, tmp_path):
    """As in a git checkout of another branch."""
    archive = with_stories(new_archive)
    (tmp_path / "stories/a.md").unlink()
    take_in(archive)
    assert sweep_pictures(archive) == 0 and len(left(archive)) == 2


def test_an_archive_that_lost_its_database_sweeps_nothing(new_archive):
    archive = new_archive()
    keep_pictures(archive, A, [CHAIR.content])
    assert sweep_pictures(archive) == 0 and len(left(archive)) == 1


def test_erasing_a_story_leaves_the_same_picture_to_another_that_shows_it(new_archive):
    archive = with_stories(new_archive)
    keep_pictures(archive, B, [CHAIR.content])
    withdraw(archive, TERMINAL, A, TakeBack(Outcome.ERASE))
    assert left(archive) == [f"{B}/{CHAIR.digest}"]


def restored(archive, settings, backup):
    """The archive as it is after a backup was put back."""
    archive.close()
    restore(Request(backup, settings, lambda _: new_memory(), settings.withdrawals, clock=Clock()))
    return open_archive(settings, new_memory(), Clock())


def test_pictures_are_in_the_backup_and_come_back_with_it(new_archive, tmp_path):
    archive = with_stories(new_archive)
    before = left(archive)
    back_up(archive, tmp_path / "backup")
    for path in folder_of(archive, A).iterdir():
        path.write_bytes(b"spoilt")
    keep_pictures(archive, B, [CHAIR.content])
    archive = restored(archive, archive.settings, tmp_path / "backup")
    assert left(archive) == before
    assert (folder_of(archive, A) / CHAIR.digest).read_bytes() == CHAIR.content
    assert [one for one in pictures_said(archive) if one[2]] == []
    archive.close()


def test_a_backup_of_before_brings_back_no_picture_of_a_story_that_was_erased(new_archive, tmp_path):
    archive = with_stories(new_archive)
    back_up(archive, tmp_path / "backup")
    withdraw(archive, TERMINAL, A, TakeBack(Outcome.ERASE))
    archive = restored(archive, archive.settings, tmp_path / "backup")
    assert left(archive) == []
    archive.close()


def test_nor_of_one_whose_text_was_replaced(new_archive, tmp_path):
    archive = with_stories(new_archive)
    write(tmp_path, {f"state/originals/{A}/x": "her name"})
    back_up(archive, tmp_path / "backup")
    new = story_file("Somebody.", id=A).encode()
    withdraw(archive, TERMINAL, A, TakeBack(Outcome.ANONYMISE, text=new, slug="another"))
    archive = restored(archive, archive.settings, tmp_path / "backup")
    assert left(archive) == [] and not (archive.settings.state / "originals" / A).exists()
    archive.close()

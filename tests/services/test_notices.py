"""A watcher's notice names files: only these are looked at, unless that is not enough."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.services.archive import Archive
from app.services.reconcile import reconcile, reconcile_named
from tests.archives import derived, make_archive, stories, story_file, take_in, write
from tests.proof_scale import scaled

ONE = "s-7k3fq2mx"
NAMES = ("a.md", "A.md", "b.md", "b-2.md", "B.markdown", "deep/a.md", "deep/c.md", ".hidden.md", "note.txt")
TEXTS = (
    story_file("Lantern."),
    story_file("Kettle.", id=ONE),
    story_file("Doorway.", id="s-2m9tb3rw"),
    "---\nbroken: [",
)


def noticed(archive: Archive, tmp_path: Path, *paths: str) -> int:
    """How many files a notice of these paths brought up to date."""
    return reconcile_named(archive, [str(tmp_path / path) for path in paths]).changed


def test_a_gatherers_file_is_taken_in_without_a_look_at_the_others(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file("Lantern.")})
    write(tmp_path, {"stories/owen.md": story_file("Kettle."), "stories/iris.md": story_file("Doorway.")})
    assert noticed(archive, tmp_path, "stories/owen.md") == 1
    assert set(stories(archive)) == {"marisa", "owen"}


def test_a_file_edited_renamed_and_deleted_is_followed_by_its_notices(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file("Lantern.", id=ONE)})
    write(tmp_path, {"stories/marisa.md": story_file("Doorway.", id=ONE)})
    assert noticed(archive, tmp_path, "stories/marisa.md") == 1
    (tmp_path / "stories/marisa.md").rename(tmp_path / "stories/maria.md")
    noticed(archive, tmp_path, "stories/marisa.md", "stories/maria.md")
    assert stories(archive) == {"maria": ONE}
    (tmp_path / "stories/maria.md").unlink()
    noticed(archive, tmp_path, "stories/maria.md")
    assert stories(archive) == {}


def test_a_folder_that_is_renamed_or_deleted_takes_its_stories_along(new_archive, tmp_path):
    archive = new_archive({f"stories/north/{n}.md": story_file("Lantern.") for n in range(3)})
    (tmp_path / "stories/north").rename(tmp_path / "stories/south")
    noticed(archive, tmp_path, "stories/north", "stories/south")
    assert set(stories(archive)) == {"south/0", "south/1", "south/2"}
    shutil.rmtree(tmp_path / "stories/south")
    noticed(archive, tmp_path, "stories/south")
    assert stories(archive) == {}


def test_what_has_nearly_the_same_name_as_another_story_gets_the_address_that_a_full_look_gives(
    new_archive, tmp_path
):
    archive = new_archive({"stories/marisa.md": story_file("Lantern.")})
    write(tmp_path, {"stories/Marisa.md": story_file("Kettle.")})
    noticed(archive, tmp_path, "stories/Marisa.md")
    assert set(stories(archive)) == {"Marisa", "marisa-2"}
    (tmp_path / "stories/Marisa.md").unlink()
    noticed(archive, tmp_path, "stories/Marisa.md")
    assert set(stories(archive)) == {"marisa"}


def test_a_file_that_takes_anothers_id_sets_the_other_aside_too(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file("Lantern.", id=ONE)})
    write(tmp_path, {"stories/owen.md": story_file("Kettle.", id=ONE)})
    noticed(archive, tmp_path, "stories/owen.md")
    aside = {row["path"]: row["set_aside"] for row in derived(archive)["catalogue_file"]}
    assert aside == {"stories/marisa.md": True, "stories/owen.md": True}


def test_a_story_with_nearly_anothers_name_keeps_its_problem_when_it_is_edited(new_archive, tmp_path):
    archive = new_archive(
        {"stories/Marisa.md": story_file("Kettle."), "stories/marisa.md": story_file("Lantern.")}
    )
    write(tmp_path, {"stories/marisa.md": story_file("Doorway.")})
    assert noticed(archive, tmp_path, "stories/marisa.md") == 1
    assert [(row["path"], row["key"]) for row in derived(archive)["catalogue_problem"]] == [
        ("stories/marisa.md", "slug")
    ]


@pytest.mark.parametrize("path", ["stories/.draft.md", "stories/.git/notes.md", "stories/photo.jpg"])
def test_what_the_archive_passes_over_is_no_news(new_archive, tmp_path, path):
    archive = new_archive({"stories/marisa.md": story_file("Lantern.")})
    write(tmp_path, {path: story_file("Kettle."), "stories/owen.md": story_file("Doorway.")})
    assert noticed(archive, tmp_path, path) == 0
    assert set(stories(archive)) == {"marisa"}


def test_a_story_that_becomes_a_link_is_gone(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file("Lantern.")})
    (tmp_path / "stories/marisa.md").rename(tmp_path / "elsewhere.md")
    (tmp_path / "stories/marisa.md").symlink_to(tmp_path / "elsewhere.md")
    noticed(archive, tmp_path, "stories/marisa.md")
    assert stories(archive) == {}


changes = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from([*TEXTS, None, *NAMES])), min_size=1, max_size=4
)


def _change(folder: Path, name: str, what: str | None) -> set[str]:
    """Write, delete or rename one file, as gatherers do; returns the paths of its notice."""
    path = folder / "stories" / name
    if what in NAMES:
        target = folder / "stories" / str(what)
        if path.exists():
            target.parent.mkdir(exist_ok=True)
            path.rename(target)
        return {str(path), str(target)}
    if what is None:
        path.unlink(missing_ok=True)
    else:
        write(folder, {f"stories/{name}": str(what)})
    return {str(path)}


@settings(
    max_examples=scaled(20, 400),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(changes, min_size=1, max_size=4))
def test_after_any_notices_a_full_look_finds_nothing_more(series):
    with tempfile.TemporaryDirectory() as folder:
        archive = make_archive(Path(folder))
        take_in(archive)
        for some in series:
            notice = set[str]().union(*(_change(Path(folder), name, what) for name, what in some))
            reconcile_named(archive, notice)
            before = derived(archive)
            full = reconcile(archive)
            assert (full.changed, full.removed) == (0, 0)
            assert derived(archive) == before
        archive.close()

"""Which record a file is: ids that files carry, ids made of their names, and two that claim one."""

import pytest

import app.services.taking_in as taking_in
from app.database.tables import FILE, PROBLEM
from app.database.visibility import ANONYMOUS
from app.errors import NotFound
from app.records.ids import derived_id
from app.records.model import RecordKind, Slug
from app.services.reading import address_by_id
from app.services.rebuilding import rebuild
from tests.archives import found, revisions, rows, stories, story_file, take_in, write

ONE, TWO = "s-7k3fq2mx", "s-2m9tb3rw"
BROKEN = "---\ntitle: [\n---\nNobody can read this.\n"


def test_two_files_with_one_id_are_both_set_aside_and_both_named(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file(id=ONE)})
    write(tmp_path, {"stories/copy.md": story_file("A copy.", id=ONE)})
    take_in(archive)
    with pytest.raises(NotFound):
        address_by_id(archive, ANONYMOUS, ONE)
    problems = {row["path"]: row["reason"] for row in rows(archive, PROBLEM)}
    assert "stories/marisa.md" in problems["stories/copy.md"]
    assert "stories/copy.md" in problems["stories/marisa.md"]
    assert [row["set_aside"] for row in rows(archive, FILE)] == [True, True]
    assert stories(archive) == {"marisa": ONE}  # its last good version, for stewards
    assert revisions(archive, ONE) == [1]


@pytest.mark.parametrize("batch", [1, 50])
def test_two_files_that_come_with_one_id_are_both_set_aside(new_archive, monkeypatch, batch):
    monkeypatch.setattr(taking_in, "BATCH", batch)
    archive = new_archive({f"stories/{name}.md": story_file(id=ONE) for name in "abc"})
    assert [row["set_aside"] for row in rows(archive, FILE)] == [True, True, True]
    assert found(archive, "lamplight") == []
    with pytest.raises(NotFound):
        address_by_id(archive, ANONYMOUS, ONE)


@pytest.mark.parametrize("mended", [story_file("A copy."), story_file("A copy.", id=TWO), None])
def test_mending_one_of_two_brings_the_other_back_untouched(new_archive, tmp_path, mended):
    archive = new_archive({f"stories/{name}.md": story_file(id=ONE) for name in "ab"})
    if mended is None:
        (tmp_path / "stories/b.md").unlink()
    else:
        write(tmp_path, {"stories/b.md": mended})
    take_in(archive)
    assert address_by_id(archive, ANONYMOUS, ONE) == "/stories/a"
    assert (found(archive, "lamplight"), found(archive, "copy")) == (["a"], ["b"] if mended else [])
    assert rows(archive, PROBLEM) == []


@pytest.mark.parametrize("spelled", [ONE.upper(), "S-7K3FQ2MX", "ｓ-7k3fq2mx"])
def test_ids_that_are_spelled_otherwise_are_one_id(new_archive, spelled):
    archive = new_archive({"stories/a.md": story_file(id=ONE), "stories/b.md": story_file(id=spelled)})
    assert [row["set_aside"] for row in rows(archive, FILE)] == [True, True]


def test_a_derived_id_gives_way_to_the_file_that_states_it(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file()})
    first, second = (derived_id(RecordKind.STORY, Slug("marisa"), n) for n in (1, 2))
    write(tmp_path, {"stories/moved.md": story_file("It moved.", id=first)})
    take_in(archive)
    assert stories(archive) == {"marisa": second, "moved": first}
    (tmp_path / "stories/moved.md").unlink()
    take_in(archive)
    rebuild(archive)
    assert stories(archive) == {"marisa": second}


def test_a_derived_id_that_was_another_records_is_not_used_again(new_archive, tmp_path):
    first, second = (derived_id(RecordKind.STORY, Slug("marisa"), n) for n in (1, 2))
    archive = new_archive({"stories/moved.md": story_file(id=first)})
    (tmp_path / "stories/moved.md").unlink()
    take_in(archive)
    write(tmp_path, {"stories/marisa.md": story_file()})
    take_in(archive)
    assert stories(archive) == {"marisa": second}


def test_names_that_differ_by_case_or_ending_each_have_an_address(new_archive):
    archive = new_archive(
        {f"stories/{name}": story_file() for name in ("Anna.md", "anna.md", "anna.markdown")}
    )
    assert sorted(stories(archive)) == ["Anna", "anna-2", "anna-3"]
    problems = [row for row in rows(archive, PROBLEM) if row["key"] == "slug"]
    assert sorted(row["path"] for row in problems) == ["stories/anna.markdown", "stories/anna.md"]


def test_a_file_that_takes_an_address_leaves_the_other_its_id(new_archive, tmp_path):
    archive = new_archive({"stories/anna.md": story_file("By the kettle.")})
    before = stories(archive)["anna"]
    write(tmp_path, {"stories/anna.markdown": story_file("By the door.")})
    take_in(archive)
    assert stories(archive)["anna-2"] == before
    assert stories(archive)["anna"] != before
    assert (found(archive, "kettle"), found(archive, "door")) == (["anna-2"], ["anna"])


def test_a_broken_file_does_not_keep_its_id_from_the_mended_copy(new_archive, tmp_path):
    archive = new_archive({"stories/marisa.md": story_file(id=ONE)})
    write(tmp_path, {"stories/marisa.md": BROKEN})
    take_in(archive)
    write(tmp_path, {"stories/again.md": story_file("By the kettle.", id=ONE)})
    take_in(archive)
    assert address_by_id(archive, ANONYMOUS, ONE) == "/stories/again"
    (tmp_path / "stories/marisa.md").unlink()
    take_in(archive)
    assert (address_by_id(archive, ANONYMOUS, ONE), found(archive, "kettle")) == ("/stories/again", ["again"])

"""A folder or a zip of stories: what is in it comes in order, what must not come in is refused by name."""

import os
from pathlib import Path
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

import pytest

from app.errors import ImportRefused
from app.imports.convert import convert
from app.imports.packs import MOST, entries
from tests.imports.packing import flat_bomb, link_to, packed, renamed, said_to_be, with_flag

DATA = Path(__file__).parents[3] / "shared" / "data"


def refusals(source) -> dict[str, str]:
    return {entry.name: entry.refusal.reason for entry in entries(source) if entry.refusal}


def test_the_files_of_a_zip_come_in_the_order_of_their_names():
    found = list(entries(packed(("b.md", b"B"), ("a/c.txt", b"C"), ("a/b.vtt", b"V"))))
    assert [(entry.name, entry.size, entry.refusal) for entry in found] == [
        ("a/b.vtt", 1, None),
        ("a/c.txt", 1, None),
        ("b.md", 1, None),
    ]
    assert [entry.read() for entry in found] == [b"V", b"C", b"B"]


def test_a_file_without_a_name_is_refused_and_the_others_come_in():
    content = packed(("a.md", b"A"), ("b.md", b"B")).replace(b"b.md", bytes(4))
    assert refusals(content) == {"a file without a name": "This file in the zip has no name."}


def test_a_zip_on_disk_is_read_like_one_in_memory(tmp_path):
    (tmp_path / "all.zip").write_bytes(packed(("b.md", b"B"), ("a.md", b"A")))
    assert [entry.read() for entry in entries(tmp_path / "all.zip")] == [b"A", b"B"]


def test_the_files_of_a_folder_come_in_the_order_of_their_names(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("b.md", "deep/er/c.md", "deep/a.md"):
        (tmp_path / name).write_bytes(name.encode())
    found = list(entries(tmp_path))
    assert [entry.name for entry in found] == ["b.md", "deep/a.md", "deep/er/c.md"]
    assert [entry.read() for entry in found] == [b"b.md", b"deep/a.md", b"deep/er/c.md"]


def test_what_a_computer_lays_there_for_itself_is_passed_over(tmp_path):
    names = ["__MACOSX/._a.md", ".DS_Store", "Thumbs.db", ".git/config.md", "~$draft.docx", "a.md"]
    assert [entry.name for entry in entries(packed(*((name, b"x") for name in names)))] == ["a.md"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [entry.name for entry in entries(tmp_path)] == ["a.md"]


@pytest.mark.parametrize(
    "name", ["../x.md", "a/../../x.md", "/etc/x.md", "C:\\x.md", "..\\x.md", "\\\\host\\x.md"]
)
def test_a_name_that_leads_out_of_the_folder_is_refused(name):  # 34
    pack = packed((name, b"x"), ("good.md", b"y"))
    assert list(refusals(pack).values()) == ["The file's name leads out of the folder."]
    assert [entry.read() for entry in entries(pack) if not entry.refusal] == [b"y"]


def test_a_long_name_hides_no_way_out_of_the_folder():  # 34
    assert len(refusals(packed(("../" + "a" * 400 + ".md", b"x")))) == 1


@pytest.mark.parametrize(
    "name", ["CON.md", "x" * 290 + ".md", "😀.md", "trailing.md.", "ends .md", "a\rb.md"]
)
def test_an_odd_name_is_no_reason_to_refuse_words(name):  # 34
    assert [entry.read() for entry in entries(packed((name, b"words")))] == [b"words"]


def test_a_name_with_a_nul_is_read_to_its_end():  # 34
    pack = renamed(packed(("a.mdXexe", b"x")), "a.mdXexe", b"a.md\0exe")
    assert refusals(pack) == {"a.mdexe": "This kind of file is not brought in."}


def test_links_are_not_followed(tmp_path):  # 37
    reason = "This is a link to another file, and links are not followed."
    assert refusals(packed(link_to("/etc/passwd"))) == {"link.md": reason}
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.md").write_text("kept apart")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "folder.md").symlink_to(tmp_path / "secret")
    (tmp_path / "in" / "file.md").symlink_to(tmp_path / "secret" / "a.md")
    assert refusals(tmp_path / "in") == {"file.md": reason, "folder.md": reason}


def test_a_pipe_is_no_file_and_keeps_nobody_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    assert refusals(tmp_path) == {"pipe.md": "This is no plain file."}


def test_a_file_that_becomes_a_link_after_it_was_seen_is_not_read(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("a")
    entry = next(entries(tmp_path / "in"))
    (tmp_path / "in" / "a.md").unlink()
    (tmp_path / "in" / "a.md").symlink_to("/etc/passwd")
    with pytest.raises(ImportRefused, match="not a link"):
        entry.read()
    (tmp_path / "in" / "a.md").unlink()
    with pytest.raises(ImportRefused, match="has gone"):
        entry.read()


def test_two_files_of_one_name_are_both_refused():  # 37
    pack = packed(("a.md", b"one"), ("a.md", b"two"), ("b.md", b"three"))
    assert [bool(entry.refusal) for entry in entries(pack)] == [True, True, False]
    assert set(refusals(pack).values()) == {"Several files have this name, so none of them was read."}


def test_names_that_differ_only_in_their_accents_code_are_one_name():  # 37
    assert len([e for e in entries(packed(("é.md", b"1"), ("e\u0301.md", b"2"))) if e.refusal]) == 2


def test_names_of_which_only_the_same_end_is_shown_are_one_name():
    pack = packed(("one/" + "long/" * 70 + "a.md", b"1"), ("two/" + "long/" * 70 + "a.md", b"2"))
    assert [bool(entry.refusal) for entry in entries(pack)] == [True, True]


def test_a_folder_or_zip_that_can_not_be_opened_is_said_to_be_so(tmp_path, monkeypatch):
    (tmp_path / "in" / "shut").mkdir(parents=True)
    (tmp_path / "in" / "a.md").write_text("a")
    listed = os.scandir

    def shut(path):
        if Path(path).name == "shut":
            raise PermissionError
        return listed(path)

    monkeypatch.setattr(os, "scandir", shut)
    assert refusals(tmp_path / "in") == {"shut": "This folder can not be read."}
    with pytest.raises(ImportRefused, match="can not be opened"):
        entries(tmp_path / "none.zip")


def test_a_refused_file_can_not_be_read_all_the_same():
    entry = next(entries(packed(link_to("/etc/passwd"))))
    with pytest.raises(ImportRefused, match="links are not followed"):
        entry.read()


def test_a_zip_of_a_hundred_thousand_files_is_refused_by_its_last_lines():  # 37
    pack = packed(*((f"{i}.md", b"") for i in range(3)))
    at = pack.rindex(b"PK\x05\x06")
    many = pack[: at + 8] + b"\xff\xff\xff\xff" + pack[at + 12 :]
    with pytest.raises(ImportRefused, match="more than 10,000 files"):
        entries(many)
    with pytest.raises(ImportRefused, match="more than 10,000 files"):
        entries(flat_bomb(copies=20_000, size=1, counted=1))


def test_more_files_than_a_job_takes_are_refused(tmp_path):
    with pytest.raises(ImportRefused, match="more than 2,000 files"):
        entries(packed(*((f"{i}.md", b"x") for i in range(MOST + 1))))
    for i in range(MOST + 1):
        (tmp_path / f"{i}.md").touch()
    with pytest.raises(ImportRefused, match="more than 2,000 files"):
        entries(tmp_path)
    (tmp_path / "0.md").unlink()
    assert len(list(entries(tmp_path))) == MOST


def test_a_flat_bomb_is_refused_before_it_is_unpacked():  # 36
    with pytest.raises(ImportRefused, match="more than 500 MB"):
        entries(flat_bomb(copies=1_000, size=1024 * 1024))


def test_a_pack_inside_a_pack_is_not_opened():  # 36
    inner = packed(("a.md", bytes(1000)))
    assert refusals(packed(("inner.zip", inner))) == {"inner.zip": "A pack inside a pack is not opened."}


def test_a_file_that_is_larger_than_its_zip_says_is_refused():  # 36
    entry = next(entries(said_to_be(packed(("a.md", bytes(1024 * 1024))), 10)))
    with pytest.raises(ImportRefused, match="damaged"):
        entry.read()


def test_a_large_file_is_refused_by_the_size_it_is_said_to_have():
    pack = said_to_be(packed(("a.docx", b"x")), 51 * 1024 * 1024)
    assert refusals(pack) == {"a.docx": "The file is too large for a story."}


def test_files_behind_a_password_are_refused():  # 41
    assert refusals(with_flag(packed(("a.md", b"x")), 1)) == {"a.md": "A password is needed to open it."}


def test_files_packed_in_another_way_are_refused(tmp_path):
    with ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(ZipInfo("a.md"), b"words", ZIP_LZMA)
    with pytest.raises(ImportRefused, match="not read here"):
        next(entries(tmp_path / "a.zip")).read()


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x05\x06", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_zip_is_refused(content):  # 39
    with pytest.raises(ImportRefused, match="damaged"):
        entries(content)


def test_a_zip_cut_off_half_way_is_refused():  # 39
    pack = packed(("a.md", os.urandom(1000)), ("b.md", b"b"))
    with pytest.raises(ImportRefused, match="damaged"):
        entries(pack[: len(pack) // 2])


def test_pictures_among_stories_are_named():
    assert refusals(packed(("a.md", b"x"), ("cat.jpg", b"y"))) == {
        "cat.jpg": "This kind of file is not brought in."
    }


@pytest.mark.skipif(not DATA.is_dir(), reason="the material to try things on is not here")
@pytest.mark.parametrize("folder", ["interviews", "no-front-matter", "storybook", "design-history"])
def test_every_real_story_comes_in_byte_for_byte(folder):
    found = [entry for entry in entries(DATA / folder) if not entry.refusal]
    assert found
    for entry in found:
        content = entry.read()
        converted = convert(entry.name, content)
        assert converted.front == content or converted.format != "md"

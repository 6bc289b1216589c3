"""A story's file is found by its address alone, and it is the one that a look through all folders gives."""

import shutil
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records.folder import folded
from app.records.model import RecordKind, Slug
from app.records.store import RecordStore

PARTS = ("marisa", "Marisa", "marisa-2", "zoe\u0308", "zo\u00eb", "K", "\u212a", "a.b")
NAMES = st.builds("{}{}".format, st.sampled_from(PARTS), st.sampled_from((".md", ".MD", ".markdown")))
PLACES = st.builds("{}{}".format, st.sampled_from(("", "x/", "X/", "x/y/", "dir.md/")), NAMES)
SLUGS = st.builds(
    "{}{}{}".format,
    st.sampled_from(("", "x/", "X/", "x/y/", "dir.md/")),
    st.sampled_from(PARTS),
    st.sampled_from(("", "-2", "-3")),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("nearby")


@settings(max_examples=60, deadline=None)
@given(files=st.sets(PLACES, max_size=8), asked=st.lists(SLUGS, max_size=6))
def test_an_address_leads_to_the_same_file_as_a_look_through_all_folders(folder, files, asked):
    shutil.rmtree(folder, ignore_errors=True)
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"Text\n")
    store = RecordStore(folder, RecordKind.STORY, folder.parent / "locks")
    by_look = {file.slug: file.path for file in store.scan()}
    assert len(by_look) == len(files)
    for slug in chain(by_look, asked):
        assert store.path_of(Slug(slug)) == by_look.get(Slug(slug))
        assert store.is_taken(Slug(slug)) == any(same(slug, one) for one in by_look)


def same(one: str, other: str) -> bool:
    return folded(Slug(one)) == folded(Slug(other))


def test_a_folder_that_is_a_link_is_not_gone_into(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/marisa.md").write_bytes(b"Text\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "real/other.md").symlink_to(tmp_path / "real/marisa.md")
    store = RecordStore(tmp_path, RecordKind.STORY, tmp_path / "locks")
    assert store.path_of(Slug("link/marisa")) is None
    assert store.path_of(Slug("real/other")) is None
    assert store.path_of(Slug("real/marisa")) == tmp_path / "real/marisa.md"

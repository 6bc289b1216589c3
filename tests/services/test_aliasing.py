"""A theme is found under every name that files give it, and the files stay as they were written."""

import pytest
from sqlalchemy import insert, select

from app.database.marking import ALIAS, CODEBOOK
from app.database.tables import THEME
from app.database.visibility import ANONYMOUS
from app.services.indexing import update_search
from app.services.marking.aliasing import add_aliases, drop_aliases, recatalogue
from app.services.rebuilding import rebuild
from app.services.told import told_themes
from tests.archives import derived, found, new_whoosh, rows, story_file, take_in, write

FILES = {
    "stories/a.md": story_file("A lantern.", themes="[bereavement, hope]"),
    "stories/b.md": story_file("A heron.", themes="[Loss]"),
    "stories/c.md": story_file("A jetty.", themes="[hope, Bereavement, loss]"),
}
HIDDEN = {"stories/d.md": story_file("A rope.", themes="[mourning]", consent="consent: {uses: [design]}")}


@pytest.fixture
def archive(new_archive):
    return new_archive(FILES | HIDDEN)


def loss(archive, slug="loss", name="Loss"):
    """The key of a theme of the codebook."""
    with archive.engine.begin() as connection:
        row = {"slug": slug, "name": name, "written": archive.now(), "definition": "", "before": ""}
        return connection.execute(insert(CODEBOOK).values(row)).inserted_primary_key[0]


def call(archive, key, aliases):
    with archive.writing() as connection:
        told = add_aliases(archive, connection, key, aliases, None)
        connection.commit()
    update_search(archive)
    return told


def drop(archive, *slugs):
    with archive.writing() as connection:
        told = drop_aliases(archive, connection, slugs)
        connection.commit()
    update_search(archive)
    return told


def told(archive, actor=ANONYMOUS):
    with archive.engine.connect() as connection:
        return {theme.slug: theme.stories for theme in told_themes(archive, connection, actor)}


def labels(archive):
    return {(row["label"], row["place"]) for row in rows(archive, THEME) if row["slug"] == "loss"}


def test_stories_that_say_an_alias_carry_the_theme_that_is_meant(archive):
    assert told(archive) == {"bereavement": 2, "hope": 2, "loss": 2}
    assert call(archive, loss(archive), {"bereavement": "Bereavement"}) == 2
    assert told(archive) == {"loss": 3, "hope": 2}
    assert labels(archive) == {("Loss", 0), ("Loss", 1)}


def test_search_finds_them_by_the_theme_and_by_the_word_of_the_file(archive):
    assert sorted(found(archive, "theme:loss")) == ["b", "c"]
    call(archive, loss(archive), {"bereavement": "bereavement"})
    assert sorted(found(archive, "theme:loss")) == ["a", "b", "c"]
    assert sorted(found(archive, "bereavement")) == ["a", "c"]
    assert sorted(found(archive, "", chosen={"theme": ("loss",)})) == ["a", "b", "c"]


def test_a_file_that_comes_later_is_understood_and_no_file_is_written(archive, tmp_path):
    before = {path.name: path.read_bytes() for path in (tmp_path / "stories").iterdir()}
    call(archive, loss(archive), {"bereavement": "bereavement"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "stories").iterdir()} == before
    write(tmp_path, {"stories/e.md": story_file("A gull.", themes="[BEREAVEMENT]")})
    take_in(archive)
    assert told(archive)["loss"] == 4


def test_an_alias_that_is_taken_away_leaves_everything_as_it_was(archive):
    before = derived(archive)
    key = loss(archive)
    call(archive, key, {"bereavement": "bereavement", "hope": "hope"})
    assert told(archive) == {"loss": 3}
    assert drop(archive, "bereavement", "hope") == 2
    assert derived(archive) == before
    assert sorted(found(archive, "theme:bereavement")) == ["a", "c"]


@pytest.mark.parametrize("names", [("bereavement",), ("bereavement", "hope", "mourning")])
def test_a_rebuild_gives_the_same_rows(archive, names):
    call(archive, loss(archive), {name: name for name in names})
    before = derived(archive)
    rebuild(archive)
    assert derived(archive) == before


def test_an_index_says_the_same_after_a_rebuild(new_archive, tmp_path):
    archive = new_archive(FILES, index=new_whoosh(tmp_path))
    call(archive, loss(archive), {"bereavement": "bereavement"})
    asked = ("bereavement", "theme:loss", "loss", "theme:bereavement")
    before = [sorted(found(archive, q)) for q in asked]
    rebuild(archive)
    assert [sorted(found(archive, q)) for q in asked] == before
    assert before[1] == ["a", "b", "c"]


def test_a_theme_that_was_merged_takes_the_aliases_of_the_other_with_it(archive):
    sorrow, key = loss(archive, "sorrow", "Sorrow"), loss(archive)
    call(archive, sorrow, {"bereavement": "bereavement"})
    with archive.writing() as connection:
        connection.execute(CODEBOOK.update().where(CODEBOOK.c.key == sorrow).values(merged_into=key))
        add_aliases(archive, connection, key, {"sorrow": "Sorrow"}, None)
        recatalogue(archive, connection, ["sorrow", "bereavement"])
        connection.commit()
    assert told(archive)["loss"] == 3


def test_a_name_that_hidden_stories_alone_give_is_told_to_nobody_else(archive):
    call(archive, loss(archive), {"bereavement": "b", "mourning": "m", "unheard": "u"})
    with archive.engine.connect() as connection:
        shown = {row.slug: row.open for row in connection.execute(select(ALIAS))}
    assert shown == {"bereavement": True, "mourning": False, "unheard": True}


def test_progress_is_told_for_many_stories(archive):
    call(archive, loss(archive), {"bereavement": "b"})
    heard = []
    with archive.writing() as connection:
        recatalogue(archive, connection, ["loss"], lambda *done: heard.append(done))
    assert heard == [(3, 3)]

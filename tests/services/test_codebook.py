"""What people write of a theme is kept as they wrote it, whatever happens to the files."""

import pytest

from app.database.marking import CODEBOOK
from app.database.tables import DERIVED
from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Role
from app.errors import EditConflict, InvalidText, NotFound
from app.services.codebook import Asked, read_codebook
from app.services.codebook_theme import read_codebook_theme, write_definition
from app.services.defining import DAMAGE, MOST, legible, tidied
from app.services.marking.entries import definition_digest
from app.services.rebuilding import rebuild
from app.services.themes import read_definitions, read_theme
from tests.archives import rows, story_file, take_in, write

OF_ONE = {"stories/a.md": story_file(themes="[Being heard]")}
HIDDEN = {"stories/b.md": story_file(themes="[lamps]", consent="consent: {uses: [design]}")}
SLUG = "being-heard"
WORDS = "When somebody listens, and shows it."


@pytest.fixture
def archive(new_archive):
    return new_archive(OF_ONE | HIDDEN)


def loaded(archive, slug=SLUG):
    """The digest that a form carries which is opened now."""
    return read_codebook_theme(archive, TERMINAL, slug).digest


def say(archive, text, slug=SLUG):
    write_definition(archive, TERMINAL, slug, text, expected=loaded(archive, slug))


def shown(archive, slug=SLUG):
    return read_theme(archive, ANONYMOUS, slug, 1).definition


def test_what_is_written_stands_on_the_theme_s_page(archive):
    assert shown(archive) is None
    say(archive, WORDS)
    assert shown(archive) == WORDS
    assert read_definitions(archive, TERMINAL, [SLUG, "lamps"]) == {SLUG: WORDS}


def test_a_definition_opens_no_theme_that_its_reader_may_not_see(archive):
    say(archive, "Light in windows.", "lamps")
    with pytest.raises(NotFound):
        shown(archive, "lamps")
    assert read_codebook_theme(archive, TERMINAL, "lamps").readers_address is None
    assert read_codebook_theme(archive, TERMINAL, SLUG).readers_address == f"/themes/{SLUG}"


def test_the_desk_lists_every_theme_with_what_is_written(archive):
    say(archive, WORDS)
    page = read_codebook(archive, TERMINAL, 1)
    listed = [(one.label, one.stories, one.definition) for one in (*page.entries, *page.fresh)]
    assert listed == [("Being heard", 1, WORDS), ("Lamps", 1, None)]
    assert (page.total, page.defined) == (2, 1)


def test_a_definition_outlives_the_stories_of_its_theme(archive, tmp_path):
    say(archive, WORDS)
    (tmp_path / "stories/a.md").unlink()
    take_in(archive)
    (last,) = read_codebook(archive, TERMINAL, 1).entries
    assert (last.label, last.stories, last.definition) == ("Being heard", 0, WORDS)
    write(tmp_path, OF_ONE)
    take_in(archive)
    assert shown(archive) == WORDS


def test_a_theme_that_no_story_has_now_is_a_steward_s_alone_to_see(archive, tmp_path):
    gatherer = Actor(frozenset({Role.GATHERER}), "The ICB", signed_in=True)
    say(archive, WORDS)
    (tmp_path / "stories/a.md").unlink()
    take_in(archive)
    page = read_codebook(archive, gatherer, 1)
    assert ([one.label for one in (*page.entries, *page.fresh)], page.of_all) == (["Lamps"], False)
    assert read_codebook(archive, TERMINAL, 1).of_all
    with pytest.raises(NotFound):
        read_codebook_theme(archive, gatherer, SLUG)


def test_a_rebuild_touches_nothing_of_the_codebook(archive):
    say(archive, WORDS)
    before = rows(archive, CODEBOOK)
    rebuild(archive)
    take_in(archive, again=True)
    assert rows(archive, CODEBOOK) == before
    assert CODEBOOK not in DERIVED


def test_an_empty_text_takes_the_definition_away(archive):
    say(archive, WORDS)
    say(archive, " \n\u200b \n")
    assert shown(archive) is None
    assert read_codebook_theme(archive, TERMINAL, SLUG).before == WORDS


def test_the_text_before_the_last_change_can_be_put_back_and_back_again(archive):
    assert read_codebook_theme(archive, TERMINAL, SLUG).before is None
    say(archive, WORDS)
    assert read_codebook_theme(archive, TERMINAL, SLUG).before == ""
    say(archive, "Something else.")
    say(archive, read_codebook_theme(archive, TERMINAL, SLUG).before)
    page = read_codebook_theme(archive, TERMINAL, SLUG)
    assert (page.text, page.before) == (WORDS, "Something else.")


def test_two_people_do_not_overwrite_each_other(archive):
    opened = loaded(archive)
    write_definition(archive, TERMINAL, SLUG, WORDS, expected=opened)
    with pytest.raises(EditConflict):
        write_definition(archive, TERMINAL, SLUG, "Mine.", expected=opened)
    with pytest.raises(EditConflict):
        write_definition(archive, TERMINAL, SLUG, "", expected=opened)
    assert shown(archive) == WORDS


def test_the_same_text_sent_twice_is_kept_once(archive):
    opened = loaded(archive)
    write_definition(archive, TERMINAL, SLUG, WORDS, expected=opened)
    write_definition(archive, TERMINAL, SLUG, f"{WORDS}  ", expected=opened)
    assert read_codebook_theme(archive, TERMINAL, SLUG).before == ""


def test_nothing_is_written_of_a_theme_that_is_not_there(archive):
    with pytest.raises(NotFound):
        write_definition(archive, TERMINAL, "nobody-s", WORDS, expected=definition_digest(""))
    with pytest.raises(NotFound):
        read_codebook_theme(archive, TERMINAL, "nobody-s")
    assert rows(archive, CODEBOOK) == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  One\t two  \r\n three \r\r\n\n\nfour ", "One two\nthree\n\nfour"),
        ("One\u2028two\u00a0three", "One\ntwo three"),
        ("e\u0301", "é"),
        ("\ufeffA\u200bB", "AB"),
        ("نیم\u200cفاصله", "نیم\u200cفاصله"),
        ("👩\u200d👩\u200d👧 and <b>'{{ x }}'</b>", "👩\u200d👩\u200d👧 and <b>'{{ x }}'</b>"),
        ("\u200d \u00ad", ""),
        ("a" * MOST + " \n ", "a" * MOST),
    ],
)
def test_white_space_is_tidied_and_words_stay_as_they_are(written, kept):
    assert tidied(written) == kept
    assert tidied(kept) == kept


@pytest.mark.parametrize("char", list("\x00\x07\x0b\x1b\x7f\x9b\u202e\u2066\ud800\ufffe\ufffd"))
def test_a_character_that_can_not_be_seen_is_refused_with_its_place(char):
    with pytest.raises(InvalidText, match=rf"Line 2 .*U\+{ord(char):04X}"):
        tidied(f"One\r\ntwo {char}three")
    assert legible(f"two {char}three") == f"two {DAMAGE}three"


def test_a_text_that_is_too_long_is_refused_with_its_length(archive):
    with pytest.raises(InvalidText, match=r"2,001 characters long, and 2,000"):
        say(archive, "a" * (MOST + 1))
    assert shown(archive) is None


def test_a_library_of_many_themes_comes_in_pages(new_archive):
    names = ", ".join(f"theme {number}" for number in range(70))
    archive = new_archive({"stories/a.md": story_file(themes=f"[{names}]")})
    first, second = (read_codebook(archive, TERMINAL, n, Asked(n, show="new")) for n in (1, 2))
    assert (len(first.entries), len(second.entries), first.pager.pages) == (60, 10, 2)

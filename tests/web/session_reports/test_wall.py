"""A big screen shows what all who stand before it may see, and nothing that was taken back."""

import re

from tests.web.people import look, send, someone
from tests.web.serving import story
from tests.web.session_reports.talking import marked, pin, rewritten, take_back
from tests.web.sessions.doing import ABDI, DESIGN_WORDS, ELENA, WORDS, do, guest, idea, opened, write


def wall(web, who, address, **how):
    return look(web, f"{address}/wall", who, **how)


def lay(web, who, address, story_id):
    kept = send(web, f"{address}/prepare", {"do": "lay-story", "story": story_id, "why": ""}, who)
    assert kept.status == 303, kept.text


def slides(answer):
    """Kind and words of each slide."""
    found = re.findall(r'<section class="slide (\w+)[^>]*>(.*?)</section>', answer.text, re.DOTALL)
    return [(kind, " ".join(re.sub("<[^>]*>", " ", inside).split())) for kind, inside in found]


def test_a_wall_shows_quotes_first_lines_and_cells_that_are_filled(web, ann, session):
    lay(web, ann, session, "s-0pen0000")
    number = idea(web, ann, session)
    marked(web, ann, "s-0pen0000", WORDS, "She would not")
    assert {kind for kind, _ in slides(wall(web, ann, session))} == {"story", "quote"}
    write(web, ann, session, number, "helps", "Nights are when it happens")
    shown = slides(wall(web, ann, session))
    assert [kind for kind, _ in shown] == ["story", "quote", "cell"]
    assert shown[0][1].startswith(f"{WORDS} Marisa how the story begins")
    assert shown[1][1].startswith("“She would not” Marisa")
    assert "A phone that is answered until ten Elena: Helps Nights are when it happens" in shown[2][1]
    assert all(re.search("(Next|From the beginning) : ", words) for _, words in shown)


def test_while_guests_are_admitted_a_wall_shows_what_everybody_may_read(web, ann, session):
    for one in ("s-0pen0000", "s-des1gn00"):
        lay(web, ann, session, one)
    shown = wall(web, ann, session).text
    assert WORDS in shown and DESIGN_WORDS not in shown and "Olu" not in shown
    assert "shows what everybody may read" in shown
    sam = guest(web, ann, session)
    assert WORDS in wall(web, sam, session).text


def test_without_guests_it_follows_the_least_trusted_of_those_who_take_part(web, ann):
    address = opened(web, ann, ELENA, ABDI, guests="no")
    lay(web, ann, address, "s-des1gn00")
    assert DESIGN_WORDS in wall(web, ann, address).text
    carl = someone(web.archive, "Carl", "commissioner")
    assert do(web, carl, address, "join").status in (303, 404)
    lay(web, ann, address, "s-0pen0000")
    cora = someone(web.archive, "Cora", "commissioner")
    assert do(web, cora, address, "join").status == 303
    shown = wall(web, ann, address).text
    assert DESIGN_WORDS not in shown and WORDS in shown


def test_before_and_after_a_session_a_wall_shows_what_everybody_may_read(web, ann):
    address = opened(web, ann, ELENA, guests="no")
    lay(web, ann, address, "s-des1gn00")
    assert DESIGN_WORDS in wall(web, ann, address).text
    do(web, ann, address, "close")
    assert DESIGN_WORDS not in wall(web, ann, address).text


def test_words_that_were_taken_back_changed_or_noted_are_not_on_a_wall(web, ann, session):
    lay(web, ann, session, "s-0pen0000")
    number = idea(web, ann, session)
    pin(web, ann, session, number, marked(web, ann, "s-0pen0000", WORDS))
    write(web, ann, session, number, "helps", "She said it")
    rewritten(web, "open.md", story("She would never begin again.", "id: s-0pen0000", "storyteller: Marisa"))
    assert [kind for kind, _ in slides(wall(web, ann, session))] == ["story", "cell"]
    noted = story(WORDS, "id: s-0pen0000", "storyteller: Marisa", "content_notes: [loss]")
    rewritten(web, "open.md", noted)
    assert "begin again" not in wall(web, ann, session).text
    rewritten(web, "open.md", story(WORDS, "id: s-0pen0000", "storyteller: Marisa"))
    assert WORDS in wall(web, ann, session).text
    take_back(web, "s-0pen0000")
    shown = wall(web, ann, session).text
    assert WORDS not in shown and "Marisa" not in shown and "She said it" not in shown
    assert "Nothing to show yet." in shown


def test_a_screen_that_shows_all_of_it_is_told_that_nothing_is_new(web, ann, session):
    first = wall(web, ann, session)
    mark = re.search('data-mark="([^"]*)"', first.text)[1]
    known = ("if-none-match", f'"{mark}"')
    address = f"{session}/wall"
    assert web.get(address, headers=[ann, known]).status == 304
    write(web, ann, session, idea(web, ann, session), "helps", "It rings")
    assert "It rings" in web.get(address, headers=[ann, known]).text
    assert f'data-live="{session}/live"' in first.text


def test_a_long_note_is_cut_at_a_word_and_a_cell_in_which_texts_compete_waits(web, ann, session):
    sam, number = guest(web, ann, session), idea(web, ann, session)
    write(web, ann, session, number, "helps", "night " * 160)
    ((_, words),) = slides(wall(web, ann, session))
    assert "night…" in words and len(words) < 700
    write(web, sam, session, number, "not", "It never rang")
    shown = wall(web, ann, session).text
    assert "never rang" not in shown and "Elena: two answers, not decided yet" in shown

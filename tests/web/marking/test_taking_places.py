"""A team takes out what it drew together: on a board, in a cell of a lens, behind a number of patterns."""

import re
from html import unescape

import pytest

from app.services.reconcile import reconcile
from tests.web.asking import AT_THE_MACHINE
from tests.web.marking.test_taking import CHAIR, FORMS, joined, mark, table, take, words_of
from tests.web.people import look, send, someone
from tests.web.serving import served, story

IDS = {"open": "s-0pen0000", "design": "s-des1gn00", "learning": "s-1earn000", "draft": "s-draft000"}


@pytest.fixture
def web(tmp_path):
    stories = {
        "open.md": story(CHAIR, "id: s-0pen0000", "storyteller: Marisa", "site: Harbour", "gathered: 2024"),
        "design.md": story(CHAIR, "id: s-des1gn00", "storyteller: Devon", uses="design"),
        "learning.md": story(CHAIR, "id: s-1earn000", "storyteller: Lena", uses="learning, publication"),
    }
    with served(tmp_path, stories, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web):
    return someone(web.archive, "Priya", "member", organisation="Here")


def a_board(web, who, name="What doors are"):
    board = send(web, "/boards", {"do": "make", "name": name, "about": ""}, who)["location"]
    send(web, board, {"do": "add", "theme": "Loss", "by": "", "pasted": ""}, who)
    return board


def a_cell(web, sue, theme="Loss"):
    """A cell of the example lens in which the quotes of a theme stand."""
    send(web, "/lenses", {"do": "example"}, sue)
    cell = re.search(
        r'href="(/lenses/[^"/]*/\d+/\d+)"', look(web, "/lenses/purpose-power-practice", sue).text
    )[1]
    seen = re.search(r'name="seen" value="([^"]*)"', look(web, cell, sue).text)[1]
    written = send(web, cell, {"do": "words", "words": "", "themes": theme, "seen": unescape(seen)}, sue)
    assert written.status == 303, written.text
    return cell


def taking(answer):
    """Where *Take these out* leads."""
    return unescape(re.search(r'href="(/quotes/take[^"]*)">Take these out<', answer.text)[1])


def asked(address):
    return address.partition("?")[2]


def tellers(web, who, query):
    return {row["storyteller"] for row in table(take(web, who, query=query)) if row["id"].startswith("q-")}


@pytest.mark.parametrize("form", FORMS)
def test_a_team_takes_out_what_hangs_on_its_board(web, ann, form):
    mark(web, ann)
    mark(web, ann, "design", themes="Doors")
    board = a_board(web, ann)
    address = taking(look(web, board, ann))
    page = look(web, address, ann)
    assert "Board: What doors are" in page.text and "<strong>1 quote</strong> from 1 story" in page.text
    assert f'href="{board}">These quotes' in page.text
    told = words_of(take(web, ann, form, asked(address)), form)
    assert "What doors are" in joined(told) or form == "csv"
    assert "Marisa" in told and "Devon" not in told


def test_on_a_board_each_takes_what_she_may_and_is_told_of_no_other(web, ann, cy, sue):
    mark(web, ann)
    mark(web, ann, "design")
    board = a_board(web, ann)
    query = asked(taking(look(web, board, ann)))
    assert tellers(web, ann, query) == {"Marisa", "Devon"} == tellers(web, sue, query)
    assert tellers(web, cy, query) == {"Marisa"}
    assert "Nothing of what you found." in look(web, f"/quotes/take?{query}", cy).text
    purpose = table(take(web, ann, query=f"{query}&for=publication"))
    assert "1 quote: the storyteller did not agree to publication" in purpose[-1]["left_out"]


def test_a_board_that_somebody_may_not_open_is_for_her_one_that_never_was(web, ann, cy):
    mark(web, ann, "design")
    board = a_board(web, ann, "Secret doors")
    mark(web, ann)
    name = board.rpartition("/")[2]
    assert look(web, board, cy).status == 404 and tellers(web, ann, f"board={name}") == {"Devon"}
    for who in (None, cy):
        page = look(web, f"/quotes/take?board={name}", who)
        never = look(web, "/quotes/take?board=b-00000000", who).text
        assert page.text == never.replace("b-00000000", name) and "Secret" not in page.text
        for form in FORMS:
            told = words_of(take(web, who, form, f"board={name}"), form)
            assert "Secret" not in told and "Marisa" not in told and "Devon" not in told


def test_who_has_not_signed_in_takes_nothing_from_a_board_that_others_can_open(web, ann):
    mark(web, ann)
    query = asked(taking(look(web, a_board(web, ann), ann)))
    assert tellers(web, ann, query) == {"Marisa"} and tellers(web, None, query) == set()
    assert "What doors" not in look(web, f"/quotes/take?{query}").text


def test_who_sits_at_the_machine_takes_from_her_board_what_everybody_may_and_nobody_elsewhere_does(web, ann):
    mark(web, ann)
    mark(web, ann, "design")
    here = {"client": AT_THE_MACHINE}
    board = send(web, "/boards", {"do": "make", "name": "Hers", "about": ""}, **here)["location"]
    send(web, board, {"do": "add", "theme": "Loss", "by": "", "pasted": ""}, **here)
    query = asked(taking(web.get(board, **here)))
    page = web.get(f"/quotes/take?{query}", **here).text
    assert "You have not signed in" in page and "Board: Hers" in page
    told = web.get(f"/quotes.csv?{query}", **here).text
    assert "Marisa" in told and "Devon" not in told
    assert tellers(web, None, query) == set() and "Hers" not in look(web, f"/quotes/take?{query}").text


@pytest.mark.parametrize("form", FORMS)
def test_what_stands_in_a_cell_of_a_lens_is_taken_out_by_whoever_may(web, ann, sue, form):
    mark(web, ann)
    mark(web, ann, "design")
    mark(web, ann, "learning", themes="Doors")
    cell = a_cell(web, sue)
    address = taking(look(web, cell))
    page = look(web, address)
    assert "Lens: Purpose, power, practice: Purpose, for people, Relational" in page.text
    assert f'href="{cell}">These quotes' in page.text
    assert tellers(web, None, asked(address)) == {"Marisa"}
    assert tellers(web, ann, asked(address)) == {"Marisa", "Devon"}
    told = words_of(take(web, None, form, asked(address)), form)
    assert "Marisa" in told and "Devon" not in told and "Lena" not in told


def test_quotes_behind_a_number_of_the_patterns_are_taken_out_as_they_stand_there(web, ann):
    mark(web, ann, themes="Loss, Trust")
    mark(web, ann, words="move the chair", themes="Trust")
    mark(web, ann, "learning", themes="Loss")
    for number, ids in (
        ("theme=loss&theme=trust", 1),
        ("theme=loss&theme=trust&by=passages", 2),
        ("theme=loss&theme=trust&by=stories", 2),
        ("theme=loss&site=harbour", 1),
        ("theme=loss&site=-", 1),
        ("theme=loss&year=-", 1),
        ("theme=loss&year=2024", 1),
        ("theme=loss&kind=-", 2),
        ("theme=trust&story=s-0pen0000", 2),
    ):
        behind = look(web, f"/patterns/quotes?{number}", ann)
        shown = set(re.findall(r'<li id="(q-[0-9a-z]{8})"', behind.text))
        query = asked(taking(behind))
        rows = [row["id"] for row in table(take(web, ann, query=query)) if row["id"].startswith("q-")]
        assert set(rows) == shown and len(rows) == ids, number
    page = look(web, "/quotes/take?together=loss&together=trust&common=passages", ann).text
    assert "Themes together: Loss and Trust, in one passage" in page
    assert 'href="/patterns/quotes?theme=loss&amp;theme=trust&amp;by=passages">These quotes' in page


def test_a_story_that_is_taken_back_leaves_nothing_to_take_of_it_anywhere(web, ann, sue):
    mark(web, ann, themes="Loss, Trust")
    mark(web, ann, "learning")
    board, cell = a_board(web, ann), a_cell(web, sue)
    queries = [asked(taking(look(web, address, ann))) for address in (board, cell)]
    path = web.archive.settings.stories / "open.md"
    path.write_text(path.read_text().replace("id: s-0pen0000", "id: s-0pen0000\nstatus: withdrawn"))
    reconcile(web.archive)
    for query in (*queries, "together=loss&together=trust"):
        for who in (None, ann, sue):
            assert "Marisa" not in take(web, who, query=query).text
            assert "Marisa" not in look(web, f"/quotes/take?{query}", who).text


@pytest.mark.parametrize(
    "query",
    [
        "board=",
        "board=" + "x" * 100,
        "cell=purpose-power-practice.1",
        "cell=purpose-power-practice.0.99999999999",
        "cell=never-was.1.2",
        "cell=%00.1.2",
        "together=never&together=was&common=x",
        "together=%00&common=passages&common=stories",
        "board=b-00000000&cell=a.1.2&together=loss&theme=loss",
    ],
)
def test_a_place_that_is_none_holds_nothing_and_is_no_error(web, ann, query):
    mark(web, ann, themes="Doors")
    expected = {"Marisa"} if query == "board=" else set()
    assert look(web, f"/quotes/take?{query}", ann).status == 200 and tellers(web, ann, query) == expected


def test_search_knows_nothing_of_boards_and_says_nothing_of_them(web, ann):
    mark(web, ann)
    board = a_board(web, ann).rpartition("/")[2]
    page = look(web, f"/search?in=quotes&board={board}")
    assert "What doors" not in page.text and board not in page.text


@pytest.mark.parametrize("form", ["md", "docx"])
def test_a_file_of_a_board_has_its_clusters_as_headings_in_their_order(web, ann, form):
    first, second = mark(web, ann), mark(web, ann, words="the chair")
    mark(web, ann, "design")
    board = a_board(web, ann)
    for name, quotes in (("Ways out", [second]), ("Being seen", [first])):
        send(web, board, {"do": "cluster", "name": name, "note": f"On {name}.", "quote": quotes[0]}, ann)
    query = asked(taking(look(web, board, ann)))
    told = joined(words_of(take(web, ann, form, query), form))
    at = [told.rindex(one) for one in ("Ways out", "the chair", "Being seen", "wants to see the door")]
    assert at == sorted(at) and "On Ways out." in told and "Themes: Loss." in told
    assert told.index("On Being seen.") < told.rindex("In no cluster")
    assert "Loss (" not in told

"""A group draws quotes into clusters, names them and turns one into a theme."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from app.database.insight import BOARD, BOARD_CLUSTER, BOARD_QUOTE
from app.database.marking import ALIAS, CODEBOOK, QUOTE_THEME
from app.services.insight import board_changing
from app.services.marking.forgetting import forget_marks
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.filling import filled_in
from tests.web.marking.doing import BODY, FLAT_AT, marking, one
from tests.web.marking.test_lenses import hidden_quote
from tests.web.people import look, send, someone
from tests.web.serving import story


@pytest.fixture
def board(web, ann):
    return send(web, "/boards", {"do": "make", "name": "Doors", "about": "What opens them?"}, ann)["location"]


def do(web, who, board, what, **fields):
    return send(web, board, {"do": what, **fields}, who)


def quotes(web, who, board):
    return re.findall(r'<li class="hung" id="(q-[0-9a-z]{8})"', look(web, board, who).text)


def cluster(web, who, board, name="Doors and chairs", **fields):
    """The key of a new cluster."""
    do(web, who, board, "cluster", name=name, note="", **fields)
    return str(max(rows(web.archive, BOARD_CLUSTER), key=lambda row: row["place"])["key"])


def inside(web, who, board, key):
    """The ids in one cluster."""
    part = look(web, board, who).text.partition(f'data-cluster="{key}"')[2].partition("</section>")[0]
    return re.findall(r'<li class="hung" id="(q-[0-9a-z]{8})"', part)


def test_quotes_of_a_theme_of_a_person_or_by_address_are_hung_on_a_board(web, ann, cy, board):
    first, second = one(web, ann, themes="Loss", stays="yes"), one(web, ann, "the chair", themes="Loss")
    third = one(web, cy, "Marisa does")
    assert "Nothing hangs here yet" in look(web, board, ann).text
    added = do(web, ann, board, "add", theme="loss", by="", pasted="", stays="yes")["location"]
    assert quotes(web, ann, board) == [first] and "One quote is new here." in look(web, added, ann).text
    do(web, ann, board, "add", theme="Loss", by="me", pasted="")
    assert set(quotes(web, ann, board)) == {first, second}
    do(web, cy, board, "add", theme="", by="", pasted=f"see http://x/q/{third}, {first} and more")
    assert set(quotes(web, ann, board)) == {first, second, third}
    again = do(web, ann, board, "add", theme="Loss", by="", pasted="")
    assert again.status == 422 and "not on the board yet" in again.text


def said(answer):
    """What a board says of what was done just now."""
    text = re.search(r'<div class="notice good" role="status">(.*?)</div>', answer.text, re.S)[1]
    return unescape(" ".join(re.sub("<[^>]*>", " ", text).split()))


def test_a_board_says_which_of_the_ids_that_were_pasted_it_did_not_find_and_what_to_do(web, ann, board):
    new, there, other = one(web, ann), one(web, ann, "the chair"), one(web, ann, "Marisa does", themes="Loss")
    do(web, ann, board, "add", pasted=there)
    pasted = f"{new} {there} http://x/q/q-00000000#q-00000000, q-12"
    told = look(web, do(web, ann, board, "add", pasted=pasted)["location"], ann)
    assert said(told).startswith(
        "One quote is new here. One hangs here already. Not found: q-00000000, q-12. Look whether each is"
    )
    assert quotes(web, ann, board) == [there, new]
    narrowed = do(web, ann, board, "add", pasted=f"{new} {other} {one(web, ann, 'She wants')}", theme="Loss")
    assert said(look(web, narrowed["location"], ann)).endswith(
        "One quote is new here. One hangs here already. One is not of what else you chose."
    )
    many = " ".join(f"q-{number:08}" for number in range(20, 40))
    told = look(
        web, do(web, ann, board, "add", pasted=f"{many} {one(web, ann, 'the door')}")["location"], ann
    )
    assert "q-00000031 and 8 more. Look whether" in said(told) and "q-00000032" not in told.text


def test_a_quote_that_is_hidden_or_gone_gets_the_answer_of_one_that_never_was(web, ann, cy, board):
    hidden, gone, shown = hidden_quote(web, ann), one(web, ann, "the chair"), one(web, ann)
    hung = do(web, ann, board, "add", pasted=hidden)["location"]
    send(web, f"/q/{gone}/edit", {"do": "remove"}, ann)
    do(web, ann, board, "add", pasted=one(web, ann, "Marisa does"))
    asked = ("q-00000000", hidden, gone)
    alone = [do(web, cy, board, "add", pasted=quote).text.replace(quote, "it") for quote in asked]
    assert len(set(alone)) == 1 and "Not found: it. Look whether" in alone[0] and hung
    told = []
    for quote in asked:
        answer = do(web, cy, board, "add", pasted=f"{quote} {shown}")
        told.append(look(web, answer["location"], cy).text.replace(quote, "it"))
        do(web, cy, board, "off", quote=shown)
    assert len(set(told)) == 1 and "Not found: it." in told[0]


def test_more_ids_than_a_board_has_room_for_are_refused_and_stay_in_the_form(web, ann, board):
    pasted = " ".join(f"q-{number:08}" for number in range(501))
    answer = do(web, ann, board, "add", pasted=pasted)
    assert answer.status == 422 and "At most 500 ids can be pasted at once." in answer.text
    assert filled_in(answer, board)["pasted"] == pasted


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"theme": "nobody’s"},
        {"pasted": "q-00000000"},
        {"pasted": "x" * 9_000},
        {"theme": "x" * 400},
        {"by": "x"},
    ],
    ids=range(6),
)
def test_what_is_no_quote_is_not_hung_and_stays_in_the_form(web, ann, board, fields):
    answer = do(web, ann, board, "add", **{"theme": "", "by": "", "pasted": ""} | fields)
    assert answer.status == 422 and rows(web.archive, BOARD_QUOTE) == []
    form = {name: value for name, value in fields.items() if name != "by"}
    assert filled_in(answer, board).items() >= form.items()


def test_a_board_takes_so_many_quotes_and_no_more(web, ann, board, monkeypatch):
    monkeypatch.setattr(board_changing, "MOST", 1)
    one(web, ann, themes="Loss")
    one(web, ann, "the chair", themes="Loss")
    answer = do(web, ann, board, "add", theme="Loss")
    assert (
        answer.status == 422 and "these would be more" in answer.text and rows(web.archive, BOARD_QUOTE) == []
    )


def test_a_quote_is_drawn_into_a_cluster_out_of_it_and_off_the_board_and_each_is_undone(web, ann, board):
    quote, other = one(web, ann, themes="Loss"), one(web, ann, "the chair", themes="Loss")
    do(web, ann, board, "add", theme="Loss")
    key = cluster(web, ann, board)
    moved = do(web, ann, board, "move", quote=quote, cluster=key)["location"]
    assert inside(web, ann, board, key) == [quote] and inside(web, ann, board, 0) == [other]
    form = filled_in(look(web, moved, ann), board)
    assert form["quote"] == quote
    do(web, ann, board, "move", quote=quote, cluster="0")
    assert inside(web, ann, board, key) == []
    do(web, ann, board, "move", quote=quote, cluster=key)
    off = do(web, ann, board, "off", quote=quote)["location"]
    assert quotes(web, ann, board) == [other] and "Put it back" in look(web, off, ann).text
    do(web, ann, board, "on", quote=quote, cluster=key)
    assert inside(web, ann, board, key) == [quote]
    fresh = cluster(web, ann, board, "", quote=quote)
    assert (
        inside(web, ann, board, fresh) == [quote]
        and 'Cluster 2, without a name <span class="meta">1 quote</span>' in look(web, board, ann).text
    )


def undone(web, who, board, address):
    """Press the button that undoes what that address says was done."""
    answer = look(web, address, who)
    form = answer.text.partition("data-undo")[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return send(web, board, fields, who)


def test_a_move_that_is_undone_puts_the_quote_back_where_it_hung(web, ann, cy, board):
    words = ("Marisa does", "the chair", "She wants", "the door")
    first, second, third, last = (one(web, ann, each, themes="Loss") for each in words)
    do(web, ann, board, "add", theme="Loss")
    assert quotes(web, ann, board) == [first, second, third, last]
    key = cluster(web, ann, board)
    for quote in (first, third, last):
        moved = do(web, ann, board, "move", quote=quote, cluster=key)["location"]
        undone(web, ann, board, moved)
        assert inside(web, ann, board, 0) == [first, second, third, last]
    off = do(web, ann, board, "off", quote=second)["location"]
    undone(web, ann, board, off)
    assert inside(web, ann, board, 0) == [first, second, third, last]
    for quote in (last, first):
        do(web, ann, board, "move", quote=quote, cluster=key)
    moved = do(web, ann, board, "move", quote=last, cluster="0")["location"]
    undone(web, ann, board, moved)
    assert inside(web, ann, board, key) == [last, first] and inside(web, ann, board, 0) == [second, third]
    moved = do(web, ann, board, "move", quote=second, cluster=key)["location"]
    do(web, ann, board, "move", quote=third, cluster=key)
    undone(web, ann, board, moved)
    assert inside(web, ann, board, 0) == [second]
    assert do(web, ann, board, "move", quote=third, cluster="0", before="q-00000000").status == 303


def test_what_hides_between_two_quotes_is_told_by_no_move_and_stays_between_them(web, ann, cy, board):
    first, last = one(web, ann, "Marisa does", themes="Loss"), one(web, ann, "the chair", themes="Loss")
    for quote in (first, hidden := hidden_quote(web, ann), last):
        do(web, ann, board, "add", pasted=quote)
    key = cluster(web, ann, board)
    moved = do(web, cy, board, "move", quote=first, cluster=key)["location"]
    assert hidden not in moved and f"before={last}" in moved
    undone(web, cy, board, moved)
    assert quotes(web, cy, board) == [first, last]
    assert set(quotes(web, ann, board)) == {first, hidden, last}


def test_a_quote_of_a_cluster_that_was_taken_apart_is_moved_back_among_the_loose(web, ann, board):
    quote = one(web, ann, themes="Loss")
    do(web, ann, board, "add", theme="Loss")
    first, second = cluster(web, ann, board), cluster(web, ann, board)
    do(web, ann, board, "move", quote=quote, cluster=first)
    do(web, ann, board, "apart", cluster=first)
    moved = do(web, ann, board, "move", quote=quote, cluster=second)["location"]
    assert undone(web, ann, board, moved).status == 303 and inside(web, ann, board, 0) == [quote]


def test_a_cluster_is_named_moved_taken_apart_and_put_together(web, ann, board):
    quote = one(web, ann, themes="Loss")
    do(web, ann, board, "add", theme="Loss")
    first, second = cluster(web, ann, board, "First"), cluster(web, ann, board, "Second")
    do(web, ann, board, "name", cluster=first, name="Doors", note="What she sees.\nFirst.")
    do(web, ann, board, "earlier", cluster=second)
    text = look(web, board, ann).text
    assert text.index("Second") < text.index("What she sees.")
    do(web, ann, board, "move", quote=quote, cluster=first)
    apart = do(web, ann, board, "apart", cluster=first)["location"]
    assert inside(web, ann, board, 0) == [quote] and "Put it together" in look(web, apart, ann).text
    do(web, ann, board, "together", cluster=first)
    assert inside(web, ann, board, first) == [quote]
    refused = do(web, ann, board, "name", cluster=first, name="x" * 121, note="")
    assert refused.status == 422 and "Nothing was changed." in refused.text
    assert do(web, ann, board, "name", cluster="999", name="x", note="").status == 404
    assert do(web, ann, board, "nothing", cluster=first).status == 422


def turn(web, who, board, key, name, **fields):
    return send(web, f"{board}/clusters/{key}/theme", {"name": name, **fields}, who)


def themes_of(web, slug):
    with web.archive.engine.connect() as connection:
        joined = select(QUOTE_THEME.c.quote).join(CODEBOOK, CODEBOOK.c.key == QUOTE_THEME.c.theme)
        return connection.execute(joined.where(CODEBOOK.c.slug == slug)).scalars().all()


def test_a_cluster_becomes_a_theme_and_that_is_undone_for_those_alone_that_got_it_by_it(web, ann, cy, board):
    one(web, ann, themes="Loss")
    one(web, cy, "the chair", themes="Loss, Looking out")
    do(web, ann, board, "add", theme="Loss")
    key = cluster(web, ann, board, "Looking out")
    for quote in quotes(web, ann, board):
        do(web, ann, board, "move", quote=quote, cluster=key)
    asked = look(web, f"{board}/clusters/{key}/theme", ann).text
    assert "This theme is there already" in asked and "1 quote gets the theme" in asked
    again = turn(web, ann, board, key, "Looking out")
    assert again.status == 200 and len(themes_of(web, "looking-out")) == 1
    done = turn(web, ann, board, key, "Looking out", sure="looking-out")
    assert (
        "is a theme now: one quote got it" in unescape(done.text) and len(themes_of(web, "looking-out")) == 2
    )
    assert "is its theme" in done.text
    form = {name: unescape(value) for name, value in filled_in(done, board).items()}
    theme = re.search(r'name="theme" value="(\d+)"', done.text)[1]
    undo = {name: form[name] for name in ("gained", "proof")} | {"cluster": key, "theme": theme}
    more = {"gained": " ".join(quotes(web, ann, board))}
    assert do(web, ann, board, "untheme", **undo | more).status == 404
    assert do(web, ann, board, "untheme", **undo).status == 303
    assert len(themes_of(web, "looking-out")) == 1 and len(themes_of(web, "loss")) == 2


def test_a_name_that_is_known_under_another_theme_is_that_theme_and_is_asked_about(web, ann, board):
    one(web, ann, themes="Loss")
    one(web, ann, "the chair", themes="Kettle")
    with web.archive.writing() as connection:
        loss = connection.execute(select(CODEBOOK.c.key).where(CODEBOOK.c.slug == "loss")).scalar_one()
        values = {"slug": "bereavement", "theme": loss, "name": "bereavement", "at": web.archive.now()}
        connection.execute(ALIAS.insert().values(**values))
        connection.commit()
    do(web, ann, board, "add", theme="Kettle")
    key = cluster(web, ann, board, quote=quotes(web, ann, board)[0])
    asked = turn(web, ann, board, key, "Bereavement")
    assert "is another name for a theme that is there already" in asked.text
    turn(web, ann, board, key, "Bereavement", sure="loss")
    assert len(themes_of(web, "loss")) == 2


@pytest.mark.parametrize("name", ["", "x" * 121, "a\0b", "\u200b"])
def test_a_name_that_is_none_makes_no_theme(web, ann, board, name):
    one(web, ann, themes="Kettle")
    do(web, ann, board, "add", theme="Kettle")
    key = cluster(web, ann, board, quote=quotes(web, ann, board)[0])
    answer = turn(web, ann, board, key, name)
    assert (
        answer.status == 422
        and "Nothing was changed." in answer.text
        and len(rows(web.archive, QUOTE_THEME)) == 1
    )
    assert turn(web, ann, board, "999", "x").status == 404


def test_what_somebody_may_not_read_does_not_hang_there_for_her_and_is_not_counted(web, ann, cy, board):
    hidden, shown = hidden_quote(web, ann, themes="Kettle"), one(web, ann, themes="Kettle")
    do(web, ann, board, "add", theme="Kettle")
    key = cluster(web, ann, board, "Named after it", quote=hidden)
    send(web, f"{board}/clusters/{key}/theme", {"name": "Made of it"}, ann)
    assert set(quotes(web, ann, board)) == {hidden, shown} and quotes(web, cy, board) == [shown]
    text = look(web, board, cy).text
    assert "Named after it" not in text and "Made of it" not in text and "1 quote" in text
    assert "Named after it" not in look(web, "/boards", cy).text
    for what in ("move", "off", "on"):
        assert do(web, cy, board, what, quote=hidden, cluster="0").status in (404, 422)
    for what in ("name", "earlier", "apart"):
        assert do(web, cy, board, what, cluster=key, name="x", note="").status == 404
    assert look(web, f"{board}/clusters/{key}/theme", cy).status == 404
    assert turn(web, cy, board, key, "Mine").status == 404
    assert inside(web, ann, board, key) == [hidden]
    do(web, ann, board, "off", quote=shown)
    gone = look(web, "/boards/b-00000000", cy).content
    assert look(web, board, cy).content == gone and "Doors" not in look(web, "/boards", cy).text
    assert look(web, board).status == 404


def test_a_story_that_is_taken_back_or_erased_takes_its_quotes_off_every_board(web, ann, cy, board):
    quote, other = one(web, ann, themes="Kettle"), hidden_quote(web, ann, themes="Kettle")
    do(web, ann, board, "add", theme="Kettle")
    cluster(web, ann, board, "Hers alone", quote=quote)
    path = web.archive.settings.stories / "open.md"
    path.write_text(story(BODY, "id: s-0pen0000", "status: withdrawn"))
    reconcile(web.archive)
    sue = someone(web.archive, "Sue", "steward", organisation="Here")
    for who in (ann, sue):
        assert quotes(web, who, board) == [other] and "Hers alone" not in look(web, board, who).text
    with web.archive.writing() as connection:
        forget_marks(connection, "s-0pen0000")
        connection.commit()
    assert len(rows(web.archive, BOARD_QUOTE)) == 1 and rows(web.archive, BOARD_CLUSTER) == []
    with web.archive.writing() as connection:
        forget_marks(connection, "s-des1gn00")
        connection.commit()
    assert rows(web.archive, BOARD) == [] and look(web, board, ann).status == 404


def test_a_board_is_named_taken_away_by_who_began_it_and_put_back(web, ann, cy, board):
    do(web, cy, board, "board", name="Windows", about="")
    assert "Windows" in look(web, "/boards", ann).text
    assert (
        do(web, cy, board, "remove").status == 403 and "Take the board away" not in look(web, board, cy).text
    )
    gone = do(web, ann, board, "remove")["location"]
    assert look(web, board, ann).status == 404 and "Put it back" in look(web, gone, ann).text
    name = board.rpartition("/")[2]
    assert send(web, "/boards", {"do": "back", "board": name}, cy).status == 404
    assert send(web, "/boards", {"do": "back", "board": name}, ann)["location"] == board
    assert look(web, board, ann).status == 200


@pytest.mark.parametrize(
    "fields", [{"name": ""}, {"name": "x" * 121}, {"about": "x" * 2_001}, {"name": "a\u202eb"}]
)
def test_a_board_that_can_not_be_is_not_begun(web, ann, fields):
    answer = send(web, "/boards", {"do": "make", "name": "Kept", "about": "Kept."} | fields, ann)
    assert answer.status == 422 and rows(web.archive, BOARD) == [] and "Kept" in answer.text


def test_loose_quotes_stand_on_pages(web, ann, board, monkeypatch):
    monkeypatch.setattr("app.services.insight.boards.LOOSE", 2)
    for words in ("Marisa does", "the chair", "She wants"):
        one(web, ann, words, themes="Kettle")
    marking(web, ann, anchor=FLAT_AT, themes="Kettle")
    do(web, ann, board, "add", theme="Kettle")
    assert len(quotes(web, ann, board)) == len(quotes(web, ann, f"{board}?page=2")) == 2
    assert len(quotes(web, ann, f"{board}?page=99")) == 2

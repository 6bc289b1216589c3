"""The codebook as a tree, its whole form, and themes that are adopted or made."""

import html
import re

import pytest
from sqlalchemy import select, update

from app.database.marking import CODEBOOK
from app.rendering.passages import anchor_of
from app.services.indexing import update_search
from app.services.marking.entries import Entry, put_entries
from tests.archives import rows
from tests.web.marking.doing import AT, BODY, marking, one
from tests.web.people import look, send, someone
from tests.web.serving import served, story

DESK = "/desk/codebook"
DESIGN_BODY = "She keeps the rope where nobody looks."


@pytest.fixture
def web(tmp_path):
    stories = {
        "open.md": story(BODY, "id: s-0pen0000", "storyteller: Marisa", "themes: [waiting, bereavement]"),
        "two.md": story("A heron.", "themes: [loss]"),
        "design.md": story(DESIGN_BODY, "id: s-des1gn00", "themes: [mooring]", uses="commissioning"),
    }
    with served(tmp_path, stories, at_loopback=True) as web:
        yield web


@pytest.fixture
def gil(web):
    return someone(web.archive, "Gil", "gatherer", organisation="Here")


@pytest.fixture
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="Here")


def hidden(text, name):
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', text)[1])


def write(web, who, slug, **said):
    """Send a theme's form with what is said, as it was opened just now."""
    page = look(web, f"{DESK}/{slug}", who).text
    fields = {"definition": "", "digest": hidden(page, "digest")} | said
    answer = send(web, f"{DESK}/{slug}", fields, who)
    update_search(web.archive)
    return answer


def put(web, **entries):
    with web.archive.writing() as connection:
        put_entries(web.archive, connection, entries, None)
        connection.commit()


def listed(text):
    return re.findall(r'<li class="d(\d)">\s*<a href="/desk/codebook/([^"]*)"', text)


def test_a_theme_is_adopted_with_one_press_and_let_go_again(web, gil):
    page = look(web, DESK, gil).text
    assert "New here" in page and 'value="waiting"' in page
    answer = send(web, DESK, {"one": "waiting"}, gil)
    assert re.fullmatch(rf"{DESK}\?adopted=1&step=\d+", answer["location"])
    page = look(web, answer["location"], gil).text
    assert "1 theme is taken into the codebook." in page and listed(page) == [("0", "waiting")]
    answer = send(web, DESK, {"undo": hidden_value(page, "undo")}, gil)
    page = look(web, answer["location"], gil).text
    assert "1 theme is as before." in page and listed(page) == []
    assert rows(web.archive, CODEBOOK) == []


def hidden_value(text, name):
    return re.search(rf'<button[^>]*name="{name}" value="(\d+)"', text)[1]


def test_a_gatherer_who_ticked_nothing_is_told_so_and_what_she_can_do(web, gil):
    answer = send(web, DESK, {"several": "1"}, gil)
    told = look(web, answer["location"], gil).text
    assert answer.status == 303 and "No theme was ticked, so none was adopted." in told
    assert "Nothing was changed" not in told and "notice good" not in told


def test_several_are_adopted_at_once_and_none_that_she_may_not_know_of(web, gil):
    asked = {"several": "1", "theme-loss": "1", "theme-bereavement": "1", "theme-mooring": "1"}
    answer = send(web, DESK, asked | {"theme-never-was": "1"}, gil)
    assert "adopted=2" in answer["location"]
    assert {row["slug"] for row in rows(web.archive, CODEBOOK)} == {"loss", "bereavement"}


def test_what_somebody_else_adopted_only_a_steward_lets_go(web, gil, sue):
    other = someone(web.archive, "Ola", "gatherer", organisation="Here")
    step = send(web, DESK, {"one": "waiting"}, gil)["location"].rpartition("=")[2]
    assert send(web, DESK, {"undo": step}, other).status == 404
    assert send(web, DESK, {"undo": step}, sue).status == 303
    assert send(web, DESK, {"undo": step}, sue)["location"].startswith(f"{DESK}?back=0")


@pytest.mark.parametrize("fields", [{}, {"undo": "x"}, {"undo": ""}, {"theme-loss": "1"}])
def test_a_press_that_says_nothing_changes_nothing(web, gil, fields):
    assert send(web, DESK, fields, gil).status == 422
    assert rows(web.archive, CODEBOOK) == []


def test_the_tree_goes_to_any_depth_and_a_hidden_theme_in_it_is_stepped_over(web, gil, sue):
    put(web, loss=Entry("Loss", adopted=True))
    put(web, mooring=Entry("Mooring", adopted=True, parent="loss"))
    put(web, waiting=Entry("Waiting", adopted=True, parent="mooring"))
    assert listed(look(web, DESK, sue).text) == [("0", "loss"), ("1", "mooring"), ("2", "waiting")]
    text = look(web, DESK, gil).text
    assert listed(text) == [("0", "loss"), ("1", "waiting")] and "ooring" not in text
    assert "ooring" not in look(web, f"{DESK}/waiting", gil).text
    assert look(web, f"{DESK}/mooring", gil).status == 404


def test_themes_in_a_ring_are_listed_once(web, sue):
    put(web, loss=Entry("Loss", adopted=True), waiting=Entry("Waiting", adopted=True))
    with web.archive.engine.begin() as connection:
        keys = {row.slug: row.key for row in connection.execute(select(CODEBOOK))}
        for slug, above in (("loss", "waiting"), ("waiting", "loss")):
            placed = update(CODEBOOK).where(CODEBOOK.c.slug == slug).values(parent=keys[above])
            connection.execute(placed)
    assert sorted(slug for _, slug in listed(look(web, DESK, sue).text)) == ["loss", "waiting"]
    assert look(web, f"{DESK}/loss", sue).status == 200


def test_the_codebook_is_searched_by_names_words_and_aliases(web, gil):
    put(web, loss=Entry("Loss", "When somebody is gone.", aliases={"grief": "Grief"}, adopted=True))
    for q in ("loss", "somebody gone", "GRIEF"):
        assert listed(look(web, f"{DESK}?q={q.replace(' ', '+')}", gil).text) == [("0", "loss")]
    assert "No theme holds “lantern”." in look(web, f"{DESK}?q=lantern", gil).text
    for asked in ("sort=told", "sort=name", "sort=;drop", "show=retired", "show=x", "page=9"):
        assert look(web, f"{DESK}?{asked}", gil).status == 200


def test_the_whole_form_is_kept_at_once_and_brought_back_at_once(web, gil):
    said = {"definition": "Gone.", "use_when": "Somebody died.", "not_when": "A lost key.", "colour": "3"}
    assert write(web, gil, "loss", **said, aliases="Bereavement\nGrief").status == 303
    page = look(web, f"{DESK}/loss", gil).text
    assert all(text in page for text in ("Somebody died.", "A lost key.", "Bereavement\nGrief"))
    assert re.search(r'value="3" checked', page) and "2 stories" in page
    section = page[page.index('id="before"') :]
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', section))
    assert form.keys() == {"definition", "use_when", "not_when", "colour", "aliases", "digest"}
    assert send(web, f"{DESK}/loss", form, gil).status == 303
    page = look(web, f"{DESK}/loss", gil).text
    assert "1 story" in page and "Somebody died." in page[page.index('id="before"') :]


def test_the_colour_of_a_theme_is_seen_wherever_it_stands(web, gil):
    assert "dot c5" not in web.get("/themes/waiting").text
    write(web, gil, "waiting", colour="5")
    for address in ("/themes/waiting", "/stories/open", "/themes", "/search?q=chair", "/"):
        assert "dot c5" in web.get(address).text, address


def test_a_story_that_says_an_alias_is_found_under_the_theme(web, gil):
    write(web, gil, "loss", aliases="bereavement")
    assert "Marisa" in web.get("/themes/loss").text
    assert "Loss" in web.get("/stories/open").text
    assert "bereavement" not in web.get("/themes").text.lower()
    answer = web.get("/themes/bereavement")
    assert (answer.status, answer["location"]) == (302, "/themes/loss")
    assert web.get("/api/v1/themes/bereavement").json["slug"] == "loss"
    for asked in ("theme=bereavement", "theme=loss", "q=theme:bereavement", "q=bereavement"):
        assert "Marisa" in web.get(f"/search?{asked}").text, asked


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("aliases", "waiting", "a theme of its own"),
        ("aliases", "x" * 200, "can have"),
        ("aliases", "a\x07b", "can not be read"),
        ("aliases", "\n".join(f"name {n}" for n in range(70)), "70 names"),
        ("colour", "8", "no such colour"),
        ("colour", "red", "no such colour"),
        ("example", "the second one", "no quote’s address"),
        ("example", "q-00000000", "no such quote"),
        ("use_when", "x" * 2_001, "2,001 characters"),
        ("not_when", "a\x00b", "Line 1"),
    ],
)
def test_what_can_not_be_kept_stays_in_the_form_with_the_reason(web, gil, field, text, reason):
    put(web, waiting=Entry("Waiting", adopted=True))
    answer = write(web, gil, "loss", definition="Mine & hers.", **{field: text})
    assert answer.status == 422 and reason in answer.text
    assert "Mine &amp; hers." in answer.text and answer.text.count("aria-invalid") == 1
    assert [row["slug"] for row in rows(web.archive, CODEBOOK)] == ["waiting"]


def test_a_name_that_is_a_theme_leads_to_it(web, gil):
    put(web, waiting=Entry("Waiting", adopted=True))
    text = write(web, gil, "loss", aliases="Waiting").text
    assert "Merge it into this one instead" in text and 'href="/desk/codebook/waiting"' in text


def test_an_example_is_shown_as_it_stands_now_to_who_may_read_it(web, gil, sue):
    asked = {"anchor": AT, "exact": "wants to see the door"}
    quote = re.search(r"#(q-\w+)$", marking(web, gil, **asked)["location"])[1]
    write(web, gil, "loss", example=f"http://localhost:8000/q/{quote}")
    assert "wants to see the door" in look(web, f"{DESK}/loss", gil).text
    assert "wants to see the door" in web.get("/themes/loss").text
    hidden_one = {"anchor": anchor_of(DESIGN_BODY), "exact": "the rope"}
    other = re.search(r"#(q-\w+)$", marking(web, sue, "/s/s-des1gn00/mark", **hidden_one)["location"])[1]
    assert write(web, sue, "loss", example=other).status == 303
    assert "the rope" in look(web, f"{DESK}/loss", sue).text
    for who in (gil, None):
        assert "the rope" not in look(web, "/themes/loss", who).text
    assert other not in look(web, f"{DESK}/loss", gil).text
    assert write(web, gil, "loss", example=other).status == 303  # as it stands: nothing is told by it
    assert write(web, gil, "loss", definition="Gone.", example="").status == 303
    assert rows(web.archive, CODEBOOK)[0]["example"] == other


def test_a_name_that_hidden_stories_give_is_no_news_to_a_gatherer(web, gil, sue):
    assert write(web, gil, "loss", aliases="mooring").status == 303
    for who in (gil, None):
        for address in (f"{DESK}/loss", "/themes/loss", DESK, "/themes", "/search?q=chair"):
            assert "ooring" not in look(web, address, who).text, (who, address)
        assert look(web, "/themes/mooring", who).status == 404
    assert look(web, "/themes/mooring", sue)["location"] == "/themes/loss"
    assert "mooring" in look(web, f"{DESK}/loss", sue).text


@pytest.mark.parametrize("name", ["../x", "🕯️", "الانتظار", "New", "import", "a/b?c#d", "<b>x</b>"])
def test_a_theme_may_have_any_name(web, gil, name):
    answer = send(web, f"{DESK}/new", {"name": name, "definition": "Words."}, gil)
    assert answer.status == 303, answer.text
    page = look(web, answer["location"], gil)
    assert page.status == 200 and html.escape(name, quote=False).casefold() in page.text.casefold()
    address = answer["location"].partition("?")[0]
    digest = hidden(page.text, "digest")
    assert send(web, address, {"definition": "Other words.", "digest": digest}, gil).status == 303
    assert "Other words." in look(web, DESK, gil).text


def test_a_theme_is_made_under_another_and_refused_where_it_is_there(web, gil):
    put(web, loss=Entry("Loss", aliases={"grief": "Grief"}, adopted=True))
    assert send(web, f"{DESK}/new", {"name": "Mourning", "under": "grief"}, gil).status == 303
    assert listed(look(web, DESK, gil).text) == [("0", "loss"), ("1", "mourning")]
    names = (
        ("LOSS", "already"),
        ("grief", "another name"),
        ("waiting", "Adopt it"),
        (" ", "missing"),
    )
    for name, reason in names:
        answer = send(web, f"{DESK}/new", {"name": name, "definition": "Kept words."}, gil)
        assert answer.status == 422 and reason in answer.text and "Kept words." in answer.text
    answer = send(web, f"{DESK}/new", {"name": "x", "under": "mooring"}, gil)
    assert answer.status == 422 and "no theme of this name" in answer.text
    assert send(web, f"{DESK}/new", {"name": "x" * 5_000}, gil).status == 422
    assert send(web, f"{DESK}/new", {}, gil).status == 422


def test_a_hidden_name_is_taken_in_without_a_word_of_it(web, gil):
    answer = send(web, f"{DESK}/new", {"name": "Mooring"}, gil)
    assert (answer.status, answer["location"]) == (303, f"{DESK}?made")
    assert "ooring" not in look(web, DESK, gil).text


def test_two_people_who_save_at_once_see_both(web, gil, sue):
    digest = hidden(look(web, f"{DESK}/loss", gil).text, "digest")
    write(web, sue, "loss", use_when="Hers.")
    answer = send(web, f"{DESK}/loss", {"definition": "His.", "digest": digest}, gil)
    assert answer.status == 409 and "Hers." in answer.text and "His." in answer.text


def test_five_thousand_themes_come_in_pages(web, sue):
    put(
        web,
        **{f"t-{n}": Entry(f"T {n}", adopted=True, parent=f"t-{n // 9}" if n else "") for n in range(5_000)},
    )
    page = look(web, DESK, sue).text
    assert len(listed(page)) == 60 and "Page 1 of 84" in page
    assert len(listed(look(web, f"{DESK}?q=4999", sue).text)) == 1


def test_a_quote_about_two_themes_that_were_merged_is_counted_once(web, gil):
    one(web, gil, themes="Loss, Grief")
    with web.archive.writing() as connection:
        keys = dict(connection.execute(select(CODEBOOK.c.slug, CODEBOOK.c.key)).all())
        gone = update(CODEBOOK).where(CODEBOOK.c.key == keys["grief"])
        connection.execute(gone.values(merged_into=keys["loss"]))
        connection.commit()
    assert "1 story, 1 quote" in look(web, f"{DESK}?show=new", gil).text

"""Somebody sees which themes occur together, in whose stories and where; and only of what she may read."""

import csv
import io
import re
from html import unescape
from urllib.parse import quote

import pytest
from sqlalchemy import update

from app.database.marking import CODEBOOK, QUOTE
from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Role
from app.rendering.passages import anchor_of
from app.services.marking.lines import count_listed
from app.services.patterns.marks import marked
from app.services.reconcile import reconcile
from tests.web.people import look, send, someone
from tests.web.serving import served, story

CHAIR = "The first thing Marisa does is move the chair. She wants to see the door."
FLAT = "She kept the flat, the job and the nephew, in that order."
BODY = f"{CHAIR}\n\n{FLAT}\n"
AT, FLAT_AT = anchor_of(CHAIR), anchor_of(FLAT)
PAGES = (
    "/patterns",
    "/patterns/stories",
    "/patterns/sites",
    "/patterns/sites?lines=kind",
    "/patterns?by=stories",
)
FILES = (
    "/patterns.csv?by=stories",
    "/patterns/stories.csv",
    "/patterns/sites.csv",
    "/patterns/sites.csv?lines=year",
)


@pytest.fixture
def web(tmp_path):
    keys = ("storyteller: Marisa", "site: Northgate", "kind: [carer, peer worker]", "gathered: 2024-03-04")
    stories = {
        "open.md": story(BODY, "id: s-0pen0000", *keys, "themes: [waiting]"),
        "second.md": story(BODY, "id: s-sec0nd00", "storyteller: Owen", "site: Harbour", "personas: [elena]"),
        "design.md": story(BODY, "id: s-des1gn00", "site: Secretsite", "kind: secretkind", uses="design"),
    }
    elena = "---\nname: Elena\nuses: [publication]\n---\nA persona.\n"
    hidden = "---\nname: Hiddenname\nuses: [design]\nstories: [s-sec0nd00]\n---\nA persona.\n"
    with served(tmp_path, stories, {"elena.md": elena, "hidden.md": hidden}, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web):
    return someone(web.archive, "Ann", "member", organisation="Here")


def mark(web, who, story="s-0pen0000", at=AT, words="wants to see the door", themes="Loss"):
    fields = {"revision": "1", "anchor": at, "exact": words, "themes": themes}
    answer = send(web, f"/s/{story}/mark", fields, who)
    assert answer.status == 303, answer.text
    return re.search(r"#(q-[0-9a-z]{8})$", answer["location"])[1]


@pytest.fixture
def quotes(web, ann):
    """Loss and trust in one quote; trust and doors in one passage; secrets in a story for members."""
    mark(web, ann, themes="Loss, Trust")
    mark(web, ann, words="The first thing", themes="Doors, Trust")
    mark(web, ann, "s-sec0nd00", FLAT_AT, "the job", themes="Loss")
    mark(web, ann, "s-des1gn00", themes="Loss, Secret")


def said(answer):
    """What the numbers of a page say."""
    return [unescape(one) for one in re.findall(r'aria-label="([^"]*: [^"]*)"', answer.text)]


def table(answer):
    return list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))


def test_themes_of_one_quote_occur_together_and_the_number_opens_it(web, quotes):
    page = look(web, "/patterns")
    assert "Loss and Trust: 1 quote" in said(page) and "Trust and Doors: 1 quote" in said(page)
    assert "Loss and Doors: 1 quote" not in said(page)
    link = re.search(r'href="(/patterns/quotes\?[^"]*)" aria-label="Loss and Trust: 1 quote"', page.text)
    behind = look(web, unescape(link[1]))
    assert behind.status == 200 and "wants to see the door" in behind.text
    assert "The first thing”" not in behind.text


def test_themes_of_one_passage_and_of_one_story_occur_together(web, quotes):
    passages = look(web, "/patterns?by=passages")
    assert "Loss and Doors: 1 passage" in said(passages) or "Doors and Loss: 1 passage" in said(passages)
    behind = look(web, "/patterns/quotes?theme=loss&theme=doors&by=passages")
    assert behind.text.count('<ol class="lines">') == 1 and "2 quotes" in behind.text
    assert any(
        re.match(r"(Waiting and Loss|Loss and Waiting): 1 story$", one)
        for one in said(look(web, "/patterns?by=stories"))
    )
    stories = look(web, "/patterns/quotes?theme=waiting&theme=loss&by=stories")
    assert "1 story" in stories.text and "Marisa" in stories.text and "wants to see the door" in stories.text


@pytest.mark.parametrize("address", PAGES + FILES)
def test_nobody_meets_a_theme_site_or_number_of_a_story_that_she_may_not_read(web, ann, quotes, address):
    stranger, hers = look(web, address).text, look(web, address, ann).text
    assert not re.search("secret", stranger, re.IGNORECASE)
    assert re.search("secret", hers, re.IGNORECASE)


@pytest.mark.parametrize("asked", ["theme=secret", "theme=secret&theme=loss", "theme=secret&by=stories"])
def test_quotes_of_a_hidden_theme_are_not_there_for_a_stranger(web, ann, quotes, asked):
    nothing = look(web, "/patterns/quotes?theme=never-was")
    answer = look(web, f"/patterns/quotes?{asked}")
    assert (answer.status, answer.body) == (404, nothing.body)
    assert look(web, f"/patterns/quotes?{asked}", ann).status == 200


def test_a_hidden_persona_opens_nothing(web, ann, quotes):
    address = "/patterns/quotes?theme=loss&by=stories&persona="
    assert look(web, f"{address}elena").status == 200
    assert look(web, f"{address}hidden").body == look(web, f"{address}never-was").body
    assert look(web, f"{address}hidden", ann).status == 200


def test_a_story_that_is_taken_back_is_in_no_chart(web, ann, quotes):
    assert "Doors" in look(web, "/patterns", ann).text
    path = web.archive.settings.stories / "open.md"
    path.write_text(path.read_text().replace("id: s-0pen0000", "id: s-0pen0000\nstatus: withdrawn"))
    reconcile(web.archive)
    for address in PAGES + FILES:
        assert not re.search("doors|northgate|waiting", look(web, address, ann).text.lower()), address
    assert look(web, "/patterns/quotes?theme=doors", ann).status == 404


def test_a_mark_counts_at_once_and_no_more_when_it_is_taken_off(web, ann, quotes):
    again = mark(web, ann, words="see the door", themes="Loss, Trust")
    assert "Loss and Trust: 2 quotes" in said(look(web, "/patterns"))
    send(web, f"/q/{again}/edit", {"do": "remove"}, ann)
    assert "Loss and Trust: 1 quote" in said(look(web, "/patterns"))


def test_a_theme_that_was_merged_counts_as_the_one_it_went_into(web, ann, quotes):
    with web.archive.writing() as connection:
        keys = dict(
            connection.execute(CODEBOOK.select().with_only_columns(CODEBOOK.c.slug, CODEBOOK.c.key)).all()
        )
        connection.execute(
            update(CODEBOOK).where(CODEBOOK.c.slug == "doors").values(merged_into=keys["loss"])
        )
        connection.commit()
    page = look(web, "/patterns")
    assert "Loss and Trust: 2 quotes" in said(page) and "Doors" not in page.text
    assert "2 quotes" in look(web, "/patterns/quotes?theme=loss&theme=trust").text
    margin = look(web, "/stories/open", ann).text.partition('id="marks"')[2]
    assert "Loss" in margin and "Doors" not in margin  # also among those that are offered


def test_a_retired_theme_still_counts(web, quotes):
    with web.archive.writing() as connection:
        connection.execute(
            update(CODEBOOK).where(CODEBOOK.c.slug == "loss").values(retired=web.archive.now())
        )
        connection.commit()
    assert "Loss and Trust: 1 quote" in said(look(web, "/patterns"))


def test_themes_by_story_say_how_many_quotes_and_what_the_file_names(web, quotes):
    page = look(web, "/patterns/stories")
    assert "Loss in Marisa: 1 quote" in said(page) and "Loss in Owen: 1 quote" in said(page)
    assert "Waiting in Marisa: 0 quotes, named in its file" in page.text
    assert look(web, "/patterns/quotes?theme=loss&story=s-sec0nd00").text.count('class="voice q"') == 1
    assert look(web, "/patterns/quotes?theme=trust&story=s-sec0nd00").status == 404


def test_themes_by_site_kind_and_year_open_their_quotes(web, quotes):
    assert "Loss, Harbour: 1 quote" in said(look(web, "/patterns/sites"))
    assert "Trust, carer: 2 quotes" in said(look(web, "/patterns/sites?lines=kind"))
    assert "Trust, 2024: 2 quotes" in said(look(web, "/patterns/sites?lines=year"))
    assert "Loss, No year: 1 quote" in said(look(web, "/patterns/sites?lines=year"))
    assert "Waiting, Northgate: 1 story" in said(look(web, "/patterns/sites?by=stories"))
    for where in ("site=harbour", "year=-", "kind=-", "persona=elena"):
        assert "the job" in look(web, f"/patterns/quotes?theme=loss&{where}").text, where
    for where in ("site=northgate", "year=2024", "kind=carer"):
        assert "the job" not in look(web, f"/patterns/quotes?theme=loss&{where}").text, where


def test_the_files_say_what_the_pages_say(web, quotes):
    assert ["Loss", "Trust", "quotes", "1"] in table(look(web, "/patterns.csv"))
    rows = table(look(web, "/patterns/stories.csv"))
    assert rows[0] == ["story", "storyteller", "site", "gathered", "theme", "quotes", "named in its file"]
    assert ["s-0pen0000", "Marisa", "Northgate", "2024-03-04", "Trust", "2", "no"] in rows
    assert ["s-0pen0000", "Marisa", "Northgate", "2024-03-04", "Waiting", "0", "yes"] in rows
    assert ["Northgate", "Trust", "2", "1"] in table(look(web, "/patterns/sites.csv"))
    chosen = table(look(web, "/patterns/stories.csv?theme=waiting"))
    assert [row[4] for row in chosen[1:]] == ["Waiting"]


def test_a_theme_that_looks_like_a_formula_is_none_in_a_file(web, ann):
    mark(web, ann, themes="=1+1, @sum")
    rows = table(look(web, "/patterns.csv"))
    assert all(cell[0] not in "=@" for row in rows[1:] for cell in row)


@pytest.mark.parametrize(
    "query",
    [
        "theme=" + "x" * 5_000,
        "theme=%00&theme=%EF%BF%BD",
        "by=all&top=-1&sort=;drop&lines=x&page=abc",
        "page=99999",
        "&".join(f"theme=t{n}" for n in range(1_000)),
        f"theme=../x&theme={quote('🙂')}&theme={quote('الانتظار')}",
    ],
)
@pytest.mark.parametrize("path", ["/patterns", "/patterns/stories", "/patterns/sites", "/patterns.csv"])
def test_what_can_not_be_meant_is_left_out(web, quotes, path, query):
    assert look(web, f"{path}?{query}").status == 200


@pytest.mark.parametrize(
    "query", ["", "theme=", "theme=%00", "theme=loss&page=abc&by=x&story=%00", "theme=loss&site=%FF"]
)
def test_quotes_of_nothing_are_not_there(web, query):
    assert look(web, f"/patterns/quotes?{query}").status == 404


@pytest.mark.parametrize(
    "reader", [ANONYMOUS, TERMINAL, Actor(frozenset({Role.MEMBER}), "Here", signed_in=True)]
)
def test_what_is_counted_at_once_is_what_lists_show(web, ann, quotes, reader):
    gone, closed = mark(web, ann, words="the door"), mark(web, ann, words="the chair")
    with web.archive.writing() as connection:
        connection.execute(update(QUOTE).where(QUOTE.c.id == gone).values(state="lost"))
        connection.execute(update(QUOTE).where(QUOTE.c.id == closed).values(closed=True))
        connection.commit()
        counted = len(list(marked(web.archive, connection, reader)))
        assert counted == count_listed(web.archive, connection, reader) == (3 if reader == ANONYMOUS else 4)


def test_a_themes_page_says_where_it_occurs_and_with_what(web, ann, quotes):
    page = look(web, "/themes/loss")
    for one in (
        "Northgate: 1 quote",
        "Harbour: 1 story",
        "2024: 1 quote",
        "carer: 1 quote",
        "Trust: 1 quote",
    ):
        assert one in said(page), one
    assert "Elena" in page.text and not re.search("secret|hiddenname", page.text, re.IGNORECASE)
    hers = look(web, "/themes/loss", ann)
    assert "Secretsite: 1 quote" in said(hers) and "Hiddenname" in hers.text
    for address in re.findall(r'href="(/patterns/[^"]*)"', hers.text):
        assert look(web, unescape(address), ann).status == 200, address


def test_the_head_of_a_theme_and_its_chart_say_what_each_of_them_counts(web, ann, quotes):
    mark(web, ann, "s-sec0nd00", FLAT_AT, "the nephew", themes="Waiting")
    page = look(web, "/themes/waiting")
    text = " ".join(re.sub("<[^>]*>", "", page.text).split())
    assert "Theme · in the file of 1 story · 1 quote" in text
    assert "2 stories: 1 whose file names the theme, and 1 in which quotes alone are about it." in text
    assert "In 1 more story quotes alone are about it." in text
    every = re.search(r'href="([^"]*)">Every story with it: 2<', page.text)
    assert "Owen" in look(web, unescape(every[1])).text
    assert "no story that you may read carries" not in look(web, "/themes/trust").text.lower()


def test_a_theme_that_only_files_name_has_its_stories_counted(web, quotes):
    page = look(web, "/themes/waiting")
    assert "Northgate: 1 story" in said(page) and "quotes about both" not in page.text.lower()
    assert "Counted here" not in page.text  # the head says the same


def test_one_press_shows_what_stands_around_all_quotes(web, quotes):
    for address in ("/themes/loss", "/themes/loss/quotes", "/patterns/quotes?theme=loss"):
        page = look(web, address)
        assert '<details class="around">' in page.text and '<details class="around" open>' not in page.text
        link = re.search(r'href="([^"]*around=all[^"]*)"', page.text)
        opened = look(web, unescape(link[1]))
        assert (
            '<details class="around">' not in opened.text and '<details class="around" open>' in opened.text
        )
        assert f'href="{address}"' in opened.text


def test_an_empty_archive_says_what_to_do(tmp_path):
    with served(tmp_path, {}) as web:
        for address in PAGES:
            assert "As soon as" in look(web, address).text

"""A feed reader that goes by the letter of Atom follows the archive, page by page, and forgets with it."""

from pathlib import Path

import pytest
from lxml import etree

from app.database.visibility import TERMINAL
from app.services.harvesting import feeds
from app.services.withdrawing import Request, withdraw
from tests.archives import Clock
from tests.web.harvesting.asking import ATOM, GONE, link
from tests.web.harvesting.conftest import A, B
from tests.web.serving import served, story

HERE = "http://stories.example.org"
FEEDS = (
    "/feed.xml",
    "/themes/waiting/feed.xml",
    "/search/feed.xml?q=rang+OR+sea&theme=waiting",
    "/search/feed.xml",
)
FOLLOWED = "/search/feed.xml?q=rang&theme=waiting"


@pytest.fixture(scope="module")
def grammar():
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("schemas") / "atom.rng"))


def parts(root):
    """What is here and what is gone, in its order: ids and moments."""
    here = [one for one in root if one.tag == f"{ATOM}entry" or one.tag == GONE]
    ids = [one.get("ref") or one.findtext(f"{ATOM}id") for one in here]
    return [*zip(ids, (one.get("when") or one.findtext(f"{ATOM}updated") for one in here), strict=True)]


@pytest.fixture
def read(web, grammar):
    """A feed, which has to be as the grammar has it, and as that can not say."""

    def at(address, of=web):
        root = etree.fromstring(of.get(address.removeprefix(HERE)).content)
        grammar.assertValid(root)
        ids, stamps = [one for one, _ in parts(root)], [when for _, when in parts(root)]
        assert len(ids) == len({*ids})  # nothing is here twice, or here and gone
        assert stamps == sorted(stamps, reverse=True)
        assert (root.findtext(f"{ATOM}updated") or "") >= max(stamps, default="")
        relations = [one.get("rel") for one in root.findall(f"{ATOM}link")]
        assert len(relations) == len({*relations})
        return root

    return at


@pytest.mark.parametrize("address", FEEDS)
def test_every_feed_keeps_to_the_letter_before_and_after_something_is_taken_back(web, read, clock, address):
    before = read(address)
    clock.time = clock.time.replace(hour=15)
    withdraw(web.archive, TERMINAL, B, Request())
    after = read(address)
    (gone,) = after.iter(GONE)
    assert gone.get("ref") == f"{HERE}/s/{B}"
    assert gone.get("when") == after.findtext(f"{ATOM}updated") == "2026-05-04T15:00:00Z"
    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")


def test_all_pages_together_have_each_story_once_under_one_id(web, read, monkeypatch):
    monkeypatch.setattr(feeds, "A_PAGE", 1)
    withdraw(web.archive, TERMINAL, A, Request())
    for address in FEEDS:
        pages = [read(address)]
        while following := link(pages[-1], "next"):
            pages.append(read(following))
        assert len({page.findtext(f"{ATOM}id") for page in pages}) == 1
        seen = [one for page in pages for one, _ in parts(page)]
        assert len(seen) == len({*seen}) == len(pages) >= 2
        assert link(pages[-1], "self") == link(pages[-1], "last")


def test_who_follows_a_search_is_told_when_something_changed_and_forgets_what_was_taken_back(web, read):
    first = web.get(FOLLOWED)
    assert "Bells" in first.text and first["cache-control"] == "no-cache"
    known = ("if-none-match", first["etag"])
    assert web.get(FOLLOWED, headers=[known]).status == 304
    withdraw(web.archive, TERMINAL, B, Request())
    answer = web.get(FOLLOWED, headers=[known])
    assert answer.status == 200 and "Bells" not in answer.text and "rang back" not in answer.text
    root = read(FOLLOWED)
    assert not [*root.iter(f"{ATOM}entry")] and [one.get("ref")[-10:] for one in root.iter(GONE)] == [B]
    again = ("if-none-match", answer["etag"])
    assert web.get(FOLLOWED, headers=[again]).status == 304


ODD = {
    "a.md": story(
        "Words.",
        f"id: {A}",
        'title: "]]> \\u202e <b> &amp;"',
        'storyteller: "Ann & <Bo>"',
        "themes: [Żałoba, '\"q\"']",
        "language: cy",
    ),
    "b.md": story("Words.", f"id: {B}", "title: ' '", "language: Welsh it is"),
}


@pytest.mark.parametrize("query", ["", "?q=%22%3C%26%F0%9F%98%80&site=%3F%23", "?q=words"])
def test_odd_titles_names_and_searches_keep_to_the_letter(tmp_path, read, query):
    with served(tmp_path / "odd", ODD, clock=Clock(), base_url=HERE) as web:
        read(f"/search/feed.xml{query}", of=web)
        read("/feed.xml", of=web)


@pytest.mark.parametrize(
    ("there", "wrong"),
    [
        ("<updated>2026-05-04T12:00:00Z", "<updated>2026-05-04"),
        ("<id>http://", "<id>"),
        (' rel="self"', ' rel="itself"'),
        ("<name>", "<name><b/>"),
    ],
)
def test_the_grammar_tells_what_is_wrong(web, grammar, there, wrong):
    right = web.get("/feed.xml").text
    assert there in right
    assert not grammar.validate(etree.fromstring(right.replace(there, wrong, 1).encode()))

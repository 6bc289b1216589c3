"""Whoever follows a feed learns what came, what changed and what is gone; search engines find each page."""

from xml.etree import ElementTree as ET

import pytest

from app.database.visibility import TERMINAL
from app.services.harvesting import feeds, mapping
from app.services.withdrawing import Request, withdraw
from tests.archives import take_in
from tests.web.harvesting.asking import ATOM, MAP, entries, feed, gone, link
from tests.web.harvesting.conftest import A, B, E
from tests.web.people import someone
from tests.web.serving import story, write

HERE = "http://stories.example.org"
FOLLOWED = '<link rel="alternate" type="application/atom+xml" href="{}"'


def test_a_feed_has_every_public_story_the_last_changed_first(web, tmp_path, clock):
    clock.time = clock.time.replace(hour=13)
    write(tmp_path / "stories", {"b.md": story("She rang twice.", f"id: {B}", "title: Bells")})
    take_in(web.archive)
    root = feed(web)
    assert entries(root) == ["Bells", "Ends", "Lantern & <sea>"]
    assert root.findtext(f"{ATOM}updated") == "2026-05-04T13:00:00Z"
    assert link(root, "self") == root.findtext(f"{ATOM}id") == f"{HERE}/feed.xml"


def test_an_entry_says_whose_story_it_is_and_where(web):
    one = next(e for e in feed(web).iter(f"{ATOM}entry") if e.findtext(f"{ATOM}id") == f"{HERE}/s/{A}")
    assert one.findtext(f"{ATOM}author/{ATOM}name") == "Marisa"
    assert one.findtext(f"{ATOM}summary") == "Eleven boats."
    assert link(one, "alternate") == f"{HERE}/stories/a"
    assert [each.get("term") for each in one.findall(f"{ATOM}category")] == ["dusk", "waiting"]
    assert "publication" in (one.findtext(f"{ATOM}rights") or "")


def test_a_summary_is_not_fed_past_a_content_note(web, tmp_path):
    noted = story("Hard.", f"id: {B}", "title: Bells", "summary: Hard.", "content_notes: [self-harm]")
    write(tmp_path / "stories", {"b.md": noted})
    take_in(web.archive)
    for address in ("/feed.xml", "/oai?verb=ListRecords&metadataPrefix=oai_dc"):
        text = web.get(address).text
        assert "Hard." not in text and "Mentions self-harm." in text


def test_a_theme_has_a_feed_of_its_own_and_of_what_left_it(web):
    assert entries(feed(web, "/themes/dusk/feed.xml")) == ["Lantern & <sea>"]
    assert link(feed(web, "/themes/dusk/feed.xml"), "alternate") == f"{HERE}/themes/dusk"
    withdraw(web.archive, TERMINAL, A, Request())
    assert gone(feed(web, "/themes/dusk/feed.xml")) == gone(feed(web, "/themes/waiting/feed.xml")) == [A]
    assert "Dusk" not in web.get("/themes/dusk/feed.xml").text
    for never in ("/themes/hidden/feed.xml", "/themes/never-was/feed.xml"):
        assert web.get(never) == web.get("/themes/never-was")


def test_a_search_is_a_feed_with_the_same_query(web):
    address = "/search/feed.xml?q=rang&theme=waiting"
    assert entries(feed(web, address)) == ["Bells"]
    assert link(feed(web, address), "alternate") == f"{HERE}/search?q=rang&theme=waiting"
    assert entries(feed(web, "/search/feed.xml?q=teams")) == []
    assert len(entries(feed(web, "/search/feed.xml"))) == 3
    withdraw(web.archive, TERMINAL, B, Request())
    assert (entries(feed(web, address)), gone(feed(web, address))) == ([], [B])


@pytest.mark.parametrize(
    "query", ["q=%FF%00((", "q=" + "a" * 3000, "page=-1", "page=10000", "theme=%F0%9F%98%80"]
)
def test_no_query_is_an_error(web, query):
    assert web.get(f"/search/feed.xml?{query}").status == 200
    ET.fromstring(web.get(f"/search/feed.xml?{query}").content)


def test_a_long_feed_has_pages(web, monkeypatch):
    monkeypatch.setattr(feeds, "A_PAGE", 2)
    first, last = feed(web), feed(web, "/feed.xml?page=2")
    assert entries(first) + entries(last) == ["Bells", "Ends", "Lantern & <sea>"]
    assert link(first, "next") == link(last, "self") == link(first, "last") == f"{HERE}/feed.xml?page=2"
    assert link(last, "previous") == link(first, "self") == f"{HERE}/feed.xml"
    assert link(first, "previous") is link(last, "next") is None
    assert entries(feed(web, "/feed.xml?page=9")) == entries(last)


@pytest.mark.parametrize(
    "address", ["/feed.xml", "/themes/waiting/feed.xml", "/sitemap.xml", "/sitemap-2.xml"]
)
def test_whoever_has_it_already_is_told_so(web, address):
    tag = web.get(address)["etag"]
    assert web.get(address, headers=[("if-none-match", tag)]).status == 304
    withdraw(web.archive, TERMINAL, A, Request())
    if address != "/sitemap.xml":
        assert web.get(address, headers=[("if-none-match", tag)]).status == 200


def test_pages_say_where_their_feeds_are(web):
    assert FOLLOWED.format("/feed.xml") in web.get("/").text
    assert FOLLOWED.format("/themes/waiting/feed.xml") in web.get("/themes/waiting").text
    assert (
        FOLLOWED.format("/search/feed.xml?q=rang&amp;theme=waiting")
        in web.get("/search?q=rang&theme=waiting").text
    )


def test_a_theme_that_only_teams_may_read_names_no_feed(web):
    member = someone(web.archive, "Mo", "member")
    page = web.get("/themes/hidden", headers=[member])
    assert page.status == 200 and "/themes/hidden/feed.xml" not in page.text


def places(web, address: str) -> dict[str, str]:
    root = ET.fromstring(web.get(address).content)
    return {one.findtext(f"{MAP}loc") or "": one.findtext(f"{MAP}lastmod") or "" for one in root}


def test_the_sitemap_has_every_public_page_and_when_it_changed(web):
    noon = "2026-05-04T12:00:00Z"
    parts = places(web, "/sitemap.xml")
    assert parts == {f"{HERE}/sitemap-1.xml": noon, f"{HERE}/sitemap-2.xml": noon}
    assert places(web, "/sitemap-2.xml") == {f"{HERE}/stories/{name}": noon for name in ("a", "b", "e")}
    first = places(web, "/sitemap-1.xml")
    assert first[f"{HERE}/themes/dusk"] == noon and f"{HERE}/personas/elena" in first
    assert not [address for address in first if "hidden" in address]
    for address in [*first, *places(web, "/sitemap-2.xml")]:
        assert web.get(address.removeprefix(HERE)).status == 200
    for never in ("/sitemap-0.xml", "/sitemap-3.xml", "/sitemap-x.xml", "/sitemap-999999999999.xml"):
        assert web.get(never) == web.get("/nowhere")


def test_the_sitemap_forgets_what_is_no_longer_public(web, tmp_path, clock):
    clock.time = clock.time.replace(hour=13)
    write(tmp_path / "stories", {"a.md": story("Boats.", f"id: {A}", "themes: [dusk]", uses="design")})
    take_in(web.archive)
    noon, first = "2026-05-04T12:00:00Z", places(web, "/sitemap-1.xml")
    assert f"{HERE}/themes/dusk" not in first and set(first.values()) == {noon, ""}
    assert places(web, "/sitemap-2.xml").keys() == {f"{HERE}/stories/b", f"{HERE}/stories/e"}
    assert {*places(web, "/sitemap.xml").values()} == {noon}


def test_a_large_sitemap_is_in_parts(web):
    parts = [list(mapping.sitemap_part(web.archive, HERE, number, most=2)) for number in (2, 3)]
    assert [len(part) for part in parts] == [2, 1]
    assert [len(mapping.sitemap_parts(web.archive, HERE, most=most)) for most in (1, 2, 3)] == [4, 3, 2]


def test_search_engines_are_told_where_the_sitemap_is_and_to_leave_versions_alone(web):
    answer = web.get("/robots.txt")
    assert answer["content-type"].startswith("text/plain")
    assert "Disallow: /s/*/v/\n" in answer.text and f"Sitemap: {HERE}/sitemap.xml\n" in answer.text
    assert 'name="robots" content="noindex"' in web.get(f"/s/{E}/v/1").text

"""Searching and narrowing, as a reader does it on the page."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.serving import always, served, story

TOLD = {
    "harbour": (
        "2026-03-04",
        "Northgate",
        "carer",
        "[waiting, letters]",
        "She waited by the harbour for a letter.",
    ),
    "bakery": ("2025-11", "Northgate", "peer worker", "[waiting]", "They waited while the bread rose."),
    "clinic": ("2026", "Southgate", "carer", "[letters]", "A letter came, and nobody waited."),
    "garden": ("2024-05-01", "Southgate", "commissioner", "[being heard]", "He dug and she listened."),
}


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    stories = {
        f"{name}.md": story(
            body,
            f"title: The {name}",
            f"gathered: {day}",
            f"site: {site}",
            f"kind: {kind}",
            f"themes: {themes}",
        )
        for name, (day, site, kind, themes, body) in TOLD.items()
    }
    with served(tmp_path_factory.mktemp("four"), stories) as web:
        yield web


def shown(web, address: str) -> list[str]:
    """The slugs of the stories that a page of results or of stories shows, in order."""
    page = web.get(address)
    assert page.status == 200
    main = page.text.partition("<main")[2]
    return list(dict.fromkeys(re.findall(r'<h2><a href="/stories/([^"#?]+)"', main)))


def links(page: str, pattern: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(pattern, page)]


def test_values_of_one_filter_widen_and_filters_together_narrow(four):
    for path in ("/search", "/stories"):
        assert set(shown(four, f"{path}?theme=waiting")) == {"harbour", "bakery"}
        assert set(shown(four, f"{path}?theme=waiting&theme=letters")) == {"harbour", "bakery", "clinic"}
        assert set(shown(four, f"{path}?theme=waiting&theme=letters&site=southgate")) == {"clinic"}
        assert set(shown(four, f"{path}?kind=carer&year=2026")) == {"harbour", "clinic"}
        assert set(shown(four, f"{path}?use=publication")) == set(TOLD)
        assert shown(four, f"{path}?theme=waiting&site=southgate") == []


def test_a_filter_narrows_what_was_asked(four):
    assert set(shown(four, "/search?q=letter")) == {"harbour", "clinic"}
    assert shown(four, "/search?q=letter&site=southgate") == ["clinic"]
    assert shown(four, "/search?q=letter+site:southgate") == ["clinic"]


def test_a_filter_says_how_many_stories_each_value_would_give(four):
    facets = four.get("/api/v1/search?theme=waiting").json["facets"]
    counts = {name: {v["value"]: v["count"] for v in values} for name, values in facets.items()}
    assert counts["theme"] == {"waiting": 2, "letters": 2, "being-heard": 1}
    assert counts["site"] == {"northgate": 2}


def test_what_was_chosen_can_be_taken_away_again(four):
    page = four.get("/search?q=wait&theme=waiting&theme=letters&site=northgate").text
    removes = links(page, r'<a class="chip on" href="([^"]+)"')
    chosen = [parse_qs(urlsplit(one).query) for one in removes]
    assert chosen == [
        {"q": ["wait"], "theme": ["letters"], "site": ["northgate"]},
        {"q": ["wait"], "theme": ["waiting"], "site": ["northgate"]},
        {"q": ["wait"], "theme": ["waiting", "letters"]},
    ]
    assert links(page, r'<a class="meta" href="([^"]+)">Clear all') == ["/search?q=wait"]
    assert all(four.get(one).status == 200 for one in removes)


def test_the_form_of_filters_keeps_what_was_asked_and_how_it_is_sorted(four):
    page = four.get("/search?q=wait&sort=newest&theme=waiting").text
    form = page[page.index('class="facets"') :]
    form = form[: form.index("</form>")]
    assert '<input type="hidden" name="q" value="wait">' in form
    assert '<input type="hidden" name="sort" value="newest">' in form
    assert re.search(r'name="theme" value="waiting" checked', form)


def test_stories_are_sorted_as_the_reader_likes(four):
    assert shown(four, "/search?sort=newest") == ["harbour", "clinic", "bakery", "garden"]
    assert shown(four, "/search?sort=title") == ["bakery", "clinic", "garden", "harbour"]
    assert shown(four, "/stories") == shown(four, "/search?sort=newest")
    assert shown(four, "/stories?sort=title") == shown(four, "/search?sort=title")
    page = four.get("/search?q=waited&theme=waiting").text
    assert "/search?q=waited&theme=waiting&sort=newest" in links(page, r'href="([^"]+)"')


def test_the_layout_of_a_list_is_kept_while_it_is_narrowed(four):
    page = four.get("/stories?layout=table&sort=title").text
    assert '<table class="plain">' in page
    assert "/stories?layout=table" in links(page, r'href="([^"]+)"')


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    stories = {
        f"n{n:02}.md": story(f"The lantern of {n}.", f"gathered: 2026-01-{n:02}") for n in range(1, 31)
    }
    with served(tmp_path_factory.mktemp("many"), stories) as web:
        yield web


@pytest.mark.parametrize("path", ["/search?q=lantern", "/stories?site="])
def test_a_long_list_goes_on_from_page_to_page_and_back(many, path):
    first = many.get(path).text
    (following,) = links(first, r'rel="next" href="([^"]+)"')
    seen = shown(many, path) + shown(many, following)
    assert len(seen) == len(set(seen)) == 30
    assert 20 <= len(shown(many, path)) < 30
    second = many.get(following).text
    (back,) = links(second, r'rel="prev" href="([^"]+)"')
    assert shown(many, back) == shown(many, path)
    assert not links(second, r'rel="next" href="([^"]+)"')


@pytest.mark.parametrize("path", ["/search?q=lantern&", "/stories?"])
def test_a_page_after_the_last_is_the_last(many, path):
    assert shown(many, f"{path}page=999") == shown(many, f"{path}page=2") != []


def test_a_slip_is_answered_with_what_was_perhaps_meant(four):
    page = four.get("/search?q=harbuor").text
    assert links(page, r'Did you mean <a href="([^"]+)"') == ["/search?q=harbour"]
    assert four.get("/api/v1/search?q=harbuor").json["did_you_mean"] == "harbour"
    assert "Did you mean" not in four.get("/search?q=harbour").text


def test_passages_lead_to_their_place_and_mark_the_words(four):
    (hit,) = four.get("/api/v1/search?q=bread").json["results"]
    (passage,) = hit["passages"]
    assert "<mark>bread</mark>" in passage["html"]
    assert f'href="/stories/bakery#{passage["anchor"]}"' in four.get("/search?q=bread").text
    assert f'id="{passage["anchor"]}"' in four.get("/stories/bakery").text


def test_passages_of_a_story_with_a_content_note_are_folded_after_the_note(tmp_path):
    stories = {"a.md": story("A lantern fell.", "content_notes: [loss]", "title: Ada")}
    with served(tmp_path, stories) as web:
        page = web.get("/search?q=lantern").text
        note, passage = page.index("Mentions loss"), page.index("<mark>lantern</mark>")
        fold = page.index('<details class="fold">')
        assert fold < note < passage < page.index("</details>", fold)
        assert not re.search(r'<details class="fold"[^>]* open', page)
        assert "lantern" not in web.get("/").text and "lantern" not in web.get("/stories").text


def test_marks_in_a_story_are_words_and_never_html(tmp_path):
    stories = {"a.md": story("A `<mark>` & \\<b\\>bold\\</b\\> café “lantern” 😀&amp;lt;")}
    with served(tmp_path, stories) as web:
        for q in ("lantern", "mark", "bold", "cafe", "amp", "lt"):
            answer = web.get(f"/api/v1/search?q={q}").json
            for hit in answer["results"]:
                bare = re.sub(r"</?mark>", "", hit["passages"][0]["html"])
                assert not re.search(r"<|&(?!\w+;|#)", bare)
        assert web.get("/api/v1/search?q=cafe").json["results"][0]["passages"][0]["html"].count("<mark>") == 1


def test_consent_that_ends_takes_the_story_out_of_search_by_itself(tmp_path):
    now = ["2026-03-04T23:59:59+00:00"]
    keys = ["consent: {uses: [publication], until: 2026-03-04}"]
    files = {
        "a.md": "\n".join(["---", "themes: [light]", *keys, "---", "A lantern.", ""]),
        "b.md": story("A ferry."),
    }
    with served(tmp_path, files, clock=lambda: always(now[0])()) as web:
        assert shown(web, "/search?q=lantern") == ["a"]
        assert web.get("/stories/a").status == web.get("/themes/light").status == 200
        now[0] = "2026-03-05T00:00:00+00:00"
        assert web.get("/stories/a") == web.get("/themes/light") == web.get("/nowhere")
        assert shown(web, "/search?q=lantern") == []
        assert shown(web, "/stories") == ["b"]
        assert (
            web.get("/api/v1/complete?q=lant").json
            == web.get("/api/v1/complete?q=ligh").json
            == {"items": []}
        )
        assert web.get("/api/v1/search?q=lantren").json["did_you_mean"] is None


EMPTY = {
    "/": "Nobody’s story is here yet",
    "/stories": "There are no stories to read here yet",
    "/stories?theme=waiting&page=9&sort=title&layout=table": "There are no stories to read here yet",
    "/personas": "There are no personas here yet",
    "/themes": "There are no themes here yet",
    "/search": "There is nothing to search yet",
    "/search?q=anything&theme=waiting": "There is nothing to search yet",
    "/help/consent": "How consent works",
}


@pytest.mark.parametrize("address", EMPTY)
def test_an_archive_with_nothing_in_it_says_how_to_begin(empty, address):
    answer = empty.get(address)
    assert answer.status == 200
    assert EMPTY[address] in answer.text
    assert "being rebuilt" not in answer.text and answer.text.count("<h1") == 1


@pytest.mark.parametrize("address", ["/random", "/stories/a", "/themes/a", "/personas/a", "/s/s-00000000"])
def test_an_archive_with_nothing_in_it_has_nothing_to_show(empty, address):
    assert empty.get(address).status == 404

"""What each reader finds, page by page: her own part of the archive, and of the rest not a trace."""

import asyncio
import html
import re

import pytest
from starlette.responses import Response

from app.web.frame import PROMISE, TEAM
from app.web.privacy import Privacy
from tests.web.asking import AT_THE_MACHINE, SOMEWHERE
from tests.web.people import account, hidden, look, send, session, someone
from tests.web.serving import served, story

WORDS = {  # slug, and a word that stands in its text, title, theme and site
    "public": "kestrelwing",
    "design": "mulleining",
    "learning": "larkspurred",
    "commissioning": "juniperling",
    "draft": "plumbagoes",
    "mine": "velvetfern",
    "closed-to-northgate": "quartzmarsh",
}
USES = {"draft": "publication", "mine": "", "closed-to-northgate": "design, publication"}
MORE = {
    "draft": ["status: draft"],
    "mine": ["gatherer: J.  O.", "status: draft"],
    "public": ["gatherer: Someone Else"],
    "closed-to-northgate": ["gathered: 2024-20-03"],  # a problem, for the desk
}
READERS = {
    "anonymous": {"public", "closed-to-northgate"},
    "member": {"public", "design", "learning", "closed-to-northgate"},
    "commissioner": {"public", "commissioning", "closed-to-northgate"},
    "gatherer": {"public", "design", "learning", "mine", "closed-to-northgate"},
    "steward": set(WORDS),
    "no role": {"public", "closed-to-northgate"},
    "member of Northgate": {"public", "design", "learning"},
    "steward of Northgate": set(WORDS) - {"closed-to-northgate"},
    "member without an organisation": {"public", "design", "learning"},
}
LISTS = [
    "/",
    "/stories",
    "/stories?layout=table",
    "/themes",
    "/personas",
    "/search?q=waiting",
    "/api/v1/stories",
]
LISTS += ["/api/v1/themes", "/api/v1/search?q=waiting", "/api/v1/personas", "/themes/waiting"]


def named(slug: str) -> str:
    word, uses = WORDS[slug], USES.get(slug, slug if slug != "public" else "publication")
    closed = ", not_for: [Northgate Trust]" if slug == "closed-to-northgate" else ""
    keys = [
        f"title: A {word} title",
        f"themes: [waiting, {word} theme]",
        f"site: {word} site",
        *MORE.get(slug, []),
    ]
    keys.append(f"consent: {{uses: [{uses}]{closed}}}")
    return "\n".join(["---", *keys, "---", f"She was waiting for a {word}.", ""])


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    stories = {f"{slug}.md": named(slug) for slug in WORDS}
    with served(tmp_path_factory.mktemp("roles"), stories, at_loopback=True) as web:
        yield web


@pytest.fixture(scope="module")
def cookies(web):
    """A cookie for each reader; the gatherer gathered `mine`."""
    ours = {"organisation": "The archive"}
    northgate = {"organisation": "NORTHGATE  trust"}
    return {
        "anonymous": None,
        "member": someone(web.archive, "Mo", "member", **ours),
        "commissioner": someone(web.archive, "Co", "commissioner", **ours),
        "gatherer": someone(web.archive, "Ga", "gatherer", gathers_as="j. o.", **ours),
        "steward": someone(web.archive, "Sue", "steward", **ours),
        "no role": someone(web.archive, "No", **ours),
        "member of Northgate": someone(web.archive, "Nor", "member", **northgate),
        "steward of Northgate": someone(web.archive, "Ste", "steward", **northgate),
        "member without an organisation": someone(web.archive, "Al", "member"),
    }


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_opens_her_own_stories_and_for_the_others_there_is_nothing(web, cookies, reader):
    nowhere, none = look(web, "/stories/never-was"), look(web, "/api/v1/stories/never-was")
    for slug in WORDS:
        page, data = (
            look(web, f"{place}/{slug}", cookies[reader]) for place in ("/stories", "/api/v1/stories")
        )
        if slug in READERS[reader]:
            assert WORDS[slug] in page.text and data.json["slug"] == slug
        else:
            assert (page, data) == (nowhere, none), slug


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("address", LISTS)
def test_no_list_holds_a_word_of_a_story_that_is_not_hers(web, cookies, reader, address):
    text = look(web, address, cookies[reader]).text.casefold()
    assert [slug for slug, word in WORDS.items() if word in text and slug not in READERS[reader]] == []


@pytest.mark.parametrize("reader", READERS)
def test_search_and_completion_know_no_word_of_a_story_that_is_not_hers(web, cookies, reader):
    hidden_ones = set(WORDS) - READERS[reader]
    for slug in hidden_ones:
        word = WORDS[slug]
        answer = look(web, f"/api/v1/search?q={word}", cookies[reader]).json
        assert (answer["total"], answer["did_you_mean"]) == (0, None), slug
        assert not any(answer["facets"].values())
        assert look(web, f"/api/v1/complete?q={word[:5]}", cookies[reader]).json["items"] == []
        misspelt = look(web, f"/api/v1/search?q={word[:-1]}x", cookies[reader]).json
        assert misspelt["did_you_mean"] is None
        theme = f"/themes/{word}-theme"
        assert look(web, theme, cookies[reader]) == look(web, "/nowhere")


@pytest.mark.parametrize("reader", READERS)
def test_what_is_hers_by_role_is_found(web, cookies, reader):
    for slug in READERS[reader] - {"mine"}:  # a story that is only her own stands in lists, not in search
        answer = look(web, f"/api/v1/search?q={WORDS[slug]}", cookies[reader]).json
        assert [one["slug"] for one in answer["results"]] == [slug]
    asked = "/api/v1/search?q=waiting"
    assert look(web, asked, cookies[reader]).json["total"] == len(READERS[reader] - {"mine"}) + (
        reader.startswith("steward")
    )


def test_a_story_that_is_only_hers_does_not_open_the_class_of_the_others(web, cookies):
    """The gatherer's draft and another's stand in one index; it must not be searched for her."""
    answer = look(web, "/api/v1/search?q=waiting", cookies["gatherer"]).json
    assert answer["total"] == len(answer["results"])
    assert look(web, "/api/v1/search?q=plumbagoes", cookies["gatherer"]).json["total"] == 0


def test_a_name_that_she_gives_herself_opens_nothing(web):
    cookie = someone(web.archive, "Eve", "gatherer", organisation="The archive")
    for name in ("J. O.", "Someone Else"):
        assert send(web, "/account", {"do": "name", "name": name, "gathers_as": name}, cookie).status == 303
        assert look(web, "/stories/mine", cookie) == look(web, "/nowhere")


def test_who_is_no_gatherer_any_more_has_no_stories_of_her_own(web):
    cookie = someone(web.archive, "Ex", "member", gathers_as="J. O.", organisation="The archive")
    assert look(web, "/stories/mine", cookie) == look(web, "/nowhere")


PLACES = ["/", "/stories", "/stories/public", "/search?q=waiting", "/api/v1/stories"]
PLACES += ["/api/v1/search?q=waiting", "/themes", "/help/consent", "/api/docs", "/api/openapi.json"]
FLEETING = ["/random", "/s/s-00000000", "/nowhere"]


@pytest.mark.parametrize("address", [*PLACES, *FLEETING])
def test_what_a_reader_with_a_cookie_is_sent_is_kept_nowhere(web, cookies, address):
    tag = look(web, address).get("etag", '"none"')
    for cookie in (cookies["member"], ("cookie", "storyhold=dead"), ("cookie", "__Host-storyhold=dead")):
        answer = web.get(address, headers=[cookie, ("if-none-match", tag)])
        assert answer["cache-control"] == "no-store" and "etag" not in dict(answer.headers)
        assert answer.status != 304


@pytest.mark.parametrize("address", PLACES)
def test_what_everybody_is_sent_varies_with_the_cookie(web, address):
    answer = look(web, address)
    assert answer["cache-control"] == "no-cache" and answer["vary"].count("Cookie") == 1


def test_no_reader_gets_the_page_that_another_was_sent_before(web, cookies):
    """Answers are kept while the archive stays the same; one after the other asks for the same pages."""
    for reader in [*READERS, *reversed(READERS)]:
        for address in ("/", "/stories", "/themes/waiting", "/api/v1/themes"):
            text = look(web, address, cookies[reader]).text.casefold()
            assert [s for s, word in WORDS.items() if word in text and s not in READERS[reader]] == []
        shown = look(web, "/stories?layout=table", cookies[reader]).text
        assert {slug for slug in WORDS if WORDS[slug] in shown} == READERS[reader] - (
            {"mine"} if not reader.startswith("steward") else set()
        )


DESK = {"/desk/codebook": {"gatherer", "steward"}, "/desk/problems": {"steward"}, "/desk/people": {"steward"}}


@pytest.mark.parametrize("address", DESK)
@pytest.mark.parametrize("reader", READERS)
def test_the_desk_is_for_those_who_work_at_it(web, cookies, address, reader):
    for client in (SOMEWHERE, AT_THE_MACHINE):
        answer = look(web, address, cookies[reader], client=client)
        if reader.partition(" of ")[0] in DESK[address]:
            assert (answer.status, answer["cache-control"]) == (200, "no-store")
        elif reader == "anonymous":
            assert (answer.status, answer["location"][:7]) == (303, "/login?")
        else:
            assert answer == look(web, "/nowhere")


@pytest.mark.parametrize("reader", READERS)
def test_the_frame_leads_to_what_there_is_for_her(web, cookies, reader):
    shown = re.search(r'<nav aria-label="Main">(.*?)</nav>', look(web, "/", cookies[reader]).text, re.DOTALL)[
        1
    ]
    works = reader.partition(" of ")[0] in DESK["/desk/codebook"]
    assert ('href="/desk"' in shown) == works
    assert ('href="/mine"' in shown) == (reader == "gatherer")
    assert ('href="/login"' in shown) == (reader == "anonymous") != ('href="/account"' in shown)
    whole = html.unescape(look(web, "/", cookies[reader]).text)
    assert (TEAM in whole, PROMISE in whole) == (works, not works)  # what is true of the stories she meets


def test_the_desk_at_the_machine_closes_as_soon_as_there_is_a_steward(tmp_path):
    with served(tmp_path, {"a.md": story()}, at_loopback=True) as web:
        assert "/login" not in look(web, "/").text
        assert look(web, "/desk/problems", client=AT_THE_MACHINE).status == 200
        assert look(web, "/desk/people", client=AT_THE_MACHINE) == look(web, "/nowhere")
        account(web.archive, "Mo", "member")
        assert look(web, "/desk/problems", client=AT_THE_MACHINE).status == 200
        account(web.archive, "Sue", "steward")
        for address in ("/desk/problems", "/desk/codebook", "/desk/codebook/waiting"):
            assert look(web, address, client=AT_THE_MACHINE).status == 303
        assert "/desk" not in look(web, "/themes", client=AT_THE_MACHINE).text
        fields = {"definition": "Mine.", "digest": ""}
        assert send(web, "/desk/codebook/waiting", fields, client=AT_THE_MACHINE).status == 303


def test_a_gatherer_s_codebook_knows_only_the_themes_of_her_stories(web, cookies):
    for slug, word in WORDS.items():
        address = f"/desk/codebook/{word}-theme"
        expected = 200 if slug in READERS["gatherer"] else 404
        assert look(web, address, cookies["gatherer"]).status == expected
        assert look(web, address, cookies["steward"]).status == 200
    digest = hidden(look(web, "/desk/codebook/plumbagoes-theme", cookies["steward"]), "digest")
    fields = {"definition": "Hers alone.", "digest": digest}
    assert send(web, "/desk/codebook/plumbagoes-theme", fields, cookies["gatherer"]) == look(web, "/nowhere")
    assert send(web, "/desk/codebook/plumbagoes-theme", fields, cookies["steward"]).status == 303
    text = html.unescape(look(web, "/desk/codebook", cookies["gatherer"]).text).casefold()
    assert "plumbagoes" not in text and "hers alone" not in text
    assert "velvetfern" in text


def test_a_steward_finds_nothing_at_the_desk_of_a_story_that_is_not_for_her_organisation(web, cookies):
    for address in DESK:
        text = look(web, address, cookies["steward of Northgate"]).text.casefold()
        assert "quartzmarsh" not in text and "closed-to-northgate" not in text
    assert "closed-to-northgate" in look(web, "/desk/problems", cookies["steward"]).text


def test_the_page_of_people_changes_what_somebody_reads_at_once(web, cookies):
    key = account(web.archive, "Bo", "member", organisation="The archive")
    cookie, page = session(web.archive, key), f"/desk/people/{key}"
    assert look(web, "/stories/closed-to-northgate", cookie).status == 200
    told = {"do": "standing", "organisation": "Northgate Trust", "gathers_as": "", "role-member": "on"}
    digest = hidden(look(web, page, cookies["steward"]), "digest")
    assert send(web, page, told | {"digest": digest}, cookies["steward"]).status == 303
    assert look(web, "/stories/closed-to-northgate", cookie) == look(web, "/nowhere")
    stale = send(web, page, told | {"digest": digest, "role-steward": "on"}, cookies["steward"])
    assert stale.status == 409 and "Somebody else" in stale.text
    assert look(web, "/desk/people", cookie) == look(web, "/nowhere")


def test_an_answer_that_hands_over_a_cookie_is_kept_nowhere_though_its_page_does_not_say_so():
    page, sent = Response("Come in.", headers={"Cache-Control": "no-cache"}), []
    page.set_cookie("storyhold", "hers")

    async def send_on(message):
        sent.append(message)

    asyncio.run(Privacy(page)({"type": "http", "method": "GET", "headers": []}, None, send_on))
    assert (b"cache-control", b"no-store") in sent[0]["headers"]

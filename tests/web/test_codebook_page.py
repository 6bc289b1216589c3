"""The codebook at the desk: a form for who sits at the machine, and for no other site."""

import html
import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete

from app.database.marking import CODEBOOK
from app.services.defining import MOST
from tests.web.asking import AT_THE_MACHINE, SOMEWHERE
from tests.web.serving import opened, served, story
from tests.web.test_addresses import SPOOFED

DESK = "/desk/codebook"
WAITING = f"{DESK}/waiting"
WORDS = "The time between asking and an answer.\n\nNot: being late."
FORM = ("content-type", "application/x-www-form-urlencoded")
FROM_HERE = ("sec-fetch-site", "same-origin")


@pytest.fixture(scope="module")
def served_once(tmp_path_factory):
    stories = {"a.md": story("A lantern.", "themes: [waiting]")}
    stories["b.md"] = story("A heron.", "themes: [lamps]", uses="design")
    with served(tmp_path_factory.mktemp("codebook"), stories, at_loopback=True) as web:
        yield web


@pytest.fixture
def web(served_once):
    """An archive in which nobody has written anything yet."""
    with served_once.archive.engine.begin() as connection:
        connection.execute(delete(CODEBOOK))
    return served_once


def look(web, address=WAITING, client=AT_THE_MACHINE, **asked):
    return web.get(address, client=client, **asked)


def field(answer, name):
    """A hidden field of the first form that has it."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    return html.unescape(found[1])


def textarea(answer):
    return html.unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)[1])


def send(web, fields, address=WAITING, headers=(FORM, FROM_HERE), client=AT_THE_MACHINE):
    return web.ask("POST", address, headers=headers, client=client, body=urlencode(fields).encode())


def write(web, text, address=WAITING, **how):
    digest = field(look(web, address), "digest")
    return send(web, {"definition": text, "digest": digest}, address, **how)


def test_what_a_steward_writes_is_what_readers_find(web):
    answer = write(web, WORDS.replace("\n", "\r\n"))
    assert (answer.status, answer["location"]) == (303, f"{WAITING}?saved")
    assert "Saved." in look(web, answer["location"]).text
    page = web.get("/themes/waiting").text
    assert "The time between asking and an answer.</p>" in page and "Not: being late.</p>" in page
    assert "Nobody has written" not in page


def test_programs_find_the_definition_too(web):
    assert web.get("/api/v1/themes/waiting").json["definition"] is None
    assert web.get("/api/v1/themes").json["items"][0]["definition"] is None
    write(web, WORDS)
    assert web.get("/api/v1/themes/waiting").json["definition"] == WORDS
    assert [item["definition"] for item in web.get("/api/v1/themes").json["items"]] == [WORDS]


def test_a_page_that_a_browser_kept_is_sent_again_once_the_definition_changes(web):
    for address in ("/themes/waiting", "/api/v1/themes/waiting", "/api/v1/themes"):
        tag = web.get(address)["etag"]
        write(web, f"For {address}.")
        assert web.get(address, headers=[("If-None-Match", tag)]).status == 200
        assert web.get(address, headers=[("If-None-Match", web.get(address)["etag"])]).status == 304


def test_what_is_written_is_text_and_nothing_else(web):
    write(web, "<script>alert(1)</script> & {{ page }} </textarea>")
    for answer in (look(web), look(web, DESK), web.get("/themes/waiting")):
        assert "<script>alert" not in answer.text and "{{ page }} &lt;/textarea&gt;" in answer.text


def test_a_definition_of_a_hidden_theme_is_shown_to_no_reader(web):
    assert write(web, "quillwort", f"{DESK}/lamps").status == 303
    assert "No reader finds this theme now" in look(web, f"{DESK}/lamps").text
    for address in ("/themes", "/themes/lamps", "/api/v1/themes", "/api/v1/themes/lamps", "/"):
        for client in (AT_THE_MACHINE, SOMEWHERE):
            assert "quillwort" not in web.get(address, client=client).text
    assert web.get("/themes/lamps") == web.get("/themes/never-was")


def test_the_theme_s_page_leads_to_the_form_at_the_machine_alone(web):
    assert f'href="{WAITING}"' in look(web, "/themes/waiting").text
    assert "Write what belongs under this" in look(web, "/themes/waiting").text
    assert "/desk" not in web.get("/themes/waiting").text
    write(web, WORDS)
    assert "Change" in look(web, "/themes/waiting").text
    assert "/desk" not in look(web, "/themes/waiting", headers=[("X-Forwarded-For", "127.0.0.1")]).text


@pytest.mark.parametrize("address", [DESK, WAITING, f"{DESK}/never-was"])
def test_the_desk_is_not_there_for_anybody_else(web, address, tmp_path):
    nowhere = web.get("/nowhere")
    for client in (SOMEWHERE, ("unix", 0), None):
        assert look(web, address, client) == nowhere
    for header in (one for one in SPOOFED[:6] if one[0] != "X-Forwarded-Prefix"):
        assert look(web, address, headers=[header]) == nowhere
    with opened(tmp_path) as elsewhere:
        assert look(elsewhere, address) == nowhere


def test_nobody_else_can_write(web):
    digest = field(look(web), "digest")
    fields = {"definition": "Mine.", "digest": digest}
    nowhere = web.get("/nowhere")
    for headers in ((FORM, FROM_HERE), (("content-type", "multipart/form-data"), FROM_HERE), (FROM_HERE,)):
        assert send(web, fields, client=SOMEWHERE, headers=headers) == nowhere
    assert send(web, {}, client=SOMEWHERE) == nowhere
    assert look(web).text.count("Mine.") == 0


def test_a_theme_that_nobody_knows_has_no_form(web):
    assert look(web, f"{DESK}/never-was") == web.get("/nowhere")
    fields = {"definition": "x", "digest": ""}
    assert send(web, fields, f"{DESK}/never-was") == web.get("/nowhere")


REFUSED = [
    [("Sec-Fetch-Site", "cross-site")],
    [("Sec-Fetch-Site", "same-site")],
    [("Sec-Fetch-Site", "")],
    [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
    [("Sec-Fetch-Site", "cross-site"), ("Origin", "http://localhost:8000")],
    [("Origin", "http://evil.example")],
    [("Origin", "http://localhost:9000")],
    [("Origin", "http://localhost")],
    [("Origin", "null")],
    [("Origin", "")],
    [("Origin", "http://[::1")],
    [("Origin", "http://localhost:8000"), ("Origin", "http://evil.example")],
    [("Cookie", "a=b")],
]


@pytest.mark.parametrize("headers", REFUSED, ids=lambda headers: " ".join(": ".join(one) for one in headers))
def test_another_site_can_not_write_through_a_steward_s_browser(web, headers):  # BAD_INPUT 54
    answer = write(web, "Theirs.", headers=[FORM, *headers])
    assert (answer.status, answer["cache-control"]) == (403, "no-store")
    assert "Nothing was changed" in answer.text
    assert "Theirs." not in look(web).text
    for address in ("/", "/nowhere", "/api/v1/stories"):
        assert web.ask("POST", address, headers=headers).status == 403
    refused = web.ask("PUT", "/api/v1/stories/a", headers=headers)
    assert (refused.status, refused["content-type"]) == (403, "application/problem+json")


OURS = [
    [("Sec-Fetch-Site", "same-origin"), ("Cookie", "a=b")],
    [("Sec-Fetch-Site", "none")],
    [("Origin", "http://localhost:8000"), ("Cookie", "a=b")],
    [("Origin", "HTTP://LOCALHOST:8000")],
    [],
]


@pytest.mark.parametrize("headers", OURS, ids=lambda headers: " ".join(": ".join(one) for one in headers))
def test_our_own_pages_and_programs_at_the_machine_can_write(web, headers):
    assert write(web, "Ours.", headers=[FORM, *headers]).status == 303
    assert textarea(look(web)) == "Ours."


def test_two_people_who_write_at_once_see_both_texts(web):
    opened_at = field(look(web), "digest")
    write(web, "Hers.")
    answer = send(web, {"definition": "His.", "digest": opened_at})
    assert answer.status == 409
    assert "What stands there now" in answer.text and '<p dir="auto">Hers.</p>' in answer.text
    assert textarea(answer) == "His."
    assert textarea(look(web)) == "Hers."
    again = send(web, {"definition": "Hers and his.", "digest": field(answer, "digest")})
    assert again.status == 303


def test_the_text_before_can_be_put_back_from_the_page(web):
    write(web, WORDS)
    assert "Take away what is written" in look(web).text
    write(web, "Worse.")
    page = look(web)
    assert "Put this back" in page.text and field(page, "definition") == WORDS
    send(
        web, {"definition": field(page, "definition").replace("\n", "\r\n"), "digest": field(page, "digest")}
    )
    assert textarea(look(web)) == WORDS


def test_an_empty_text_takes_the_definition_away(web):
    write(web, WORDS)
    assert "Taken away." in look(web, write(web, "")["location"]).text
    assert "Nobody has written" in web.get("/themes/waiting").text


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a" * (MOST + 1), "2,001 characters"), ("one\ntwo \x07 three", "Line 2"), ("\ufffd", "U+FFFD")],
)
def test_a_text_that_can_not_be_kept_stays_in_the_form_with_the_reason_beside_it(web, text, reason):
    answer = write(web, text)
    assert answer.status == 422
    assert reason in answer.text and 'aria-describedby="hint wrong"' in answer.text
    assert textarea(answer) == text.replace("\x07", "\ufffd")
    assert textarea(look(web)) == ""


@pytest.mark.parametrize(
    ("named", "label", "told"),
    [
        ("use_when", "Use it when", "x" * 3_000),
        ("aliases", "Also known as", "a\0b"),
        ("example", "Example", "no quote"),
        ("colour", "Colour", "mauve"),
    ],
)
def test_a_gatherer_is_told_at_the_top_what_was_refused_and_led_to_its_field(web, named, label, told):
    page = look(web)
    answer = send(web, {"definition": "", "digest": field(page, "digest"), named: told})
    head = answer.text.partition("<h1")[0].partition("<main")[2]
    assert answer.status == 422 and 'role="alert" tabindex="-1" autofocus' in head
    assert f'<a href="#{named}">{label}</a>' in head and answer.text.count(f' id="{named}"') == 1
    assert answer.text.count('aria-invalid="true"') == 1
    (described,) = re.findall(r'aria-describedby="([^"]*)" aria-invalid', answer.text)
    assert all(f'id="{one}"' in answer.text for one in described.split())


@pytest.mark.parametrize("fields", [{}, {"definition": ""}, {"digest": ""}, {"text": "x"}])
def test_a_form_without_its_fields_takes_nothing_away(web, fields):
    write(web, WORDS)
    assert send(web, fields).status == 422
    assert textarea(look(web)) == WORDS


BODIES = {
    "bytes that are no UTF-8": (FORM[1], b"definition=%FF%FE&digest="),
    "raw bytes": (FORM[1], b"definition=\xff\xfe&digest="),
    "a surrogate": (FORM[1], b"definition=%ED%A0%80&digest="),
    "JSON": ("application/json", b'{"definition": "x", "digest": ""}'),
    "a thousand fields": (FORM[1], b"&".join(b"a%d=b" % number for number in range(1000))),
    "a form of no type": ("", b"definition=x&digest="),
    "parts that never end": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
    "parts without a boundary": ("multipart/form-data", b"--x\r\n"),
    "a file": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="definition"; filename="a"\r\n\r\nx\r\n--x--\r\n',
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_form_of_ours_changes_nothing(web, name):
    write(web, WORDS)
    kind, body = BODIES[name]
    headers = [("content-type", kind), FROM_HERE]
    answer = web.ask("POST", WAITING, client=AT_THE_MACHINE, headers=headers, body=body)
    assert answer.status in (400, 409, 422)
    assert textarea(look(web)) == WORDS


@pytest.mark.parametrize("length", ["70000", "9" * 40, None])
def test_more_than_a_form_takes_is_refused(web, length):
    headers = [FORM, FROM_HERE, *([("content-length", length)] if length else [])]
    body = b"digest=&definition=" + b"a" * 70_000
    answer = web.ask("POST", WAITING, client=AT_THE_MACHINE, headers=headers, body=body)
    assert answer.status == 413
    assert "too long" in answer.text
    assert textarea(look(web)) == ""


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_told_both_that_there_are(web, method):
    answer = web.ask(method, WAITING, client=AT_THE_MACHINE)
    assert (answer.status, set(answer["allow"].split(", "))) == (405, {"GET", "HEAD", "POST"})
    assert web.ask("PUT", DESK, client=AT_THE_MACHINE).status == 405


def test_no_browser_keeps_a_page_of_the_desk(web):
    for address in (DESK, WAITING):
        answer = look(web, address)
        assert answer["cache-control"] == "no-store" and "etag" not in dict(answer.headers)


def test_the_pages_of_the_desk_lead_to_each_other(web):
    for address in (DESK, WAITING, "/desk/problems"):
        text = look(web, address).text
        assert f'href="{DESK}"' in text and 'href="/desk/problems"' in text
    assert f'href="{WAITING}"' in look(web, DESK).text


@pytest.mark.parametrize("page", ["0", "-1", "7", "abc", "9" * 30])
def test_a_page_of_the_codebook_that_is_none_is_forgiven(web, page):
    assert "Waiting" in look(web, f"{DESK}?page={page}").text


def test_an_archive_with_nothing_in_it_has_an_empty_codebook(tmp_path):
    with served(tmp_path, at_loopback=True) as web:
        assert "There are no themes here yet" in look(web, DESK).text

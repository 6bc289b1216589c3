"""Every address answers: routes, methods, headers, caching."""

import re

import pytest

from tests.web.asking import AT_THE_MACHINE, Web
from tests.web.every_address import EXAMPLES, INVISIBLE, PUBLIC_PAGES, STATUS, WRITING, WRITTEN_ALONE
from tests.web.serving import begin, opened, served, story

POLICIES = {
    "content-security-policy": r"default-src 'none';(?!.*unsafe)",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin|no-referrer",
    "permissions-policy": r".*camera=\(\)",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


def address_of(web: Web, route: str) -> str:
    if route.startswith("/static"):
        return re.findall(r'href="(/static/[^"]+\.css)"', web.get("/").text)[0]
    return EXAMPLES[route]


def ask(web: Web, route: str, method: str = "GET", **asked):
    return web.ask(method, address_of(web, route), client=AT_THE_MACHINE, **asked)


def paths(routes):
    for route in routes:
        yield from [route.path] if hasattr(route, "path") else paths(route.original_router.routes)


def test_no_route_is_without_an_example(sample):
    assert set(paths(sample.app.routes)) == set(EXAMPLES)


@pytest.mark.parametrize("route", EXAMPLES)
def test_an_address_answers(sample, route):
    assert ask(sample, route).status == STATUS.get(route, 200)


@pytest.mark.parametrize("more", INVISIBLE)
def test_an_address_with_something_invisible_after_it_is_none(sample, more):  # BAD_INPUT 47
    nowhere = sample.get("/nowhere")
    for route in EXAMPLES:
        path, question, query = address_of(sample, route).partition("?")
        answer = sample.get(f"{path}{more}{question}{query}", client=AT_THE_MACHINE)
        if route == "/door/{token}":  # whoever has a link that lost a letter is told so, kindly
            assert answer.status == 410
            continue
        assert answer.status == 404, path
        assert route.startswith("/api") or answer == nowhere


def test_a_story_whose_file_name_ends_in_a_line_break_has_its_address(tmp_path):
    with served(tmp_path, {"odd\n.md": story("At noon."), "two\n\n.md": story("At one.")}) as web:
        assert "At noon." in web.get("/stories/odd%0A").text
        assert "At one." in web.get("/stories/two%0A%0A").text
        missing = [web.get(f"/stories/{slug}").status for slug in ("odd", "odd%0A%0A", "two%0A")]
        assert missing == [404] * 3


@pytest.mark.parametrize("route", EXAMPLES)
def test_head_is_get_without_a_body(sample, route):  # BAD_INPUT 53
    got, head = ask(sample, route), ask(sample, route, "HEAD")
    assert (head.status, head.body) == (got.status, b"")
    if route not in ("/random", "/search", "/api/v1/search"):  # a story at random, and how long search took
        assert head.headers == got.headers


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@pytest.mark.parametrize("route", EXAMPLES)
def test_another_method_is_told_which_one_to_use(sample, route, method):  # BAD_INPUT 53
    if WRITING.get(route) == method:
        return
    answer = ask(sample, route, method)
    assert answer.status == 405
    allowed = {"POST"} if route in WRITTEN_ALONE else {"GET", "HEAD", WRITING.get(route, "GET")}
    assert set(answer["allow"].split(", ")) == allowed


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_does_not_change_the_method(sample, name):  # BAD_INPUT 53
    assert sample.get("/stories/marisa", headers=[(name, "DELETE")]).status == 200
    assert sample.ask("POST", "/stories/marisa", headers=[(name, "GET")]).status == 405
    assert sample.get("/stories/marisa?_method=DELETE").status == 200


def assert_policies(answer):
    for name, pattern in POLICIES.items():
        assert re.match(pattern, answer[name]), name
    assert "server" not in dict(answer.headers)


@pytest.mark.parametrize("route", EXAMPLES)
def test_every_answer_carries_the_policies(sample, route):
    assert_policies(ask(sample, route))
    assert_policies(ask(sample, route, "HEAD"))
    assert_policies(ask(sample, route, "POST"))


@pytest.mark.parametrize("address", ["/nowhere", "/api/v1/nowhere", "/api/v1/search?page=x", "/static/x/y"])
def test_every_refusal_carries_the_policies(sample, address):
    answer = sample.get(address)
    assert answer.status >= 400
    assert_policies(answer)
    assert_policies(sample.get(address, host=("host", "evil.example")))


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "",
        "127.0.0.2",
        "[::2]",
        "localhost@evil.example",
        "a\tb",
        "*",
    ],
)
def test_a_host_that_is_not_ours_is_refused(sample, host):  # BAD_INPUT 48
    answer = sample.get("/", host=("host", host))
    assert answer.status == 400
    assert host == "" or host.encode() not in answer.body or host == "*"


def test_no_host_or_two_of_them_are_refused(sample):  # BAD_INPUT 48
    assert sample.get("/", host=None).status == 400
    assert sample.get("/", headers=[("host", "evil.example")]).status == 400
    assert sample.get("/healthz", host=None).status == 400


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "[::1]"])
def test_our_own_names_are_answered(sample, host):
    assert sample.get("/", host=("host", host)).status == 200


SPOOFED = [
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Prefix", "/evil"),
    ("X-Real-IP", "127.0.0.1"),
    ("Forwarded", "for=127.0.0.1;host=evil.example;proto=https"),
    ("X-Original-URL", "/desk/problems"),
    ("X-Rewrite-URL", "/desk/problems"),
]


def test_forwarding_headers_change_nothing(sample):  # BAD_INPUT 52
    for address in ("/", "/stories/marisa", "/api/v1/stories", "/s/s-4hd8n0qe", "/nowhere"):
        assert sample.get(address, headers=SPOOFED) == sample.get(address)


def test_problems_are_shown_at_the_machine_itself_and_nowhere_else(sample, tmp_path):
    assert sample.get("/desk/problems", client=AT_THE_MACHINE).status == 200
    assert sample.get("/desk/problems", client=("::1", 4)).status == 200
    nowhere = sample.get("/nowhere")
    for client in (("203.0.113.9", 4), ("", 0), ("unix", 0), None):
        assert sample.get("/desk/problems", client=client) == nowhere
    for header in SPOOFED[:6]:
        if header[0] != "X-Forwarded-Prefix":
            assert sample.get("/desk/problems", client=AT_THE_MACHINE, headers=[header]) == nowhere
    with opened(tmp_path) as elsewhere:
        assert elsewhere.get("/desk/problems", client=AT_THE_MACHINE).status == 404


def test_the_list_of_problems_is_kept_by_no_browser(sample):
    assert sample.get("/desk/problems", client=AT_THE_MACHINE)["cache-control"] == "no-store"


@pytest.mark.parametrize("route", [one for one in PUBLIC_PAGES if "search" not in one])  # says its time
def test_a_page_that_has_not_changed_is_not_sent_again(sample, route):
    first = ask(sample, route)
    again = ask(sample, route, headers=[("If-None-Match", first["etag"])])
    assert (again.status, again.body, again["etag"]) == (304, b"", first["etag"])
    assert_policies(again)
    listed = f'"other", {first["etag"]}'
    assert ask(sample, route, headers=[("If-None-Match", listed)]).status == 304
    assert ask(sample, route, headers=[("If-None-Match", '"other"')]).status == 200
    assert ask(sample, route, "HEAD", headers=[("If-None-Match", first["etag"])]).status == 304


@pytest.mark.parametrize("route", PUBLIC_PAGES)
def test_a_page_is_asked_for_again_each_time(sample, route):
    answer = ask(sample, route)
    assert answer["cache-control"] == "no-cache"
    assert "etag" in dict(answer.headers)


@pytest.mark.parametrize("route", ["/", "/stories/{slug:text}", "/api/v1/stories/{slug:text}", "/api/docs"])
def test_a_page_is_compressed_for_who_can_read_it(sample, route):
    packed = ask(sample, route, headers=[("Accept-Encoding", "gzip, br")])
    plain = ask(sample, route)
    assert packed["content-encoding"] == "gzip"
    assert packed.content == plain.body
    assert "Accept-Encoding" in packed["vary"] and "Accept-Encoding" in plain["vary"]
    assert packed["etag"] == plain["etag"]


def test_pages_are_light(sample, figures):
    def weight(address: str) -> int:
        return len(sample.get(address, headers=[("Accept-Encoding", "gzip")]).body)

    slugs = [item["slug"] for item in sample.get("/api/v1/stories?size=100").json["items"]]
    heaviest = max(weight(f"/stories/{slug}") for slug in slugs)
    figures("heaviest sample story page, bytes compressed", heaviest)
    assert len(slugs) >= 6
    assert heaviest < 14 * 1024
    assert weight("/weave/s-4hd8n0qe.svg") <= 1024


def test_files_of_the_frame_are_kept_for_good(sample):
    page = sample.get("/").text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        answer = sample.get(address)
        assert answer.status == 200
        assert answer["cache-control"] == "public, max-age=31536000, immutable"
        assert answer["content-type"].split(";")[0] in (
            "text/css",
            "text/javascript",
            "image/svg+xml",
            "font/woff2",
        )
    assert sample.get("/weave/s-4hd8n0qe.svg")["cache-control"].endswith("immutable")


def test_a_file_of_another_version_of_the_frame_is_not_there(sample):
    assert sample.get("/static/0000000000000000/storyhold.css").status == 404


@pytest.mark.parametrize(
    "name", ["s-4hd8n0q", "x-4hd8n0qe", "s-4hd8n0qi", "S-4HD8N0QE", "", "s-4hd8n0qe.svg"]
)
def test_a_weave_is_drawn_of_a_well_formed_id_only(sample, name):
    assert sample.get(f"/weave/{name}.svg").status == 404


def test_a_weave_does_not_say_whether_there_is_such_a_story(sample):
    there, nowhere = sample.get("/weave/s-4hd8n0qe.svg"), sample.get("/weave/s-00000000.svg")
    assert nowhere.status == 200
    assert dict(nowhere.headers).keys() == dict(there.headers).keys()


def test_a_thousand_ranges_are_passed_over(sample):  # BAD_INPUT 49
    ranges = ",".join(f"{n}-{n + 1}" for n in range(1000))
    for address in (
        "/stories/marisa",
        "/weave/s-4hd8n0qe.svg",
        address_of(sample, "/static/{digest}/{name:path}"),
    ):
        assert sample.get(address, headers=[("Range", f"bytes={ranges}")]) == sample.get(address)


def test_permanent_addresses_lead_to_the_page_of_today(sample):
    answer = sample.get("/s/s-4hd8n0qe")
    assert (answer.status, answer["location"]) == (302, "/stories/marisa")
    assert sample.get("/p/who-8n4xw1ce")["location"] == "/personas/elena"
    assert sample.get("/s/S-4HD8NOQE")["location"] == "/stories/marisa"  # O is read as 0
    assert sample.get("/p/s-4hd8n0qe").status == sample.get("/s/who-8n4xw1ce").status == 404


def test_a_story_at_random_is_one_of_ours(sample):
    answer = sample.get("/random")
    assert answer["cache-control"] == "no-store"
    assert sample.get(answer["location"]).status == 200


def test_the_archive_is_up_before_it_is_ready(tmp_path):
    with opened(tmp_path) as web:
        assert (web.get("/healthz").status, web.get("/readyz").status) == (200, 503)
        begin(web)
        assert (web.get("/healthz").status, web.get("/readyz").status) == (200, 200)

"""What is not there for a reader looks the same everywhere, whatever the reason."""

import pytest

from tests.web.serving import served, story

NEVER_WAS = "/stories/never-was"
HIDDEN = ["draft", "design", "unasked", "expired", "aside", "unclear", "taken-back-design"]
HIDDEN_IDS = [
    "s-draft000",
    "s-des1gn00",
    "s-vnasked0",
    "s-exp1red0",
    "s-as1de000",
    "s-vnc1ear0",
    "s-taken111",
]
SLIPS = [  # BAD_INPUT 47
    "/%2e%2e%2f%2e%2e%2fetc/passwd",
    "/stories/%2e%2e%2f%2e%2e%2fREADME",
    "/stories/..%2f..%2fpersonas%2fhidden",
    "/stories/../../etc/passwd",
    "/stories/..\\..\\etc\\passwd",
    "/stories/..%5c..%5cetc",
    "/stories/%252e%252e%252fetc",
    "/stories/open%00",
    "/stories/open%00.md",
    "/stories/%00",
    "/stories/open%ff",
    "/stories/%ed%a0%80",
    "/stories/open%0d%0aSet-Cookie:a=b",
    "/stories/open.md",
    "/stories/open/",
    "/stories//open",
    "/stories/",
    "//stories/open",
    "/STORIES/open",
    "/stories/%F0%9F%98%80",
    "/stories/" + "a" * 5_000,
    "/themes/%2e%2e",
    "/themes/a/b",
    "/themes/hidden-theme",
    "/personas/..%2f",
    "/personas/hidden",
    "/s/..%2f",
    "/s/%00",
    "/s/open",
    "/s/s-",
    "/p/who-h1dden00",
    "/static/..%2f..%2fapp.py",
    "/static/%2e%2e/app.py",
    "/static/a/%00",
    "/weave/..%2f..%2fx.svg",
    "/weave/%00.svg",
    "/weave/s-%ff.svg",
    "/api",
    "/desk/problems",
    "/desk",
    "/.env",
]


@pytest.mark.parametrize("slug", HIDDEN)
def test_a_hidden_story_is_a_page_that_never_was(closed_off, slug):
    assert closed_off.get(f"/stories/{slug}") == closed_off.get(NEVER_WAS)
    assert closed_off.ask("HEAD", f"/stories/{slug}") == closed_off.ask("HEAD", NEVER_WAS)
    assert closed_off.get(f"/stories/{slug}?q=a#b") == closed_off.get(NEVER_WAS)


@pytest.mark.parametrize("record_id", HIDDEN_IDS)
def test_the_id_of_a_hidden_story_is_one_that_never_was(closed_off, record_id):
    nowhere = closed_off.get(NEVER_WAS)
    assert closed_off.get(f"/s/{record_id}") == closed_off.get("/s/s-00000000") == nowhere


@pytest.mark.parametrize("address", SLIPS)
def test_an_address_with_a_slip_is_a_page_that_never_was(closed_off, address):
    packed = [("Accept-Encoding", "gzip")]
    assert closed_off.get(address) == closed_off.get(NEVER_WAS)
    assert closed_off.get(address, headers=packed) == closed_off.get(NEVER_WAS, headers=packed)


@pytest.mark.parametrize("slug", HIDDEN)
def test_the_api_too_knows_nothing_of_a_hidden_story(closed_off, slug):
    answer = closed_off.get(f"/api/v1/stories/{slug}")
    assert answer == closed_off.get("/api/v1/stories/never-was") == closed_off.get("/api/v1/%2e%2e%2f%00")
    assert (
        answer == closed_off.get("/api/v1/personas/hidden") == closed_off.get("/api/v1/themes/hidden-theme")
    )
    assert (answer.status, answer["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_no_method_tells_a_hidden_story_from_one_that_never_was(closed_off, method):
    assert closed_off.ask(method, "/stories/draft") == closed_off.ask(method, NEVER_WAS)
    assert closed_off.ask(method, "/api/v1/stories/draft") == closed_off.ask(
        method, "/api/v1/stories/never-was"
    )


def test_the_page_of_nothing_names_no_address_and_no_section(closed_off):
    answer = closed_off.get("/stories/draft")
    assert answer.status == 404
    assert answer["cache-control"] == "no-store"
    assert "aria-current" not in answer.text and "draft" not in answer.text
    assert not {"etag", "last-modified", "x-request-id", "vary"} & (dict(answer.headers).keys() - {"vary"})


@pytest.mark.parametrize("address", ["/stories/taken-back", "/s/s-taken000"])
def test_a_story_that_was_taken_back_leaves_a_notice_and_nothing_of_itself(closed_off, address):
    answer = closed_off.get(address)
    assert answer.status == 410
    assert "taken it back" in answer.text
    for word in ("Zinnia", "Hers again", "taken-back"):
        assert word not in answer.text
    assert "s-taken000" in answer.text
    assert answer == closed_off.get("/stories/taken-back")
    assert answer["cache-control"] == "no-store"


def test_the_api_says_gone_of_a_story_that_was_taken_back(closed_off):
    answer = closed_off.get("/api/v1/stories/taken-back")
    assert (answer.status, answer.json["status"], answer["content-type"]) == (
        410,
        410,
        "application/problem+json",
    )
    assert b"Zinnia" not in answer.body


def test_the_open_story_is_there(closed_off):
    assert closed_off.get("/stories/open").status == 200
    assert closed_off.get("/s/s-0pen0000")["location"] == "/stories/open"
    assert closed_off.get("/api/v1/stories").json["total"] == 1


ODD_NAMES = {
    "a name.md": "/stories/a%20name",
    "per%cent.md": "/stories/per%25cent",
    "per%2fcent.md": "/stories/per%252fcent",
    "question?.md": "/stories/question%3F",
    "hash#p.md": "/stories/hash%23p",
    "random.md": "/stories/random",
    "plus+and&.md": "/stories/plus%2Band%26",
    "Ünï 😀.md": "/stories/%C3%9Cn%C3%AF%20%F0%9F%98%80",
    "cr\r\nSet-Cookie: a=b.md": "/stories/cr%0D%0ASet-Cookie%3A%20a%3Db",  # BAD_INPUT 50
    "line\nbreak.md": "/stories/line%0Abreak",
    "back\\slash.md": "/stories/back%5Cslash",
    "quote\"'<b>.md": "/stories/quote%22%27%3Cb%3E",
    "..md": None,  # a name that begins with a dot is passed over
    "deep/er/one.md": "/stories/deep/er/one",
    "deep.md/two.markdown": "/stories/deep.md/two",
}


def test_every_file_has_one_address_whatever_its_name(tmp_path):
    files = {name: story(f"Text of number{n}.", f"id: s-0dd000{n:02}") for n, name in enumerate(ODD_NAMES)}
    with served(tmp_path, files) as web:
        assert web.get("/api/v1/stories").json["total"] == len([a for a in ODD_NAMES.values() if a])
        listed = web.get("/stories").text
        for number, address in enumerate(ODD_NAMES.values()):
            permanent = web.get(f"/s/s-0dd000{number:02}")
            if address is None:
                assert permanent.status == 404
                continue
            assert f"number{number}." in web.get(address).text, address
            assert web.get(permanent["location"]).status == 200
            assert not {"\r", "\n"} & set(permanent["location"]) and "set-cookie" not in dict(
                permanent.headers
            )
            assert permanent["location"] in listed.replace("&#39;", "'").replace("&amp;", "&")

"""Whatever is sent to where stories are edited: a place and a remedy, and not a byte of it is written."""

import json

import pytest

from tests.web.filling import filled_in
from tests.web.held import held
from tests.web.people import FROM_HERE, account, look, send, session
from tests.web.serving import served
from tests.web.tokens import token

MOMENTS = "".join(f"  - {{when: '{n}', what: 'moment {n}'}}\n" for n in range(150))
ODD = f"""---
id: s-7k3fq2mx
title: "Two\\nlines"
gatherer: Ann Reed
themes: ["one\\ntwo", waiting]
strengths: ["keeps on\\nlaughing"]
context: {{"a:b": "c\\nd", plain: x}}
moments:
{MOMENTS}consent: {{uses: [publication]}}
---
She rang back.
"""
OWN = """---
id: s-0wn00000
title: The eleven months
gatherer: Ann Reed
consent: {uses: [publication], given: 2026-03-04}
---
She rang back.
"""
OTHER = OWN.replace("s-0wn00000", "s-0ther000")
EDIT, AT = "/s/s-0wn00000/edit", "/api/v1/stories/own"


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    files = {"odd.md": ODD, "own.md": OWN, "other.md": OTHER}
    with served(tmp_path_factory.mktemp("bad"), files, at_loopback=True) as web:
        yield web


@pytest.fixture(scope="module")
def anns(web):
    return account(web.archive, "Ann", "gatherer", gathers_as="Ann Reed")


@pytest.fixture(scope="module")
def ann(web, anns):
    return session(web.archive, anns)


@pytest.fixture(scope="module")
def program(web, anns):
    return ("authorization", f"Bearer {token(web.archive, anns, 'read', 'write')}")


@pytest.fixture
def untouched(web):
    """Nothing may have changed when the test is over."""
    before = held(web)
    yield
    assert held(web) == before


def whole(body: str, *keys: str) -> str:
    return "\n".join(["---", *keys, "---", body])


SET_ASIDE = {
    "1 a key twice": (whole("x", "title: a", "access: x", "access: y"), "Line 4: The key ‘access’ is there"),
    "2 anchor and alias": (whole("x", "a: &b 1", "c: *b"), "Line 2: A value has an anchor"),
    "3 alias to itself": (whole("x", "a: &b [*b]"), "Line 2: "),
    "4 tag": (whole("x", "a: !!python/object/apply:os.system [ls]"), "Line 2: A value has a tag"),
    "5 brackets": (whole("x", "a: " + "[" * 5_000), "nested too deep"),
    "9 NUL": (whole("x", 'title: "\\0"'), "Line 2: There is an invisible control character"),
    "9 C1": (whole("x", "title: a\x9bb"), "Line 2: There is an invisible control character"),
    "14 never closed": ("---\ntitle: x\n\nShe rang.", "never closed"),
    "14 JavaScript": ("---js\n{}\n---\nx", "JavaScript"),
    "14 TOML": ("+++\ntitle = 1\n+++\nx", "TOML"),
    "14 JSON": (";;;\n{}\n;;;\nx", "JSON"),
    "15 a list": (whole("x", "- a"), "no keys"),
    "15 a string": (whole("x", "only words"), "no keys"),
    "16 64 KB": (whole("x", "note: " + "é" * 33_000), "64 KB"),
    "17 conflict": (whole("x", "<<<<<<< a", "t: 1", "=======", "t: 2", ">>>>>>> b"), "Line 2: "),
    "18 tab": (whole("x", "consent:", "\tuses: [design]"), "Line 3: A tab stands where"),
    "18 tabs": (whole("x", "a: x" + "\t" * 20_000 + "y", "consent:", "\tb: c"), "A tab stands where"),
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", SET_ASIDE)
def test_a_whole_file_that_can_not_be_read_is_refused_with_its_line(web, ann, kind):  # 1-5, 9, 14-18
    text, said = SET_ASIDE[kind]
    form = filled_in(look(web, f"{EDIT}?whole", ann), EDIT)
    answer = send(web, EDIT, form | {"whole": text}, ann)
    assert answer.status == 422 and said in answer.text and 'role="alert"' in answer.text
    assert filled_in(answer, EDIT)["whole"].replace("\r\n", "\n") == text.replace("\0", "\ufffd")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("other", ["s-0ther000", "S-0THER000", "ｓ-0ther000", "s-0ther00o"])
def test_a_file_is_not_given_the_id_of_another_however_it_is_spelt(web, ann, program, other):  # 19
    form = filled_in(look(web, f"{EDIT}?whole", ann), EDIT)
    answer = send(web, EDIT, form | {"whole": OWN.replace("s-0wn00000", other)}, ann)
    assert answer.status == 422 and "The id of this story is s-0wn00000" in answer.text
    assert put(web, program, id=other).status == 422


def put(web, program, **keys):
    front = web.get(AT, headers=[program]).json["front_matter"]
    body = json.dumps({"front_matter": front | keys}).encode()
    return web.ask("PUT", AT, headers=[program, ("if-match", "*")], body=body)


def deep(levels: int) -> list:
    value: list = ["x"]
    for _ in range(levels):
        value = [value]
    return value


BAD = {
    "title": ["a\0b", "a\x9bb", "x" * 1_001, ["a"], {"a": 1}, deep(400), 10**4_000, "é" * 33_000],  # 8, 9, 16
    "gathered": ["2024-20-03", "soon", ["2026"], True],  # 12
    "themes": [{"a": 1}, [["a"]], [f"t{n}" for n in range(500)], ["x" * 300], ["", "a"], ["A", "a"]],  # 20
    "moments": [7, {"what": "x"}, [{"when": "2019"}], deep(20)],
    "context": ["x", [1], {"a": ["b"]}],
    "own_name": ["perhaps", [True]],
    "personas": [["x" * 300], {"a": 1}],
    "language": ["not a tag!", 7],
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("key", BAD)
def test_a_value_that_a_program_can_not_mean_is_refused_by_its_key(web, program, key):
    for value in BAD[key]:
        answer = put(web, program, **{key: value})
        assert answer.status == 422 and answer["content-type"] == "application/problem+json"
        assert answer.json["detail"].startswith(f"{key}: "), answer.text


def test_a_form_that_nobody_touched_changes_nothing_whatever_a_browser_makes_of_it(web, ann):
    at, before = "/s/s-7k3fq2mx/edit", (web.archive.settings.stories / "odd.md").read_bytes()
    form = filled_in(look(web, at, ann), at)
    for lines_kept in (True, False):
        areas = ("body", "summary", "strengths", "hopes", "context")
        kept = {n: t if lines_kept or n in areas else t.replace("\r\n", "") for n, t in form.items()}
        answer = send(web, at, kept, ann)
        assert answer.status == 303 and "same" in answer["location"]
        assert (web.archive.settings.stories / "odd.md").read_bytes() == before


def test_moments_that_the_form_has_no_room_for_stay_when_others_change(web, ann):
    at = "/s/s-7k3fq2mx/edit"
    form = filled_in(look(web, at, ann), at)
    assert send(web, at, form | {"moment-0-what": "Another"}, ann).status == 303
    file = (web.archive.settings.stories / "odd.md").read_text()
    assert "Another" in file and "moment 0'" not in file and "moment 149" in file and "moment 101" in file


ODD_FORMS = {
    "nothing": {},
    "only a word": {"do": "save"},
    "an act that is none": {"do": "drop tables"},
    "a digest that is none": {"digest": "🔑", "body": "x", "title": "", "status": "ready"},
    "rows past the last": {f"themes-{n}": "x" for n in range(800)},
    "rows that are none": {"themes--1": "x", "themes-٣": "x", "moment-x-when": "x", "themes-": "x"},
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", ODD_FORMS)
@pytest.mark.parametrize(
    "address", [EDIT, "/s/s-0wn00000/preview", "/s/s-0wn00000/names", "/s/s-0wn00000/history"]
)
def test_a_form_that_is_none_of_ours_is_answered_and_writes_nothing(web, ann, kind, address):
    assert send(web, address, ODD_FORMS[kind], ann).status in (200, 303, 400, 404, 409, 422)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    "body",
    [b"&" * 3_000_000, b"a&" * 1_000_000, b"=" * 3_000_000, b"a=1&" * 901, b"body=%ED%A0%80&title=%FF"],
)
def test_a_form_of_a_million_fields_is_no_story(web, ann, body):
    form = ("content-type", "application/x-www-form-urlencoded")
    assert web.ask("POST", EDIT, headers=[form, FROM_HERE, ann], body=body).status in (400, 422)

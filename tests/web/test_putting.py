"""A program changes a story: with the tag that it was given, and nothing but what it means to."""

import json

import pytest

from tests.archives import take_in
from tests.web.people import FROM_HERE, account, look, session
from tests.web.serving import served, story
from tests.web.tokens import token

OWN = """---
id: s-7k3fq2mx
# hers
title: "The eleven months"
storyteller: Marisa
gatherer: Ann Reed
themes: [waiting]
personas: [nobody-yet]
context: {age_band: 30-49}
mood: {kept: as is}
consent: {uses: [publication], given: 2026-03-04}
---
The first thing Marisa does is move the chair.
"""
CLOSED = OWN.replace("7k3fq2mx", "4c5dr6st") + "\n::: closed\nHer brother.\n:::\n"
AT = "/api/v1/stories/own"


@pytest.fixture
def web(tmp_path):
    files = {"own.md": OWN, "closed.md": CLOSED, "other.md": story("Not hers.", "id: s-2m9tb3rw")}
    with served(tmp_path, files, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web):
    return account(web.archive, "Ann", "gatherer", gathers_as="Ann Reed")


def holding(web, key, *scopes):
    return ("authorization", f"Bearer {token(web.archive, key, *scopes)}")


@pytest.fixture
def program(web, ann):
    return holding(web, ann, "read", "write")


def own(tmp_path, name="own") -> str:
    return (tmp_path / f"stories/{name}.md").read_text()


def put(web, told, *headers, at=AT, tag=None):
    content = told if isinstance(told, bytes) else json.dumps(told).encode()
    named = [("content-type", "application/json"), *headers, *([("if-match", tag)] if tag else [])]
    return web.ask("PUT", at, headers=named, body=content)


def given(web, *headers, at=AT):
    answer = web.get(at, headers=list(headers))
    return answer.json, answer.get("etag")


def test_a_story_that_is_put_as_it_was_given_keeps_every_byte(web, program, tmp_path):
    told, tag = given(web, program)
    answer = put(web, {key: told[key] for key in ("front_matter", "markdown")}, program, tag=tag)
    assert answer.status == 200 and answer["etag"] == tag and own(tmp_path) == OWN


def test_a_program_changes_single_keys_and_the_text(web, program, tmp_path):
    told, tag = given(web, program)
    front = told["front_matter"] | {"site": "Northgate", "themes": ["waiting", "being heard"]}
    text = told["markdown"].replace("chair", "table")
    answer = put(web, {"front_matter": front, "markdown": text, "note": "By machine"}, program, tag=tag)
    assert answer.status == 200 and answer.json["revision"] == 2 and answer["etag"] != tag
    wanted = OWN.replace("[waiting]", "[waiting, being heard]").replace("chair", "table")
    assert own(tmp_path) == wanted.replace("2026-03-04}\n", "2026-03-04}\nsite: Northgate\n")


def test_what_a_program_leaves_out_goes_where_it_was_given_and_stays_where_it_was_not(web, program, tmp_path):
    told, tag = given(web, program)
    front = {key: value for key, value in told["front_matter"].items() if key != "themes"}
    assert put(web, {"front_matter": front}, program, tag=tag).status == 200
    assert own(tmp_path) == OWN.replace("themes: [waiting]\n", "")


def test_a_persona_that_a_program_does_not_see_stays_named(tmp_path):
    files = {"own.md": OWN.replace("[nobody-yet]", "[kath, hidden]")}
    people = {
        "kath.md": "---\nname: Kath\nuses: [publication]\n---\nOf people.\n",
        "hidden.md": "---\nname: Hidden\nuses: []\n---\nOf people.\n",
    }
    with served(tmp_path, files, people, at_loopback=True) as web:
        hers = holding(web, account(web.archive, "Ann", "gatherer", gathers_as="Ann Reed"), "read", "write")
        told, tag = given(web, hers)
        assert told["front_matter"]["personas"] == ["kath"]
        front = {key: value for key, value in told["front_matter"].items() if key != "personas"}
        assert put(web, {"front_matter": front}, hers, tag=tag).status == 200
    assert "personas: [hidden]\n" in own(tmp_path)


def test_a_program_without_a_tag_or_with_an_old_one_changes_nothing(web, program, tmp_path):
    told, tag = given(web, program)
    assert put(web, {"markdown": "Mine."}, program).status == 428
    assert put(web, {"note": "x", "markdown": told["markdown"] + "\nMore.\n"}, program, tag=tag).status == 200
    before = own(tmp_path)
    stale = put(web, {"markdown": "Mine."}, program, tag=tag)
    assert stale.status == 412 and stale["content-type"] == "application/problem+json"
    assert own(tmp_path) == before
    assert put(web, {"markdown": "Mine.\n"}, program, tag="*").status == 200


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (b"{", "no JSON"),
        (b'{"note": "a", "note": "b"}', "twice"),
        (b"[" * 100_000, ""),
        (b'{"markdown": "\\ud800"}', "UTF-8"),
        (b'{"front_matter": {"site": NaN}}', "NaN is no number"),
        ({"colour": "red"}, "colour"),
        ({"markdown": 7}, "markdown"),
        ({"note": "x" * 200}, "note"),
        ({"front_matter": {"gathered": "soon"}}, "gathered"),
        ({"front_matter": {"colour": "red"}}, "knows no such key"),
        ({"front_matter": {"id": "s-2m9tb3rw"}}, "id: An id is given once"),
        ({"front_matter": {"consent": {"uses": ["design"]}}}, "Consent is recorded at"),
        ({"front_matter": {"status": "withdrawn"}}, "taken back on a page of its own"),
        ({"front_matter": {"themes": {"a": 1}}}, "themes"),
    ],
)
def test_what_can_not_be_understood_is_refused_with_its_place(web, program, tmp_path, told, said):
    shown, tag = given(web, program)
    if isinstance(told, dict) and "front_matter" in told:
        told = {"front_matter": shown["front_matter"] | told["front_matter"]}
    answer = put(web, told, program, tag=tag)
    assert answer.status == 422 and answer["content-type"] == "application/problem+json"
    assert said in answer.text and own(tmp_path) == OWN


def test_a_text_that_is_not_shown_whole_is_not_overwritten(web, program, tmp_path):
    at = "/api/v1/stories/closed"
    told, tag = given(web, program, at=at)
    answer = put(web, {"markdown": "All of it anew."}, program, at=at, tag=tag)
    assert answer.status == 422 and "closed passages" in answer.text
    assert (
        put(web, {"front_matter": told["front_matter"] | {"site": "Here"}}, program, at=at, tag=tag).status
        == 200
    )
    assert "Her brother." in own(tmp_path, "closed") and "site: Here" in own(tmp_path, "closed")


def test_only_who_may_edit_a_story_is_given_a_tag_and_may_put_it(web, ann):
    member = holding(web, account(web.archive, "Mel", "member"), "read", "write")
    reads = holding(web, ann)
    for who in (member, reads):
        _, tag = given(web, member)
        assert tag == "" and put(web, {"markdown": "x"}, who, tag="*").status == 403
    assert put(web, {"markdown": "x"}, tag="*").status in (403, 404)
    hers = holding(web, ann, "read", "write")
    assert put(web, {"markdown": "x"}, hers, at="/api/v1/stories/other", tag="*").status == 403
    nowhere = put(web, {"markdown": "x"}, hers, at="/api/v1/stories/never-was", tag="*")
    assert nowhere.status == 404


def test_a_page_of_another_site_puts_nothing(web, ann, tmp_path):
    cookie = session(web.archive, ann)
    assert put(web, {"markdown": "x"}, cookie, ("sec-fetch-site", "cross-site"), tag="*").status == 403
    assert own(tmp_path) == OWN
    assert put(web, {"markdown": "x\n"}, cookie, FROM_HERE, tag="*").status == 200
    assert look(web, "/stories/own").status == 200


def test_a_program_given_the_text_before_a_hand_edit_does_not_undo_it(web, program, tmp_path):
    by_hand = OWN.replace("move the chair", "open the window")
    (tmp_path / "stories/own.md").write_text(by_hand)
    told, tag = given(web, program)
    assert "move the chair" in told["markdown"]
    for known in (tag, "*"):  # nothing that is shown is of these bytes: not the moment to compare with it
        answer = put(web, {"markdown": told["markdown"] + "\nMore.\n"}, program, tag=known)
        assert answer.status == 412 and own(tmp_path) == by_hand
    take_in(web.archive)
    told, tag = given(web, program)
    assert put(web, {"markdown": told["markdown"] + "\nMore.\n"}, program, tag=tag).status == 200
    assert "open the window" in own(tmp_path) and "More." in own(tmp_path)


def test_a_program_is_told_what_is_wrong_with_a_file_that_can_not_be_read(web, program, tmp_path):
    _, tag = given(web, program)
    (tmp_path / "stories/own.md").write_text(OWN.replace("themes: [waiting]", "themes: [waiting"))
    answer = put(web, {"markdown": "Mine."}, program, tag=tag)
    assert answer.status == 422 and "Line 8" in answer.text

"""Naming a colleague on a story makes it her own, at once and in every process; by whom it may be done."""

import json

import pytest
from sqlalchemy import select, update

from app.database.ledgers import AUDIT
from app.database.people import ACCOUNT, STORY_PERSON
from app.search.engines import choose_engine
from app.services.accounts import disable
from app.services.archive import open_archive
from app.services.signing_in import session_of
from tests.web.people import account, look, send, session, someone
from tests.web.serving import served

OURS = {"organisation": "The archive"}
KEYS = "---\nid: {}\ntitle: {}\ngatherer: J. O.\n"
DRAFT = f"{KEYS.format('s-0dra0f00', 'Hers')}status: draft\n---\nNot yet.\n\n::: closed\nCloven.\n:::\n"
SOME = "consent: {uses: [design], not_for: [Northgate]}"
SHARED = f"{KEYS.format('s-5hared00', 'Shared')}consent: {{uses: [publication]}}\n---\nFor all.\n"
LIMITED = f"{KEYS.format('s-11m1ted0', 'Limited')}{SOME}\n---\nHers.\n"
PAGE = "/s/s-0dra0f00/people"
NAMES = {"ann": "gatherer", "bea": "gatherer", "mo": "member", "sue": "steward"}


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, {"hers.md": DRAFT, "limited.md": LIMITED, "shared.md": SHARED}) as web:
        yield web


@pytest.fixture
def jo(web):
    return someone(web.archive, "Jo", "gatherer", gathers_as="J. O.", **OURS)


@pytest.fixture
def keys(web):
    return {name: account(web.archive, name.capitalize(), role, **OURS) for name, role in NAMES.items()}


def name(web, cookie, key, do="name", page=PAGE):
    return send(web, page, {"do": do, "person": str(key)}, cookie)


def test_a_story_on_which_she_is_named_is_her_own_at_once(web, jo, keys):
    ann = session(web.archive, keys["ann"])
    assert look(web, "/stories/hers", ann) == look(web, "/nowhere")
    answer = name(web, jo, keys["ann"])
    assert (answer.status, answer["location"]) == (303, f"{PAGE}?saved=named")
    text = look(web, "/stories/hers", ann).text
    assert "Cloven" in text and "Only you and stewards see this" in text
    assert "Hers" in look(web, "/mine", ann).text and "You are named on it" in look(web, "/mine", ann).text
    assert name(web, jo, keys["ann"], "off").status == 303
    assert look(web, "/stories/hers", ann) == look(web, "/nowhere")
    assert "No story is yours yet" in look(web, "/mine", ann).text


def test_another_process_knows_it_at_once(web, jo, keys):
    other = open_archive(web.archive.settings, choose_engine(web.archive.settings))
    try:
        cookie = session(web.archive, keys["ann"])[1].partition("=")[2]
        assert session_of(other, cookie).actor.own == frozenset()
        name(web, jo, keys["ann"])
        assert session_of(other, cookie).actor.own == {"s-0dra0f00"}
    finally:
        other.close()


def test_it_ends_with_the_role_and_with_the_account(web, jo, keys):
    ann, bea = (session(web.archive, keys[one]) for one in ("ann", "bea"))
    for one in ("ann", "bea"):
        name(web, jo, keys[one])
    with web.archive.writing() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == keys["ann"]).values(roles=["member"]))
        connection.commit()
    disable(web.archive, keys["bea"])
    for cookie in (ann, bea):
        assert look(web, "/stories/hers", cookie) == look(web, "/nowhere")
    assert "Bea" not in look(web, PAGE, jo).text


def test_only_its_gatherer_and_stewards_name_people(web, jo, keys):
    cookies = {one: session(web.archive, key) for one, key in keys.items()}
    for one in ("ann", "mo"):
        assert look(web, PAGE, cookies[one]) == look(web, "/nowhere")
        assert name(web, cookies[one], keys["bea"]) == look(web, "/nowhere")
    assert name(web, cookies["sue"], keys["ann"]).status == 303
    page = look(web, PAGE, cookies["ann"])  # she sees who is named, and does not hand the story on
    assert page.status == 200 and 'class="form"' not in page.text and "Take off" not in page.text
    assert name(web, cookies["ann"], keys["bea"]) == look(web, "/nowhere")
    assert name(web, cookies["ann"], keys["ann"], "off") == look(web, "/nowhere")


def test_who_reads_a_story_and_has_no_part_in_it_finds_no_page_of_its_people(web, jo, keys):
    page = "/s/s-5hared00/people"
    assert look(web, page, jo).status == 200
    for one in ("ann", "mo"):
        cookie = session(web.archive, keys[one])
        assert look(web, "/stories/shared", cookie).status == 200
        assert look(web, page, cookie) == look(web, "/nowhere")
        assert name(web, cookie, keys["bea"], page=page) == look(web, "/nowhere")
        assert name(web, cookie, keys["bea"], "off", page) == look(web, "/nowhere")


def test_colleagues_are_offered_by_name_and_never_by_email_address(web, jo, keys):
    text = look(web, PAGE, jo).text
    assert "Ann, The archive" in text and "Bea, The archive" in text
    assert "@" not in text and "Sue" not in text and ">Mo" not in text


def test_nobody_can_be_named_whom_it_would_not_open_to(web, jo, keys):
    page = "/s/s-11m1ted0/people"
    inside = account(web.archive, "Ina", "gatherer", organisation="NORTHGATE")
    nowhere = account(web.archive, "Una", "gatherer")
    assert "Ina" not in look(web, page, jo).text and "Una" not in look(web, page, jo).text
    for key in (inside, nowhere, keys["mo"], 999, ""):
        answer = name(web, jo, key, page=page)
        assert answer.status == 422 and "Choose a colleague" in answer.text, key
    assert name(web, jo, "x", page=page).status == 404
    assert name(web, jo, keys["ann"], "both", page).status == 422
    with web.archive.engine.connect() as connection:
        assert connection.execute(select(STORY_PERSON)).all() == []


def test_whose_it_is_already_is_offered_to_nobody_and_named_no_second_time(web, jo, keys):
    assert name(web, jo, keys["ann"]).status == 303
    offered = look(web, PAGE, jo).text.partition("<select")[2]
    assert "Bea" in offered and "Ann" not in offered and ">Jo" not in offered
    with web.archive.engine.connect() as connection:
        herself = connection.execute(select(ACCOUNT.c.key).where(ACCOUNT.c.name == "Jo")).scalar_one()
    for key in (keys["ann"], herself):
        answer = name(web, jo, key)
        assert answer.status == 422 and "Choose a colleague" in answer.text
    with web.archive.engine.connect() as connection:
        assert len(connection.execute(select(STORY_PERSON)).all()) == 1


def test_who_named_whom_stands_in_the_audit_without_a_name(web, jo, keys):
    name(web, jo, keys["ann"])
    name(web, jo, keys["ann"], "off")
    name(web, jo, keys["ann"], "off")  # it was off already: nothing happened
    with web.archive.engine.connect() as connection:
        rows = connection.execute(select(AUDIT).where(AUDIT.c.event == "named on a story")).all()
    assert [(row.record_id, row.data["named"]) for row in rows] == [
        ("s-0dra0f00", True),
        ("s-0dra0f00", False),
    ]
    assert "Ann" not in json.dumps([row.data for row in rows])


def test_a_request_from_elsewhere_names_nobody(web, jo, keys):
    fields = {"do": "name", "person": str(keys["ann"])}
    assert send(web, PAGE, fields, jo, headers=[("sec-fetch-site", "cross-site")]).status == 403

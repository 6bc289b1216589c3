"""Who may add a story, and whose text it is while it is looked through."""

import pytest
from sqlalchemy import update

from app.database.people import ACCOUNT
from tests.web.filling import filled_in
from tests.web.people import account, look, send, session, someone
from tests.web.posting import post
from tests.web.serving import served, story


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, {"open.md": story("Open.", "id: s-0pen0000")}) as web:
        yield web


def test_only_gatherers_and_stewards_add_stories(web):
    ann = someone(web.archive, "Ann", "gatherer")
    assert look(web, "/add", ann).status == 200
    assert look(web, "/add", someone(web.archive, "Sue", "steward")).status == 200
    member = someone(web.archive, "Mel", "member")
    nowhere = look(web, "/nowhere", member)
    assert look(web, "/add", member).content == nowhere.content
    assert post(web, "/add", member, {"text": "Hello."}).status == 404
    assert look(web, "/add").status == 303


def test_who_gathers_no_more_finds_none_of_the_texts_that_she_brought(web):
    key = account(web.archive, "Ann", "gatherer", gathers_as="Ann Reed")
    ann = session(web.archive, key)
    address = post(web, "/add", ann, {"text": "She rang back."})["location"].partition("?")[0]
    form = filled_in(look(web, address, ann), address) | {"do": "keep"}
    with web.archive.writing() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.key == key).values(roles=["member"]))
        connection.commit()
    nowhere = look(web, "/add/999", ann)
    assert nowhere.status == 404 and look(web, address, ann).content == nowhere.content
    assert send(web, address, form, ann).status == send(web, f"{address}/preview", form, ann).status == 404

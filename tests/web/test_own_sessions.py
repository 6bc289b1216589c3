"""Where she is signed in: listed at her account, ended there, and nobody else's."""

import re

import pytest
from sqlalchemy import select

from app.database.ledgers import AUDIT
from app.database.people import SIGN_IN
from tests.archives import rows
from tests.web.people import account, look, send, session, someone
from tests.web.serving import served, story


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, {"a.md": story()}) as web:
        yield web


def ended(web):
    return [row for row in rows(web.archive, AUDIT) if row["event"] == "session ended"]


def test_she_ends_another_session_of_hers_and_this_one_has_no_such_button(web):
    key = account(web.archive, "Ann")
    here, there = session(web.archive, key), session(web.archive, key)
    page = look(web, "/account", here).text
    (other,) = re.findall(r'name="session" value="(\d+)"', page)
    assert page.count("here, now") == 1
    answer = send(web, "/account", {"do": "end", "session": other}, here)
    assert (answer.status, answer["location"]) == (303, "/account?saved=end")
    assert "It is ended." in look(web, "/account?saved=end", here).text
    assert look(web, "/account", there).status == 303 and len(ended(web)) == 1


def test_another_s_session_goes_on_and_nothing_is_said_to_have_ended(web):
    mine, hers = someone(web.archive, "Eve"), someone(web.archive, "Ann")
    with web.archive.engine.connect() as connection:
        keys = connection.execute(select(SIGN_IN.c.key).order_by(SIGN_IN.c.key)).scalars().all()
    for number in (keys[-1], 999):
        assert send(web, "/account", {"do": "end", "session": str(number)}, mine).status == 303
    assert look(web, "/account", hers).status == 200 and ended(web) == []
    for number in ("", "x", "-1", "9" * 40):
        assert send(web, "/account", {"do": "end", "session": number}, mine).status == 422

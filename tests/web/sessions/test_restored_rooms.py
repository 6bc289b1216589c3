"""After a backup was put back, guests join again with the code; what they had said is there."""

from app.search.engines import choose_engine
from app.services.backing_up import back_up
from app.services.restoring import Request, restore
from app.services.sessions import joining
from tests.web.people import cookie_in, look
from tests.web.serving import stopped
from tests.web.sessions.doing import code_of, do, guest, idea, join


def put_back(web, backup):
    with stopped(web) as settings:
        restore(Request(backup, settings, choose_engine, settings.withdrawals))


def test_a_guest_is_not_known_after_a_restore_and_joins_again_with_the_code(
    web, ann, session, tmp_path, monkeypatch
):
    monkeypatch.setattr(joining, "MOST_PEOPLE", 2)
    sam, code = guest(web, ann, session), code_of(web, ann, session)
    idea(web, sam, session, "A phone that is answered until ten")
    back_up(web.archive, tmp_path / "one.backup")
    put_back(web, tmp_path / "one.backup")
    for answer in (look(web, session, sam), do(web, sam, session, "idea", text="Hers no more")):
        assert (answer.status, answer["location"]) == (303, "/sessions/join?again=yes")
    assert look(web, f"{session}/live", sam).status == 303
    back = join(web, code, "Sam", sam)
    assert back.status == 303 and back["location"] == session
    cookie = cookie_in(back)
    assert cookie != sam
    shown = look(web, session, cookie).text
    assert "You are here as <b>Sam (2)</b>" in shown and "added by Sam" in shown
    assert "answered until ten" in shown

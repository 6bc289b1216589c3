"""What is new reaches every screen: as events, or asked for; and only what its room may see."""

import asyncio
import json

import pytest

from app.web import session_hub
from tests.web.people import look
from tests.web.sessions.doing import do, guest, idea, write


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(session_hub, "PERIOD", 0.01)
    monkeypatch.setattr(session_hub, "LIFETIME", 1.0)


def changes(web, who, address, after=""):
    return look(web, f"{address}/changes?after={after}", who)


def test_what_is_new_is_asked_for_again_and_again_where_events_do_not_come(web, ann, session):
    sam = guest(web, ann, session)
    first = changes(web, sam, session).json
    assert first["rows"]["ideas"] == [] and "2 people here" in first["parts"]["people"]
    assert changes(web, sam, session, first["mark"]).json["parts"] == {}
    number = idea(web, ann, session)
    write(web, ann, session, number, note="At night")
    news = changes(web, sam, session, first["mark"]).json
    assert news["rows"]["ideas"] == [f"idea-{number}"] and "At night" in news["parts"][f"idea-{number}"]


def heard(web, who, address, after, act, messages=2):
    """The messages of a line that was open while somebody did something."""

    async def listening():
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": f"{address}/live",
            "raw_path": f"{address}/live".encode(),
            "query_string": f"after={after}".encode(),
            "root_path": "",
            "headers": [(b"host", b"localhost:8000"), (who[0].encode(), who[1].encode())],
            "client": ("203.0.113.9", 1),
            "server": ("127.0.0.1", 8000),
            "state": {},
        }
        told, gone, asked = [], asyncio.Event(), []

        async def receive():
            if asked:
                await gone.wait()
                return {"type": "http.disconnect"}
            asked.append(True)
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            for line in message.get("body", b"").decode().splitlines():
                if line.startswith("data: "):
                    told.append(json.loads(line.removeprefix("data: ")))
                    if len(told) == 1:
                        await asyncio.get_running_loop().run_in_executor(None, act)
                if len(told) == messages:
                    gone.set()

        await asyncio.wait_for(web.app(scope, receive, send), 10)
        return told

    return web.runner.run(listening())


def test_an_edit_comes_down_the_line_as_the_parts_that_changed(web, ann, session):
    from app.services.sessions.changing import Sent
    from app.services.sessions.joining import seat_of
    from app.services.sessions.room import Seen
    from app.services.sessions.running import add_idea

    sam, number = guest(web, ann, session), idea(web, ann, session)
    mark = changes(web, sam, session).json["mark"]
    session_id = session.rpartition("/")[2]
    seat = seat_of(web.archive, session_id, None, sam[1].partition("=")[2])

    def act():
        add_idea(web.archive, Sent(Seen(_nobody(), participant=seat), session_id), "From another process")

    first, second = heard(web, sam, session, mark, act)
    assert first["parts"] == {} and first["rows"]["ideas"] == [f"idea-{number}"]
    assert set(second["parts"]) == {f"idea-{number + 1}", f"worth-{number + 1}"} | (
        set(second["parts"]) - {f"idea-{number}"}
    )
    assert f"idea-{number}" not in second["parts"] and second["number"] == first["number"] + 1
    again = heard(web, sam, session, mark, lambda: None, messages=1)
    assert "From another process" in "".join(again[0]["parts"].values())


def _nobody():
    from app.database.visibility import ANONYMOUS

    return ANONYMOUS


def test_a_line_ends_for_who_is_asked_to_leave_and_when_the_server_stops(web, ann, session):
    sam = guest(web, ann, session)
    who = look(web, session, ann).text.partition('name="who" value="')[2].partition('"')[0]
    do(web, ann, session, "leave", who=who)
    assert changes(web, sam, session).status == 410
    web.app.state.hub.stop()
    assert look(web, f"{session}/live", ann).text == "retry: 1000\n\n"


def test_a_line_is_for_participants_alone(web, ann, session):
    from tests.web.people import someone

    bo = someone(web.archive, "Bo", "member")
    assert [look(web, f"{session}/{what}", bo).status for what in ("live", "changes")] == [404, 404]
    assert [look(web, f"{session}/{what}").status for what in ("live", "changes")] == [303, 303]
    headed = web.ask("HEAD", f"{session}/live", headers=[ann])
    assert headed.status == 200 and headed["content-type"].startswith("text/event-stream")


def test_somebody_who_sends_very_much_is_told_to_wait(web, ann, session, monkeypatch):
    from limits import RateLimitItemPerMinute

    monkeypatch.setattr("app.services.throttle.OF_PARTICIPANT", RateLimitItemPerMinute(2))
    answers = [do(web, ann, session, "idea", text=f"Idea {number}") for number in range(3)]
    assert [answer.status for answer in answers] == [303, 303, 422]
    assert "Very much came from you" in answers[2].text

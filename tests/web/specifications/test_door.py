"""A storyteller reads at her own door where her words are cited, what was promised, and what happened."""

from app.database.visibility import TERMINAL
from app.services.gathering.doors import door_of, make_door
from app.services.recording import By
from tests.web.doors import Storyteller
from tests.web.people import hidden, look, send
from tests.web.specifications.doing import asked, begun, cited, quoted, text_of
from tests.web.specifications.test_access import key_of, opened


def at_door(web, language="", story="s-0pen0000"):
    token = make_door(web.archive, TERMINAL, By(), story, language=language, before=door_before(web, story))
    return text_of(Storyteller(web, token).look("?to=since"))


def door_before(web, story):
    with web.archive.engine.connect() as connection:
        row = door_of(connection, story)
    return row.key if row else 0


def test_what_was_promised_and_what_happened_stands_at_the_door_of_each_whom_it_cites(web, cy):
    spec = begun(web, cy, service="Northgate")
    cited(web, cy, asked(web, cy, spec), quoted(web))
    send(web, spec, {"do": "promise", "words": "Ring everybody back", "day": "2026-06-01"}, cy)
    words = at_door(web)
    assert "Plans for services that quote you" in words and "Waiting well, Northgate" in words
    assert "Ring everybody back" in words and "by 1 June 2026" in words
    assert "Nothing has been written about this yet." in words
    page = look(web, spec, cy)
    told = {
        "promise": hidden(page, "promise"),
        "edition": hidden(page, "edition"),
        "words": "We did, in May.",
    }
    assert send(web, spec, {"do": "follow", "done": "yes", **told}, cy).status == 303
    assert "What happened: We did, in May." in at_door(web)
    assert "Co obiecano zrobić" in at_door(web, "pl")
    assert "Ring everybody" not in at_door(web, story="s-t01d0000")
    again = send(web, spec, {"do": "follow", **told, "words": "Mine"}, cy)
    assert again.status == 409 and "Mine" in again.text and "We did, in May." in text_of(again)


def test_a_specification_that_is_closed_is_not_named_at_the_door(web, cy, ann):
    spec = begun(web, cy, service="Northgate")
    cited(web, cy, asked(web, cy, spec), quoted(web))
    send(web, spec, {"do": "promise", "words": "Ring everybody back", "day": ""}, cy)
    opened(web, cy, spec, "named", key_of(web, cy, spec, "Ann"))
    words = at_door(web)
    assert "A service that is being planned" in words and "Ring everybody back" in words
    assert "Waiting well" not in words and "Northgate" not in words

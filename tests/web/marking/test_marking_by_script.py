"""What a script that marks is told: what was said before, so that it can be undone, and what is too much."""

import json

import pytest

from tests.web.marking.doing import AT, MARK, marking, one
from tests.web.people import FORM, FROM_HERE, look, send, someone


def by_script(web, who, address=MARK, **fields):
    headers = (FORM, FROM_HERE, ("accept", "application/json"))
    return send(web, address, {"revision": "1"} | fields, who, headers=headers)


def test_a_script_is_told_what_was_said_of_the_same_words_before(web, ann):
    first = json.loads(by_script(web, ann, anchor=AT, exact="the door", themes="Loss").text)
    told = json.loads(by_script(web, ann, anchor=AT, exact="the door", note="Why.", stays="yes").text)
    ((once,), (again,)) = first["marked"], told["marked"]
    before = {"themes": "Loss", "note": "", "stays": False}
    assert once == {"id": once["id"], "before": None, "after": before}
    assert again == once | {"before": before, "after": before | {"note": "Why.", "stays": True}}
    assert look(web, told["address"].partition("#")[0], ann).status == 200


def test_a_script_is_told_nothing_of_what_somebody_else_said_of_these_words(web, ann):
    one(web, ann, note="Hers.")
    ben = someone(web.archive, "Ben", "commissioner", organisation="Here")
    (his,) = json.loads(by_script(web, ben, anchor=AT, exact="wants to see the door").text)["marked"]
    assert his["before"] is None and his["after"]["note"] == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"selection": json.dumps([{"anchor": AT}] * 300)}, "These are 300 passages, and 20 is the most"),
        ({"selection": json.dumps([{"anchor": AT}] * 1_300)}, "These are 1,300 passages"),
        ({"anchor": AT, "exact": "x" * 100_000}, "These are 100,000 characters, and 5,000 is the most"),
        ({"anchor": AT, "exact": "word " * 20_000}, "These are 99,999 characters"),
    ],
    ids=range(4),
)
def test_what_is_too_much_is_said_with_how_much_it_is(web, ann, fields, said):
    assert said in marking(web, ann, **fields).text

"""Somebody gives a quote a theme, and is told before and after which ones are known and which are new."""

import json
import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import insert, select, update

from app.database.marking import ALIAS, CODEBOOK
from app.services.reconcile import reconcile
from tests.web.marking.doing import AT, BODY, FLAT_AT, marking, one, page
from tests.web.people import look, send, someone
from tests.web.serving import story

LOSS = "Loss — also Bereavement"


def known(web, who, words):
    """What the form that marks offers for a name, and the theme that it is."""
    answer = look(web, f"/marking/themes?{urlencode({'q': words})}", who).json
    return [one["label"] for one in answer["items"]], answer["means"]


def test_while_a_name_is_typed_known_themes_are_offered_and_it_is_said_whether_it_is_one(web, ann):
    one(web, ann, themes="Waiting room")
    assert known(web, ann, "wai") == (["Waiting", "Waiting room"], "")
    assert known(web, ann, "WAITING ") == (["Waiting", "Waiting room"], "Waiting")
    assert known(web, ann, "doors") == ([], "")


def test_a_theme_is_offered_by_its_other_name_to_who_may_know_of_it(web, ann):
    one(web, ann, themes="Loss")
    with web.archive.writing() as connection:
        key = connection.execute(select(CODEBOOK.c.key)).scalar_one()
        alias = {"slug": "bereavement", "name": "Bereavement", "theme": key, "at": web.archive.now()}
        connection.execute(insert(ALIAS).values(alias))
        connection.commit()
    assert known(web, ann, "bereav") == ([LOSS], "") and known(web, ann, "Bereavement") == (
        [LOSS],
        "Loss",
    )
    assert just_said(web, ann, marking(web, ann, anchor=FLAT_AT, themes="bereavement")) == "Marked."


def test_a_theme_that_somebody_has_used_in_a_story_of_her_own_alone_is_not_new_to_her(web):
    draft = story(BODY, "id: s-dra1ft00", "gatherer: J. O.", "status: draft")
    (web.archive.settings.stories / "draft.md").write_text(draft)
    reconcile(web.archive)
    june = someone(web.archive, "June", "gatherer", gathers_as="J. O.", organisation="Here")
    first = marking(web, june, "/s/s-dra1ft00/mark", anchor=AT, themes="Doors")
    again = marking(web, june, "/s/s-dra1ft00/mark", anchor=FLAT_AT, themes="doors")
    assert just_said(web, june, first) == "Marked. “Doors” is a new theme."
    assert just_said(web, june, again) == "Marked." and known(web, june, "doors")[1] == "Doors"


def just_said(web, who, answer):
    """What her page says after she has marked something."""
    found = re.search(r"<p [^>]*data-just>([^<]*)</p>", page(web, who, answer["location"].partition("#")[0]))
    return found[1] if found else None


def test_after_a_mark_the_page_says_which_of_its_themes_is_new(web, ann):
    first = marking(web, ann, anchor=AT, themes="doors, Waiting")
    assert just_said(web, ann, first) == "Marked. “Doors” is a new theme."
    again = marking(web, ann, anchor=FLAT_AT, themes="Doors")
    assert just_said(web, ann, again) == "Marked."
    both = [{"anchor": AT, "exact": "see the door."}, {"anchor": FLAT_AT, "exact": "She kept"}]
    several = marking(web, ann, selection=json.dumps(both), themes="Moving, Chairs")
    assert just_said(web, ann, several) == (
        "Marked. 2 passages, a quote each. “Chairs” and “Moving” are new themes."
    )
    assert "data-just" not in page(web, ann) and "data-just" not in page(web, None)


def test_after_a_change_the_page_says_so_and_which_theme_is_new(web, ann):
    quote = one(web, ann)
    changed = {"do": "save", "themes": "a" * 100 + "ن, doors", "note": ""}
    saved = send(web, f"/q/{quote}/edit", changed, ann)
    assert just_said(web, ann, saved) == f"Saved. “A{'a' * 99}ن” and “Doors” are new themes."


def test_a_theme_that_only_hidden_stories_have_is_as_new_as_any_other(web, ann):
    marking(web, ann, "/s/s-des1gn00/mark", anchor=AT, exact="the chair", themes="Kept in")
    cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
    assert known(web, ann, "kept in")[1] == "Kept in" and known(web, cy, "kept in") == ([], "")
    assert just_said(web, cy, marking(web, cy, anchor=AT, themes="Kept in")) == (
        "Marked. “Kept in” is a new theme."
    )


def test_other_names_are_looked_for_like_names_whatever_their_case_and_accents(web, ann):
    one(web, ann, themes="Loss, Résumé")
    with web.archive.writing() as connection:
        key = connection.execute(select(CODEBOOK.c.key).where(CODEBOOK.c.slug == "loss")).scalar_one()
        names = {"bereavement": "bereavement", "cafe": "café", "long-cold-winter": "Long, cold winter"}
        rows = [
            {"slug": slug, "name": name, "theme": key, "at": web.archive.now()}
            for slug, name in names.items()
        ]
        connection.execute(insert(ALIAS), rows)
        connection.commit()
    for typed, also in (
        ("cafe", "café"),
        ("CAFÉ", "café"),
        ("reave", "bereavement"),
        ("long, c", "Long, cold winter"),
    ):
        assert known(web, ann, typed)[0] == [f"Loss — also {also}"]
    assert known(web, ann, "resu")[0] == known(web, ann, "RÉSU")[0] == ["Résumé"]
    answer = look(web, "/marking/themes?q=cafe", ann).json
    assert answer["items"] == [{"name": "Loss", "label": "Loss — also café"}], "what is written is its name"
    cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
    assert known(web, cy, "los")[0] == ["Loss"]
    close_aliases(web)
    assert known(web, cy, "cafe") == ([], "")


def close_aliases(web):
    """From now on stewards alone know of the other names that no story says."""
    with web.archive.writing() as connection:
        connection.execute(update(ALIAS).values(open=False))
        connection.commit()


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("C++", "C#", "“C#” is the theme “C++” here."),
        ("🌈 joy", "joy", "“joy” is the theme “🌈 joy” here."),
        ("x", "../x", "“../x” is the theme “X” here."),
        ("Being heard", "being_heard", ""),
        ("Café", "cafe", ""),
        ("Doors", "DOORS", ""),
    ],
)
def test_who_types_a_name_that_is_another_theme_here_is_told_so(web, ann, first, second, told):
    one(web, ann, themes=first)
    quote = one(web, ann, "the chair", themes=second)
    answer = marking(web, ann, anchor=FLAT_AT, themes=second)
    assert just_said(web, ann, answer) == f"Marked. {told}".strip()
    saved = send(web, f"/q/{quote}/edit", {"do": "save", "themes": second, "note": ""}, ann)
    assert just_said(web, ann, saved) == f"Saved. {told}".strip()
    assert (known(web, ann, second)[1] == second) == (not told and first == second)


def test_two_names_of_one_theme_in_one_field_are_told_apart_from_it(web, ann):
    assert just_said(web, ann, marking(web, ann, anchor=AT, themes="C++, C#")) == (
        "Marked. “C++” is a new theme. “C#” is the theme “C++” here."
    )

"""What a storyteller said on paper or at her table is taken in once, and recorded by her gatherer."""

import json

import pytest

from app.database.gathering import DOOR_ENTRY
from app.database.visibility import TERMINAL, Actor, Role
from app.errors import EditConflict, InvalidText, NotFound
from app.services.consenting import read_consent_page
from app.services.gathering.bringing import bring_choice, bring_table, take_in
from app.services.gathering.door_desk import anchor_of_number, read_door_desk, read_table
from app.services.gathering.entries import Kind, Said, Way
from app.services.gathering.her_choice import ChoiceRefused, Chosen, confirm
from app.services.recording import By
from tests.archives import found, rows, write
from tests.archives import take_in as take_in_files
from tests.services.gathering.conftest import BODY, ID

SUE = By(7, "Sue")
YES = {"answer": "yes", "uses": ["design"], "until": "", "not_for": []}
BROTHER = "My brother never came back."


def table(archive, *said, **told):
    """A file of answers, as the page writes it."""
    page = read_table(archive, TERMINAL, ID, "")
    whole = {
        "storyhold": "answers from the table",
        "version": 1,
        "story": ID,
        "revision": page.revision,
        "digest": page.digest,
        "day": "2026-05-03",
        "said": [dict(zip(("kind", "anchor", "text"), one, strict=True)) for one in said],
        "consent": None,
    }
    return json.dumps({**whole, **told}, indent=1)


def brings(archive, text, actor=TERMINAL):
    return bring_table(archive, actor, SUE, ID, text)


def anchor(archive, number=2):
    return anchor_of_number(archive, TERMINAL, ID, number)[0]


def entries(archive):
    return sorted(rows(archive, DOOR_ENTRY), key=lambda row: row["key"])


def test_what_she_said_at_the_table_is_taken_in_once(harbour, tmp_path):
    archive = harbour()
    text = table(
        archive,
        ("comment", anchor(archive), "In March."),
        ("closing", anchor(archive), ""),
        ("addition", "", "We speak again."),
        consent=YES,
    )
    brought = brings(archive, text)
    assert (brought.said, brought.closed, brought.consent, brought.problem) == (3, 1, True, "")
    assert [row["kind"] for row in entries(archive)] == ["consent", "comment", "closing", "addition"]
    assert {row["way"] for row in entries(archive)} == {"table"}
    assert found(archive, "brother") == [] and f"::: closed\n{BROTHER}" in (
        tmp_path / "stories/harbour.md"
    ).read_text(encoding="utf-8")
    with pytest.raises(InvalidText, match="already"):
        brings(archive, text)
    assert len(entries(archive)) == 4


def test_a_choice_from_the_table_is_her_gatherers_recording_and_may_widen(harbour):
    archive = harbour("consent: {uses: []}")
    hers = Actor(frozenset({Role.GATHERER}), "Here", frozenset({ID}), signed_in=True)
    brings(archive, table(archive, consent={**YES, "uses": ["publication"]}), hers)
    assert found(archive, "lamplight") == ["harbour"]
    entry = read_consent_page(archive, TERMINAL, ID).entries[0]
    assert entry.source == "recorded in the archive"
    assert entry.note == "She said yes at the table on 2026-05-03, of version 1."
    assert ("Given", "3 May 2026") in entry.facts


GATHERER = Actor(frozenset({Role.GATHERER}), "Here", frozenset({ID}), signed_in=True)


def test_of_answers_that_only_a_steward_may_widen_less_holds_the_rest_is_taken_in_and_more_waits(harbour):
    archive = harbour("consent: {uses: [design, learning, commissioning]}")
    digest = read_door_desk(archive, TERMINAL, ID).digest
    narrowed = Chosen("yes", ("design", "learning"))
    assert bring_choice(archive, GATHERER, SUE, ID, narrowed, expected=digest) == ""
    text = table(
        archive,
        ("comment", anchor(archive), "In March."),
        ("closing", anchor(archive), ""),
        consent={**YES, "uses": ["design", "commissioning"]},
    )
    brought = brings(archive, text, GATHERER)
    assert (brought.said, brought.closed, brought.consent) == (2, 1, False) and "steward" in brought.waits
    assert found(archive, "brother", GATHERER) == []
    assert (
        read_consent_page(archive, TERMINAL, ID).entries[0].uses_label == "May be used for design sessions."
    )
    assert [row["state"] for row in entries(archive)] == ["in force", "open", "open", "in force"]
    with pytest.raises(InvalidText, match="already"):
        brings(archive, text, GATHERER)
    page = read_door_desk(archive, TERMINAL, ID)
    key = next(row["key"] for row in entries(archive) if row["kind"] == "consent" and row["state"] == "open")
    confirm(archive, TERMINAL, SUE, ID, key, expected=page.digest)
    assert "commissioning" in read_consent_page(archive, TERMINAL, ID).entries[0].uses_label


def test_a_choice_on_paper_that_only_a_steward_may_widen_waits(harbour):
    archive = harbour("consent: {uses: [design, learning]}")
    for uses, waits in ((("design",), False), (("learning",), True)):
        digest = read_door_desk(archive, GATHERER, ID).digest
        said = bring_choice(archive, GATHERER, SUE, ID, Chosen("yes", uses), expected=digest)
        assert bool(said) == waits
    assert read_consent_page(archive, TERMINAL, ID).entries[0].uses_label == "No use has been agreed."
    assert [row["state"] for row in entries(archive)] == ["in force", "open"]


def test_of_a_story_that_changed_since_the_table_less_holds_and_more_waits(harbour, tmp_path):
    archive = harbour()
    wants = {**YES, "uses": ["learning"]}
    text = table(archive, ("comment", anchor(archive), "In March."), consent=wants)
    path = tmp_path / "stories/harbour.md"
    write(tmp_path, {"stories/harbour.md": path.read_text().replace(BROTHER, "He never came.")})
    take_in_files(archive)
    brought = brings(archive, text)
    assert "changed since" in brought.problem and not brought.consent
    assert [(row["passage"], row["state"]) for row in entries(archive)] == [("", "open"), (BROTHER, "open")]
    assert found(archive, "lamplight") == []
    assert read_consent_page(archive, TERMINAL, ID).entries[0].uses_label == "No use has been agreed."


def test_bringing_the_same_file_again_takes_in_what_a_crash_cut_off(harbour, monkeypatch):
    archive = harbour()
    text = table(archive, ("comment", anchor(archive), "One."), ("answer", "", "Two."), consent=YES)
    from app.services.gathering import bringing

    keep, calls = bringing.keep, []

    def cut_off(*told):
        calls.append(1)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        return keep(*told)

    monkeypatch.setattr(bringing, "keep", cut_off)
    with pytest.raises(OSError):
        brings(archive, text)
    monkeypatch.setattr(bringing, "keep", keep)
    brings(archive, text)
    assert [row["kind"] for row in entries(archive)] == ["consent", "comment", "answer"]


def strange(told: dict, **changes):
    return json.dumps({**told, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"storyhold": "other"},
        {"version": 2},
        {"version": "1"},
        {"version": True},
        {"story": "s-0ther000"},
        {"story": ["s"]},
        {"revision": -1},
        {"revision": 1.5},
        {"revision": 10**30},
        {"day": "some day"},
        {"day": 5},
        {"said": {}},
        {"said": [{"kind": "consent", "anchor": "", "text": ""}]},
        {"said": [{"kind": "comment", "anchor": "../../x", "text": "a"}]},
        {"said": [{"kind": "comment", "anchor": "", "text": "x" * 20_000}]},
        {"said": [{"kind": "comment", "anchor": "", "text": "a", "more": 1}]},
        {"said": [{"kind": "answer", "anchor": "", "text": "a"}] * 301},
        {"said": [{"kind": "answer", "anchor": "", "text": "a\x00b"}]},
        {"said": []},
        {"consent": {"answer": "yes"}},
        {"consent": {**YES, "uses": ["everything"]}},
        {"consent": {**YES, "uses": []}},
        {"consent": {**YES, "until": "never"}},
        {"consent": {**YES, "until": "2026-05-03"}},
        {"consent": {**YES, "not_for": ["a\x00"]}},
        {"day": "2999-01-01", "consent": YES},
        {"more": 1},
    ],
)
def test_a_file_that_is_not_as_it_was_saved_changes_nothing(harbour, changes):
    archive = harbour()
    told = json.loads(table(archive))
    with pytest.raises(InvalidText) as refused:
        brings(archive, json.dumps({**told, **changes}))
    assert rows(archive, DOOR_ENTRY) == [] and str(refused.value)


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "null", "1", '{"a": 1, "a": 2}', "[" * 100_000, '{"day": NaN}', "\x00", "﻿{}"]
)
def test_what_is_no_file_of_answers_is_named_so(harbour, text):
    with pytest.raises(InvalidText, match="no file of answers"):
        brings(harbour(), text)


def test_only_her_team_brings_anything(harbour):
    archive = harbour()
    with pytest.raises(NotFound):
        brings(archive, table(archive), Actor(frozenset({Role.MEMBER}), "Here", signed_in=True))


def test_a_slip_is_entered_passage_by_passage(harbour):
    archive = harbour()
    said = Said(Kind.CLOSING, "", anchor(archive), 1, Way.PAPER, 7)
    assert take_in(archive, TERMINAL, SUE, ID, said)
    assert [(row["way"], row["state"]) for row in entries(archive)] == [("paper", "in force")]
    assert anchor_of_number(archive, TERMINAL, ID, 99)[0] == ""


def test_a_choice_on_paper_is_recorded_unless_somebody_changed_the_story(harbour):
    archive = harbour()
    digest = read_door_desk(archive, TERMINAL, ID).digest
    bring_choice(archive, TERMINAL, SUE, ID, Chosen("not yet"), expected=digest)
    assert found(archive, "lamplight") == []
    assert read_consent_page(archive, TERMINAL, ID).entries[0].note.startswith("She said not yet on paper on")
    with pytest.raises(EditConflict):
        bring_choice(archive, TERMINAL, SUE, ID, Chosen("no"), expected=digest)
    fresh = read_door_desk(archive, TERMINAL, ID).digest
    with pytest.raises(ChoiceRefused):
        bring_choice(archive, TERMINAL, SUE, ID, Chosen("yes"), expected=fresh)


def test_the_letter_and_the_table_count_passages_as_the_text_has_them(harbour):
    archive = harbour(body=BODY.replace(BROTHER, f"::: closed\n{BROTHER}\n:::"))
    page = read_table(archive, TERMINAL, ID, "pl")
    assert [(one.number, one.closed) for one in page.passages] == [(1, False), (2, True), (3, False)]
    assert page.spoken == "pl" and page.uses[0].label == "Do planowania lepszej pomocy"

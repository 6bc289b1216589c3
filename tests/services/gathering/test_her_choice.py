"""What a storyteller chooses at her door: less holds at once, more waits, and an older choice never wins."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database.gathering import DOOR_ENTRY
from app.database.ledgers import CONSENT_ENTRY, DENIAL
from app.database.visibility import TERMINAL, Actor, Role
from app.errors import EditConflict, InvalidText
from app.services.agreeing import ConsentRefused
from app.services.consenting import read_consent_page
from app.services.gathering import her_choice
from app.services.gathering.door_desk import read_door_desk
from app.services.gathering.her_choice import Answer, ChoiceRefused, Chosen, choose, confirm
from app.services.recording import By
from tests.archives import found, rows, take_in, write
from tests.services.gathering.conftest import ID

GATHERER = Actor(frozenset({Role.GATHERER}), "Here", frozenset({ID}), signed_in=True)
MEMBER = Actor(frozenset({Role.MEMBER}), "Elsewhere", signed_in=True)


def says(archive, answer, *uses, **told):
    return choose(archive, ID, Chosen(answer, uses, revision=1, **told))


def states(archive):
    return [row["state"] for row in sorted(rows(archive, DOOR_ENTRY), key=lambda row: row["key"])]


def press(archive, actor=GATHERER, key=None):
    page = read_door_desk(archive, actor, ID)
    waiting = next(one.key for one in page.entries if one.state == "open") if key is None else key
    confirm(archive, actor, By(7, "Sue"), ID, waiting, expected=page.digest)


def consent_line(tmp_path):
    text = (tmp_path / "stories/harbour.md").read_text()
    return next(line for line in text.split("\n") if line.startswith("consent"))


@pytest.mark.parametrize("answer", [Answer.NO, Answer.NOT_YET])
def test_no_and_not_yet_hold_when_the_answer_comes(harbour, answer, tmp_path):
    archive = harbour()
    outcome = says(archive, answer)
    assert (outcome.narrowed, outcome.waits) == (True, False)
    assert found(archive, "lamplight") == [] == found(archive, "lamplight", MEMBER)
    assert "uses: []" in consent_line(tmp_path) and states(archive) == ["in force"]


def test_what_she_decides_stands_in_the_ledger_as_hers_with_the_day_and_the_version(harbour):
    archive = harbour()
    says(archive, Answer.YES, "design")
    entry = read_consent_page(archive, TERMINAL, ID).entries[0]
    assert (entry.who, entry.source) == ("the storyteller", "said at her own door")
    assert entry.note == "She said yes at her own door on 2026-05-04, of version 1."
    assert entry.uses_label == "May be used for design sessions."


def test_fewer_uses_an_earlier_end_and_an_organisation_hold_against_older_files(harbour, tmp_path):
    archive = harbour()
    before = (tmp_path / "stories/harbour.md").read_text()
    outcome = says(archive, Answer.YES, "design", until="2026-12-01", not_for="Northgate Trust")
    assert (outcome.narrowed, outcome.waits) == (True, False)
    assert "until: 2026-12-01" in consent_line(tmp_path) and "Northgate Trust" in consent_line(tmp_path)
    write(tmp_path, {"stories/harbour.md": before})
    take_in(archive)
    assert found(archive, "lamplight") == []


def test_what_she_adds_waits_and_holds_when_her_gatherer_presses_once(harbour, tmp_path):
    archive = harbour("consent: {uses: [design], given: 2026-01-01}")
    outcome = says(archive, Answer.YES, "design", "publication", until="2027-01-01")
    assert (outcome.narrowed, outcome.waits) == (True, True)  # an end that there was not
    assert found(archive, "lamplight") == [] and states(archive) == ["open"]
    press(archive, TERMINAL)
    assert found(archive, "lamplight") == ["harbour"] and states(archive) == ["done"]
    assert "given: 2026-05-04" in consent_line(tmp_path)


def test_a_gatherer_confirms_what_was_never_narrowed_here_and_a_steward_the_rest(harbour):
    archive = harbour("consent: {uses: []}", status="draft")
    says(archive, Answer.YES, "design")
    press(archive)
    says(archive, Answer.NO)
    says(archive, Answer.YES, "design")
    with pytest.raises(ConsentRefused):
        press(archive)
    assert states(archive)[-1] == "open"
    press(archive, TERMINAL)
    assert states(archive)[-1] == "done"


@pytest.mark.parametrize(
    "told",
    [{"until": "2027-01-01"}, {"not_for": "Northgate Trust"}, {"until": "2027-01-01", "not_for": "A\nB"}],
)
def test_a_first_yes_with_an_end_or_an_organisation_is_recorded_by_her_gatherer(harbour, told, tmp_path):
    archive = harbour("consent: {uses: []}", status="draft")
    outcome = says(archive, Answer.YES, "design", "learning", **told)
    assert (outcome.narrowed, outcome.waits) == (False, True)
    for name in told.get("not_for", "").splitlines():
        assert name in consent_line(tmp_path)  # who is to be kept out is kept out at once
    press(archive)
    assert states(archive) == ["done"] and "uses: [design, learning]" in consent_line(tmp_path)
    says(archive, Answer.YES, "design", "learning", "publication", **told)
    press(archive)  # more of what she never took away
    says(archive, Answer.YES, "design", **told)
    says(archive, Answer.YES, "design", "learning", **told)
    with pytest.raises(ConsentRefused, match="only a steward"):
        press(archive)


def test_what_she_adds_beside_an_end_is_recorded_by_her_gatherer_and_not_more(harbour, tmp_path):
    archive = harbour("consent: {uses: [design], given: 2026-01-01}")
    assert says(archive, Answer.YES, "design", "learning", until="2027-01-01").narrowed
    told = "consent: {uses: [design, learning, publication], until: 2027-01-01}"
    before = (tmp_path / "stories/harbour.md").read_text()
    write(tmp_path, {"stories/harbour.md": before.replace(consent_line(tmp_path), told)})
    take_in(archive)
    assert found(archive, "lamplight") == []  # no file claims more than she asked for
    write(tmp_path, {"stories/harbour.md": before})
    take_in(archive)
    press(archive)
    assert states(archive) == ["done"] and "learning" in consent_line(tmp_path)


def test_whoever_took_uses_away_before_widens_by_no_second_choice(harbour):
    archive = harbour("consent: {uses: [design, learning]}")
    says(archive, Answer.YES, "design")
    says(archive, Answer.YES, "design", "learning", until="2027-01-01")
    with pytest.raises(ConsentRefused, match="only a steward"):
        press(archive)
    page = read_door_desk(archive, GATHERER, ID)
    assert [one.for_stewards for one in page.entries if one.state == "open"] == [True]
    assert not any(one.for_stewards for one in read_door_desk(archive, TERMINAL, ID).entries)


def test_an_older_yes_can_not_be_confirmed_after_a_no(harbour):
    archive = harbour("consent: {uses: [design]}")
    says(archive, Answer.YES, "design", "publication")
    key = rows(archive, DOOR_ENTRY)[0]["key"]
    says(archive, Answer.NO)
    with pytest.raises(EditConflict):
        press(archive, TERMINAL, key)
    assert states(archive) == ["replaced", "in force"] and found(archive, "lamplight", MEMBER) == []


def test_a_no_in_the_very_moment_of_confirming_holds(harbour, monkeypatch):
    archive = harbour("consent: {uses: [design]}")
    says(archive, Answer.YES, "design", "publication")
    recorded = her_choice.record_consent

    def and_then_she_says_no(*told, **named):
        monkeypatch.setattr(her_choice, "record_consent", recorded)
        recorded(*told, **named)
        archive_now = her_choice.keep(archive, ID, her_choice._said(Chosen("no"), her_choice.Consent()))
        assert archive_now  # her entry is there, and her narrowing has not come yet

    monkeypatch.setattr(her_choice, "record_consent", and_then_she_says_no)
    press(archive, TERMINAL)
    assert found(archive, "lamplight") == [] == found(archive, "lamplight", MEMBER)


def test_the_same_again_is_one_thing_that_waits(harbour):
    archive = harbour("consent: {uses: [design]}")
    for _ in range(3):
        says(archive, Answer.YES, "design", "publication")
    assert states(archive) == ["open"]


def test_somebody_who_saves_at_the_same_time_does_not_stop_a_no(harbour, monkeypatch, tmp_path):
    archive, load = harbour(), her_choice.load_file
    calls = []

    def and_somebody_saves(kept, row):
        loaded = load(kept, row)
        if not calls:
            calls.append(1)
            path = tmp_path / "stories/harbour.md"
            path.write_text(path.read_text() + "\nMore.\n")
        return loaded

    monkeypatch.setattr(her_choice, "load_file", and_somebody_saves)
    says(archive, Answer.NO)
    assert found(archive, "lamplight") == [] and "More." in (tmp_path / "stories/harbour.md").read_text()


@pytest.mark.parametrize(
    ("chosen", "fields"),
    [
        (Chosen(), {"answer"}),
        (Chosen("maybe", ("design",)), {"answer"}),
        (Chosen("yes"), {"uses"}),
        (Chosen("yes", ("everything",)), {"uses"}),
        (Chosen("yes", ("design",), "some day"), {"until"}),
        (Chosen("yes", ("design",), "2026-05-03"), {"until"}),
        (Chosen("yes", ("design",), "2" * 90_000), {"until"}),
        (Chosen("yes", ("design",), "", "a\x07b"), {"not_for"}),
        (Chosen("yes", ("design",), "", "x\n" * 60 + "\n".join(map(str, range(60)))), {"not_for"}),
        (Chosen("yes", ("design", "x"), "never", "\x00"), {"uses", "until", "not_for"}),
    ],
)
def test_what_can_not_be_taken_says_why_and_changes_nothing(harbour, chosen, fields):
    archive = harbour()
    before = rows(archive, CONSENT_ENTRY)
    with pytest.raises(ChoiceRefused) as refused:
        choose(archive, ID, chosen)
    assert set(refused.value.problems) == fields
    assert rows(archive, CONSENT_ENTRY) == before and rows(archive, DOOR_ENTRY) == []


def test_nothing_comes_before_a_no(harbour):
    archive = harbour()
    choose(archive, ID, Chosen("no", ("x",), "never", "\x00"))
    assert found(archive, "lamplight") == []


def test_no_takes_no_organisation_off_the_list(harbour, tmp_path):
    archive = harbour("consent: {uses: [design], not_for: [Northgate Trust]}")
    says(archive, Answer.NO)
    assert "Northgate Trust" in consent_line(tmp_path)


def test_an_organisation_that_she_takes_off_waits(harbour, tmp_path):
    archive = harbour("consent: {uses: [design], not_for: [Northgate Trust, Harbour]}")
    outcome = says(archive, Answer.YES, "design", not_for="harbour")
    assert outcome.waits and "Northgate Trust" in consent_line(tmp_path)
    press(archive, TERMINAL)
    assert "Northgate" not in consent_line(tmp_path)


def test_a_file_that_can_not_be_read_takes_no_choice_and_what_she_wants_waits(harbour, tmp_path):
    archive = harbour()
    write(tmp_path, {"stories/harbour.md": "---\nid: s-harb0000\nconsent: {uses: [publication]\n---\nx\n"})
    take_in(archive)
    with pytest.raises(InvalidText):
        says(archive, Answer.NO)
    assert states(archive) == ["open"] and found(archive, "lamplight") == []


def test_a_consent_that_ended_waits_to_be_given_again(harbour):
    archive = harbour("consent: {uses: [design], given: 2026-01-01, until: 2026-05-10}")
    archive.clock.time += timedelta(days=10)
    assert says(archive, Answer.YES, "design").waits
    press(archive, TERMINAL)
    assert found(archive, "lamplight", MEMBER) == ["harbour"]


def test_only_narrowing_leaves_a_denial(harbour):
    archive = harbour("consent: {uses: [design]}")
    assert says(archive, Answer.YES, "design", "learning").waits
    assert rows(archive, DENIAL) == []
    with archive.engine.connect() as connection:
        assert connection.execute(select(CONSENT_ENTRY.c.source)).scalars().all() == ["first seen in a file"]

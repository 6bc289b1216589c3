"""What a storyteller says is kept with the words that she read, and answered by her gatherer."""

import pytest
from sqlalchemy import select

from app.database.gathering import DOOR_ENTRY, WHAT_CAME
from app.database.ledgers import AUDIT, DENIED_TEXT
from app.database.tables import REVISION
from app.database.visibility import TERMINAL, Actor, Role, storyteller
from app.errors import EditConflict, InvalidText, NotFound
from app.services.gathering import closing
from app.services.gathering.answering import add_note, decide, take_note_off, use_words
from app.services.gathering.closing import close_passage
from app.services.gathering.door_desk import read_door_desk
from app.services.gathering.entries import MOST, MOST_OPEN, Kind, Said, State, keep, take_off
from app.services.gathering.her_choice import HERSELF
from app.services.gathering.rewriting import passages_in
from app.services.recording import By
from app.services.withdrawing import Outcome, Request, withdraw
from tests.archives import found, rows, take_in, write
from tests.services.gathering.conftest import BODY, ID

BROTHER = "My brother never came back."
SUE = By(7, "Sue")


def anchor(text, body=BODY):
    return next(one.anchor for one in passages_in(body) if one.text == text)


def says(archive, kind=Kind.COMMENT, text="That was in March.", of=BROTHER, **told):
    return keep(archive, ID, Said(kind, text, anchor(of) if of else "", 1, **told))


def closes(archive, of=BROTHER, revision=1):
    said = Said(Kind.CLOSING, "", anchor(of), revision)
    return close_passage(archive, storyteller(ID), HERSELF, ID, said)


def entry(archive):
    return rows(archive, DOOR_ENTRY)[0]


def text(tmp_path):
    return (tmp_path / "stories/harbour.md").read_text()


def change(archive, tmp_path, before, after):
    write(tmp_path, {"stories/harbour.md": text(tmp_path).replace(before, after)})
    take_in(archive)


def test_a_comment_keeps_the_words_that_she_read_though_the_story_has_changed_since(harbour, tmp_path):
    archive = harbour()
    change(archive, tmp_path, BROTHER, "He never came back.")
    says(archive)
    assert (entry(archive)["passage"], entry(archive)["revision"]) == (BROTHER, 1)
    (shown,) = read_door_desk(archive, TERMINAL, ID).entries
    assert shown.changed and not shown.passage_address


def test_a_comment_on_a_passage_that_never_was_is_kept_without_one(harbour):
    archive = harbour()
    keep(archive, ID, Said(Kind.COMMENT, "Where was it?", "p-000000", 9))
    assert (entry(archive)["passage"], entry(archive)["text"]) == ("", "Where was it?")


def test_nothing_is_kept_of_a_story_that_is_not_there(harbour):
    archive = harbour()
    with pytest.raises(NotFound):
        keep(archive, "s-n0ne0000", Said(Kind.ANSWER, "Hello?"))
    assert rows(archive, DOOR_ENTRY) == []


def test_what_is_sent_twice_is_kept_once_and_another_text_is_another_thing(harbour):
    archive = harbour()
    assert says(archive) == says(archive)
    assert says(archive, text="And in April.") != says(archive)
    assert len(rows(archive, DOOR_ENTRY)) == 2


@pytest.mark.parametrize(
    "text", ["", " \n\u200b", "a\x00b", "\x1b[31m", "\u202eabc", "x" * (MOST + 1), "x" * 10**6]
)
def test_what_can_not_be_kept_is_refused_and_nothing_is(harbour, text):
    archive = harbour()
    with pytest.raises(InvalidText):
        says(archive, text=text)
    assert rows(archive, DOOR_ENTRY) == []


def test_a_flood_of_things_that_nobody_has_read_is_stopped(harbour):
    archive = harbour()
    for number in range(MOST_OPEN):
        keep(archive, ID, Said(Kind.ANSWER, f"No. {number}"))
    with pytest.raises(InvalidText):
        keep(archive, ID, Said(Kind.ANSWER, "One more"))


def test_the_audit_knows_that_she_said_something_and_no_word_of_it(harbour):
    archive = harbour()
    says(archive, text="Zinnia")
    with archive.engine.connect() as connection:
        told = connection.execute(select(AUDIT)).all()
    assert told[-1].event == "said at her own door" and told[-1].account is None
    assert "Zinnia" not in repr(told) and "brother" not in repr(told)


def test_a_passage_that_she_closes_is_in_no_search_and_no_older_file_opens_it(harbour, tmp_path):
    archive = harbour()
    before = text(tmp_path)
    assert found(archive, "brother") == ["harbour"]
    assert closes(archive) is State.IN_FORCE
    assert found(archive, "brother") == [] and f"::: closed\n{BROTHER}\n:::\n" in text(tmp_path)
    assert rows(archive, DENIED_TEXT) != []
    write(tmp_path, {"stories/harbour.md": before})
    take_in(archive)
    assert found(archive, "brother") == [] == found(archive, "lamplight")


def test_closing_changes_the_lines_of_the_passage_and_no_others(harbour, tmp_path):
    archive = harbour(note="kept  # as it was")
    lines = text(tmp_path).split("\n")
    closes(archive)
    assert [line for line in text(tmp_path).split("\n") if ":::" not in line] == lines
    with archive.engine.connect() as connection:
        last = connection.execute(select(REVISION).order_by(REVISION.c.number.desc())).first()
    assert (last.number, last.source, last.who) == (2, "door", "the storyteller")


def test_a_passage_that_moved_is_closed_where_it_stands_now_and_stays_so(harbour, tmp_path):
    archive = harbour()
    change(archive, tmp_path, "By lamplight", "Before.\n\nBy lamplight")
    assert closes(archive) is closes(archive) is State.IN_FORCE
    assert text(tmp_path).count("::: closed") == 1


def test_a_passage_that_has_other_words_by_now_is_not_closed_and_what_she_wants_waits(harbour, tmp_path):
    archive = harbour()
    change(archive, tmp_path, BROTHER, "He never came back.")
    assert closes(archive) is State.OPEN
    assert entry(archive)["passage"] == BROTHER and "::: closed" not in text(tmp_path)


def test_somebody_who_saves_at_the_same_time_does_not_stop_her_closing(harbour, monkeypatch, tmp_path):
    archive, load, calls = harbour(), closing.load_file, []

    def and_somebody_saves(kept, row):
        loaded = load(kept, row)
        if not calls:
            calls.append(1)
            path = tmp_path / "stories/harbour.md"
            path.write_text(path.read_text().replace("It ended well.", "It ended."))
        return loaded

    monkeypatch.setattr(closing, "load_file", and_somebody_saves)
    assert closes(archive) is State.IN_FORCE
    assert "It ended.\n" in text(tmp_path) and f"::: closed\n{BROTHER}" in text(tmp_path)


def test_a_disk_that_refuses_the_file_leaves_the_story_as_it_was_and_her_wish_waiting(
    harbour, monkeypatch, tmp_path
):
    archive = harbour()
    before = text(tmp_path)

    def full(*_told, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.records.store.replace_file", full)
    with pytest.raises(OSError):
        closes(archive)
    assert text(tmp_path) == before and entry(archive)["state"] == "open"


def test_her_words_stand_in_the_story_as_a_new_version_with_one_press(harbour, tmp_path):
    archive = harbour()
    key = says(archive, Kind.WORDS, "My brother never came home.")
    use_words(archive, TERMINAL, SUE, ID, key, "Thank you.")
    assert "\nMy brother never came home.\n" in text(tmp_path) and BROTHER not in text(tmp_path)
    assert (entry(archive)["state"], entry(archive)["reply"]) == ("done", "Thank you.")
    assert found(archive, "home") == ["harbour"]
    with pytest.raises(EditConflict):
        use_words(archive, TERMINAL, SUE, ID, key, "")


def test_words_for_a_passage_that_changed_meanwhile_are_not_put_there(harbour, tmp_path):
    archive = harbour()
    key = says(archive, Kind.WORDS, "My brother never came home.")
    change(archive, tmp_path, BROTHER, "He never came back.")
    with pytest.raises(InvalidText, match="by hand"):
        use_words(archive, TERMINAL, SUE, ID, key, "")
    assert "He never came back." in text(tmp_path) and entry(archive)["state"] == "open"


def test_what_came_later_is_added_once_however_often_the_button_is_pressed(harbour, tmp_path):
    archive = harbour()
    key = says(archive, Kind.ADDITION, "We speak again.", of="")
    use_words(archive, TERMINAL, SUE, ID, key, "")
    again = says(archive, Kind.ADDITION, "We speak again.", of="")
    use_words(archive, TERMINAL, SUE, ID, again, "")
    assert text(tmp_path).count("We speak again.") == 1


def test_an_answer_is_given_once_and_by_her_team_alone(harbour):
    archive = harbour()
    key = says(archive)
    stranger = Actor(frozenset({Role.MEMBER, Role.COMMISSIONER}), "Here", signed_in=True)
    with pytest.raises(NotFound):
        decide(archive, stranger, SUE, ID, key, State.DONE, "")
    decide(archive, TERMINAL, SUE, ID, key, State.DECLINED, "When we meet.")
    assert entry(archive)["reply"] == "When we meet."
    with pytest.raises(EditConflict):
        decide(archive, TERMINAL, SUE, ID, key, State.DONE, "")
    with pytest.raises(NotFound):
        decide(archive, TERMINAL, SUE, ID, 999, State.DONE, "")


def test_she_takes_off_what_nobody_has_answered_and_nothing_else(harbour):
    archive = harbour()
    key = says(archive)
    take_off(archive, "s-0ther000", key)
    assert len(rows(archive, DOOR_ENTRY)) == 1
    take_off(archive, ID, key)
    (row,) = rows(archive, DOOR_ENTRY)  # it stays without its words, so that the others keep their numbers
    assert (row["text"], row["passage"], row["anchor"], row["data"]) == ("", "", "", {})
    key = says(archive)
    decide(archive, TERMINAL, SUE, ID, key, State.DONE, "")
    take_off(archive, ID, key)
    assert [row["state"] for row in rows(archive, DOOR_ENTRY)] == ["off", "done"]


def test_notes_of_what_came_of_it_are_posted_once_and_can_be_taken_off(harbour):
    archive = harbour()
    for _ in range(2):
        add_note(archive, TERMINAL, SUE, ID, "promised", "We ring back.")
    (note,) = rows(archive, WHAT_CAME)
    take_note_off(archive, TERMINAL, SUE, ID, note["key"])
    (row,) = rows(archive, WHAT_CAME)
    assert (row["kind"], row["text"]) == ("", "")
    for kind, said in (("promised", " "), ("other", "So."), ("happened", "a\x00")):
        with pytest.raises(InvalidText):
            add_note(archive, TERMINAL, SUE, ID, kind, said)


def test_nothing_of_what_she_said_is_left_when_her_story_is_erased(harbour):
    archive = harbour()
    says(archive)
    add_note(archive, TERMINAL, SUE, ID, "promised", "We ring back.")
    withdraw(archive, TERMINAL, ID, Request(Outcome.ERASE))
    assert rows(archive, DOOR_ENTRY) == [] == rows(archive, WHAT_CAME)

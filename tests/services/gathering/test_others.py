"""Someone else's story: closed until she agrees, it is disguised, or a steward says why it may be told."""

import pytest

from app.database.gathering import OTHER_PERSON
from app.database.ledgers import DENIED_TEXT
from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Role
from app.errors import InvalidText, NotFound, OthersStory
from app.records.edit import change_keys
from app.records.model import RecordKey, RecordKind, Slug
from app.records.replace import digest_of
from app.rendering.placing import closed_around
from app.services.gathering.names_desk import open_desk
from app.services.gathering.others import marked, passages_in, with_closed
from app.services.gathering.others_desk import close_passage, open_passage, settle_passage
from app.services.intents import Intent
from app.services.recording import By
from app.services.saving import save_record
from tests.archives import PUBLISHED, found, make_archive, rows, take_in

ID = "s-her0n000"
KEY = RecordKey(RecordKind.STORY, Slug("heron"))
HERS = "My brother went out to the boats every night that winter and told nobody why."
TEXT = f"The first thing is the chair.\n\n{HERS}\n\nThe last thing is the door.\n"
GATHERER = Actor(roles=frozenset({Role.GATHERER}), own=frozenset({ID}), signed_in=True)


@pytest.fixture
def archive(tmp_path):
    archive = make_archive(tmp_path, {"stories/heron.md": f"---\nid: {ID}\n{PUBLISHED}\n---\n{TEXT}"})
    take_in(archive)
    return archive


def file_of(archive):
    return (archive.settings.stories / "heron.md").read_bytes()


def desk(archive, actor=TERMINAL):
    return open_desk(archive, actor, By(), ID)


def close(archive, actor=GATHERER):
    (anchor,) = [one.anchor for one in passages_in(TEXT).passages if one.text == HERS]
    close_passage(desk(archive, actor), anchor)
    with archive.engine.connect() as connection:
        (digest,) = marked(connection, ID)
    return digest


def save(archive, body):
    content = change_keys(file_of(archive), {}, body=body)
    expected = digest_of(file_of(archive))
    return save_record(archive, KEY, content, expected=expected, intent=Intent("editor"))


def test_a_passage_is_closed_by_itself_and_readers_find_no_word_of_it(archive):
    assert found(archive, "boats", ANONYMOUS) == ["heron"]
    close(archive)
    assert f"\n\n::: closed\n{HERS}\n:::\n\nThe last".encode() in file_of(archive)
    assert found(archive, "boats", ANONYMOUS) == [] and found(archive, "chair", ANONYMOUS) == ["heron"]
    assert HERS not in repr(rows(archive, OTHER_PERSON))


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        TEXT.replace("My brother went", "My brother always went"),
        TEXT.replace(HERS, f"And then. {HERS} So."),
        TEXT.replace(HERS, HERS.replace("My brother", "Somebody")),
    ],
)
def test_a_save_that_would_open_it_is_refused_also_with_some_words_changed(archive, body):
    close(archive)
    before = file_of(archive)
    with pytest.raises(OthersStory, match="someone else’s story and stays closed"):
        save(archive, body)
    assert file_of(archive) == before


def test_it_stays_closed_where_the_file_was_broken_by_hand_and_is_mended_in_the_editor(archive):
    close(archive)
    path = archive.settings.stories / "heron.md"
    path.write_bytes(file_of(archive).replace(b"---\nid", b"---\n\t: id"))
    take_in(archive)
    mended = f"---\nid: {ID}\n{PUBLISHED}\n---\n{TEXT}".encode()
    with pytest.raises(OthersStory):
        save_record(archive, KEY, mended, expected=digest_of(file_of(archive)), intent=Intent("editor"))
    closed = mended.replace(HERS.encode(), f"::: closed\n{HERS}\n:::".encode())
    save_record(archive, KEY, closed, expected=digest_of(file_of(archive)), intent=Intent("editor"))


def test_the_rest_of_the_text_is_edited_freely_and_the_passage_can_be_taken_out(archive):
    close(archive)
    save(archive, TEXT.replace(HERS, f"::: closed\n{HERS}\n:::").replace("the door", "the window"))
    save(archive, TEXT.replace(f"{HERS}\n\n", ""))


def test_a_gatherer_notes_that_she_agreed_and_a_steward_opens_it_to_readers(archive):
    digest = close(archive)
    with pytest.raises(InvalidText, match="Nothing lets"):
        open_passage(desk(archive, TERMINAL), digest)
    settle_passage(desk(archive, GATHERER), digest, "agreed", "On the phone, 3 May.")
    assert "On the phone" not in repr(rows(archive, OTHER_PERSON))
    assert open_passage(desk(archive, TERMINAL), digest) is True
    assert TEXT.encode() in file_of(archive)
    assert found(archive, "boats", ANONYMOUS) == ["heron"]
    assert rows(archive, DENIED_TEXT) == []


def test_a_gatherer_may_open_it_in_the_text_and_readers_wait_for_a_steward(archive):
    digest = close(archive)
    settle_passage(desk(archive, GATHERER), digest, "disguised", "Another trade, another coast.")
    assert open_passage(desk(archive, GATHERER), digest) is False
    assert found(archive, "boats", ANONYMOUS) == found(archive, "chair", ANONYMOUS) == []


def test_only_a_steward_records_why_it_may_be_told_without_asking(archive):
    digest = close(archive)
    with pytest.raises(InvalidText, match="Only a steward"):
        settle_passage(desk(archive, GATHERER), digest, "recorded", "She died in 1987.")
    settle_passage(desk(archive, TERMINAL), digest, "recorded", "She died in 1987.")
    assert [row["settled"] for row in rows(archive, OTHER_PERSON)] == ["recorded"]


def test_what_was_settled_is_taken_back_only_while_the_passage_is_closed(archive):
    digest = close(archive)
    settle_passage(desk(archive, GATHERER), digest, "agreed", "Yes.")
    settle_passage(desk(archive, GATHERER), digest, "", "")
    with pytest.raises(OthersStory):
        save(archive, TEXT)
    settle_passage(desk(archive, GATHERER), digest, "agreed", "Yes.")
    open_passage(desk(archive, TERMINAL), digest)
    with pytest.raises(InvalidText, match="Close it first"):
        settle_passage(desk(archive, GATHERER), digest, "", "")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_without_a_reason_nothing_is_settled(archive, reason):
    digest = close(archive)
    with pytest.raises(InvalidText, match="in a few words"):
        settle_passage(desk(archive, GATHERER), digest, "agreed", reason)


def test_a_passage_of_another_story_is_not_there(archive):
    with pytest.raises(NotFound):
        settle_passage(desk(archive, TERMINAL), "0" * 64, "agreed", "Yes.")
    with pytest.raises(NotFound):
        open_passage(desk(archive, TERMINAL), "0" * 64)


OTHERS = "Nobody asked my brother about any of it, not once in all the years."


@pytest.mark.parametrize(
    ("body", "closed"),
    [
        (f"One.\n\n> Two.\n>\n> {OTHERS}\n>\n> Four.\n", {OTHERS}),
        (f"> {OTHERS}\n\nFour.\n", {OTHERS}),
        (f"- Two.\n- {OTHERS}\n\nFour.\n", {"Two.", OTHERS}),
        (f"{OTHERS}\n# Then\nFour.\n", {OTHERS}),
        (f"::: closed\nX is here.\n\nY.\n:::\n\n{OTHERS}\n\n::: closed\nZ is here.\n", {OTHERS}),
        (f"```\n::: closed\n```\n\n{OTHERS}\n", {OTHERS}),
        (f"One\n{OTHERS}", {f"One {OTHERS}"}),
        (f"| a | b |\n|---|---|\n| c | {OTHERS} |\n\nFour.\n", {f"a b c {OTHERS}"}),
    ],
)
def test_a_passage_is_closed_wherever_it_stands_and_nothing_else_with_it(body, closed):
    before = passages_in(body, closed=False).passages
    (anchor,) = [one.anchor for one in before if OTHERS in one.text]
    changed, texts = with_closed(body, anchor)
    assert set(texts) == closed
    after = {one.text for one in passages_in(changed, closed=False).passages}
    assert after == {one.text for one in before} - closed
    assert [line for line in changed.split("\n") if line.strip(" >") not in ("::: closed", ":::")] == [
        line for line in body.split("\n") if line.strip(" >") not in ("::: closed", ":::")
    ]


def test_where_there_is_no_such_passage_nothing_is_closed():
    assert closed_around("One.\n", "p-000000") == []
    with pytest.raises(InvalidText):
        with_closed("One.\n", "p-000000")

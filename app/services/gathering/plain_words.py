"""What stands on a storyteller's own pages more than once, in the plainest words there are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from app.database.gathering import DOOR_ENTRY, WHAT_CAME
from app.database.tables import AnyRow
from app.database.visibility import today, uses_of
from app.records.model import Status, Use
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.gathering.entries import WRITTEN, Kind, State
from app.services.gathering.hearing import NEW_WAITS, ONLY, Hearers, will_read
from app.services.gathering.her_choice import Answer
from app.services.gathering.numbering import numbers
from app.services.gathering.wording import LANGUAGES, Words, later
from app.services.states import is_open
from app.services.views import Box, Came, Language, SaidByHer

USES = {
    Use.DESIGN: (
        later("For planning better services"),
        later("People who plan help and support work with it, to understand what it is like."),
    ),
    Use.LEARNING: (
        later("For training people"),
        later("It is told where people who work in services learn, and at meetings about this work."),
    ),
    Use.COMMISSIONING: (
        later("For the people who decide which services are paid for"),
        later("They read it, and quote from it when they decide what is to be paid for."),
    ),
    Use.PUBLICATION: (
        later("For everybody to read"),
        later(
            "Anybody can read it, also on the internet. Copies of it may be made that nobody can call back."
        ),
    ),
}
ANSWERS = {
    Answer.YES: (later("Yes"), later("My story may be used for what I tick below.")),
    Answer.NOT_YET: (later("Not yet"), later("I do not want to decide yet. Until then nobody uses it.")),
    Answer.NO: (later("No"), later("My story may not be used.")),
}
KINDS = {
    Kind.COMMENT: later("You wrote about a passage"),
    Kind.WORDS: later("You would say it in other words"),
    Kind.CLOSING: later("You closed a passage"),
    Kind.ADDITION: later("You added something"),
    Kind.CONSENT: later("You said what may be done with your story"),
    Kind.ANSWER: later("You wrote to the people who look after it"),
    Kind.ERASING: later("You asked for your story to be erased"),
}
STATES = {
    State.DONE: later("Done."),
    State.DECLINED: later("Read, and not done for now."),
    State.IN_FORCE: later("It holds."),
    State.REPLACED: later("You said something else later."),
}
CAME = {"promised": later("What we said we would do"), "happened": later("What happened")}
DRAFT = later("It is not finished.")
CLOSED = later("At the moment nobody uses it.")
ENDED = later("What you agreed to ended after %(day)s. Nobody uses it until you say so again.")
OPEN = later("It may be used like this:")
OPEN_UNTIL = later("Until %(day)s it may be used like this:")


def standing(archive: Archive, row: AnyRow, words: Words, hearers: Hearers) -> tuple[str, list[str]]:
    """Who may read a story now, in a sentence, and the uses that are agreed, where any hold."""
    day = today(archive.now())
    if row.status == Status.DRAFT:
        return f"{words.say(DRAFT)} {words.say(ONLY[hearers])}", []
    if row.until and row.until < day and row.uses:
        return words.say(ENDED, day=date_label(row.until, words.dates)), []
    if not is_open(row, day):
        return f"{words.say(CLOSED)} {words.say(ONLY[hearers])}", []
    uses = [words.say(USES[use][0]) for use in uses_of(row.uses)]
    if row.until:
        return words.say(OPEN_UNTIL, day=date_label(row.until, words.dates)), uses
    return words.say(OPEN), uses


def use_boxes(words: Words, chosen: Sequence[str] = ()) -> list[Box]:
    """The four uses, to tick."""
    return [Box(use, words.say(label), words.say(said), use in chosen) for use, (label, said) in USES.items()]


def answer_boxes(words: Words, chosen: str = "") -> list[Box]:
    """Yes, not yet, no."""
    return [
        Box(one, words.say(label), words.say(said), one == chosen) for one, (label, said) in ANSWERS.items()
    ]


def languages(current: str) -> list[Language]:
    """Every language of the door."""
    return [Language(code, name, code == current) for code, name in LANGUAGES.items()]


def wants(data: dict[str, Any], words: Words) -> list[str]:
    """What a consent that she chose says, line by line."""
    lines = [words.say(ANSWERS[Answer(data["answer"])][0])]
    lines += [words.say(USES[use][0]) for use in Use if use in data["uses"]]
    if data["until"]:
        lines.append(words.say("Until %(day)s", day=date_label(data["until"], words.dates)))
    if data["not_for"]:
        lines.append(words.say("Not for: %(names)s", names=", ".join(data["not_for"])))
    return lines


def said_by_her(
    connection: Connection, rows: Sequence[AnyRow], words: Words, hearers: Hearers
) -> list[SaidByHer]:
    """What she said of one story, as she reads it again."""
    known = numbers(connection, DOOR_ENTRY, rows[0].story_id) if rows else {}
    return [_said(row, known[row.key], words, hearers) for row in rows]


def _said(row: AnyRow, number: int, words: Words, hearers: Hearers) -> SaidByHer:
    kind, state = Kind(row.kind), State(row.state)
    waiting = NEW_WAITS[hearers] if kind is Kind.CONSENT else will_read(hearers)
    return SaidByHer(
        key=number,
        kind=row.kind,
        label=words.say(KINDS[kind]),
        when_label=date_label(row.at.date().isoformat(), words.dates),
        anchor=row.anchor,
        passage=row.passage,
        text="\n".join(wants(row.data, words)) if kind is Kind.CONSENT else row.text,
        state=row.state,
        state_label=words.say(waiting if state is State.OPEN else STATES[state]),
        reply=row.reply,
        may_take_off=kind in WRITTEN and state is State.OPEN,
    )


def what_came(connection: Connection, story_id: str, words: Words) -> list[Came]:
    """The notes of what has come of a story, the newest first."""
    hers = select(WHAT_CAME).where(WHAT_CAME.c.story_id == story_id, WHAT_CAME.c.kind != "")
    known = numbers(connection, WHAT_CAME, story_id)
    return [
        Came(
            known[row.key],
            row.kind,
            words.say(CAME[row.kind]),
            date_label(row.at.date().isoformat(), words.dates),
            row.text,
        )
        for row in connection.execute(hers.order_by(WHAT_CAME.c.key.desc()))
    ]

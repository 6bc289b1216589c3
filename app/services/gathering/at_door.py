"""What a storyteller reads at her own door: her story, what she said of it, and what became of it."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from sqlalchemy import Connection, select

from app.database.ledgers import DENIAL
from app.database.tables import AnyRow
from app.database.visibility import ANONYMOUS
from app.records.model import RecordKind, Status
from app.rendering.markdown import render
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.denying import Kind as Denied
from app.services.gathering.bracketing import shows_replaced
from app.services.gathering.doors import Door
from app.services.gathering.entries import Kind, State, as_read, entries_of
from app.services.gathering.hearing import hearers_of, who_hears
from app.services.gathering.her_choice import Answer, Chosen
from app.services.gathering.picturing import shown_inside
from app.services.gathering.plain_words import (
    answer_boxes,
    languages,
    said_by_her,
    standing,
    use_boxes,
    wants,
    what_came,
)
from app.services.gathering.plans import promises_at_door
from app.services.gathering.rewriting import passage_at
from app.services.gathering.since import where_it_went
from app.services.gathering.wording import Words, later, words_in
from app.services.reading import linked, moment_view
from app.services.references import ReferenceTargets
from app.services.sessions.telling import tables_of
from app.services.versions import shown_version
from app.services.views import (
    DoorBackPage,
    DoorGonePage,
    DoorPage,
    DoorPart,
    DoorPassagePage,
    DoorSincePage,
    DoorUsesPage,
    DoorWritePage,
    EndedIn,
    NavigationItem,
    SaidByHer,
    WhoHears,
)

ANCHOR = re.compile(r'<a (?=[^>]*class="anchor")[^>]*href="#(p-[^"]+)"[^>]*>#</a>(</(?:p|div)>)?')
WHY = re.compile(r"(?<=<p class=\"why\">)[^<]*")
SAY = later("Say something")
CLOSED_HERE = later("This is closed.")
ENDED = (
    later("Perhaps there is a newer one, or a letter of it is missing."),
    later("Ask the person who gave it to you for a fresh link. You can have one at any time."),
    later("Nothing has happened to your story because of this."),
)
CLOSED_PASSAGE = later("Closed passage")


def read_door(archive: Archive, door: Door, at: str = "") -> DoorPage:
    """Her story as it would appear, with what she closed. `at` is the anchor of the passage where she was."""
    row, words = door.row, words_in(door.language)
    with archive.engine.connect() as connection:
        hearers = hearers_of(archive, connection, row)
        said_now, uses = standing(archive, row, words, hearers)
        entries = entries_of(connection, row.id)
        said = said_by_her(connection, entries, words, hearers)
        who = who_hears(hearers, words)
        waiting = [one for one in said if one.state == State.OPEN]
        body = _body(archive, connection, row, (words, who), waiting, at)
        shown = [one for part in body for one in part.said]
        texts = (row.title, row.heading, row.summary, *(part.body_html for part in body))
        return DoorPage(
            heading=row.heading,
            title=row.title,
            language=row.language or archive.settings.language,
            summary=row.summary,
            role=row.role,
            content_notes=tuple(row.content_notes),
            moments=[moment_view(moment) for moment in row.moments],
            strengths=tuple(row.strengths),
            hopes=tuple(row.hopes),
            body=body,
            standing=said_now,
            uses=uses,
            waits=any(one.kind == Kind.CONSENT and one.state == State.OPEN for one in entries),
            said=[one for one in said if one not in shown],
            languages=languages(door.language),
            revision=row.revision,
            who=who,
            replaced=shows_replaced(archive, connection, row.id, texts),
            placed=any(part.here for part in body),
            tables=tables_of(connection, row.id, words),
        )


def _body(
    archive: Archive,
    connection: Connection,
    row: AnyRow,
    spoken: tuple[Words, WhoHears],
    waiting: Sequence[SaidByHer],
    at: str,
) -> list[DoorPart]:
    """The text, with a link at each passage, also at those that are closed, and below it what she said."""
    words, who = spoken
    story = shown_version(connection, row, archive.now().date())
    targets = ReferenceTargets(RecordKind.STORY, row.slug)
    whole = render(story.body, links=targets, show_closed=True, title=row.title, link_closed=True)
    pictured = shown_inside(archive, row.id, whole.html, lambda digest: f"?picture={digest}")
    html = linked(archive, connection, ANONYMOUS, pictured)
    html = html.replace('aria-label="Closed passage"', f'aria-label="{escape(words.say(CLOSED_PASSAGE))}"')
    html = WHY.sub(lambda _: escape(f"{words.say(CLOSED_HERE)} {who.only}"), html)
    return list(_parts(html, escape(words.say(SAY)), waiting, at))


def _parts(html: str, label: str, waiting: Sequence[SaidByHer], at: str) -> Iterator[DoorPart]:
    end = 0
    for found in ANCHOR.finditer(html):
        anchor = found[1]
        link = f'<a class="say" href="?p={anchor}">{label}</a>{found[2] or ""}'
        below = [one for one in waiting if one.anchor == anchor] if found[2] else []
        yield DoorPart(html[end : found.start()] + link, below, bool(found[2]) and anchor == at)
        end = found.end()
    yield DoorPart(html[end:])


def read_passage(archive: Archive, door: Door, anchor: str, revision: int = 0) -> DoorPassagePage | None:
    """One passage, and what she said of it; None where there is none in the version that she read."""
    row, words = door.row, words_in(door.language)
    with archive.engine.connect() as connection:
        text = as_read(archive, connection, row, anchor, revision or row.revision)
        if not text:
            return None
        now = passage_at(shown_version(connection, row, archive.now().date()).body, anchor)
        hers = [one for one in entries_of(connection, row.id) if one.anchor == anchor]
        hearers = hearers_of(archive, connection, row)
        said = said_by_her(connection, hers, words, hearers)
    return DoorPassagePage(
        anchor=anchor,
        text=text,
        language=row.language or archive.settings.language,
        closed=now is not None and now.closed,
        revision=revision or row.revision,
        said=said,
        who=who_hears(hearers, words),
    )


def read_uses(archive: Archive, door: Door, chosen: Chosen | None = None) -> DoorUsesPage:
    """The form as she chose last, else as it stands in the file; or as she has just filled it in."""
    row, words = door.row, words_in(door.language)
    with archive.engine.connect() as connection:
        entries = [one for one in entries_of(connection, row.id) if one.kind == Kind.CONSENT]
        story = shown_version(connection, row, archive.now().date())
        hearers = hearers_of(archive, connection, row)
    last = entries[0] if entries else None
    if chosen is None and last is not None:
        data = last.data
        told = (data["answer"], tuple(data["uses"]), data["until"], "\n".join(data["not_for"]))
        shown = Chosen(*told)
    elif chosen is None:
        said, uses = story.consent, tuple(use.value for use in story.consent.uses)
        shown = Chosen(Answer.YES if uses else "", uses, said.until or "", "\n".join(said.not_for))
    else:
        shown = chosen
    waits = last is not None and last.state == State.OPEN
    return DoorUsesPage(
        answers=answer_boxes(words, shown.answer),
        uses=use_boxes(words, shown.uses),
        until=shown.until,
        not_for=shown.not_for,
        revision=row.revision,
        who=who_hears(hearers, words),
        waits="; ".join(wants(last.data, words)) if waits and last is not None else "",
    )


def read_since(archive: Archive, door: Door) -> DoorSincePage:
    """Where her words have gone, and what has come of it."""
    row, words = door.row, words_in(door.language)
    with archive.engine.connect() as connection:
        answers = [one for one in entries_of(connection, row.id) if one.kind == Kind.ANSWER]
        hearers = hearers_of(archive, connection, row)
        return DoorSincePage(
            went=where_it_went(archive, connection, row, words),
            came=what_came(connection, row.id, words),
            promises=promises_at_door(connection, row.id, words),
            said=said_by_her(connection, answers, words, hearers),
            revision=row.revision,
            who=who_hears(hearers, words),
        )


def read_later(archive: Archive, door: Door) -> DoorWritePage:
    """What she added, and room for more."""
    words = words_in(door.language)
    with archive.engine.connect() as connection:
        hers = [one for one in entries_of(connection, door.row.id) if one.kind == Kind.ADDITION]
        hearers = hearers_of(archive, connection, door.row)
        said = said_by_her(connection, hers, words, hearers)
    return DoorWritePage(revision=door.row.revision, said=said, who=who_hears(hearers, words))


def read_back(archive: Archive, door: Door, contact: NavigationItem | None) -> DoorBackPage:
    """What she reads before she takes her story back."""
    with archive.engine.connect() as connection:
        hearers = hearers_of(archive, connection, door.row)
    return DoorBackPage(who_hears(hearers, words_in(door.language)), contact)


def is_gone(door: Door) -> bool:
    """Whether the story was taken back."""
    return bool(door.row.status == Status.WITHDRAWN)


def ended_in(words: Words) -> EndedIn:
    """What is said of a link that opens nothing."""
    return EndedIn(
        words.language,
        words.say("This link does not open anything now"),
        [words.say(one) for one in ENDED],
        words.say("Here is what you wrote, so that you can copy it:"),
        words.say("You can ask here:"),
    )


def read_gone(archive: Archive, door: Door, contact: NavigationItem | None) -> DoorGonePage:
    """What stands at the door of a story that was taken back: nothing of the story."""
    denied = (DENIAL.c.story_id == door.row.id, DENIAL.c.kind == Denied.WITHDRAWN.value)
    with archive.engine.connect() as connection:
        at = connection.execute(select(DENIAL.c.at).where(*denied)).scalar()
        entries = entries_of(connection, door.row.id)
        hearers = hearers_of(archive, connection, door.row)
    return DoorGonePage(
        since_label=date_label(at[:10], words_in(door.language).dates) if at else "",
        asked=any(one.kind == Kind.ERASING for one in entries),
        languages=languages(door.language),
        who=who_hears(hearers, words_in(door.language)),
        contact=contact,
    )

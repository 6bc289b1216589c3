"""What a persona's statements rest on, counted from what this reader may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from app.database.marking import QUOTE
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Actor, quotes_of, visible_to
from app.records.ids import normal_id
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.documents import chunks
from app.services.quoting import bare, is_speech
from app.services.references import PASSAGE_ANCHOR
from app.services.views import EvidenceView, Flag, StatementGroupView, StatementView

OF_STORY = [STORY.c[name] for name in ("id", "slug", "heading", "folded", "content_notes", "language")]
OF_PASSAGE = (PASSAGE.c.anchor, PASSAGE.c.text, PASSAGE.c.quotation)
_PLACED = ("id", "story_id", "anchor", "start", "size", "located", "closed", "state", "removed", "changed")
_MARKED = select(*(QUOTE.c[name] for name in _PLACED))
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Source:
    """What a reference points at, as far as this reader may see it."""

    story_id: str
    view: EvidenceView


def sources(
    archive: Archive, connection: Connection, actor: Actor, references: Iterable[str]
) -> dict[str, Source]:
    """What those references lead to, of passages, quotes and whole stories that this reader may see."""
    written = list(dict.fromkeys(references))
    seen = visible_to(actor, archive.now())
    return {
        **_passages(connection, seen, written),
        **_quotes(connection, seen, written),
        **_wholes(connection, seen, written),
    }


def _passages(connection: Connection, seen: Condition, references: Iterable[str]) -> dict[str, Source]:
    wanted = {reference: parts for reference in references if (parts := split_reference(reference))}
    found: dict[tuple[str, str], Source] = {}
    joined = select(*OF_STORY, *OF_PASSAGE).join(PASSAGE, PASSAGE.c.story_id == STORY.c.id)
    anchors = sorted({anchor for _, anchor in wanted.values()})
    for ids in chunks({story for story, _ in wanted.values()}):
        for row in connection.execute(
            joined.where(STORY.c.id.in_(ids), PASSAGE.c.anchor.in_(anchors), seen)
        ).all():
            found[row.id, row.anchor] = _source(row, f"{story_address(row.slug)}#{row.anchor}", row.text)
    return {reference: found[parts] for reference, parts in wanted.items() if parts in found}


def _quotes(connection: Connection, seen: Condition, references: Iterable[str]) -> dict[str, Source]:
    """By the words that stand at a quote's place now: those that were marked may have been closed."""
    wanted = {reference: named for reference in references if (named := record_of(reference, "q-"))}
    here = and_(PASSAGE.c.story_id == QUOTE.c.story_id, PASSAGE.c.anchor == QUOTE.c.anchor)
    joined = select(
        *OF_STORY, *OF_PASSAGE, QUOTE.c.id.label("quote"), QUOTE.c.start, QUOTE.c.size
    ).select_from(QUOTE.join(STORY, STORY.c.id == QUOTE.c.story_id).join(PASSAGE, here))
    found: dict[str, Source] = {}
    for ids in chunks(set(wanted.values())):
        for row in connection.execute(joined.where(QUOTE.c.id.in_(ids), quotes_of(seen))).all():
            words = row.text[row.start : row.start + row.size]
            found[row.quote] = _source(row, f"/q/{row.quote}", words)
    return {reference: found[quote] for reference, quote in wanted.items() if quote in found}


def marks_named(connection: Connection, references: Iterable[str]) -> str:
    """A digest of the quotes that are named, as they are marked now: marks change without the catalogue."""
    wanted = {named for reference in references if (named := record_of(reference, "q-"))}
    there = list[AnyRow]()
    for ids in chunks(sorted(wanted)):
        there += connection.execute(_MARKED.where(QUOTE.c.id.in_(ids))).all()
    return sha256(repr(sorted(map(tuple, there))).encode("utf-8", "surrogatepass")).hexdigest()


def _wholes(connection: Connection, seen: Condition, references: Iterable[str]) -> dict[str, Source]:
    """Stories that are named without a passage: what speaks is the whole, and no sentence of it."""
    wanted = {reference: named for reference in references if (named := record_of(reference, "s-"))}
    found: dict[str, Source] = {}
    for ids in chunks(set(wanted.values())):
        for row in connection.execute(select(*OF_STORY).where(STORY.c.id.in_(ids), seen)):
            view = EvidenceView(story_address(row.slug), "", row.heading, None, whole=True)
            found[row.id] = Source(row.id, view)
    return {reference: found[story] for reference, story in wanted.items() if story in found}


def _source(row: AnyRow, address: str, words: str) -> Source:
    """Of a story with a content note no words: whoever wants them opens the story."""
    spoken = row.quotation or is_speech(row.text)
    view = EvidenceView(
        address=address,
        anchor=row.anchor,
        name=row.heading,
        text=None if row.folded else (bare(words) if spoken else words),
        spoken=spoken,
        content_notes=tuple(row.content_notes),
        language=row.language,
    )
    return Source(row.id, view)


def split_reference(reference: str) -> tuple[str, str] | None:
    """Story id and anchor of `s-…#p-…`; None for anything else."""
    record, _, anchor = reference.strip().partition("#")
    story_id = record_of(record, "s-")
    return (story_id, anchor) if story_id and PASSAGE_ANCHOR.fullmatch(anchor) else None


def record_of(reference: str, prefix: str) -> str | None:
    """The id of a record of this kind, `s-` or `q-`, of which no passage is named; None for anything else."""
    found = normal_id(reference.strip())
    return found if found and found.startswith(prefix) else None


def references_of(groups: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every reference under a persona's statements, for and against."""
    return [
        reference
        for group in groups
        for statement in group["statements"]
        for reference in (*statement["evidence"], *statement["against"])
    ]


def group_views(
    groups: Iterable[Mapping[str, Any]],
    found: Mapping[str, Source],
    flagged: Mapping[str, Flag] | None = None,
) -> list[StatementGroupView]:
    """Statements with their evidence as far as it was found, and what is `flagged` of it.

    A statement that rests only on words which this reader may not read is not there for her either.
    """
    told = flagged or {}
    views = [
        StatementGroupView(
            group["heading"],
            [_statement_view(s, found, told) for s in group["statements"] if is_open(s, found, told)],
        )
        for group in groups
    ]
    return [view for view in views if view.statements]


def is_open(statement: Mapping[str, Any], found: Mapping[str, Source], flagged: Mapping[str, Flag]) -> bool:
    """Not where all that it rests on is hidden, closed or gone; who may read what is closed is told so."""
    evidence = statement["evidence"]
    kept = any(reference in flagged and flagged[reference].kept for reference in evidence)
    return not evidence or kept or any(reference in found for reference in evidence)


def _statement_view(
    statement: Mapping[str, Any], found: Mapping[str, Source], flagged: Mapping[str, Flag]
) -> StatementView:
    written = dict.fromkeys([*statement["evidence"], *statement["against"]])
    evidence = [found[reference] for reference in dict.fromkeys(statement["evidence"]) if reference in found]
    against = [found[reference] for reference in dict.fromkeys(statement["against"]) if reference in found]
    stories = len({source.story_id for source in evidence})
    return StatementView(
        statement["text"],
        quotes=sum(not source.view.whole for source in evidence),
        stories=stories,
        alone=stories == 1,
        evidence=[source.view for source in evidence],
        against=[source.view for source in against],
        flags=[flagged[reference] for reference in written if reference in flagged],
    )

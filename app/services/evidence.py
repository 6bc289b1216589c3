"""What a persona's statements rest on, counted from what this reader may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.database.tables import PASSAGE, STORY
from app.database.visibility import Actor, visible_to
from app.records.ids import normal_id
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.documents import chunks
from app.services.quoting import bare, is_speech
from app.services.references import PASSAGE_ANCHOR
from app.services.views import EvidenceView, StatementGroupView, StatementView


@dataclass(frozen=True)
class Source:
    """A passage that a reference points at, as far as this reader may see it."""

    story_id: str
    view: EvidenceView


def sources(
    archive: Archive, connection: Connection, actor: Actor, references: Iterable[str]
) -> dict[str, Source]:
    """The passages of those references that lead to something this reader may see."""
    wanted = {reference: parts for reference in references if (parts := split_reference(reference))}
    found: dict[tuple[str, str], Source] = {}
    for ids in chunks({story for story, _ in wanted.values()}):
        for row in connection.execute(_statement(archive, actor, ids, {a for _, a in wanted.values()})):
            found[row.id, row.anchor] = Source(row.id, _view(row))
    return {reference: found[parts] for reference, parts in wanted.items() if parts in found}


def _statement(archive: Archive, actor: Actor, ids: Sequence[str], anchors: set[str]) -> Any:
    columns = (
        STORY.c.id,
        STORY.c.slug,
        STORY.c.heading,
        STORY.c.folded,
        STORY.c.content_notes,
        STORY.c.language,
    )
    joined = select(*columns, PASSAGE.c.anchor, PASSAGE.c.text, PASSAGE.c.quotation).join(
        PASSAGE, PASSAGE.c.story_id == STORY.c.id
    )
    return joined.where(
        STORY.c.id.in_(ids), PASSAGE.c.anchor.in_(sorted(anchors)), visible_to(actor, archive.now())
    )


def _view(row: Any) -> EvidenceView:
    spoken = row.quotation or is_speech(row.text)
    return EvidenceView(
        address=f"{story_address(row.slug)}#{row.anchor}",
        anchor=row.anchor,
        name=row.heading,
        text=None if row.folded else (bare(row.text) if spoken else row.text),
        spoken=spoken,
        content_notes=tuple(row.content_notes),
        language=row.language,
    )


def split_reference(reference: str) -> tuple[str, str] | None:
    """Story id and anchor of `s-…#p-…`; None for anything else."""
    record, _, anchor = reference.strip().partition("#")
    story_id = normal_id(record)
    if story_id is None or not story_id.startswith("s-") or not PASSAGE_ANCHOR.fullmatch(anchor):
        return None
    return story_id, anchor


def references_of(groups: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every reference under a persona's statements, for and against."""
    return [
        reference
        for group in groups
        for statement in group["statements"]
        for reference in (*statement["evidence"], *statement["against"])
    ]


def group_views(groups: Iterable[Mapping[str, Any]], found: Mapping[str, Source]) -> list[StatementGroupView]:
    """Statements with their evidence as far as it was found.

    A statement that rests only on words which this reader may not read is not there for her either.
    """
    views = [
        StatementGroupView(
            group["heading"], [_statement_view(s, found) for s in group["statements"] if _is_open(s, found)]
        )
        for group in groups
    ]
    return [view for view in views if view.statements]


def _is_open(statement: Mapping[str, Any], found: Mapping[str, Source]) -> bool:
    evidence = statement["evidence"]
    return not evidence or any(reference in found for reference in evidence)


def _statement_view(statement: Mapping[str, Any], found: Mapping[str, Source]) -> StatementView:
    evidence = [found[reference] for reference in dict.fromkeys(statement["evidence"]) if reference in found]
    against = [found[reference] for reference in dict.fromkeys(statement["against"]) if reference in found]
    return StatementView(
        statement["text"],
        quotes=len(evidence),
        stories=len({source.story_id for source in evidence}),
        evidence=[source.view for source in evidence],
        against=[source.view for source in against],
    )

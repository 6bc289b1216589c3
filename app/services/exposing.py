"""A story as the API gives it: everything that this reader may see, nothing of what she may not."""

from typing import Any

from sqlalchemy import Connection

from app.database.tables import AnyRow
from app.database.visibility import Actor, uses_of
from app.records.model import RecordKind
from app.rendering.markdown import render
from app.rendering.model import Passage, Rendered
from app.rendering.pictures import pictures_in
from app.services.archive import Archive
from app.services.cards import chips_of
from app.services.gathering.picturing import pictures_open_to
from app.services.reading import linked, load_story, pages_of, personas_of
from app.services.references import ReferenceTargets, references_in, references_written
from app.services.versions import shown_version


def expose_story(archive: Archive, actor: Actor, slug: str) -> dict[str, Any]:
    """One story by its slug. Raises NotFound or Withdrawn."""
    with archive.engine.connect() as connection:
        row = load_story(archive, connection, actor, slug)
        targets = ReferenceTargets(RecordKind.STORY, row.slug)
        key = ("exposed", row.id, row.revision, targets, row.title)
        body, rendered = archive.texts.keep(
            connection, key, lambda: _written(archive, connection, row, targets)
        )
        return {
            **_described(archive, connection, actor, row),
            "markdown": _readable(archive, connection, actor, body, rendered, targets),
            "passages": [_passage(archive, connection, actor, p) for p in rendered.passages if not p.closed],
        }


def _written(
    archive: Archive, connection: Connection, row: AnyRow, targets: ReferenceTargets
) -> tuple[str, Rendered]:
    """A story's Markdown, and what every reader may see of it; which of its links work is hers to know."""
    body = shown_version(connection, row, archive.now().date()).body
    return body, render(body, links=targets, title=row.title)


def _described(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> dict[str, Any]:
    themes = [chip.slug for chip in chips_of(connection, [row.id])[row.id]]
    personas = [face.slug for face in personas_of(archive, connection, actor, row.id)]
    known = {
        "id": row.id,
        "slug": row.slug,
        "title": row.title,
        "storyteller": row.storyteller or None,
        "role": row.role or None,
        "site": row.site or None,
        "kinds": list(row.kinds),
        "gathered": row.gathered or None,
        "language": row.language or None,
        "summary": row.summary or None,
        "themes": themes,
        "personas": personas,
        "content_notes": list(row.content_notes),
        "revision": row.revision,
        "uses": [use.value for use in uses_of(row.uses)],
        "until": row.until,
    }
    return {**known, "front_matter": _front_matter(archive, connection, row, known)}


def _front_matter(
    archive: Archive, connection: Connection, row: AnyRow, known: dict[str, Any]
) -> dict[str, Any]:
    """The file's own keys, as far as readers may see them; empty ones are left out."""
    plain = ("id", "title", "storyteller", "role", "site", "gathered", "language", "summary", "content_notes")
    shown = {key: known[key] for key in plain}
    shown |= {
        "own_name": row.own_name or None,
        "kind": list(row.kinds),
        "gatherer": row.gatherer,
        "themes": [chip.label for chip in chips_of(connection, [row.id])[row.id]],
        "personas": known["personas"],
        "moments": list(row.moments),
        "strengths": list(row.strengths),
        "hopes": list(row.hopes),
        "consent": {key: value for key, value in _consent(row, known).items() if value},
    }
    shown |= {key: value for key, value in row.other_keys if key in archive.settings.shown_keys}
    return {key: value for key, value in shown.items() if value}


def _consent(row: AnyRow, known: dict[str, Any]) -> dict[str, Any]:
    return {
        "uses": known["uses"],
        "given": row.given,
        "until": row.until,
        "co_crafted": row.co_crafted,
    }


def _passage(archive: Archive, connection: Connection, actor: Actor, passage: Passage) -> dict[str, Any]:
    return {
        "anchor": passage.anchor,
        "number": passage.number,
        "text": passage.text,
        "html": linked(archive, connection, actor, passage.html),
    }


def _readable(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    body: str,
    rendered: Rendered,
    targets: ReferenceTargets,
) -> str:
    """The Markdown as written; or made anew from what is open, where the file holds more than that."""
    named = references_in(rendered.html) | references_written(body, targets)
    hidden = named - pages_of(archive, connection, actor, named).keys()
    shown = pictures_in(rendered.html)
    hidden |= shown - pictures_open_to(archive, connection, actor, shown).keys()
    if not rendered.closed and not rendered.comments and not hidden:
        return body
    titles = {section.anchor: f"{'#' * section.level} {section.title}" for section in rendered.sections}
    parts: list[str] = []
    for passage in rendered.passages:
        if passage.closed:
            continue
        heading = titles.pop(passage.section or "", None)
        parts += [heading] if heading else []
        parts.append(f"> {passage.text}" if passage.quotation else passage.text)
    return "\n\n".join(parts) + "\n"

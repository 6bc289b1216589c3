"""What changed in a story, version by version: the list, two of them compared, and one as a page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sqlalchemy import Connection, func, select

from app.database.tables import PERSONA, REVISION, AnyRow
from app.database.visibility import Action, Actor, visible_to
from app.records.frontmatter import split
from app.records.model import RecordKind
from app.records.problems import SetAside
from app.rendering.markdown import render
from app.rendering.numbering import numbered
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.dates import moment_label
from app.services.gathering.differing import compared, counted, without_comments
from app.services.gathering.fields import changed, fields_changed, keys_of, name_of
from app.services.gathering.going_back import warnings_of
from app.services.gathering.picturing import shown_inside, team_address
from app.services.gathering.versions import load_version, version_of
from app.services.paging import pager
from app.services.reading import linked
from app.services.recording import form_digest, load_file, story_for
from app.services.references import ReferenceTargets
from app.services.views import (
    ComparedPage,
    HelpLink,
    HistoryPage,
    Return,
    VersionLine,
    VersionPage,
    VersionTeam,
)

PAGE_SIZE = 20
SOURCES = {
    "folder": "from the folder",
    "editor": "in the editor",
    "import": "brought in",
    "restored": "restored",
}


@dataclass(frozen=True)
class Asked:
    """What became of an attempt to bring a version back that was not done."""

    problem: str = ""
    conflict: bool = False


NOTHING_ASKED = Asked()


def history_address(story_id: str) -> str:
    """Where a story's versions are listed."""
    return f"/s/{story_id}/history"


def version_address(story_id: str, number: int) -> str:
    """The permanent address of one version."""
    return f"/s/{story_id}/v/{number}"


def compared_address(story_id: str, older: int, newer: int) -> str:
    """Where two versions are compared."""
    return f"{history_address(story_id)}?from={older}&to={newer}"


def read_history(archive: Archive, actor: Actor, story_id: str, number: int) -> HistoryPage:
    """One page of a story's versions, newest first. Raises NotFound or Withdrawn."""
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
        hers = REVISION.c.record_id == row.id
        total = int(connection.execute(select(func.count()).select_from(REVISION).where(hers)).scalar_one())
        last = max(1, -(-total // PAGE_SIZE))
        start = (min(number, last) - 1) * PAGE_SIZE
        ordered = select(REVISION).where(hers).order_by(REVISION.c.number.desc())
        found = connection.execute(ordered.limit(PAGE_SIZE + 1).offset(start)).all()
        address = history_address(row.id)
        return HistoryPage(
            id=row.id,
            heading=row.heading,
            story_address=story_address(row.slug),
            address=address,
            total=total,
            versions=_lines(archive, row, found)[:PAGE_SIZE],
            pager=pager(total, min(number, last), PAGE_SIZE, lambda page: f"{address}?page={page}"),
        )


def _lines(archive: Archive, row: AnyRow, found: Sequence[AnyRow]) -> list[VersionLine]:
    """The versions, each beside the one before it, which stands below; the last has none to compare with."""
    read = [(version, _text(version), keys_of(version.content)) for version in found]
    lines = [_line(archive, row, version) for version in found]
    for at, ((newer, text, keys), (older, before, old)) in enumerate(pairwise(read)):
        lines[at] = replace(
            lines[at],
            counts=counted(before, text),
            keys=[name_of(key) for key in changed(old, keys)],
            before_address=compared_address(row.id, older.number, newer.number),
        )
    return lines


def _line(archive: Archive, row: AnyRow, version: AnyRow) -> VersionLine:
    current = version.number == row.revision
    return VersionLine(
        number=version.number,
        when_label=moment_label(version.observed, archive.settings.language),
        who=version.who,
        source=SOURCES.get(version.source, version.source),
        note=version.note,
        current=current,
        address=version_address(row.id, version.number),
        now_address="" if current else compared_address(row.id, version.number, row.revision),
    )


def _text(version: AnyRow) -> str:
    """A version's prose as it was written, without comments."""
    try:
        return without_comments(split(version.content, "").body)
    except SetAside:
        return ""


def read_compared(archive: Archive, actor: Actor, story_id: str, one: int, other: int) -> ComparedPage:
    """Two versions of a story, the older one first. Raises NotFound or Withdrawn."""
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
        older, newer = (version_of(connection, row.id, number) for number in sorted((one, other)))
        before, after = _text(older), _text(newer)
        parts = compared(before, after)
        known = _personas(archive, connection, actor)
        old, new = keys_of(older.content), keys_of(newer.content)
        language = archive.settings.language
        fields = fields_changed(old, new, language=language, personas=known)
        return ComparedPage(
            id=row.id,
            heading=row.heading,
            story_address=story_address(row.slug),
            history_address=history_address(row.id),
            older=_line(archive, row, older),
            newer=_line(archive, row, newer),
            parts=parts,
            fields=fields,
            counts=counted(before, after),
            beside=older.digest != newer.digest and not parts and not fields,
        )


def _personas(archive: Archive, connection: Connection, actor: Actor) -> set[str]:
    """The ids and slugs of the personas that there are for her."""
    shown = select(PERSONA.c.id, PERSONA.c.slug).where(visible_to(actor, archive.now(), PERSONA))
    return {name for row in connection.execute(shown) for name in row}


def read_version(
    archive: Archive, actor: Actor, story_id: str, number: int, *, asked: Asked = NOTHING_ASKED
) -> VersionPage:
    """One version as a page, as far as this reader may see it. Raises NotFound or Withdrawn."""
    with archive.engine.connect() as connection:
        row, version, story, team = load_version(archive, connection, actor, story_id, number)
        targets = ReferenceTargets(RecordKind.STORY, version.slug)
        rendered = render(story.body, links=targets, show_closed=team, title=story.title)
        settings, folded = archive.settings, bool(row.folded or story.folded)
        html = linked(archive, connection, actor, _pictured(archive, row.id, rendered.html, team))
        return VersionPage(
            id=row.id,
            heading=row.heading,
            title=row.title,
            number=number,
            current=row.revision,
            when_label=moment_label(version.observed, settings.language),
            story_address=story_address(row.slug),
            permanent=version_address(row.id, number),
            language=row.language or settings.language,
            body_html=numbered(html),
            content_notes=tuple(row.content_notes),
            folded=folded,
            support=[HelpLink(*link) for link in settings.support_links] if folded else (),
            exit_address=settings.exit_address if folded else "",
            team=_team(archive, connection, row, version, asked) if team else None,
        )


def _pictured(archive: Archive, story_id: str, html: str, team: bool) -> str:
    return shown_inside(archive, story_id, html, team_address(story_id)) if team else html


def _team(
    archive: Archive, connection: Connection, row: AnyRow, version: AnyRow, asked: Asked
) -> VersionTeam:
    line = _line(archive, row, version)
    if line.current:
        return VersionTeam(line, history_address(row.id))
    digest = form_digest(archive, load_file(archive, row).digest)
    warnings = warnings_of(archive, connection, row, version)
    back = Return(history_address(row.id), digest, version.number, warnings, asked.problem, asked.conflict)
    return VersionTeam(line, history_address(row.id), back)

"""The codebook at the desk: all themes with what belongs under them, and one to write it."""

from dataclasses import replace
from datetime import date
from urllib.parse import quote

from sqlalchemy import Connection, select

from app.database.marking import CODEBOOK
from app.database.tables import AnyRow
from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Role
from app.errors import NotFound
from app.records.model import Digest
from app.services.archive import Archive
from app.services.auditing import Event, note, theme_mark
from app.services.cards import colour_of, shown_label, theme_address
from app.services.dates import date_label
from app.services.defining import MOST, definition_digest, legible, replace_definition, tidied
from app.services.marking.of_theme import count_quotes
from app.services.paging import ListAddress, pager
from app.services.themes import Told, told_themes
from app.services.views import CodebookEntry, CodebookPage, CodebookThemePage

DESK = "/desk/codebook"
THEMES_A_PAGE = 60
CHANGED = "Somebody else has written here meanwhile, so nothing was changed."


def codebook_address(slug: str) -> str:
    """The path at the desk where a theme's definition is written."""
    return f"{DESK}/{quote(slug, safe='')}"


def read_codebook(archive: Archive, actor: Actor, number: int) -> CodebookPage:
    """Every theme of this person's stories, the most told first; then those that only the codebook knows."""
    with archive.engine.connect() as connection:
        themes = _themes(archive, connection, actor)
        written = {row.slug: row for row in connection.execute(select(CODEBOOK))}
    defined = sum(1 for theme in themes if theme.slug in written and written[theme.slug].definition)
    first = (number - 1) * THEMES_A_PAGE
    entries = [_entry(told, written.get(told.slug)) for told in themes[first : first + THEMES_A_PAGE]]
    pages = pager(len(themes), number, THEMES_A_PAGE, ListAddress(DESK).with_page)
    return CodebookPage(entries, len(themes), defined, pages, of_all=Role.STEWARD in actor.roles)


def _themes(archive: Archive, connection: Connection, actor: Actor) -> list[Told]:
    """A theme that no story has now is a steward's to see: the name may come from a hidden story."""
    told = list(told_themes(archive, connection, actor))
    if Role.STEWARD not in actor.roles:
        return told
    known = {theme.slug for theme in told_themes(archive, connection, TERMINAL)}
    alone = select(CODEBOOK).where(CODEBOOK.c.definition != "").order_by(CODEBOOK.c.slug)
    return told + [Told(row.slug, row.name, 0) for row in connection.execute(alone) if row.slug not in known]


def _entry(told: Told, written: AnyRow | None) -> CodebookEntry:
    return CodebookEntry(
        label=shown_label(told.label),
        address=codebook_address(told.slug),
        colour=colour_of(told.slug),
        stories=told.stories,
        definition=(written.definition if written else "") or None,
    )


def read_codebook_theme(
    archive: Archive, actor: Actor, slug: str, *, saved: bool = False
) -> CodebookThemePage:
    """One theme and its form. Raises NotFound for one that is not this person's to see."""
    with archive.engine.connect() as connection:
        written = _written(connection, slug)
        told = _told(archive, connection, actor, slug, written)
        shown = any(theme.slug == slug for theme in told_themes(archive, connection, ANONYMOUS))
    definition = written.definition if written else ""
    return CodebookThemePage(
        label=shown_label(told.label),
        address=codebook_address(slug),
        colour=colour_of(slug),
        stories=told.stories,
        readers_address=theme_address(slug) if shown else None,
        text=definition,
        digest=definition_digest(definition),
        definition=definition or None,
        before=written.before if written else None,
        written_label=_day(written.written, archive.settings.language) if written else "",
        saved=saved,
        most=MOST,
    )


def read_refused(archive: Archive, actor: Actor, slug: str, text: str, reason: str = "") -> CodebookThemePage:
    """The form with what was written still in it, and why it was not kept; no reason is a conflict."""
    page = read_codebook_theme(archive, actor, slug)
    return replace(page, text=legible(text), problem=reason or CHANGED, conflict=not reason)


def _written(connection: Connection, slug: str) -> AnyRow | None:
    return connection.execute(select(CODEBOOK).where(CODEBOOK.c.slug == slug)).first()


def _told(archive: Archive, connection: Connection, actor: Actor, slug: str, written: AnyRow | None) -> Told:
    for theme in told_themes(archive, connection, actor):
        if theme.slug == slug:
            return theme
    if written is not None and count_quotes(archive, connection, actor, slug):
        return Told(slug, written.name, 0)
    hidden = any(theme.slug == slug for theme in told_themes(archive, connection, TERMINAL))
    if written is None or hidden or Role.STEWARD not in actor.roles:
        raise NotFound
    return Told(slug, written.name, 0)


def _day(moment: date, language: str) -> str:
    return date_label(moment.isoformat()[:10], language)


def write_definition(
    archive: Archive, actor: Actor, slug: str, text: str, *, expected: Digest, by: int | None = None
) -> None:
    """Say what belongs under a theme; an empty text takes it away.

    Raises NotFound, InvalidText, or EditConflict when the definition is no longer the one `expected`.
    """
    definition = tidied(text)
    with archive.writing() as connection:
        name = _told(archive, connection, actor, slug, _written(connection, slug)).label
        now = archive.now()
        if replace_definition(connection, slug, name, definition, expected=expected, now=now):
            note(archive, connection, Event.EDITED, by=by, record_id=theme_mark(archive, slug))
        connection.commit()

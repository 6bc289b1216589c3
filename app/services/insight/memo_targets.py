"""What memos are about, and who may know of it: a memo is as hidden as that is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from app.database.insight import MEMO
from app.database.marking import QUOTE
from app.database.tables import PASSAGE, PERSONA, STORY, AnyRow
from app.database.visibility import Actor, quotes_of, visible_to
from app.errors import NotFound
from app.records.ids import normal_id
from app.records.model import Status
from app.services.archive import Archive
from app.services.cards import persona_address, shown_label, story_address, theme_address
from app.services.marking.choosing import all_themes
from app.services.marking.giving import themes_given
from app.services.marking.naming import known_themes, last_themes

QUOTED, THEME, STORIES, PERSONAS, NOTHING = "quote", "theme", "story", "persona", ""
KINDS = {QUOTED: "a quote", THEME: "a theme", STORIES: "a story", PERSONAS: "a persona", NOTHING: ""}
LONGEST = 90  # characters of a quote, where a memo names it
_OF_STORY = (STORY.c.status != Status.WITHDRAWN.value,)


@dataclass(frozen=True)
class Target:
    """What a memo is about: as its row says it, as an address does, and as people read it."""

    about: str = NOTHING
    key: str = ""
    asked: str = ""
    label: str = ""
    address: str = "/memos"


def seen_by(archive: Archive, connection: Connection, actor: Actor) -> ColumnElement[bool]:
    """The condition under which a row of MEMO is there for this person, who works here."""
    now = archive.now()
    visible, personas = visible_to(actor, now), visible_to(actor, now, PERSONA)
    quote = exists(
        select(QUOTE.c.key)
        .join(STORY, STORY.c.id == QUOTE.c.story_id)
        .where(QUOTE.c.id == MEMO.c.target, quotes_of(visible))
    )
    story = exists(select(STORY.c.id).where(STORY.c.id == MEMO.c.target, visible, *_OF_STORY))
    persona = exists(select(PERSONA.c.id).where(PERSONA.c.id == MEMO.c.target, personas))
    about = MEMO.c.about
    return MEMO.c.removed.is_(None) & or_(
        about == NOTHING,
        (about == QUOTED) & quote,
        (about == STORIES) & story,
        (about == PERSONAS) & persona,
        (about == THEME) & MEMO.c.target.in_(_open_keys(archive, connection, actor)),
    )


def _open_keys(archive: Archive, connection: Connection, actor: Actor) -> list[str]:
    """Of the themes that memos are about, those that this person may know of."""
    used = select(MEMO.c.target).where(MEMO.c.about == THEME, MEMO.c.removed.is_(None)).distinct()
    keys = [int(key) for key in connection.execute(used).scalars()]
    if not keys:
        return []
    known = all_themes(archive, connection, actor)
    return [str(key) for key, row in last_themes(connection, keys).items() if row.slug in known]


def target_asked(archive: Archive, connection: Connection, actor: Actor, about: str, asked: str) -> Target:
    """What an address names: a quote's, story's or persona's id, or a theme's slug. Raises NotFound."""
    if about == NOTHING:
        return Target()
    if about == THEME:
        return _theme_asked(archive, connection, actor, asked)
    whole = normal_id(asked) if asked == asked.strip() else None
    found = targets_of(archive, connection, actor, [(about, whole or "")])
    if not found:
        raise NotFound
    return next(iter(found.values()))


def _theme_asked(archive: Archive, connection: Connection, actor: Actor, slug: str) -> Target:
    known = all_themes(archive, connection, actor)
    if slug not in known:
        raise NotFound
    keys = known_themes(connection, [slug])
    return Target(THEME, str(keys.get(slug, "")), slug, known[slug], theme_address(slug))


def kept_key(archive: Archive, connection: Connection, actor: Actor, target: Target) -> str:
    """The key under which a memo about it is kept; a theme that stands in files alone is written down."""
    if target.about == THEME and not target.key:
        return str(themes_given(archive, connection, actor, [target.label], None)[target.asked].key)
    return target.key


def targets_of(
    archive: Archive, connection: Connection, actor: Actor, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Target]:
    """By kind and key, those of these things that this person may know of."""
    by_kind: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for about, key in wanted:
        by_kind.setdefault(about, []).append(key)
    found = [
        *_quotes(archive, connection, actor, by_kind[QUOTED]),
        *_stories(archive, connection, actor, by_kind[STORIES]),
        *_personas(archive, connection, actor, by_kind[PERSONAS]),
    ]
    named = {(one.about, one.key): one for one in found}
    return named | _themes(archive, connection, actor, by_kind[THEME])


def _quotes(archive: Archive, connection: Connection, actor: Actor, ids: Sequence[str]) -> list[Target]:
    if not ids:
        return []
    joined = QUOTE.join(STORY, STORY.c.id == QUOTE.c.story_id).join(
        PASSAGE, (PASSAGE.c.story_id == QUOTE.c.story_id) & (PASSAGE.c.anchor == QUOTE.c.anchor)
    )
    columns = (QUOTE.c.id, QUOTE.c.start, QUOTE.c.size, PASSAGE.c.text, STORY.c.heading, STORY.c.folded)
    here = select(*columns).select_from(joined).where(QUOTE.c.id.in_(ids))
    rows = connection.execute(here.where(quotes_of(visible_to(actor, archive.now()))))
    return [Target(QUOTED, row.id, row.id, _words(row), f"/q/{row.id}/edit#more") for row in rows]


def _words(row: AnyRow) -> str:
    """Of a story with a content note, whose it is and nothing of what it says."""
    if row.folded:
        return f"a quote of {row.heading}"
    words = row.text[row.start : row.start + row.size]
    return f"“{words}”" if len(words) <= LONGEST else f"“{words[:LONGEST].rstrip()}…”"


def _stories(archive: Archive, connection: Connection, actor: Actor, ids: Sequence[str]) -> list[Target]:
    if not ids:
        return []
    where = (STORY.c.id.in_(ids), visible_to(actor, archive.now()), *_OF_STORY)
    rows = connection.execute(select(STORY.c.id, STORY.c.slug, STORY.c.heading).where(*where))
    return [Target(STORIES, row.id, row.id, row.heading, story_address(row.slug)) for row in rows]


def _personas(archive: Archive, connection: Connection, actor: Actor, ids: Sequence[str]) -> list[Target]:
    if not ids:
        return []
    where = (PERSONA.c.id.in_(ids), visible_to(actor, archive.now(), PERSONA))
    rows = connection.execute(select(PERSONA.c.id, PERSONA.c.slug, PERSONA.c.name).where(*where))
    return [Target(PERSONAS, row.id, row.id, row.name, persona_address(row.slug)) for row in rows]


def _themes(
    archive: Archive, connection: Connection, actor: Actor, keys: Sequence[str]
) -> dict[tuple[str, str], Target]:
    """By the key that is kept; what is shown is the theme into which it was merged."""
    if not keys:
        return {}
    known = all_themes(archive, connection, actor)
    rows = last_themes(connection, [int(key) for key in keys])
    return {
        (THEME, str(key)): Target(
            THEME, str(row.key), row.slug, shown_label(row.name), theme_address(row.slug)
        )
        for key, row in rows.items()
        if row.slug in known
    }

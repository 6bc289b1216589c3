"""What somebody asked for among quotes, in words: a name is told where she finds a quote under it."""

from sqlalchemy import Connection, literal

from app.database.tables import STORY
from app.database.visibility import Actor
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.cards import shown_label
from app.services.faceting import TITLES, labels_of
from app.services.marking.asking import MINE, STAYS, AskedQuotes, conditions
from app.services.marking.known_as import closed_aliases
from app.services.marking.lines import quotes_listed
from app.services.marking.naming import known_themes
from app.services.marking.own_themes import themes_seen
from app.services.marking.places import BOARDS, CELLS, COMMON, IN_COMMON, TOGETHER, common_of, place_label
from app.services.patterns.conditions import NOWHERE

LABELS = TITLES | {
    "theme": "Theme",
    "story": "Story",
    "by": "Marked by",
    "flag": "Flag",
    BOARDS: "Board",
    CELLS: "Lens",
    TOGETHER: "Themes together",
}
FLAGS = {STAYS: "Stays with somebody"}


def described(archive: Archive, connection: Connection, actor: Actor, asked: AskedQuotes) -> list[str]:
    """'Theme: Loss', a line for each filter."""
    lines = [f"Words: {asked.q}"] if asked.q else []
    for name, values in asked.chosen.items():
        labels = [label_of(archive, connection, actor, asked, name, value) for value in values]
        if name == TOGETHER:
            lines.append(f"{LABELS[name]}: {' and '.join(labels)}, {IN_COMMON[common_of(asked.chosen)]}")
        elif name != COMMON:
            lines.append(f"{LABELS[name]}: {' or '.join(labels)}")
    return lines


def label_of(
    archive: Archive, connection: Connection, actor: Actor, asked: AskedQuotes, name: str, value: str
) -> str:
    """What a value of a filter is called; as it was written where this reader finds nothing under it."""
    if name == "flag":
        return FLAGS.get(value, value)
    if name in (BOARDS, CELLS):
        return place_label(archive, connection, name, value, asked.desk, asked.account)
    if name == TOGETHER:
        name = "theme"
    if name in ("site", "kind", "year") and value == NOWHERE:
        return "none"
    if name in ("site", "kind", "use", "persona", "year"):
        return labels_of(archive, connection, actor, name).get(value, value)
    if not _finds(archive, connection, actor, asked, name, value):
        return value
    return _name(archive, connection, actor, asked, name, value)


def _finds(
    archive: Archive, connection: Connection, actor: Actor, asked: AskedQuotes, name: str, value: str
) -> bool:
    where = list(conditions(archive, connection, actor, {name: (value,)}, asked).values())
    return (
        connection.execute(quotes_listed(archive, actor, literal(1), where=where).limit(1)).first()
        is not None
    )


def _name(
    archive: Archive, connection: Connection, actor: Actor, asked: AskedQuotes, name: str, value: str
) -> str:
    if name == "theme":
        closed = closed_aliases(archive, connection, actor)
        keys = known_themes(connection, [value], closed).values()
        rows = themes_seen(archive, connection, actor, keys).values()
        return next((shown_label(row.name) for row in rows), value)
    if name == "by":
        key = asked.account if value == MINE else int(value) or None
        return named(key, names_by_key(connection, [key]))
    where = list(conditions(archive, connection, actor, {name: (value,)}, asked).values())
    headings = quotes_listed(archive, actor, STORY.c.heading, where=where)
    return str(connection.execute(headings.limit(1)).scalar_one())

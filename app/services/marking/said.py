"""What somebody has said of her quotes in a story, so that what she says next can be taken back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.database.marking import QUOTE
from app.database.visibility import Actor
from app.records.ids import normal_id
from app.services.archive import Archive
from app.services.marking.listing import listed
from app.services.marking.margin import themes_of


@dataclass(frozen=True)
class Said:
    """What is said of a quote, as the fields of its form have it."""

    themes: str
    note: str
    stays: bool


@dataclass(frozen=True)
class Marked:
    """A quote that somebody has marked; `before` is what she had said of these very words, if she had."""

    id: str
    before: Said | None
    after: Said


def said_in(archive: Archive, actor: Actor, account: int | None, story_id: str) -> Mapping[str, Said]:
    """What this person says of each of her quotes in a story, by their ids. For nobody but her."""
    hers = QUOTE.c.account.is_(None) if account is None else QUOTE.c.account == account
    where = (QUOTE.c.story_id == (normal_id(story_id) or ""), hers, QUOTE.c.removed.is_(None))
    with archive.engine.connect() as connection:
        rows = connection.execute(select(QUOTE).where(*where)).all()
        themes = themes_of(archive, connection, actor, [row.key for row in rows])
    labels = {row.id: listed(theme.label for theme in themes[row.key]) for row in rows}
    return {row.id: Said(labels[row.id], row.note, row.stays) for row in rows}


def marked_since(before: Mapping[str, Said], after: Mapping[str, Said], ids: Collection[str]) -> list[Marked]:
    """These quotes with what was said of them before and after."""
    return [Marked(one, before.get(one), after[one]) for one in ids if one in after]

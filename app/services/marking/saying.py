"""What is said of a quote, and more that is said of it later: nothing of it is ever cut."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps

from sqlalchemy import Connection, delete, select, update

from app.database.marking import OWN_THEME, QUOTE, QUOTE_THEME
from app.database.tables import AnyRow
from app.errors import InvalidText
from app.records.model import Digest
from app.services.archive import Archive
from app.services.marking.giving import Given, give
from app.services.marking.naming import MOST, last_themes

LONGEST_NOTE = 2_000
NOTES = (
    "Quote {} of these words has a note of {:,} characters already, and with this one it would have {:,}; "
    "{:,} is the most. {} You can change its note at the quote itself."
)
NOTE_FITS = "At most {:,} more would fit."
NO_NOTE_FITS = "Nothing more fits."
THEMES = (
    "Quote {} of these words has {} themes already, and these would make it {}; {} is the most for one "
    "quote. {} You can change its themes at the quote itself."
)
THEMES_FIT = "Of new ones {} would fit."
NO_THEME_FITS = "No other fits."


@dataclass(frozen=True)
class Said:
    """What is said of a quote: its themes by their keys, a note, whether it stays with somebody.

    `own` are words for themes of which she who gave them could not know. Alone they make no difference.
    """

    themes: frozenset[int] = frozenset()
    note: str = ""
    stays: bool = False
    own: Mapping[int, str] = field(default_factory=dict, compare=False)

    @classmethod
    def given(cls, themes: Iterable[Given], note: str, *, stays: bool) -> "Said":
        """With themes that somebody gives by names."""
        named = {one.key: one.name for one in themes}
        return cls(frozenset(named), note, stays, {key: name for key, name in named.items() if name})


def said_of(connection: Connection, row: AnyRow) -> Said:
    """What is said of a quote now, under the themes that were chosen, whatever became of them since."""
    themes = connection.execute(select(QUOTE_THEME.c.theme).where(QUOTE_THEME.c.quote == row.key))
    words = connection.execute(
        select(OWN_THEME.c.theme, OWN_THEME.c.name).where(OWN_THEME.c.quote == row.key)
    )
    own = {one.theme: str(one.name) for one in words}
    return Said(frozenset(themes.scalars()), row.note, row.stays, own)


def digest_of(said: Said) -> Digest:
    """The same as long as the same is said."""
    plain = [sorted(said.themes), said.note, said.stays]
    return Digest(sha256(dumps(plain).encode()).hexdigest())


def say(archive: Archive, connection: Connection, row: AnyRow, said: Said) -> None:
    """Let this stand at a quote, in place of what stood there."""
    values = {"note": said.note, "stays": said.stays, "changed": archive.now()}
    connection.execute(update(QUOTE).where(QUOTE.c.key == row.key).values(values))
    now = said_of(connection, row).themes
    gone = now - said.themes
    for table in (QUOTE_THEME, OWN_THEME):
        connection.execute(delete(table).where(table.c.quote == row.key, table.c.theme.in_(gone)))
    new = sorted(said.themes - now)
    give(connection, [row.key], [Given(key, said.own.get(key, "")) for key in new])


def add(archive: Archive, connection: Connection, row: AnyRow, more: Said) -> None:
    """Say this as well of a quote. Raises InvalidText where there is no room for all of it."""
    now = said_of(connection, row)
    new = _new_themes(connection, row, now.themes, more)
    own = {**more.own, **now.own}
    both = Said(now.themes | new, _both(row, more.note), now.stays or more.stays, own)
    if both != now:
        say(archive, connection, row, both)


def _new_themes(connection: Connection, row: AnyRow, now: frozenset[int], more: Said) -> frozenset[int]:
    """Those of these themes that it does not have, by itself or by one that was merged into them."""
    last = last_themes(connection, [*now, *more.themes])
    there = {last[key].key for key in now if key in last}
    kept = more.own.keys() - now  # nobody leads from a word of hers to what became of a hidden theme
    new = ({last[key].key for key in more.themes - kept if key in last} - there) | kept
    if new and len(there) + len(new) > MOST:
        fits = MOST - len(there)
        said = THEMES_FIT.format(fits) if fits > 0 else NO_THEME_FITS
        raise InvalidText(THEMES.format(row.id, len(there), len(there) + len(new), MOST, said))
    return frozenset(new)


def _both(row: AnyRow, note: str) -> str:
    """Both notes, one below the other; one of them where they are the same."""
    if f"\n\n{note}\n\n" in f"\n\n{row.note}\n\n":
        return str(row.note)
    both = "\n\n".join(part for part in (row.note, note) if part)
    if len(both) > LONGEST_NOTE:
        fits = LONGEST_NOTE - len(row.note) - 2
        said = NOTE_FITS.format(fits) if fits > 0 else NO_NOTE_FITS
        raise InvalidText(NOTES.format(row.id, len(row.note), len(both), LONGEST_NOTE, said))
    return both

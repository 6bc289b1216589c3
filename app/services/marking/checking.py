"""What people write of a theme, checked: its other names, its colour, its example."""

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from app.database.marking import ALIAS
from app.errors import InvalidText
from app.records.ids import normal_id
from app.records.slugs import value_slug
from app.services.accounts import one_line
from app.services.colours import COLOURS
from app.services.marking.entries import Entry
from app.services.marking.knowing import Known

MOST_ALIASES = 60
_QUOTE = re.compile(r"q-[0-9a-zA-Z]{8}(?![0-9a-zA-Z])")
MERGE = "“{}” is a theme of its own. Merge it into this one instead: then all that was said of it follows."


class EntryRefused(InvalidText):
    """A field of a theme can not be kept; `address` is that of the theme that has the name already."""

    def __init__(self, said: str, field: str, address: str = "") -> None:
        super().__init__(said)
        self.field, self.address = field, address


def names_written(lines: Iterable[str], what: str = "A name") -> dict[str, str]:
    """By slug the names in some lines, each once, as they were written first. Raises EntryRefused."""
    try:
        named = [name for line in lines if (name := one_line(line, what))]
    except InvalidText as refused:
        raise EntryRefused(str(refused), "aliases") from None
    found: dict[str, str] = {}
    for name in named:
        found.setdefault(value_slug(name), name)
    if len(found) > MOST_ALIASES:
        raise EntryRefused(f"These are {len(found)} names, and {MOST_ALIASES} is the most.", "aliases")
    return found


def aliases_written(
    connection: Connection, known: Mapping[str, Known], slug: str, now: Entry, text: str
) -> dict[str, str]:
    """The other names of a theme, one on a line. Raises EntryRefused for one that means another theme."""
    found = names_written(text.splitlines())
    found.pop(slug, None)
    new = [one for one in found if one not in now.aliases]
    refuse_taken(connection, known, slug, {one: found[one] for one in new})
    return dict(sorted(found.items()))


def refuse_taken(
    connection: Connection, known: Mapping[str, Known], slug: str, names: Mapping[str, str]
) -> None:
    """Refuse names that mean another theme. Of one that nobody but others may know of, nothing is told."""
    taken = select(ALIAS.c.slug, ALIAS.c.theme).where(ALIAS.c.slug.in_(list(names)))
    others = {row.slug: row.theme for row in connection.execute(taken)}
    theme = known[slug].row if slug in known else None
    own = theme.key if theme is not None else None
    for one, name in names.items():
        row = known[one].row if one in known else None
        if row is not None and (row.merged_into is None or row.merged_into != own):
            raise EntryRefused(MERGE.format(name), "aliases", one)
        if others.get(one, own) != own:
            raise EntryRefused(f"“{name}” is another name of a theme already.", "aliases")


def colour_written(text: str) -> int | None:
    """A place in the palette; None for the colour that a theme has by itself. Raises EntryRefused."""
    if not text:
        return None
    if not re.fullmatch("[0-9]", text) or int(text) >= COLOURS:
        raise EntryRefused("There is no such colour. Choose one of these.", "colour")
    return int(text)


def example_written(text: str) -> str:
    """The id of a quote in what was written: the id itself, or an address with it. Raises EntryRefused."""
    text = text.strip()
    if not text:
        return ""
    found = _QUOTE.search(text[:2_000])
    quote_id = normal_id(found[0]) if found else None
    if quote_id is None:
        said = "This is no quote’s address. Open the quote, and copy it there: it ends like q-4h8d0n2e."
        raise EntryRefused(said, "example")
    return quote_id

"""Which themes are new to somebody who marks: she knows none by that name.

It is told from what she may know alone, never from whether a row was there: a name that only hidden stories
bear is as new to her as any other.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256

from sqlalchemy import Connection, select

from app.database.marking import CODEBOOK, QUOTE, QUOTE_THEME
from app.database.tables import STORY
from app.database.visibility import Actor, quotes_of, visible_to
from app.records.ids import crockford
from app.records.slugs import value_slug
from app.services.archive import Archive
from app.services.marking.knowing import known_to
from app.services.marking.known_as import aliases_meant
from app.services.views import Chip

SIGN = 6  # characters
CALLED, LONGEST = 5, 80  # names in the address after a mark, and the characters of each


def sign_of(slug: str) -> str:
    """A theme in the address after a mark: twenty long names in full would be too long for some proxies."""
    return crockford(sha256(slug.encode()).digest())[:SIGN]


def new_to(archive: Archive, actor: Actor, account: int | None, names: Iterable[str]) -> list[str]:
    """The signs of those of these themes that this person does not know yet."""
    wanted = {value_slug(name) for name in names}
    with archive.engine.connect() as connection:
        unused = wanted - used_by(archive, connection, actor, account, wanted)
        if unused:
            unused -= known_to(archive, connection, actor).keys()
        if unused:
            unused -= aliases_meant(archive, connection, actor).keys()
    return sorted(map(sign_of, unused))


def used_by(
    archive: Archive, connection: Connection, actor: Actor, account: int | None, slugs: Collection[str]
) -> set[str]:
    """Those of these themes that somebody has given to words which she may see, in a list or not."""
    hers = QUOTE.c.account.is_(None) if account is None else QUOTE.c.account == account
    joined = CODEBOOK.join(QUOTE_THEME, QUOTE_THEME.c.theme == CODEBOOK.c.key).join(
        QUOTE, QUOTE.c.key == QUOTE_THEME.c.quote
    )
    joined = joined.join(STORY, STORY.c.id == QUOTE.c.story_id)
    where = (CODEBOOK.c.slug.in_(slugs), hers, quotes_of(visible_to(actor, archive.now())))
    return set(connection.execute(select(CODEBOOK.c.slug).select_from(joined).where(*where)).scalars())


def called_otherwise(archive: Archive, actor: Actor, names: Iterable[str]) -> list[str]:
    """Of the names that somebody typed, those whose theme is called otherwise here: so she is told."""
    with archive.engine.connect() as connection:
        known = known_to(archive, connection, actor)
    labels = {name: known[slug].label for name in names if (slug := value_slug(name)) in known}
    other = [name for name, label in labels.items() if alike(name) != alike(label)]
    return [name for name in other if len(name) <= LONGEST][:CALLED]


def same_as(chips: Iterable[Chip], typed: Iterable[str]) -> Sequence[tuple[str, str]]:
    """Those of these names that lead to a theme with another one by their slug, each with that theme's label.

    Slugs differ by letters and numbers alone: `C#` is `C++`, and says so. Case, accents and spaces are no
    other name.
    """
    labels = {chip.slug: chip.label for chip in chips}
    found = {name: labels.get(value_slug(name), "") for name in typed}
    return [(name, label) for name, label in found.items() if label and alike(name) != alike(label)]


def alike(name: str) -> str:
    """A name without what does not make it another: case, accents, and how its words are joined."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", " ".join(kept.replace("_", " ").replace("-", " ").split()))


def labels_signed(chips: Iterable[Chip], signs: Collection[str]) -> Sequence[str]:
    """The labels of those of these themes whose signs an address names, each once."""
    return sorted({chip.label for chip in chips if sign_of(chip.slug) in signs})

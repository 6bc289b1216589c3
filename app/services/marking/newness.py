"""Which themes are new to somebody who marks: she knows none by that name.

It is told from what she may know alone, never from whether a row was there: a name that only hidden stories
bear is as new to her as any other.
"""

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256

from sqlalchemy import Connection, select

from app.database.marking import CODEBOOK, QUOTE, QUOTE_THEME
from app.database.visibility import Actor
from app.records.ids import crockford
from app.records.slugs import value_slug
from app.services.archive import Archive
from app.services.marking.knowing import known_to
from app.services.marking.known_as import aliases_meant
from app.services.views import Chip

SIGN = 6  # characters


def sign_of(slug: str) -> str:
    """A theme in the address after a mark: twenty long names in full would be too long for some proxies."""
    return crockford(sha256(slug.encode()).digest())[:SIGN]


def new_to(archive: Archive, actor: Actor, account: int | None, names: Iterable[str]) -> list[str]:
    """The signs of those of these themes that this person does not know yet."""
    wanted = {value_slug(name) for name in names}
    with archive.engine.connect() as connection:
        unused = wanted - used_by(connection, account, wanted)
        if unused:
            unused -= known_to(archive, connection, actor).keys()
        if unused:
            unused -= aliases_meant(archive, connection, actor).keys()
    return sorted(map(sign_of, unused))


def used_by(connection: Connection, account: int | None, slugs: Collection[str]) -> set[str]:
    """Those of these themes that somebody has marked words with: also where no list shows her quotes."""
    hers = QUOTE.c.account.is_(None) if account is None else QUOTE.c.account == account
    joined = CODEBOOK.join(QUOTE_THEME, QUOTE_THEME.c.theme == CODEBOOK.c.key).join(
        QUOTE, QUOTE.c.key == QUOTE_THEME.c.quote
    )
    where = (CODEBOOK.c.slug.in_(slugs), hers, QUOTE.c.removed.is_(None))
    return set(connection.execute(select(CODEBOOK.c.slug).select_from(joined).where(*where)).scalars())


def labels_signed(chips: Iterable[Chip], signs: Collection[str]) -> Sequence[str]:
    """The labels of those of these themes whose signs an address names, each once."""
    return sorted({chip.label for chip in chips if sign_of(chip.slug) in signs})

"""Addresses of a story that is erased or anonymised, by keyed digest: its quotes, and where it was before.

The rows that knew them are gone then, and a notice has to stand there all the same.
"""

from sqlalchemy import Connection, select

from app.database.marking import QUOTE
from app.database.tables import REVISION, AnyRow
from app.database.visibility import standing
from app.records.model import RecordKind
from app.services.archive import Archive
from app.services.citing.former import names_somebody
from app.services.denying import QUOTE_ID, SLUG, Denied, Text


def denied_addresses(archive: Archive, connection: Connection, row: AnyRow, why: Text) -> Denied:
    """As the line keeps them by which the story goes."""
    digests = [archive.keyed(QUOTE_ID, one) for one in _quotes(connection, row.id)]
    digests += [archive.keyed(SLUG, slug) for slug in _former(connection, row)]
    return tuple((why.value, digest) for digest in sorted(digests))


def _quotes(connection: Connection, story_id: str) -> list[str]:
    """Those whose words stand open in it."""
    hers = select(QUOTE.c.id).where(QUOTE.c.story_id == story_id, *standing())
    return list(connection.execute(hers).scalars())


def _former(connection: Connection, row: AnyRow) -> list[str]:
    """One with somebody's name in it led nowhere before, and does not now."""
    hers = (REVISION.c.record_id == row.id, REVISION.c.kind == RecordKind.STORY.value)
    slugs = select(REVISION.c.slug).where(*hers, REVISION.c.slug.not_in(("", row.slug))).distinct()
    return [slug for slug in connection.execute(slugs).scalars() if not names_somebody(slug, row)]

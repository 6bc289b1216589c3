"""The version of a story that the catalogue shows, as it was written."""

from datetime import date

from sqlalchemy import Connection, select

from app.database.tables import REVISION, AnyRow
from app.records.model import Digest, Slug, Story
from app.records.stories import parse_story


def shown_version(connection: Connection, row: AnyRow, today: date) -> Story:
    """The story behind a row of STORY: of a file that is set aside, its last good version."""
    where = (REVISION.c.record_id == row.id, REVISION.c.number == row.revision)
    content = connection.execute(select(REVISION.c.content).where(*where)).scalar_one()
    return parse_story(content, slug=Slug(row.slug), file=row.path, today=today).story


def shown_digest(connection: Connection, row: AnyRow) -> Digest:
    """The digest of the same version."""
    where = (REVISION.c.record_id == row.id, REVISION.c.number == row.revision)
    return Digest(connection.execute(select(REVISION.c.digest).where(*where)).scalar_one())

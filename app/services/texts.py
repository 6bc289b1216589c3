"""All that was ever told in one story: what must not stand anywhere again when it is taken back."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.database.ledgers import DENIED_TEXT
from app.database.tables import PASSAGE, REVISION, STORY, AnyRow
from app.records.model import RecordKind, Slug, Status, Story
from app.rendering.markdown import render
from app.services.archive import Archive
from app.services.cataloguing import Origin
from app.services.denying import PASSAGE_TEXT, TELLING
from app.services.documents import chunks
from app.services.reading_files import examine
from app.services.references import ReferenceTargets


@dataclass(frozen=True)
class Told:
    """A story as it is, the passages of all its versions, closed ones among them, and their digests."""

    story: Story
    origin: Origin
    passages: frozenset[str]
    files: frozenset[str]
    status_before: str = Status.DRAFT.value  # the status before it was taken back
    only_draft: bool = False  # no version was ever ready to be read

    def telling(self, archive: Archive, connection: Connection, *, short: bool) -> set[str]:
        """The passages to deny: short ones where asked for, and long ones that no other story has as well.

        What is denied of this story already is hers, though a copy that came later has it.
        """
        long = {text for text in self.passages if len(text.split()) >= TELLING}
        kept, hers = set(long), self._denied(connection)
        for part in chunks(sorted(long)):
            others = select(PASSAGE.c.text).where(
                PASSAGE.c.text.in_(part), PASSAGE.c.story_id != self.origin.id
            )
            kept.difference_update(connection.execute(others).scalars())
        kept |= {text for text in long - kept if archive.keyed(PASSAGE_TEXT, text) in hers}
        return kept | (self.passages - long if short else set())

    def _denied(self, connection: Connection) -> set[str]:
        hers = select(DENIED_TEXT.c.digest).where(DENIED_TEXT.c.story_id == self.origin.id)
        return set(connection.execute(hers).scalars())


def passages_of(story: Story, slug: str) -> frozenset[str]:
    """The normalised texts of a story's passages, closed ones among them."""
    targets = ReferenceTargets(RecordKind.STORY, slug)
    whole = render(story.body, links=targets, show_closed=True, title=story.title)
    return frozenset(passage.text for passage in whole.passages)


def texts_of(archive: Archive, connection: Connection, row: AnyRow) -> Told:
    """What the revisions of a story say, the one that the catalogue shows first."""
    origin = Origin(row.id, row.slug, row.path, row.digest, row.revision, set_aside=row.set_aside)
    return told_in(archive, connection, origin, row.title)


def told_in(archive: Archive, connection: Connection, origin: Origin, title: str) -> Told:
    """The same of a story that may be out of the catalogue: its file has just come under another name."""
    wanted = select(REVISION.c.content, REVISION.c.digest, REVISION.c.number).where(
        REVISION.c.record_id == origin.id
    )
    versions = connection.execute(wanted.order_by(REVISION.c.number.desc())).all()
    shown, passages, before = Story(title=title, body=""), set[str](), ""
    statuses: set[Status] = set()
    for version in versions:
        story = _read(archive, version.content, origin)
        if story is None:
            continue
        shown = story if version.number == origin.revision else shown
        before = before or (story.status.value if story.status is not Status.WITHDRAWN else "")
        passages |= passages_of(story, origin.slug)
        statuses.add(story.status)
    files = frozenset(version.digest for version in versions if version.digest)
    only_draft = Status.DRAFT in statuses and Status.READY not in statuses
    return Told(shown, origin, frozenset(passages), files, before or Status.DRAFT.value, only_draft)


def open_passages(archive: Archive, connection: Connection, origin: Origin) -> set[str]:
    """The passages that stood open until now; by its newest version, where a story has left the catalogue."""
    if connection.execute(select(STORY.c.id).where(STORY.c.id == origin.id)).first():
        texts = select(PASSAGE.c.text).where(PASSAGE.c.story_id == origin.id)
        return set(connection.execute(texts).scalars())
    newest = select(REVISION.c.content).where(REVISION.c.record_id == origin.id)
    content = connection.execute(newest.order_by(REVISION.c.number.desc()).limit(1)).scalar()
    story = _read(archive, content, origin) if content else None
    if story is None:
        return set()
    whole = render(story.body, links=ReferenceTargets(RecordKind.STORY, origin.slug), title=story.title)
    return {passage.text for passage in whole.passages if not passage.closed}


def _read(archive: Archive, content: bytes, origin: Origin) -> Story | None:
    today, slug = archive.now().date(), Slug(origin.slug)
    found = examine(content, path=origin.path, slug=slug, kind=RecordKind.STORY, today=today).record
    return found if isinstance(found, Story) else None

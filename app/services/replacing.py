"""A new text in place of a story's old one, under the same id."""

from base64 import b64decode, b64encode
from dataclasses import dataclass

from app.database.tables import AnyRow
from app.errors import InvalidRecord, InvalidText
from app.records.edit import change_keys
from app.records.folder import folded
from app.records.model import RecordKind, Slug, Status, Story
from app.records.paths import refuse_unsafe, too_large
from app.records.problems import SetAside
from app.records.slugs import slug_of
from app.records.store import LARGEST_FILE
from app.services.archive import Archive
from app.services.reading_files import examine
from app.services.texts import passages_of, texts_of

ROOM = 100  # bytes, for the id
EMPTY = "A new text belongs here: the whole file, with its front matter."
SAME = "This is the text as it stands. Take out what would tell whose story it is, and try again."
TAKEN = "Another story has this file name, or one that differs only by case."
NEARLY = "This differs from the old file name only by case or accents. Take another, or leave it empty."
UNSAFE = "This can be no file's name."


@dataclass(frozen=True)
class NewText:
    """The file that comes in place of the old one; `slug` is where it will lie."""

    content: bytes
    slug: str
    story: Story
    passages: frozenset[str]

    def as_data(self) -> dict[str, object]:
        """As a job keeps it until the file is written."""
        return {"content": b64encode(self.content).decode(), "slug": self.slug}


def content_of(data: dict[str, object]) -> bytes:
    """The file that a job keeps."""
    return b64decode(str(data["content"]))


def new_text(archive: Archive, row: AnyRow, content: bytes, slug: str) -> NewText:
    """The new file, with the story's id in it. Raises InvalidText with all that is wrong."""
    wanted = slug_of(slug.strip()) or row.slug
    if not content.strip():
        raise InvalidText(EMPTY)
    if len(content) > LARGEST_FILE - ROOM:
        raise InvalidText(too_large("").reason)
    if _plain(content.decode(errors="replace")) == _plain(present_text(archive, row)):
        raise InvalidText(SAME)
    _refuse_slug(archive, row, wanted)
    today = archive.now().date()
    try:
        whole = change_keys(content, {"id": row.id})
    except (SetAside, InvalidRecord) as refused:
        reasons = [p.reason for p in refused.problems] if isinstance(refused, SetAside) else [str(refused)]
        raise InvalidText(" ".join(reasons)) from None
    found = examine(whole, path="", slug=Slug(wanted), kind=RecordKind.STORY, today=today)
    if not isinstance(found.record, Story) or found.problems:
        raise InvalidText(" ".join(problem.reason for problem in found.problems) or EMPTY)
    return NewText(whole, wanted, found.record, passages_of(found.record, wanted))


def present_text(archive: Archive, row: AnyRow) -> str:
    """A story's file as a new text begins: without what says that it was taken back. Empty if unreadable."""
    try:
        store = archive.stores[RecordKind.STORY]
        path = store.path_of(Slug(row.slug))
        content = store.read(path) if path else b""
        if row.status == Status.WITHDRAWN:
            with archive.engine.connect() as connection:
                before = texts_of(archive, connection, row).status_before
            content = change_keys(content, {"status": before, "withdrawn": None})
        return content.decode("utf-8-sig")
    except (FileNotFoundError, SetAside, InvalidRecord, UnicodeDecodeError):
        return ""


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\ufeff \n")


def _refuse_slug(archive: Archive, row: AnyRow, wanted: str) -> None:
    try:
        refuse_unsafe(Slug(wanted))
    except InvalidRecord:
        raise InvalidText(UNSAFE) from None
    if wanted == row.slug:
        return
    if folded(Slug(wanted)) == folded(Slug(row.slug)):
        raise InvalidText(NEARLY)
    if archive.stores[RecordKind.STORY].is_taken(Slug(wanted)):
        raise InvalidText(TAKEN)

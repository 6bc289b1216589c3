"""A picture comes into a text that somebody writes: described in words, drawn anew, kept with its story."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.database.tables import AnyRow
from app.database.visibility import Action, Actor
from app.errors import ImportRefused, InvalidText
from app.imports.escaping import escape_description
from app.imports.pictures import drawn_anew
from app.records.ids import PREFIX, mint
from app.records.model import RecordKey, RecordKind, Slug
from app.rendering.model import Rendered
from app.rendering.pictures import pictures_in, undescribed
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.gathering.editing import EditRefused, load_for_edit
from app.services.gathering.intaking import change_intake
from app.services.gathering.pictures import keep_pictures, path_of
from app.services.recording import story_for

FIELD = "picture"  # of the form, and of what is wrong with it
MOST_WORDS = 500  # characters
ASK = "What does it show? Someone who can not see it will read this."
TAKEN = "The picture stands at the end of the text; move its line to where it belongs, and save."
NOT_TAKEN = "The picture was not taken; what you wrote stands below."
NO_FILE = "Choose a picture first."
TOO_LONG = f"There is room for {MOST_WORDS} characters; say the rest in the text."
NOT_AGREED = (
    "Consent was recorded for this story, and pictures are not among it. No reader is shown its pictures: "
    "what they show stands there in words."
)


@dataclass(frozen=True)
class Pictures:
    """The pictures of a form: the story that keeps them, and the address where they are found and added.

    `words` are those of a picture that was not taken. The id is empty where there is no story for them yet.
    """

    story_id: str
    address: str
    words: str = ""
    not_agreed: bool = False

    def address_of(self, digest: str) -> str:
        """Where whoever fills in the form sees one."""
        return f"{self.address}/{digest}"


@dataclass(frozen=True)
class Added:
    """A picture that is kept: how the text shows it, and what somebody should know of it."""

    markdown: str
    said: Sequence[str] = ()


def add_to_story(archive: Archive, actor: Actor, story_id: str, content: bytes, words: str) -> Added:
    """Keep a picture for a story whose text is to show it.

    Raises NotFound, Withdrawn, EditRefused, RecordLocked, OSError.
    """
    row = load_for_edit(archive, actor, story_id).row
    picture, added = _drawn(content, words)
    key = RecordKey(RecordKind.STORY, Slug(row.slug))
    with archive.stores[RecordKind.STORY].lock(key):  # nobody takes the story back at this moment
        with archive.engine.connect() as connection:
            story_for(archive, connection, actor, row.id, Action.EDIT)
        _keep(archive, row.id, picture)
    return added


def add_to_review(archive: Archive, row: AnyRow, content: bytes, words: str) -> Added:
    """The same for a text that is being looked through. Raises EditRefused, OSError."""
    picture, added = _drawn(content, words)
    story_id = row.data.get("becomes")
    if not story_id:
        story_id = mint(PREFIX[RecordKind.STORY])
        change_intake(archive, row.key, data={**row.data, "becomes": story_id})
    _keep(archive, story_id, picture)
    return added


def _drawn(content: bytes, words: str) -> tuple[bytes, Added]:
    said = _described(words)
    if not content:
        raise EditRefused({FIELD: NO_FILE})
    try:
        picture = drawn_anew(content)
    except ImportRefused as refused:
        raise EditRefused({FIELD: str(refused)}) from None
    added = Added(shown_as(said, picture.digest), [f"{one.reason} {one.remedy}" for one in picture.reports])
    return picture.content, added


def _described(words: str) -> str:
    if not words.strip():
        raise EditRefused({FIELD: ASK})
    if len(words) > MOST_WORDS:
        raise EditRefused({FIELD: TOO_LONG})
    try:
        return one_line(" ".join(words.split()), "The description")
    except InvalidText as error:
        raise EditRefused({FIELD: str(error)}) from None


def _keep(archive: Archive, story_id: str, picture: bytes) -> None:
    try:
        keep_pictures(archive, story_id, [picture])
    except ImportRefused as refused:
        raise EditRefused({FIELD: str(refused)}) from None


def shown_as(words: str, digest: str) -> str:
    """How a text shows a picture: `![What it shows](/media/…)`."""
    return f"![{escape_description(words)}](/media/{digest})"


def with_picture(body: str, markdown: str) -> str:
    """A text with a picture after its end, as a paragraph of its own."""
    before = body.rstrip("\n")
    return f"{before}\n\n{markdown}\n" if before else f"{markdown}\n"


def picture_notices(archive: Archive, pictures: Pictures, rendered: Rendered) -> list[str]:
    """What somebody who writes should know of the pictures in a text."""
    shown, bare = pictures_in(rendered.html), undescribed(rendered.html)
    gone = sum(1 for digest in shown if not path_of(archive, pictures.story_id, digest))
    told = [NOT_AGREED] if pictures.not_agreed and shown else []
    if bare:
        told.append(f"{_count(bare, 'has', 'have')} no description. {ASK}")
    if gone:
        told.append(
            f"{_count(gone, 'is', 'are')} not kept with this story, and can not be shown. Add it again."
        )
    return told


def _count(number: int, one: str, many: str) -> str:
    return f"A picture {one}" if number == 1 else f"{number} pictures {many}"

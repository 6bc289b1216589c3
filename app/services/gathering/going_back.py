"""An earlier version made the current one again, as a version of its own."""

from sqlalchemy import Connection

from app.database.tables import AnyRow
from app.database.visibility import Action, Actor
from app.errors import EditConflict, InvalidRecord, InvalidText
from app.records.going_back import brought_back
from app.records.model import RecordKey, RecordKind, Slug, Story
from app.records.problems import SetAside
from app.records.stories import parse_story
from app.services.archive import Archive
from app.services.gathering.standing import closed_since
from app.services.gathering.versions import renamed_since, told_by, version_of
from app.services.intents import Intent
from app.services.recording import By, Loaded, form_digest, load_file, story_for
from app.services.saving import Saved, save_record

RESTORED = "restored"  # the revision's source
UNREADABLE = "The file can not be read as it is now, so what was agreed can not be kept. Mend the file first."
NOT_AGREED = "Tick that you know what comes back with this version, and press again. Nothing was changed."
OTHERWISE = "What was agreed would be read differently in this version, so nothing was changed."
OPENS = (
    "Passages have been closed since, and this version does not have them closed. Where the same words come "
    "open again, readers do not see the story until a steward opens them at the storyteller’s wish."
)
NAMES = "Names were replaced since, and this version brings the old ones back."


def go_back(
    archive: Archive, actor: Actor, by: By, story_id: str, number: int, *, expected: str, agreed: bool
) -> Saved:
    """Bring version `number` back. Consent, status, id and gatherer stay as they are now.

    `expected` is the form's digest of the file; `agreed` that she knows what warnings_of says. Raises
    NotFound, Withdrawn, EditConflict, InvalidText, and what save_record raises: then nothing has changed.
    """
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
        version = version_of(connection, row.id, number)
        warnings = warnings_of(archive, connection, row, version)
    loaded = load_file(archive, row)
    if form_digest(archive, loaded.digest) != expected:
        raise EditConflict(row.id)
    content = _content(archive, loaded, version)
    if warnings and not agreed:
        raise InvalidText(NOT_AGREED)
    intent = Intent(RESTORED, by.name, f"as in version {number}", by.account)
    key = RecordKey(RecordKind.STORY, Slug(row.slug))
    return save_record(archive, key, content, expected=loaded.digest, intent=intent)


def warnings_of(archive: Archive, connection: Connection, row: AnyRow, version: AnyRow) -> list[str]:
    """What would come back with a version that has been taken out of sight since."""
    opens = closed_since(connection, row.id, version.number, archive.now().date())
    renamed = renamed_since(connection, row, version, told_by(version, archive))
    return [said for said, so in ((OPENS, opens), (NAMES, renamed)) if so]


def _content(archive: Archive, loaded: Loaded, version: AnyRow) -> bytes:
    """The file as it is to be. Raises InvalidText where its consent would not be read as it is now."""
    if loaded.story is None or loaded.row.set_aside:
        raise InvalidText(UNREADABLE)
    try:
        content = brought_back(loaded.content, version.content)
        slug, today = Slug(loaded.row.slug), archive.now().date()
        story = parse_story(content, slug=slug, file="", today=today).story
    except InvalidRecord as refused:
        raise InvalidText(str(refused)) from None
    except SetAside:
        raise InvalidText(OTHERWISE) from None
    if _held(story) != _held(loaded.story):
        raise InvalidText(OTHERWISE)
    return content


def _held(story: Story) -> tuple[object, ...]:
    return story.consent, story.status, story.id, story.withdrawn, story.gatherer

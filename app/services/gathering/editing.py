"""Editing a story in the archive: only what changed is written, and nobody's work is overwritten."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.database.tables import REVISION, AnyRow
from app.database.visibility import Action, Actor
from app.errors import EditConflict, InvalidRecord, InvalidText, NamesUndecided, OthersStory
from app.records.edit import change_keys
from app.records.model import Digest, ParsedStory, Problem, RecordKey, RecordKind, Slug, Status
from app.records.problems import SetAside
from app.records.stories import parse_story
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.disk import disk_named
from app.services.gathering.story_form import Filled, compared, sent, shown
from app.services.intents import EDITOR, Intent
from app.services.recording import By, Loaded, form_digest, load_file, story_for
from app.services.saving import Saved, save_record

SETTABLE = (Status.DRAFT.value, Status.READY.value)  # taking back has a page of its own
NO_STATUS = "Choose draft or ready. A story is taken back on a page of its own."
UNWRITABLE = "This can not be written so that it reads back the same. Take out what is unusual in it."
SPOKEN_OF = ("draft", "published")  # keys that say 'draft' whatever `status` says


class EditRefused(InvalidText):
    """What was filled in can not be saved; `problems` says why, by field ('' for the whole).

    `names` where something that may tell who somebody is waits to be decided, on a page of its own.
    """

    def __init__(self, problems: dict[str, str], *, names: bool = False) -> None:
        self.problems, self.names = problems, names
        super().__init__(" ".join(f"{name}: {why}" if name else why for name, why in problems.items()))


class Stale(EditConflict):
    """Somebody saved meanwhile. `base` is the file that the form was made from, where it is still known."""

    def __init__(self, loaded: Loaded, base: bytes | None, mine: bytes | None) -> None:
        super().__init__(loaded.row.id)
        self.loaded, self.base, self.mine = loaded, base, mine


@dataclass(frozen=True)
class Edit:
    """What somebody asks to save: a form, or the whole file as text. `note` says why, in one line."""

    expected: str  # the form's digest
    note: str = ""
    filled: Filled | None = None
    whole: str | None = None


@dataclass(frozen=True)
class Placed:
    """A story's id, slug and file; the id is empty where it has none yet."""

    id: str
    slug: str
    path: str


def load_for_edit(archive: Archive, actor: Actor, story_id: str) -> Loaded:
    """A story's file for somebody who may change it. Raises NotFound or Withdrawn."""
    with archive.engine.connect() as connection:
        row = story_for(archive, connection, actor, story_id, Action.EDIT)
    return load_file(archive, row)


def save_edit(archive: Archive, actor: Actor, by: By, story_id: str, edit: Edit) -> Saved:
    """Save what was changed, as a new revision with its note.

    Raises NotFound, Withdrawn, EditRefused, Stale, DiskRefused, RecordLocked; then nothing has changed.
    """
    loaded = load_for_edit(archive, actor, story_id)
    note = one_line_note(edit.note)
    if form_digest(archive, loaded.digest) != edit.expected:
        raise _stale(archive, loaded, edit)
    content = edited(archive, loaded.row, loaded.content, edit)
    key = RecordKey(RecordKind.STORY, Slug(loaded.row.slug))
    intent = Intent(EDITOR, by.name, note, by.account)
    try:
        with disk_named():
            return save_record(archive, key, content, expected=loaded.digest, intent=intent)
    except EditConflict:
        raise _stale(archive, load_file(archive, loaded.row), edit) from None
    except (SetAside, InvalidRecord):
        raise EditRefused({"": UNWRITABLE}) from None
    except NamesUndecided as waiting:
        raise EditRefused({"status": str(waiting)}, names=True) from None
    except OthersStory as closed:
        raise EditRefused({"body": str(closed)}) from None


def one_line_note(text: str) -> str:
    """Why something was saved. Raises EditRefused."""
    try:
        return one_line(text, "The note")
    except InvalidText as error:
        raise EditRefused({"note": str(error)}) from None


def _stale(archive: Archive, loaded: Loaded, edit: Edit) -> Stale:
    with archive.engine.connect() as connection:
        base = _known_version(archive, connection, loaded.row, edit.expected)
    mine = None
    if base is not None:
        try:
            mine = edited(archive, loaded.row, base, edit)
        except EditRefused:
            mine = None
    return Stale(loaded, base, mine)


def _known_version(archive: Archive, connection: Connection, row: AnyRow, expected: str) -> bytes | None:
    """The version that a form was made from."""
    hers = (REVISION.c.record_id == row.id, REVISION.c.digest != "")
    newest = select(REVISION.c.key, REVISION.c.digest).where(*hers).order_by(REVISION.c.number.desc())
    for one in connection.execute(newest):
        if form_digest(archive, Digest(one.digest)) == expected:
            wanted = select(REVISION.c.content).where(REVISION.c.key == one.key)
            return bytes(connection.execute(wanted).scalar_one())
    return None


def edited(archive: Archive, row: AnyRow | Placed, content: bytes, edit: Edit) -> bytes:
    """The file as it would be saved. Raises EditRefused."""
    if edit.filled is None:
        return _whole(archive, row, content, edit.whole or "")
    before = parsed_or_refused(archive, row, content)
    return _checked(archive, row, content, before, edit.filled)


def _whole(archive: Archive, row: AnyRow | Placed, before: bytes, text: str) -> bytes:
    content = _as_kept(before, text)
    parsed = parsed_or_refused(archive, row, content)
    if parsed.story.id not in (None, row.id):
        raise EditRefused({"": f"The id of this story is {row.id}. It can not become another."})
    return content


def _as_kept(before: bytes, text: str) -> bytes:
    """A whole file as a browser sent it, with the line ends and the mark that it had."""
    if sent(before.decode("utf-8", "replace")) == sent(text):
        return before
    line_end = "\r\n" if b"\r\n" in before else "\n"
    return text.replace("\r\n", "\n").replace("\n", line_end).encode()


def parsed_or_refused(archive: Archive, row: AnyRow | Placed, content: bytes) -> ParsedStory:
    """A file as it reads. Raises EditRefused with the line and the remedy where it does not."""
    try:
        return parse_story(content, slug=Slug(row.slug), file=row.path, today=archive.now().date())
    except SetAside as aside:
        raise EditRefused({"": " ".join(map(_said, aside.problems))}) from None


def _said(problem: Problem) -> str:
    line = f"Line {problem.line}: " if problem.line else ""
    return f"{line}{problem.reason} {problem.remedy}"


def _checked(
    archive: Archive, row: AnyRow | Placed, content: bytes, before: ParsedStory, filled: Filled
) -> bytes:
    first = shown(before.story)
    body = filled.body if filled.body != first.body else None
    return changed(archive, row, content, before, compared(first, filled), body)


def changed(
    archive: Archive,
    row: AnyRow | Placed,
    content: bytes,
    before: ParsedStory,
    changes: Mapping[str, object | None],
    body: str | None,
) -> bytes:
    """The file with these keys changed and this text, where there is one. Raises EditRefused."""
    status = changes.get("status", before.story.status)
    if "status" in changes and (status not in SETTABLE or before.story.status not in SETTABLE):
        raise EditRefused({"status": NO_STATUS})
    after = _written(content, changes, body)
    parsed = parsed_or_refused(archive, row, after)
    if "status" in changes and parsed.story.status != status:
        after = _written(after, dict.fromkeys(SPOKEN_OF), body)
        parsed = parsed_or_refused(archive, row, after)
    _refuse_problems(parsed.problems, before.problems, changes)
    return after


def _written(content: bytes, changes: Mapping[str, object | None], body: str | None) -> bytes:
    try:
        return change_keys(content, changes, body=body)
    except InvalidRecord:
        raise EditRefused(_unwritable(content, changes)) from None


def _unwritable(content: bytes, changes: Mapping[str, object | None]) -> dict[str, str]:
    """Why, by field: of each key by itself, or of the whole where none is to blame alone."""
    found: dict[str, str] = {}
    for key, value in changes.items():
        try:
            change_keys(content, {key: value})
        except SetAside as aside:
            found[key] = f"{aside.problems[0].reason} {aside.problems[0].remedy}"
        except InvalidRecord:
            found[key] = UNWRITABLE
    return found or {"": UNWRITABLE}


def _refuse_problems(
    now: Iterable[Problem], before: Iterable[Problem], changes: Mapping[str, object | None]
) -> None:
    """A changed key must be understood; what was wrong elsewhere before may wait."""
    known = {(one.key, one.reason) for one in before}
    found: dict[str, str] = {}
    for one in now:
        name = (one.key or "body").split(".")[0]
        if name in changes or (one.key, one.reason) not in known:
            found.setdefault(name, f"{one.reason} {one.remedy}")
    if found:
        raise EditRefused(found)

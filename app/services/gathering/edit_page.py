"""The page on which a story is written: as it was opened, refused, or overtaken by somebody else."""

from dataclasses import replace

from sqlalchemy import Connection, select

from app.database.tables import REVISION, AnyRow
from app.database.visibility import Actor
from app.records.merging import Merged
from app.records.model import Slug, Status, Story
from app.records.stories import parse_story
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.dates import moment_label
from app.services.gathering.adding_pictures import NOT_TAKEN, TAKEN, Added, Pictures, with_picture
from app.services.gathering.differing import side_by_side
from app.services.gathering.editing import Edit, EditRefused, Stale, load_for_edit
from app.services.gathering.form_view import form_view
from app.services.gathering.originals import originals_of
from app.services.gathering.picturing import without_pictures
from app.services.gathering.story_form import Filled, shown
from app.services.gathering.together import together
from app.services.reading import standing_label
from app.services.recording import Loaded, form_digest
from app.services.views import EditPage, OriginalLink, OtherVersion

NOT_TEXT = "The file is no text in UTF-8, so it can not be edited here. Put it right in its folder."
BROKEN = "The file can not be read as a story as it is, so it is edited as a whole."


def edit_address(story_id: str) -> str:
    """The page on which a story is edited."""
    return f"/s/{story_id}/edit"


def read_edit(archive: Archive, actor: Actor, story_id: str, *, whole: bool = False) -> EditPage:
    """The page as it is opened. Raises NotFound or Withdrawn."""
    loaded = load_for_edit(archive, actor, story_id)
    with archive.engine.connect() as connection:
        if whole or loaded.story is None:
            return _whole_page(archive, connection, loaded, _text(loaded.content))
        return _page(archive, connection, actor, loaded, shown(loaded.story))


def read_again(
    archive: Archive,
    actor: Actor,
    story_id: str,
    edit: Edit,
    refused: EditRefused | None = None,
    words: str = "",
) -> EditPage:
    """The page with what was filled in, and why it was not saved, if it was to be.

    `words` describe a picture that was not taken.
    """
    loaded = load_for_edit(archive, actor, story_id)
    problems = refused.problems if refused else {}
    with archive.engine.connect() as connection:
        if edit.filled is None:
            page = _whole_page(archive, connection, loaded, edit.whole or "")
        else:
            page = _page(archive, connection, actor, loaded, edit.filled, problems, words)
    said = problems.get("") or ("" if page.form else " ".join(problems.values()))
    names = refused is not None and refused.names
    return replace(
        page, digest=edit.expected, note=edit.note, refused=bool(problems), problem=said, names=names
    )


def read_with_picture(
    archive: Archive, actor: Actor, story_id: str, edit: Edit, told: Added | EditRefused, words: str
) -> EditPage:
    """The same with a picture at the text's end; or why it was not taken, and the words that describe it."""
    if isinstance(told, EditRefused):
        return replace(read_again(archive, actor, story_id, edit, told, words), problem=NOT_TAKEN)
    if edit.filled is None:
        return replace(read_again(archive, actor, story_id, edit, words=words), problem=NOT_TAKEN)
    filled = replace(edit.filled, body=with_picture(edit.filled.body, told.markdown))
    page = read_again(archive, actor, story_id, replace(edit, filled=filled))
    return replace(page, said=" ".join([TAKEN, *told.said]))


def read_stale(archive: Archive, actor: Actor, edit: Edit, stale: Stale) -> EditPage:
    """Both versions; the form holds what was filled in, with what was saved meanwhile where that fits."""
    loaded = stale.loaded
    merged = _merged(archive, stale)
    both = merged.content if merged else None
    with archive.engine.connect() as connection:
        other = _other(archive, connection, loaded, stale.mine, both is not None)
        clashes = [f"{one.place}" for one in merged.conflicts] if merged else []
        other = replace(other, clashes=clashes)
        if edit.filled is None:
            text = _text(both) if both else edit.whole or ""
            page = _whole_page(archive, connection, loaded, text)
        else:
            filled = shown(_story(archive, loaded, both)) if both else edit.filled
            page = _page(archive, connection, actor, loaded, filled)
    return replace(page, note=edit.note, other=other)


def _merged(archive: Archive, stale: Stale) -> Merged | None:
    """Both changes in one file; None where the version that both began with is not known any more."""
    if stale.base is None or stale.mine is None:
        return None
    slug, today = Slug(stale.loaded.row.slug), archive.now().date()
    return together(stale.base, stale.mine, stale.loaded.content, slug=slug, today=today)


def _story(archive: Archive, loaded: Loaded, content: bytes) -> Story:
    slug, today = Slug(loaded.row.slug), archive.now().date()
    return parse_story(content, slug=slug, file=loaded.row.path, today=today).story


def _text(content: bytes | None) -> str:
    return (content or b"").decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _page(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    loaded: Loaded,
    filled: Filled,
    problems: dict[str, str] | None = None,
    words: str = "",
) -> EditPage:
    row = loaded.row
    form = form_view(
        archive,
        connection,
        actor,
        filled,
        slug=row.slug,
        preview_address=f"/s/{row.id}/preview",
        problems=problems or {},
        settable=row.status != Status.WITHDRAWN,
        pictures=pictures_of(connection, row, words),
    )
    page = _frame(archive, connection, loaded)
    return replace(page, form=form, other_address=f"{page.address}?whole")


def pictures_of(connection: Connection, row: AnyRow, words: str = "") -> Pictures:
    """The pictures of a story's form; `words` describe one that was not taken."""
    not_agreed = bool(without_pictures(connection, [row.id]))
    return Pictures(row.id, f"/s/{row.id}/pictures", words, not_agreed)


def _whole_page(archive: Archive, connection: Connection, loaded: Loaded, text: str) -> EditPage:
    page = _frame(archive, connection, loaded)
    if loaded.story is None:
        why = NOT_TEXT if not _is_text(loaded.content) else BROKEN
        return replace(page, whole=text, unreadable=why)
    return replace(page, whole=text, other_address=page.address)


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _frame(archive: Archive, connection: Connection, loaded: Loaded) -> EditPage:
    row = loaded.row
    return EditPage(
        id=row.id,
        heading=row.heading,
        address=edit_address(row.id),
        story_address=story_address(row.slug),
        history_address=f"/s/{row.id}/history",
        consent_label=standing_label(archive, connection, row),
        consent_address=f"/s/{row.id}/consent",
        digest=form_digest(archive, loaded.digest),
        form=None,
        whole=None,
        other_address="",
        revision=row.revision,
        originals=[_original(row.id, one) for one in originals_of(connection, row.id)],
    )


def _original(story_id: str, one: AnyRow) -> OriginalLink:
    address = f"/s/{story_id}/originals/{one.digest}" if one.kept else ""
    return OriginalLink(one.name, address, f"{max(1, round(one.size / 1024)):,} KB")


def _other(
    archive: Archive, connection: Connection, loaded: Loaded, mine: bytes | None, merged: bool
) -> OtherVersion:
    newest = _newest(connection, loaded.row)
    theirs, hers = side_by_side(_text(loaded.content), _text(mine))
    return OtherVersion(
        who=(newest.who if newest else "") or "somebody in the folder",
        when_label=moment_label(newest.observed, archive.settings.language) if newest else "",
        text=theirs,
        mine=hers,
        merged=merged,
        clashes=(),
    )


def _newest(connection: Connection, row: AnyRow) -> AnyRow | None:
    hers = REVISION.c.record_id == row.id
    wanted = select(REVISION.c.who, REVISION.c.observed).where(hers).order_by(REVISION.c.number.desc())
    return connection.execute(wanted.limit(1)).first()

"""What a steward reads before the stories of a restored backup open again."""

from dataclasses import replace

from sqlalchemy import Connection, func, select

from app.database.tables import STORY, AnyRow
from app.database.visibility import Actor, visible_to
from app.errors import EditConflict
from app.services.archive import Archive
from app.services.cards import face_of
from app.services.dates import moment_label
from app.services.paging import ListAddress, pager
from app.services.record_names import opens_to
from app.services.views import Face, RestoredPage
from app.services.withholding import Withheld, confirm, withheld

DESK = "/desk/restored"
STORIES_A_PAGE = 100
NOTHING = Withheld("", "")
COLUMNS = (STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.role, STORY.c.site)


def waiting_since(archive: Archive) -> str:
    """The day of a backup that waits to be confirmed, as a page names it; empty where none does."""
    with archive.engine.connect() as connection:
        waiting = withheld(connection)
    return moment_label(waiting.backup, archive.settings.language) if waiting else ""


def read_restored(archive: Archive, actor: Actor, number: int, *, stale: bool = False) -> RestoredPage:
    """The restore that waits, and its stories by name, as far as this steward may read them."""
    language = archive.settings.language
    with archive.engine.connect() as connection:
        waiting = withheld(connection)
        told = waiting or NOTHING
        visible = visible_to(actor, archive.now())
        total = _total(connection, actor, archive) if waiting else 0
        pages = pager(total, number, STORIES_A_PAGE, ListAddress(DESK).with_page)
        first = (min(number, pages.pages) - 1) * STORIES_A_PAGE
        opens = opens_to(actor, archive.now()).label("opens")
        listed = select(*COLUMNS, opens).where(visible).order_by(STORY.c.heading, STORY.c.slug)
        rows = connection.execute(listed.limit(STORIES_A_PAGE).offset(first)).all() if waiting else []
    return RestoredPage(
        waiting=waiting is not None,
        backup_label=moment_label(told.backup, language),
        restored_label=moment_label(told.restored, language),
        restored=told.restored,
        stories=[_face(row) for row in rows],
        total=total,
        pager=pages,
        stale=stale,
    )


def _face(row: AnyRow) -> Face:
    face = face_of(row)
    return face if row.opens else replace(face, address="")


def _total(connection: Connection, actor: Actor, archive: Archive) -> int:
    counted = select(func.count()).select_from(STORY).where(visible_to(actor, archive.now()))
    return int(connection.execute(counted).scalar_one())


def confirm_restored(archive: Archive, restored: str, *, by: int | None) -> None:
    """Open the stories of the restore that the steward has read about.

    Raises EditConflict where another one waits by now, or none.
    """
    with archive.engine.connect() as connection:
        waiting = withheld(connection)
    if waiting is None or waiting.restored != restored or not confirm(archive, by=by):
        raise EditConflict("The archive was restored again meanwhile, or somebody has confirmed it already.")

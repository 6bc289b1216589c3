"""What was done last with the codebook, and which of it can still be undone."""

from collections.abc import Mapping
from itertools import islice

from sqlalchemy import ColumnElement, Connection, func, select, true

from app.database.marking import STEP
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.codebook import DESK, codebook_address
from app.services.dates import moment_label
from app.services.marking.entries import entries_of
from app.services.marking.knowing import Known, known_to
from app.services.marking.steps import KINDS, says_still
from app.services.paging import pager
from app.services.views import Choice, DoneLast, DoneLine

PAGE = 10
LOOKED_AT = 200  # themes of one step; of a longer one it is only tried
DID = {"save": "Written", "adopt": "Adopted", "import": "Brought in from CSV"}


def read_last_steps(archive: Archive, actor: Actor, by: int | None, number: int | None) -> DoneLast:
    """The last steps: her own, and for stewards everybody's. `number` is the page that was asked for."""
    hers = true() if Role.STEWARD in actor.roles else _by(by)
    where = (STEP.c.kind.in_(KINDS), hers)
    with archive.engine.connect() as connection:
        total = connection.execute(select(func.count()).select_from(STEP).where(*where)).scalar_one()
        page = min(number or 1, -(-total // PAGE) or 1)
        newest = select(STEP).where(*where).order_by(STEP.c.key.desc())
        rows = connection.execute(newest.limit(PAGE).offset((page - 1) * PAGE)).all()
        known = known_to(archive, connection, actor) if any(row.about for row in rows) else {}
        names = names_by_key(connection, [row.account for row in rows])
        lines = [_line(archive, connection, row, named(row.account, names), known) for row in rows]
    pages = pager(total, page, PAGE, lambda at: f"{DESK}?steps={at}#done")
    return DoneLast(lines, total, pages, opened=number is not None)


def _by(account: int | None) -> ColumnElement[bool]:
    return STEP.c.account.is_(None) if account is None else STEP.c.account == account


def _line(
    archive: Archive, connection: Connection, row: AnyRow, who: str, known: Mapping[str, Known]
) -> DoneLine:
    language, theme = archive.settings.language, known.get(row.about)
    return DoneLine(
        key=row.key,
        did=DID[row.kind],
        themes=len(row.before),
        theme=_link(theme) if theme else None,
        who=who,
        when=moment_label(row.at, language),
        undone=moment_label(row.undone, language),
        can=row.undone is None and _can_undo(connection, row),
    )


def _link(theme: Known) -> Choice:
    return Choice(theme.slug, theme.label, codebook_address(theme.slug), current=False)


def _can_undo(connection: Connection, row: AnyRow) -> bool:
    """Whether the codebook still says of one of its themes what it said after this step."""
    slugs = list(islice(row.before, LOOKED_AT))
    now = entries_of(connection, slugs)
    return len(row.before) > LOOKED_AT or any(says_still(row, slug, now.get(slug)) for slug in slugs)

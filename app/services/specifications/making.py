"""Beginning a specification, saying what it is about, taking it away and putting it back."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.database.specifications import SPECIFICATION
from app.database.tables import AnyRow
from app.errors import EditConflict, InvalidText, NotFound
from app.records.ids import crockford, mint
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.specifications.access import (
    STATUSES,
    WRITERS,
    Who,
    may_remove,
    refuse_unless_hers,
    row_to_write,
)
from app.services.views import SpecificationForm

LONGEST_ABOUT, MOST_WORTHS, LONGEST_WORTH = 8_000, 12, 300  # characters, values, characters of each


def make_specification(archive: Archive, who: Who, form: SpecificationForm) -> str:
    """Begin one; its id. Raises InvalidText, NotFound."""
    if not who.writes:
        raise NotFound
    told, made_id = _checked(form, ()), str(mint("spec"))
    with archive.writing() as connection:
        insert_specification(archive, connection, who, made_id, told)
        connection.commit()
    return made_id


def insert_specification(
    archive: Archive, connection: Connection, who: Who, made_id: str, told: Mapping[str, Any]
) -> int:
    """Its key. Belongs in a transaction that commits it."""
    now = archive.now()
    more = {"access": WRITERS, "badge": False, "edition": 1, "account": who.by.account}
    made = insert(SPECIFICATION).values(id=made_id, made=now, changed=now, **more, **told)
    return int(connection.execute(made.returning(SPECIFICATION.c.key)).scalar_one())


def checked(form: SpecificationForm) -> dict[str, Any]:
    """What a form says of a new one, as it is kept. Raises InvalidText."""
    return _checked(form, ())


def change_specification(
    archive: Archive, who: Who, specification_id: str, form: SpecificationForm, *, edition: int
) -> None:
    """Say otherwise what it is about; `edition` is the one that the form was made from.

    Raises EditConflict, InvalidText, NotFound.
    """
    with archive.writing() as connection:
        row = row_to_write(connection, who, specification_id)
        told = _checked(form, row.worths)
        if row.edition != edition and any(row._mapping[name] != value for name, value in told.items()):
            raise EditConflict(specification_id)
        values = {**told, "edition": row.edition + 1, "changed": archive.now()}
        connection.execute(update(SPECIFICATION).where(SPECIFICATION.c.key == row.key).values(**values))
        connection.commit()


def form_of(row: AnyRow) -> SpecificationForm:
    """What a row says, as it is typed."""
    return SpecificationForm(
        title=row.title,
        commissioner=row.commissioner,
        service=row.service,
        version=row.version,
        status=row.status,
        about=row.about,
        worths="\n".join(one["name"] for one in row.worths),
    )


def _checked(form: SpecificationForm, worths: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if form.status not in STATUSES:
        raise InvalidText("Choose a status from the list.")
    return {
        "title": one_line(form.title, "The title", needed=True),
        "commissioner": one_line(form.commissioner, "The commissioner"),
        "service": one_line(form.service, "The service"),
        "version": one_line(form.version, "The version"),
        "status": form.status,
        "about": tidied(form.about, LONGEST_ABOUT),
        "worths": _keyed(form.worths, worths),
    }


def _keyed(text: str, before: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """A value keeps its key while its name stays, or while all others do."""
    lines = [line for line in tidied(text, MOST_WORTHS * LONGEST_WORTH).split("\n") if line]
    lines = list(dict.fromkeys(lines))
    if len(lines) > MOST_WORTHS:
        raise InvalidText(f"There is room for {MOST_WORTHS} values, and these are {len(lines)}.")
    if any(len(line) > LONGEST_WORTH for line in lines):
        raise InvalidText(f"A value can have {LONGEST_WORTH} characters.")
    known = {str(one["name"]): str(one["key"]) for one in before}
    left = [key for name, key in known.items() if name not in lines]
    new = [line for line in lines if line not in known]
    reworded = dict(zip(new, left, strict=True)) if len(new) == len(left) else {}
    return [
        {"key": known.get(line) or reworded.get(line) or crockford(secrets.token_bytes(5)), "name": line}
        for line in lines
    ]


def remove_specification(archive: Archive, who: Who, specification_id: str) -> None:
    """Take one away; it can be put back. Raises NotAllowed, NotFound."""
    with archive.writing() as connection:
        row = row_to_write(connection, who, specification_id)
        refuse_unless_hers(who, row)
        _set_removed(connection, row, archive.now())
        connection.commit()


def put_specification_back(archive: Archive, who: Who, specification_id: str) -> None:
    """Undo that. Raises NotFound."""
    with archive.writing() as connection:
        row = removed_specification(connection, who, specification_id)
        if row is None:
            raise NotFound
        _set_removed(connection, row, None)
        connection.commit()


def _set_removed(connection: Connection, row: AnyRow, when: Any) -> None:
    this = update(SPECIFICATION).where(SPECIFICATION.c.key == row.key)
    connection.execute(this.values(removed=when))


def removed_specification(connection: Connection, who: Who, specification_id: str) -> AnyRow | None:
    """One that was taken away and that this person may put back."""
    where = (SPECIFICATION.c.id == specification_id, SPECIFICATION.c.removed.is_not(None))
    row = connection.execute(select(SPECIFICATION).where(*where)).first()
    return row if row is not None and may_remove(who, row) else None

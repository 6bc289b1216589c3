"""Making and changing lenses: their names, rows and columns. For the story team."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from app.database.insight import LENS, LENS_CELL, LENS_LINE
from app.database.tables import AnyRow
from app.errors import EditConflict, InvalidText, NotFound
from app.records.slugs import value_slug
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.insight.example_lens import EXAMPLE, Draft
from app.services.insight.standing import COLUMN, GONE, ROW, lens_named, lines_of_lens
from app.services.recording import By

LONGEST_ABOUT, LONGEST_LINE = 2_000, 500  # characters
MOST = {ROW: 12, COLUMN: 8}
LONGEST_SLUG = 80
TOO_MANY = "A lens can have {} {}s, and these are more. Take some away, or make a second lens."
NONE = "A lens needs at least one {}. Write each on a line of its own."
LAST = "This is the last {} of the lens. Add another one before you remove it, or remove the whole lens."


@dataclass(frozen=True)
class Named:
    """What somebody wrote of a lens, or of a row or column."""

    name: str
    about: str = ""


def draft_of(named: Named, rows: str, columns: str) -> Draft:
    """A lens as its form describes it: rows and columns each on a line. Raises InvalidText."""
    about = tidied(named.about, LONGEST_ABOUT)
    name = one_line(named.name, "The name", needed=True)
    return Draft(name, about, _listed(rows, ROW), _listed(columns, COLUMN))


def _listed(text: str, axis: str) -> tuple[tuple[str, str], ...]:
    names = [one_line(line, f"A {axis}") for line in re.split(r"\r\n?|\n", text)]
    found = [(name, "") for name in names if name]
    if not found:
        raise InvalidText(NONE.format(axis))
    _refuse_many(len(found), axis)
    return tuple(found)


def _refuse_many(number: int, axis: str) -> None:
    if number > MOST[axis]:
        raise InvalidText(TOO_MANY.format(MOST[axis], axis))


def make_lens(archive: Archive, by: By, draft: Draft) -> str:
    """Write a lens down; its slug."""
    with archive.writing() as connection:
        slug = _make(archive, connection, by, draft)
        connection.commit()
    return slug


def begin_with_example(archive: Archive) -> bool:
    """Write the example down where there never was a lens; whether it was."""
    with archive.writing() as connection:
        if connection.execute(select(LENS.c.key).limit(1)).first():
            return False
        _make(archive, connection, By(), EXAMPLE)
        connection.commit()
    return True


def _make(archive: Archive, connection: Connection, by: By, draft: Draft) -> str:
    now, slug = archive.now(), _free_slug(connection, draft.name)
    values = {"slug": slug, "name": draft.name, "about": draft.about, "account": by.account}
    made = insert(LENS).values(made=now, changed=now, **values).returning(LENS.c.key)
    key = connection.execute(made).scalar_one()
    rows = [_write_line(connection, key, ROW, place, *one) for place, one in enumerate(draft.rows)]
    columns = [_write_line(connection, key, COLUMN, place, *one) for place, one in enumerate(draft.columns)]
    cells = [
        {"row": row, "column": column, "words": words}
        for row, said in zip(rows, draft.cells, strict=False)
        for column, words in zip(columns, said, strict=True)
    ]
    if cells:
        connection.execute(insert(LENS_CELL), cells)
    return slug


def _free_slug(connection: Connection, name: str) -> str:
    """One that no lens has or had."""
    first = value_slug(name)[:LONGEST_SLUG].rstrip("-")
    taken = set(connection.execute(select(LENS.c.slug).where(LENS.c.slug.startswith(first))).scalars())
    numbered = (f"{first}-{number}" for number in range(2, len(taken) + 3))
    return first if first not in taken else next(slug for slug in numbered if slug not in taken)


def _write_line(connection: Connection, lens: int, axis: str, place: int, name: str, about: str) -> int:
    values = {"lens": lens, "axis": axis, "place": place, "name": name, "about": about}
    made = insert(LENS_LINE).values(values).returning(LENS_LINE.c.key)
    return int(connection.execute(made).scalar_one())


def change_lens(archive: Archive, slug: str, named: Named, *, seen: str) -> None:
    """Name a lens otherwise. Raises EditConflict, InvalidText, NotFound."""
    name = one_line(named.name, "The name", needed=True)
    about = tidied(named.about, LONGEST_ABOUT)
    with archive.writing() as connection:
        lens = lens_to_change(connection, slug, seen)
        connection.execute(update(LENS).where(LENS.c.key == lens.key).values(name=name, about=about))
        touch(archive, connection, lens)
        connection.commit()


def lens_to_change(connection: Connection, slug: str, seen: str | None = None) -> AnyRow:
    """A lens; with `seen` only as somebody saw it. Raises EditConflict, NotFound."""
    lens = lens_named(connection, slug)
    if seen is not None and seen != state_of(lens):
        raise EditConflict(slug)
    return lens


def state_of(lens: AnyRow) -> str:
    """What a form carries, so that a change made meanwhile is noticed."""
    return str(lens.changed.isoformat())


def touch(archive: Archive, connection: Connection, lens: AnyRow) -> None:
    """Say that something of a lens has changed."""
    connection.execute(update(LENS).where(LENS.c.key == lens.key).values(changed=archive.now()))


def remove_lens(archive: Archive, slug: str) -> None:
    """Take a lens away with all that was placed in it; it can be put back. Raises NotFound."""
    _set_removed(archive, slug, back=False)


def put_lens_back(archive: Archive, slug: str) -> None:
    """Undo that. Raises NotFound."""
    _set_removed(archive, slug, back=True)


def _set_removed(archive: Archive, slug: str, *, back: bool) -> None:
    there = LENS.c.removed.is_not(None) if back else LENS.c.removed.is_(None)
    value = None if back else archive.now()
    with archive.writing() as connection:
        change = update(LENS).where(LENS.c.slug == slug, there).values(removed=value)
        if connection.execute(change).rowcount == 0:
            raise NotFound
        connection.commit()


def add_line(archive: Archive, slug: str, axis: str, named: Named) -> None:
    """Add a row or column at the end. Raises InvalidText, NotFound."""
    name, about = _of_line(axis, named)
    with archive.writing() as connection:
        lens = lens_to_change(connection, slug)
        there = lines_of_lens(connection, lens.key, axis)
        _refuse_many(len(there) + 1, axis)
        last = select(func.coalesce(func.max(LENS_LINE.c.place), -1)).where(LENS_LINE.c.lens == lens.key)
        place = connection.execute(last).scalar_one() + 1
        _write_line(connection, lens.key, axis, place, name, about)
        touch(archive, connection, lens)
        connection.commit()


def _of_line(axis: str, named: Named) -> tuple[str, str]:
    return one_line(named.name, f"The {axis}’s name", needed=True), tidied(named.about, LONGEST_LINE)


def change_line(archive: Archive, slug: str, key: int, named: Named, *, seen: str) -> None:
    """Name a row or column otherwise. Raises EditConflict, InvalidText, NotFound."""
    with archive.writing() as connection:
        lens = lens_to_change(connection, slug)
        line = line_of(connection, lens.key, key)
        name, about = _of_line(line.axis, named)
        if seen != state_of(lens):
            raise EditConflict(slug)
        connection.execute(update(LENS_LINE).where(LENS_LINE.c.key == key).values(name=name, about=about))
        touch(archive, connection, lens)
        connection.commit()


def line_of(connection: Connection, lens: int, key: int, axes: Sequence[str] = (ROW, COLUMN)) -> AnyRow:
    """A row or column of this lens. Raises NotFound."""
    where = (LENS_LINE.c.key == key, LENS_LINE.c.lens == lens, LENS_LINE.c.axis.in_(axes))
    row = connection.execute(select(LENS_LINE).where(*where)).first()
    if row is None:
        raise NotFound
    return row


def move_line(archive: Archive, slug: str, key: int, step: int) -> None:
    """Move a row or column one place up (-1) or down (1); at the end of its way it stays. Raises NotFound."""
    with archive.writing() as connection:
        lens = lens_to_change(connection, slug)
        line = line_of(connection, lens.key, key)
        keys = [one.key for one in lines_of_lens(connection, lens.key, line.axis)]
        at = keys.index(key)
        to = min(max(at + step, 0), len(keys) - 1)
        keys.insert(to, keys.pop(at))
        for place, one in enumerate(keys):
            connection.execute(update(LENS_LINE).where(LENS_LINE.c.key == one).values(place=place))
        touch(archive, connection, lens)
        connection.commit()


def remove_line(archive: Archive, slug: str, key: int) -> None:
    """Take a row or column away with its cells; it can be put back. Raises InvalidText, NotFound."""
    with archive.writing() as connection:
        lens = lens_to_change(connection, slug)
        line = line_of(connection, lens.key, key)
        if len(lines_of_lens(connection, lens.key, line.axis)) == 1:
            raise InvalidText(LAST.format(line.axis))
        _put_on(connection, key, GONE + line.axis)
        touch(archive, connection, lens)
        connection.commit()


def put_line_back(archive: Archive, slug: str, key: int) -> None:
    """Undo that. Raises InvalidText where others have taken its place, NotFound."""
    with archive.writing() as connection:
        lens = lens_to_change(connection, slug)
        line = line_of(connection, lens.key, key, (GONE + ROW, GONE + COLUMN))
        axis = line.axis.removeprefix(GONE)
        _refuse_many(len(lines_of_lens(connection, lens.key, axis)) + 1, axis)
        _put_on(connection, key, axis)
        touch(archive, connection, lens)
        connection.commit()


def _put_on(connection: Connection, key: int, axis: str) -> None:
    connection.execute(update(LENS_LINE).where(LENS_LINE.c.key == key).values(axis=axis))

"""Shared language: words that a programme uses, words that it leaves, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from json import dumps
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, delete, insert, select, update

from app.database.insight import SHARED_WORD
from app.database.marking import STEP
from app.database.state import advance
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role
from app.errors import EditConflict, InvalidText, NotFound
from app.records.slugs import value_slug
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.auditing import Event, note
from app.services.defining import legible, tidied
from app.services.views import LanguageDeskPage, LanguagePage, WordLine

DESK = "/desk/language"
MOST = 1_000  # characters of a reason
KIND = "word"
FIELDS = ("word", "used", "instead", "why")
LEFT_ALONE = "Something is said instead of a word that is left. Choose ‘We leave it’, or empty this field."
THERE = "This word stands here already. Change it there, or write another."


class WordRefused(InvalidText):
    """A field of a word can not be kept."""

    def __init__(self, said: str, field: str) -> None:
        super().__init__(said)
        self.field = field


@dataclass(frozen=True)
class Word:
    """A word, whether it is used, what is said instead of one that is left, and why."""

    word: str
    used: bool
    instead: str = ""
    why: str = ""


def read_language(archive: Archive, *, writes: bool) -> LanguagePage:
    """All shared words, for everybody."""
    with archive.engine.connect() as connection:
        used, left = _lines(connection)
    return LanguagePage(used, left, DESK if writes else "")


def read_language_desk(
    archive: Archive, slug: str = "", *, said: str = "", step: int = 0
) -> LanguageDeskPage:
    """The same with a form: for a further word, or for one that stands here. Raises NotFound."""
    with archive.engine.connect() as connection:
        used, left = _lines(connection)
        row = _row(connection, slug) if slug else None
    page = LanguageDeskPage(used, left, said=said, step=step, most=MOST)
    if row is None:
        if slug:
            raise NotFound
        return page
    digest = _digest(_plain(row))
    page = replace(page, old=slug, word=row.word, is_used=row.used, digest=digest)
    return replace(page, instead=row.instead, why=row.why)


def refused_desk(
    archive: Archive, slug: str, word: Word, refused: InvalidText | EditConflict
) -> LanguageDeskPage:
    """The form with what was typed, and why it was not kept."""
    page = read_language_desk(archive, slug)
    typed = [legible(one)[:5_000] for one in (word.word, word.instead, word.why)]
    page = replace(page, word=typed[0], instead=typed[1], why=typed[2], is_used=word.used)
    if isinstance(refused, EditConflict):
        return replace(page, problem="Somebody else has changed this word meanwhile. Look at it below.")
    wrong = refused.field if isinstance(refused, WordRefused) else "word"
    return replace(page, problem=str(refused), wrong=wrong)


def _lines(connection: Connection) -> tuple[list[WordLine], list[WordLine]]:
    rows = connection.execute(select(SHARED_WORD)).all()
    lines: dict[bool, list[WordLine]] = {True: [], False: []}
    for row in sorted(rows, key=lambda row: (row.word.casefold(), row.slug)):
        address = f"{DESK}?word={quote(row.slug)}"
        lines[row.used].append(WordLine(row.slug, row.word, row.instead, row.why, address))
    return lines[True], lines[False]


def _row(connection: Connection, slug: str) -> AnyRow | None:
    return connection.execute(select(SHARED_WORD).where(SHARED_WORD.c.slug == slug)).first()


def _plain(row: AnyRow | None) -> dict[str, Any] | None:
    return {name: getattr(row, name) for name in FIELDS} if row is not None else None


def _digest(plain: Mapping[str, Any] | None) -> str:
    return sha256(dumps(plain, sort_keys=True).encode()).hexdigest()


def write_word(archive: Archive, slug: str, word: Word, *, expected: str, by: int | None) -> int:
    """Write a further word down, or change the one at `slug`; the step with which it can be undone, or 0.

    Raises InvalidText, NotFound, or EditConflict where it is no longer the one that was `expected`.
    """
    word = _tidied(word)
    new = value_slug(word.word)
    with archive.writing() as connection:
        before = _plain(_row(connection, slug)) if slug else None
        if slug and before is None:
            raise NotFound
        if new != slug and _row(connection, new) is not None:
            raise WordRefused(THERE, "word")
        if before == vars(word):
            return 0
        if slug and _digest(before) != expected:
            raise EditConflict(slug)
        said = {new: dict(vars(word))} | ({slug: None} if slug and slug != new else {})
        step = _take(archive, connection, said, by)
        connection.commit()
    return step


def _tidied(word: Word) -> Word:
    checked: dict[str, str] = {}
    for name, label in (("word", "The word"), ("instead", "What is said instead")):
        try:
            checked[name] = one_line(getattr(word, name), label, needed=name == "word")
        except InvalidText as refused:
            raise WordRefused(str(refused), name) from None
    try:
        why = tidied(word.why, MOST)
    except InvalidText as refused:
        raise WordRefused(str(refused), "why") from None
    if word.used and checked["instead"]:
        raise WordRefused(LEFT_ALONE, "instead")
    return Word(checked["word"], word.used, checked["instead"], why)


def remove_word(archive: Archive, slug: str, *, by: int | None) -> int:
    """Take a word away; the step with which it can be put back. Raises NotFound."""
    with archive.writing() as connection:
        if _row(connection, slug) is None:
            raise NotFound
        step = _take(archive, connection, {slug: None}, by)
        connection.commit()
    return step


def undo_word(archive: Archive, actor: Actor, key: int, by: int | None) -> bool:
    """Undo a change of words; False where they have changed since, and stay. Raises NotFound."""
    with archive.writing() as connection:
        row = connection.execute(select(STEP).where(STEP.c.key == key, STEP.c.kind == KIND)).first()
        if row is None or (row.account != by and Role.STEWARD not in actor.roles):
            raise NotFound
        now = {slug: _plain(_row(connection, slug)) for slug in row.before}
        if row.undone is not None or now != row.after:
            return False
        _put(archive, connection, row.before, by)
        connection.execute(update(STEP).where(STEP.c.key == key).values(undone=archive.now()))
        connection.commit()
    return True


def _take(
    archive: Archive, connection: Connection, said: Mapping[str, dict[str, Any] | None], by: int | None
) -> int:
    before = {slug: _plain(_row(connection, slug)) for slug in said}
    _put(archive, connection, said, by)
    kept = {"kind": KIND, "about": next(iter(said)), "before": before, "after": dict(said)}
    added = connection.execute(insert(STEP).values(**kept, account=by, at=archive.now()))
    return int((added.inserted_primary_key or (0,))[0])


def _put(
    archive: Archive, connection: Connection, said: Mapping[str, dict[str, Any] | None], by: int | None
) -> None:
    for slug, plain in said.items():
        connection.execute(delete(SHARED_WORD).where(SHARED_WORD.c.slug == slug))
        if plain is not None:
            row = plain | {"slug": slug, "account": by, "written": archive.now()}
            connection.execute(insert(SHARED_WORD).values(row))
    note(archive, connection, Event.EDITED, by=by, language=True)
    advance(connection)

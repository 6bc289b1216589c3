"""Memos as they are read: one page for all of them, and those about something beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, func, select

from app.database.insight import MEMO
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role
from app.errors import NotFound
from app.records.slugs import value_slug
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.insight.memo_targets import KINDS, NOTHING, THEME, Target, seen_by, target_asked, targets_of
from app.services.marking.of_theme import keys_of
from app.services.paging import pager
from app.services.recording import By
from app.services.views import Choice, MemoPage, MemosPage, MemosPart, MemoView

PAGE, BESIDE = 30, 3
MOST_WORDS, LONGEST_QUERY = 20, 200
NONE_IN_PARTICULAR = "nothing"  # as an address says it
WORD = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
LABELS = (
    ("", "Everything"),
    ("quote", "Quotes"),
    ("theme", "Themes"),
    ("story", "Stories"),
    ("persona", "Personas"),
    (NONE_IN_PARTICULAR, "Nothing in particular"),
)


@dataclass(frozen=True)
class Asked:
    """Which memos somebody wants to see."""

    q: str = ""
    about: str = ""  # as an address says it; empty for all
    target: str = ""
    by: str = ""  # an account's number, or "me"
    page: int = 1

    def address(self, page: int = 1) -> str:
        said = {"q": self.q, "about": self.about, "target": self.target, "by": self.by}
        parts = [(name, value) for name, value in said.items() if value]
        parts += [("page", str(page))] if page > 1 else []
        return f"/memos?{urlencode(parts)}" if parts else "/memos"


def folded(text: str) -> str:
    """Text as memos are searched: lower case, no accents, single words with a space on each side."""
    return f" {value_slug(text).replace('-', ' ')} "


def matching(q: str) -> list[ColumnElement[bool]]:
    """The conditions of a search: all words begin one, phrases stand whole, what has a minus does not stand.

    A word's beginning is enough where words are written apart.
    """
    found = []
    for minus, phrase, word in WORD.findall(q[:LONGEST_QUERY])[:MOST_WORDS]:
        text = folded(phrase or word)
        wanted = text if phrase else text.rstrip()
        wanted = wanted if wanted.lstrip()[:1].isascii() else wanted.strip()
        there = MEMO.c.folded.contains(wanted, autoescape=True)
        found.append(~there if minus else there)
    return found


def read_memos(
    archive: Archive, actor: Actor, by: By, asked: Asked, removed: str = "", saved: str = ""
) -> MemosPage:
    """One page of the memos that this person may read, the newest first. Raises NotFound.

    `removed` and `saved` are the ids of what she took away, or saved, just now.
    """
    with archive.engine.connect() as connection:
        seen = seen_by(archive, connection, actor)
        target = _target(archive, connection, actor, asked)
        where = [seen, *_narrowing(connection, by, asked, target), *matching(asked.q)]
        total = connection.execute(select(func.count()).select_from(MEMO).where(*where)).scalar_one()
        newest = select(MEMO).where(*where).order_by(MEMO.c.made.desc(), MEMO.c.key.desc())
        rows = connection.execute(newest.limit(PAGE).offset((asked.page - 1) * PAGE)).all()
        memos = _views(archive, connection, actor, by, rows)
        people = _people(connection, seen, by, asked)
        gone = _may_put_back(archive, connection, actor, by, removed)
        there = _may_read(archive, connection, actor, saved)
    return MemosPage(
        memos=memos,
        total=total,
        pager=pager(total, asked.page, PAGE, asked.address),
        q=asked.q,
        kinds=[Choice(value, label, "", value == asked.about) for value, label in LABELS],
        people=people,
        narrowed=bool(asked.q or asked.about or asked.by),
        target=target.label if target else "",
        target_address=target.address if target else "",
        target_id=asked.target if target else "",
        removed=removed if gone else "",
        saved=saved if there else "",
        saved_here=any(memo.id == saved for memo in memos),
    )


def _target(archive: Archive, connection: Connection, actor: Actor, asked: Asked) -> Target | None:
    if not asked.target or asked.about in ("", NONE_IN_PARTICULAR) or asked.about not in KINDS:
        return None
    return target_asked(archive, connection, actor, asked.about, asked.target)


def _narrowing(
    connection: Connection, by: By, asked: Asked, target: Target | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if target:
        found += [MEMO.c.about == target.about, MEMO.c.target.in_(_keys(connection, target))]
    elif asked.about:
        found.append(MEMO.c.about == (NOTHING if asked.about == NONE_IN_PARTICULAR else asked.about))
    if asked.by:
        account = by.account if asked.by == "me" else int(asked.by)
        found.append(MEMO.c.account.is_(None) if account is None else MEMO.c.account == account)
    return found


def _keys(connection: Connection, target: Target) -> list[str]:
    if target.about != THEME:
        return [target.key]
    return [str(key) for key in keys_of(connection, target.asked)]


def _people(connection: Connection, seen: ColumnElement[bool], by: By, asked: Asked) -> list[Choice]:
    """Who wrote those that this person may read."""
    keys = set(connection.execute(select(MEMO.c.account).where(seen).distinct()).scalars())
    names = names_by_key(connection, keys)
    others = sorted((named(key, names), str(key)) for key in keys - {None, by.account})
    ways = [("Everybody", ""), ("Me", "me"), *others]
    return [Choice(value, label, "", value == asked.by) for label, value in ways]


def _views(
    archive: Archive, connection: Connection, actor: Actor, by: By, rows: Sequence[AnyRow]
) -> list[MemoView]:
    targets = targets_of(archive, connection, actor, {(row.about, row.target) for row in rows if row.about})
    names = names_by_key(connection, [row.account for row in rows])
    return [
        _view(archive, actor, by, row, targets.get((row.about, row.target), Target()), names) for row in rows
    ]


def _view(
    archive: Archive, actor: Actor, by: By, row: AnyRow, target: Target, names: dict[int, str]
) -> MemoView:
    return MemoView(
        id=row.id,
        address=f"/memos/{row.id}",
        words=row.words,
        kind=KINDS.get(row.about, ""),
        target=target.label,
        target_address=target.address if target.about else "",
        by="me" if row.account == by.account else named(row.account, names),
        when_label=date_label(row.made.isoformat()[:10], archive.settings.language),
        may_change=may_change(actor, by, row),
    )


def may_change(actor: Actor, by: By, row: AnyRow) -> bool:
    """Whether a memo is hers to change: who wrote it may, and stewards."""
    return bool(row.account == by.account or Role.STEWARD in actor.roles)


def memos_beside(archive: Archive, actor: Actor, by: By, about: str, asked: str) -> MemosPart:
    """The newest memos about what a page shows to this person, who may read it and works here."""
    with archive.engine.connect() as connection:
        keys = [str(key) for key in keys_of(connection, asked)] if about == THEME else [asked]
        where = (MEMO.c.about == about, MEMO.c.target.in_(keys), MEMO.c.removed.is_(None))
        newest = select(MEMO).where(*where).order_by(MEMO.c.made.desc(), MEMO.c.key.desc())
        rows = connection.execute(newest.limit(BESIDE + 1)).all()
        names = names_by_key(connection, [row.account for row in rows]) if rows else {}
    said = urlencode({"about": about, "target": asked})
    memos = [_view(archive, actor, by, row, Target(), names) for row in rows[:BESIDE]]
    return MemosPart(memos, f"/memos/new?{said}", f"/memos?{said}", len(rows) > BESIDE)


def with_saved(part: MemosPart, memo_id: str) -> MemosPart:
    """The same, with a word where one of these memos was saved just now."""
    return replace(part, saved=next((memo.id for memo in part.memos if memo.id == memo_id), ""))


def memo_row(archive: Archive, connection: Connection, actor: Actor, memo_id: str) -> AnyRow:
    """A memo that this person may read. Raises NotFound."""
    where = (MEMO.c.id == memo_id, seen_by(archive, connection, actor))
    row = connection.execute(select(MEMO).where(*where)).first()
    if row is None:
        raise NotFound
    return row


def removed_row(archive: Archive, connection: Connection, actor: Actor, by: By, memo_id: str) -> AnyRow:
    """A memo that was taken away and that this person may put back. Raises NotFound."""
    where = (MEMO.c.id == memo_id, MEMO.c.removed.is_not(None))
    row = connection.execute(select(MEMO).where(*where)).first()
    if row is None or not may_change(actor, by, row):
        raise NotFound
    wanted = (row.about, row.target)
    if row.about and wanted not in targets_of(archive, connection, actor, [wanted]):
        raise NotFound
    return row


def _may_put_back(archive: Archive, connection: Connection, actor: Actor, by: By, memo_id: str) -> bool:
    try:
        return bool(memo_id and removed_row(archive, connection, actor, by, memo_id))
    except NotFound:
        return False


def _may_read(archive: Archive, connection: Connection, actor: Actor, memo_id: str) -> bool:
    try:
        return bool(memo_id and memo_row(archive, connection, actor, memo_id))
    except NotFound:
        return False


def read_memo(archive: Archive, actor: Actor, by: By, memo_id: str) -> MemoPage:
    """One memo, with its form for whoever may change it. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = memo_row(archive, connection, actor, memo_id)
        (view,) = _views(archive, connection, actor, by, [row])
    return MemoPage(
        address=view.address,
        words=row.words,
        kind=view.kind,
        target=view.target,
        target_address=view.target_address,
        about=row.about,
        about_id=row.target,
        seen=row.changed.isoformat(),
        may_change=view.may_change,
        by=view.by,
        when_label=view.when_label,
    )


def read_new_memo(archive: Archive, actor: Actor, about: str, asked: str) -> MemoPage:
    """The form for a memo about something that this person may read. Raises NotFound."""
    with archive.engine.connect() as connection:
        target = target_asked(archive, connection, actor, about, asked)
    return MemoPage(
        "/memos/new", "", KINDS[about], target.label, target.address, about, target.asked, new=True
    )

"""What was taken back: denials are people's work in SQL, and in the list outside the database.

Applying them to files is `app.services.narrowing`'s; merging the list is `app.services.merging`'s.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, select

from app.database.ledgers import DENIAL, DENIED_TEXT
from app.database.state import upsert
from app.database.tables import AnyRow
from app.database.visibility import KEYED, fold_name
from app.records.withdrawals import LIFTED, Line, append_line
from app.services.archive import Archive
from app.services.documents import chunks

Keyed = Callable[[str, str], str]  # Archive.keyed: purpose, text
SLUG, PASSAGE_TEXT, FILE_BYTES, ORGANISATION = "slug", "passage", "file", "organisation"  # purposes
QUOTE_ID = "quote"  # another: at its address the notice of a story that is gone stands
Denied = tuple[tuple[str, str], ...]  # as records.withdrawals.Line keeps them
TELLING = 8  # words: a passage of fewer may stand in another story by chance


class Kind(StrEnum):
    """What a denial does. A line of `TEXTS` makes none, only denied texts."""

    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    NARROWED = "narrowed"
    ANONYMISED = "anonymised"  # denies nothing but the old texts; says who gets a notice at the old slug


GONE = (Kind.ERASED, Kind.ANONYMISED)  # of these the old text is to be nowhere any more
TEXTS = "closed"  # a line that brings denied texts alone


class Text(StrEnum):
    """Why a passage or a file's bytes are denied."""

    CLOSED = "closed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


LASTING = (Text.WITHDRAWN, Text.CLOSED, Text.REPLACED, Text.ERASED)  # the first is the first to be lifted
LESS_LASTING = {str(kind): frozenset(map(str, LASTING[:at])) for at, kind in enumerate(LASTING)}


# Built once: each story that is taken in asks them.
_OF = select(DENIAL).where(DENIAL.c.story_id == bindparam("story"))
_AT = select(DENIAL).where(DENIAL.c.slug_digest == bindparam("digest"))
_ANY_TEXT = select(DENIED_TEXT.c.story_id).limit(1)
_TEXTS = select(DENIED_TEXT).where(DENIED_TEXT.c.digest.in_(bindparam("digests", expanding=True)))


@dataclass(frozen=True)
class Denials:
    """The denials as one connection sees them."""

    connection: Connection
    keyed: Keyed

    def of(self, story_id: str) -> dict[str, AnyRow]:
        """A story's denials by kind."""
        return {row.kind: row for row in self.connection.execute(_OF, {"story": story_id})}

    def at_slug(self, slug: str) -> list[AnyRow]:
        """The denials of what stood at this slug."""
        return list(self.connection.execute(_AT, {"digest": self.keyed(SLUG, slug)}))

    def id_at(self, slug: str) -> str:
        """The id of what was taken back or narrowed last at this slug; empty where nothing was."""
        return max(((row.at, row.story_id) for row in self.at_slug(slug)), default=("", ""))[1]

    def gone_from(self, purpose: str, text: str) -> str:
        """The id of a story that had this quote, or this slug once, and whose words are gone; else empty."""
        return next((row.story_id for row in self._texts([self.keyed(purpose, text)])), "")

    def is_erased(self, slug: str, digest: str) -> bool:
        """Whether a file is one that was erased, by its slug or its bytes; `of` says it of an id."""
        if any(row.kind == Kind.ERASED for row in self.at_slug(slug)):
            return True
        return any(row.kind == Text.ERASED for row in self._texts([self.keyed(FILE_BYTES, digest)]))

    def open_again(self, story_id: str, slug: str, passages: Iterable[str], digest: str) -> set[str]:
        """The kinds of denied text that stand open in a story.

        Another's count only where they tell whose they are, or stood at this address.
        """
        if self.connection.execute(_ANY_TEXT).first() is None:
            return set()
        texts = {self.keyed(PASSAGE_TEXT, text): text for text in passages}
        texts[self.keyed(FILE_BYTES, digest)] = ""
        here = {story_id, *(row.story_id for row in self.at_slug(slug))}
        found = {row for row in self._texts(texts) if row.story_id in here or _tells(texts[row.digest])}
        return {row.kind for row in found if row.story_id != story_id or row.kind != Text.WITHDRAWN}

    def _texts(self, digests: Iterable[str]) -> list[AnyRow]:
        found: list[AnyRow] = []
        for part in chunks(digests):
            found += self.connection.execute(_TEXTS, {"digests": list(part)})
        return found


def _tells(text: str) -> bool:
    """Whether a passage tells whose it is; bytes, which have no text here, always do."""
    return not text or len(text.split()) >= TELLING


def denied(archive: Archive, kind: Text, passages: Collection[str], files: Collection[str] = ()) -> Denied:
    """Passages and digests of files as a line keeps them."""
    texts = [(kind.value, archive.keyed(PASSAGE_TEXT, text)) for text in sorted(passages)]
    return (*texts, *((kind.value, archive.keyed(FILE_BYTES, digest)) for digest in sorted(files)))


def keyed_names(archive: Archive, names: Iterable[str]) -> tuple[str, ...]:
    """Organisations as denials and the ledger keep them: keyed digests of their folded names."""
    return tuple(sorted({organisation_key(archive.keyed, name) for name in names}))


def organisation_key(keyed: Keyed, name: str) -> str:
    """The keyed digest of one, which the catalogue may know by its digest alone."""
    return name.removeprefix(KEYED) if name.startswith(KEYED) else keyed(ORGANISATION, fold_name(name))


def deny(connection: Connection, line: Line, *, by: int | None = None) -> None:
    """Keep in SQL what a line says, in place of an earlier denial of the same kind.

    A text that is denied for two reasons stays denied for the more lasting one. `append_line` comes
    before. What it means for the catalogue is `settling.resettle`'s.
    """
    if line.kind in set(Kind):
        values = {
            "at": line.at,
            "account": by,
            "uses": line.uses,
            "until": line.until,
            "understood": line.understood,
            "not_for": list(line.not_for),
            "slug_digest": line.slug_digest,
            "replacement": line.replacement,
        }
        made = upsert(connection, DENIAL).values(story_id=line.story_id, kind=line.kind, **values)
        connection.execute(made.on_conflict_do_update(index_elements=["story_id", "kind"], set_=values))
    rows = [{"story_id": line.story_id, "digest": digest, "kind": kind} for kind, digest in line.denied]
    for row in rows:
        made = upsert(connection, DENIED_TEXT).values(**row)
        less = DENIED_TEXT.c.kind.in_(LESS_LASTING.get(row["kind"], ()))
        columns = ["story_id", "digest"]
        connection.execute(
            made.on_conflict_do_update(index_elements=columns, set_={"kind": row["kind"]}, where=less)
        )


def write_line(archive: Archive, *lines: Line) -> None:
    """Put lines on the disk, outside the database. Raises OSError: then nothing was taken back."""
    append_line(archive.settings.withdrawals, *lines)


def lift_kinds(
    archive: Archive, connection: Connection, story_id: str, kinds: Collection[str], texts: Collection[str]
) -> None:
    """Take away denials and denied texts of these kinds; the list says so, and names anew what stays."""
    at = archive.now().isoformat(timespec="microseconds")
    connection.execute(delete(DENIAL).where(DENIAL.c.story_id == story_id, DENIAL.c.kind.in_(kinds)))
    hers = DENIED_TEXT.c.story_id == story_id
    connection.execute(delete(DENIED_TEXT).where(hers, DENIED_TEXT.c.kind.in_(texts)))
    rows = connection.execute(select(DENIAL).where(DENIAL.c.story_id == story_id)).all()
    lines = [Line(story_id, LIFTED, at), *map(line_of, rows)]
    kept = connection.execute(select(DENIED_TEXT.c.kind, DENIED_TEXT.c.digest).where(hers)).all()
    if kept:
        lines.append(Line(story_id, TEXTS, at, denied=tuple((row.kind, row.digest) for row in kept)))
    write_line(archive, *lines)  # at once: a disk that is full must not lift what stays


def line_of(row: AnyRow) -> Line:
    """A denial as a line says it."""
    return Line(
        row.story_id,
        row.kind,
        row.at,
        row.uses,
        row.until,
        row.understood,
        tuple(row.not_for),
        row.slug_digest,
        row.replacement,
    )

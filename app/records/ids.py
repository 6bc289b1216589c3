"""Ids: opaque, short enough to read aloud, and never used again."""

import base64
import re
import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256

from app.records.model import Problem, RecordId, RecordKind, Slug

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u
PREFIX = {RecordKind.STORY: "s", RecordKind.PERSONA: "who"}

_FROM_RFC_4648 = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())
_AS_READ_ALOUD = str.maketrans("ilo", "110")
_FORM = re.compile(f"[{ALPHABET}]{{8,10}}")


def crockford(data: bytes) -> str:
    """Base32 of the bytes in Crockford's alphabet, lower case, first bit first, without padding."""
    return base64.b32encode(data).rstrip(b"=").translate(_FROM_RFC_4648).decode("ascii")


def mint(prefix: str) -> RecordId:
    """A new random id: the prefix (`s`, `who` or `q`), a hyphen and eight characters."""
    return RecordId(f"{prefix}-{crockford(secrets.token_bytes(5))}")


def derived_id(kind: RecordKind, slug: Slug, attempt: int = 1) -> RecordId:
    """The id of a file that carries none, always the same for the same slug.

    `attempt` counts from 1; later ones are for slugs whose earlier ids are or were another record's.
    """
    seed = slug if attempt == 1 else f"{slug}\n{attempt}"
    return RecordId(f"{PREFIX[kind]}-{crockford(sha256(seed.encode()).digest())[:10]}")


def normal_id(text: str) -> str | None:
    """The one spelling of an id, I, L and O read as 1, 1 and 0; None when it has not the form of an id."""
    prefix, hyphen, rest = unicodedata.normalize("NFKC", text).strip().lower().partition("-")
    rest = rest.translate(_AS_READ_ALOUD)
    if not hyphen or prefix not in ("s", "who", "q") or not _FORM.fullmatch(rest):
        return None
    return f"{prefix}-{rest}"


def shared_ids(written: Iterable[tuple[str, str, int | None]]) -> tuple[Problem, ...]:
    """One problem for each file whose id another file has too; `written` is (file, id, line of the id).

    Ids are compared as they are read, so that spellings of one id are the same.
    """
    holders: defaultdict[str, list[tuple[str, int | None]]] = defaultdict(list)
    for file, record_id, line in written:
        holders[normal_id(record_id) or record_id].append((file, line))
    return tuple(problem for held in holders.values() if len(held) > 1 for problem in _each_names_all(held))


def _each_names_all(held: list[tuple[str, int | None]]) -> Iterator[Problem]:
    for file, line in held:
        others = ", ".join(other for other, _ in held if other != file)
        yield Problem(
            file=file,
            line=line,
            key="id",
            reason=f"The same id is in another file: {others}.",
            remedy="Keep the id in the file that had it first and delete the line from the other.",
            set_aside=True,
        )

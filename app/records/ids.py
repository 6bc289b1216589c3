"""Ids: opaque, short enough to read aloud, and never used again."""

import base64
import re
import secrets
import unicodedata
from functools import lru_cache
from hashlib import sha256

from app.records.model import RecordId, RecordKind, Slug

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


@lru_cache(4_096)  # a page names the same ids many times
def normal_id(text: str) -> str | None:
    """The one spelling of an id, I, L and O read as 1, 1 and 0; None when it has not the form of an id."""
    prefix, hyphen, rest = unicodedata.normalize("NFKC", text).strip().lower().partition("-")
    rest = rest.translate(_AS_READ_ALOUD)
    if not hyphen or prefix not in ("s", "who", "q") or not _FORM.fullmatch(rest):
        return None
    return f"{prefix}-{rest}"

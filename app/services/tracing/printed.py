"""The sign that is printed beside a quotation, so that anyone can check it years later.

`[q-4hd8n0qe v3 8f2a]` is a quote, the story's version from which it was taken, and the first four characters
of the SHA-256 of the words as they stood there; `[s-7k3fq2mx#p-2dca5f v3 1358]` a whole passage.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from app.records.ids import normal_id
from app.rendering.passages import normalised_text

DIGITS = 4
# A hyphen may be another, or lost where a line ended behind it.
SIGN = re.compile(
    r"\[\s*(?P<kind>[qs])[-\u2010\u2011]?\s?(?P<id>[0-9a-z]{8,10})(?:#(?P<anchor>p-[0-9a-z]{6}(?:-\d{1,4})?))?"
    r"\s+v(?P<version>[1-9]\d{0,8})\s+(?P<digest>[0-9a-f]{4})\s*\]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sign:
    """What a printed sign says. `anchor` is empty for a quote."""

    id: str
    version: int
    digest: str
    anchor: str = ""

    @property
    def text(self) -> str:
        """As it is printed."""
        reference = f"{self.id}#{self.anchor}" if self.anchor else self.id
        return f"[{reference} v{self.version} {self.digest}]"


def digest_of(words: str) -> str:
    """The check of some words: of their normalised text, the same as of an anchor."""
    return sha256(normalised_text(words).encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def printed(reference: str, version: int, words: str) -> str:
    """The sign of a quote (`q-…`) or of a passage (`s-…#p-…`) whose words stood so in that version."""
    return f"[{reference} v{version} {digest_of(words)}]"


def sign_in(text: str) -> tuple[Sign | None, str]:
    """The first sign in a text, and the text without any."""
    rest = " ".join(SIGN.sub(" ", text).split())
    for found in SIGN.finditer(text):
        known = normal_id(f"{found['kind']}-{found['id']}") or ""
        if known.startswith("q-") or (known and found["anchor"]):
            anchor = (found["anchor"] or "").lower() if known.startswith("s-") else ""
            return Sign(known, int(found["version"]), found["digest"].lower(), anchor), rest
    return None, rest

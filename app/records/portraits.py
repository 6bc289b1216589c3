"""A persona's portrait, as her file names it: `portrait: {picture: <digest>, words: <what it shows>}`."""

import re

from app.records.fields import Fields
from app.records.model import Digest, Portrait
from app.records.nodes import Node

PORTRAIT, PICTURE, WORDS = "portrait", "picture", "words"
LONGEST_WORDS = 500  # characters of what a picture shows
DIGEST = re.compile(r"[0-9a-f]{64}")
REMEDY = "Delete the key, and add the portrait where she is built: /p/, her id, /build."
NO_PAIR = "A portrait is a picture and the words that say what it shows."
NO_DIGEST = "This is not how the archive names a picture: 64 figures and letters from a to f."
NO_WORDS = "Nothing says what the portrait shows, so it is not shown. Who can not see it would know nothing."
TOO_LONG = f"What the portrait shows is said in more than {LONGEST_WORDS} characters."


def read_portrait(fields: Fields) -> Portrait | None:
    """The portrait; None where there is none, or where it can not be understood, which is noted."""
    node = fields.node(PORTRAIT)
    if node is None or node.empty:
        return None
    entries = node.entries
    if entries is None:
        fields.note(PORTRAIT, NO_PAIR, REMEDY)
        return None
    picture, words = (_text(entries.get(name)) for name in (PICTURE, WORDS))
    wrong = _wrong(picture, words)
    if wrong:
        place, reason, remedy = wrong
        fields.note(PORTRAIT, reason, remedy, entries.get(place) or node)
        return None
    others = {name: one.value for name, one in entries.items() if name not in (PICTURE, WORDS)}
    return Portrait(Digest(picture), words, others)


def _text(node: Node | None) -> str:
    """On one line; empty for what is no text."""
    return " ".join((node.text or "").split()) if node else ""


def _wrong(picture: str, words: str) -> tuple[str, str, str] | None:
    """Which of the two, why, and what to do."""
    if not DIGEST.fullmatch(picture):
        return PICTURE, NO_DIGEST, REMEDY
    if not words:
        return WORDS, NO_WORDS, f"Write {WORDS}: and what somebody sees in it."
    if len(words) > LONGEST_WORDS:
        return WORDS, TOO_LONG, "Shorten it."
    return None


def as_written(portrait: Portrait) -> dict[str, object]:
    """The value of the key."""
    return {PICTURE: portrait.picture, WORDS: portrait.words, **portrait.other_keys}

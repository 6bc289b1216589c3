"""Slugs: the words of addresses, made of paths and of the values of themes, sites and kinds."""

import unicodedata
from collections.abc import Collection, Mapping
from hashlib import sha256

from app.records.ids import crockford
from app.records.model import RecordKind, Slug

ENDINGS = (".md", ".markdown")
RESERVED: Mapping[RecordKind, Collection[str]] = {  # addresses at which the archive has pages of its own
    RecordKind.STORY: frozenset(),
    RecordKind.PERSONA: frozenset({"build", "compare", "coverage", "coverage.csv"}),
}
_PLAIN_TEXTS = (".txt", ".text", ".mdown", ".mkd", ".mdwn", ".mkdn")
_DOCUMENTS = (".docx", ".doc", ".odt", ".rtf", ".pages", ".pdf", ".epub", ".html", ".htm")
_WORDS_LOCK = "~$"  # what Word lays beside a file that is open in it
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`")


def slug_of(path: str) -> Slug:
    """The slug of a record's path below its folder, parts joined by '/': no ending, NFC."""
    for ending in ENDINGS:
        if path.lower().endswith(ending):
            path = path[: -len(ending)]
            break
    return Slug(unicodedata.normalize("NFC", path))


def is_other_text(name: str) -> bool:
    """Whether a file's name is that of a text which somebody may have meant as a story."""
    return name.lower().endswith((*_PLAIN_TEXTS, *_DOCUMENTS)) and not name.startswith(_WORDS_LOCK)


def is_plain_text(name: str) -> bool:
    """Whether a text would be read if only its name ended in `.md`."""
    return name.lower().endswith(_PLAIN_TEXTS)


def value_slug(label: str) -> str:
    """The slug of a theme's, site's or kind's label: one for spellings that differ by case or accents.

    Never empty: a label without letters or numbers gets a short hash. A slug is its own slug.
    """
    slug, before = _words_of(label), ""
    while slug != before:  # a letter that becomes two may have carried an accent: once more finds it
        slug, before = _words_of(slug), slug
    return slug or crockford(sha256(label.encode("utf-8", "replace")).digest())[:8]


def _words_of(label: str) -> str:
    folded = _without_latin_accents(label.translate(_APOSTROPHES)).casefold()
    normal = unicodedata.normalize("NFKC", folded)
    words = "".join(char if unicodedata.category(char)[0] in "LNM" else " " for char in normal).split()
    return "-".join(words)


def _without_latin_accents(text: str) -> str:
    """Marks are kept on other letters: there they are vowels, not accents."""
    kept: list[str] = []
    after_latin = False
    for char in unicodedata.normalize("NFKD", text):
        if not unicodedata.combining(char):
            after_latin = char.isascii()
        elif after_latin:
            continue
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))

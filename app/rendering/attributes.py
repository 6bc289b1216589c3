"""The ids, classes and languages that gatherers give to parts of a story; ours are never among them."""

import re
from collections.abc import Mapping

_ID = re.compile(r"[\w.-]{1,60}")
_CLASS = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_LANGUAGE = re.compile(r"(?:[A-Za-z]{2,3}|[ix])(?:-[A-Za-z0-9]{1,8}){0,6}")

_TIME = re.compile(r"[0-9]{1,3}:[0-5][0-9](?::[0-5][0-9])?")


def author_id(attributes: Mapping[str, object]) -> str | None:
    """The id as it stands on the page; `a-` keeps it from being one of the page's own."""
    written = str(attributes.get("id", ""))
    return f"a-{written}" if _ID.fullmatch(written) else None


def author_attributes(attributes: Mapping[str, object], *own: str) -> str:
    """Class and language as HTML, after the archive's `own` classes; an empty text or one that begins
    with a space. What is in another language finds its own direction."""
    words = str(attributes.get("class", "")).split()[:8]
    classes = [*own, *dict.fromkeys(f"a-{word}" for word in words if _CLASS.fullmatch(word))]
    shown = f' class="{" ".join(classes)}"' if classes else ""
    language = str(attributes.get("lang", ""))
    return shown + (f' lang="{language}" dir="auto"' if _LANGUAGE.fullmatch(language) else "")


def time_in_recording(attributes: Mapping[str, object]) -> str:
    """When in a recording a passage was said, as HTML to follow its words; empty where it does not say.

    `{at=00:12:34}` on the line above a paragraph. It is no word of the passage: neither its anchor nor
    a quote of it knows the time.
    """
    written = str(attributes.get("at", ""))
    return f' <span class="at">{written}</span>' if _TIME.fullmatch(written) else ""

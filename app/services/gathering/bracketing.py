"""Whether a text shows, in brackets, what stands in the place of a name or a number."""

import re
from collections.abc import Iterable
from html import unescape

from sqlalchemy import Connection

from app.services.archive import Archive
from app.services.gathering.deciding import shown_in
from app.services.gathering.pseudonyms import key_of

_BRACKETED = re.compile(r"\[([^\[\]]{1,80})\]")


def shows_replaced(archive: Archive, connection: Connection, story_id: str, texts: Iterable[str]) -> bool:
    """Whether any of these texts (plain or HTML) does; other brackets, as in [laughs], are none of them."""
    shown = {found for text in texts for found in _BRACKETED.findall(unescape(text))}
    return bool(shown) and not shown.isdisjoint(_in_place(archive, connection, story_id))


def _in_place(archive: Archive, connection: Connection, story_id: str) -> set[str]:
    """Of a pseudonym its parts too: the first name stands for the first name."""
    pseudonyms = set(key_of(archive, connection, story_id).values())
    parts = {part for whole in pseudonyms for part in whole.split()}
    return pseudonyms | parts | shown_in(archive, connection, story_id)

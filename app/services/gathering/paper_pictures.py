"""The pictures of a story in its letter and on the page for the table, each with its passage."""

import base64
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from app.database.tables import AnyRow
from app.imports.pictures import kind_of_picture
from app.rendering.pictures import pictures_by_passage
from app.services.archive import Archive
from app.services.gathering.pictures import path_of
from app.services.gathering.picturing import team_address
from app.services.gathering.rewriting import whole
from app.services.views import LetterPicture

MOST_HELD = 30_000_000  # bytes of the pictures that one page for the table holds
Address = Callable[[str], str]  # of a picture by its digest; empty where it can not be shown


def pictures_of(body: str, title: str, address_of: Address) -> Mapping[str, Sequence[LetterPicture]]:
    """By the anchor of a passage, what is shown with it; of a picture without an address its words alone."""
    found = pictures_by_passage(whole(body, title).html)
    return {
        anchor: [LetterPicture(address_of(digest), words) for digest, words in pictures]
        for anchor, pictures in found.items()
    }


def for_letter(archive: Archive, row: AnyRow) -> Address:
    """Where the browser that prints the letter finds them: it is one of the story's team."""
    address = team_address(row.id)
    return lambda digest: address(digest) if path_of(archive, row.id, digest) else ""


def for_table(archive: Archive, row: AnyRow) -> Address:
    """Inside the page itself, which asks nobody for anything; as many as there is room for."""
    left = MOST_HELD

    def held(digest: str) -> str:
        nonlocal left
        content = _bytes(path_of(archive, row.id, digest))
        kind = kind_of_picture(content)
        if not kind or len(content) > left:
            return ""
        left -= len(content)
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"

    return held


def _bytes(path: Path | None) -> bytes:
    with suppress(FileNotFoundError):  # it goes at this moment
        return path.read_bytes() if path else b""
    return b""


def nowhere(_digest: str) -> str:
    """Where only their words are wanted."""
    return ""

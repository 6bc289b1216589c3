"""Brings a file in: any of the formats, by its name and by what is in it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from app.errors import ImportRefused
from app.imports.documents import from_docx, from_html, from_odt, from_rtf
from app.imports.markdown import from_markdown
from app.imports.model import LARGEST_TEXT, MOST_LINES, TOO_LARGE, Converted, Report, Turn
from app.imports.names import ending_of, kind_of, slug_for
from app.imports.pdf import from_pdf
from app.imports.plain_text import from_text
from app.imports.subtitles import from_srt, from_vtt
from app.imports.turns import body_of
from app.records.titles import first_heading
from app.rendering.closed import closes

__all__ = ["Converted", "Report", "Turn", "body_of", "convert", "slug_for"]

LARGEST = 50 * 1024 * 1024  # bytes of a file
FORMATS: Mapping[str, Callable[[bytes], Converted]] = {
    "md": from_markdown,
    "txt": from_text,
    "vtt": from_vtt,
    "srt": from_srt,
    "docx": from_docx,
    "odt": from_odt,
    "html": from_html,
    "rtf": from_rtf,
    "pdf": from_pdf,
}
_MADE_BY = re.compile(
    r"(?:^|\n)[ \t*_]*(Transcribed by [^\n]{0,40}otter\\?\.ai[^\n]{0,20})\s*$", re.IGNORECASE
)
_PLAIN = ("md", "txt", "vtt", "srt")


def convert(name: str, content: bytes) -> Converted:
    """A file as a story would have it. Pure: nothing is written, and nothing is fetched.

    Raises ImportRefused, with a reason and a remedy that repeat none of the file's words.
    """
    kind = kind_of(name) or _kind_without_ending(name)
    _refuse_size(kind, content)
    converted = _without_maker(FORMATS[kind](content))
    if not converted.body.strip() and converted.front is None:
        raise ImportRefused("There are no words in this file.", "Look whether it is the right one.")
    title = converted.title or first_heading(converted.body) or ""
    return replace(converted, title=title, reports=(*converted.reports, *_closing(converted)))


def _without_maker(converted: Converted) -> Converted:
    """The line in which a program says that it wrote the words down is nobody's speech."""
    found = _MADE_BY.search(converted.turns[-1].text) if converted.turns else None
    if not found:
        return converted
    last = replace(converted.turns[-1], text=converted.turns[-1].text[: found.start()].rstrip("\n"))
    said = (*converted.turns[:-1], *([last] if last.text else []), Turn("", found[1]))
    return replace(converted, turns=said, body=body_of(said))


def _closing(converted: Converted) -> Iterator[Report]:
    """A passage that is closed in another program's file is closed here; the gatherer should know."""
    if converted.front is None and any(map(closes, converted.body.split("\n"))):
        reason = "A line such as ‘::: closed’ closes what follows it, up to a line of three colons."
        yield Report("", reason, "Look where the closed passage ends.")


def _kind_without_ending(name: str) -> str:
    ending = ending_of(name)
    if not ending:
        return "txt"
    raise ImportRefused(
        "This kind of file is not brought in.",
        "Save it as .docx, .odt, .rtf, .html, .txt, .md, .vtt, .srt or .pdf, and bring that in.",
    )


def _refuse_size(kind: str, content: bytes) -> None:
    if not content.strip():
        raise ImportRefused(
            "The file is empty.", "Save it again where it was made, and look that it has words."
        )
    plain = kind in _PLAIN
    if len(content) > (LARGEST_TEXT if plain else LARGEST) or (plain and content.count(b"\n") > MOST_LINES):
        raise TOO_LARGE

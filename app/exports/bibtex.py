"""A reference as BibTeX, in which no sign of a title means anything but itself."""

import re
from collections.abc import Iterator

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from app.exports.cited import Cited, one_line

MEDIA_TYPE = "application/x-bibtex; charset=utf-8"
_SIGNS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "'": r"\textquotesingle{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
_BRACES = {"{": (r"\{", r"\lbrace{}"), "}": (r"\}", r"\rbrace{}")}  # as one of two, and alone
_DASHES = re.compile("-(?=-)")  # TeX makes one long dash of several
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def bibtex(cited: Cited) -> bytes:
    """The file: one entry, for BibTeX and BibLaTeX."""
    library = Library()
    library.add(Entry("misc", cited.identifier, [Field(name, value) for name, value in _fields(cited)]))
    return write_string(library, unparse_stack=[]).encode()


def _fields(cited: Cited) -> Iterator[tuple[str, str]]:
    """Names and values as they are written, with their braces; a month is a word of BibTeX's own."""
    yield from (("author", _whole(cited.teller)),) if cited.teller else ()
    yield "title", _whole(cited.title)
    yield "howpublished", _text(f"Interview, {cited.archive}")
    yield "type", "{interview}"
    yield from _date(cited)
    yield "publisher", _whole(cited.archive)
    yield "number", _text(cited.story_id)
    yield "version", f"{{{cited.version}}}"
    yield from (("langid", _text(cited.language)),) if cited.language else ()
    yield "url", f"{{{_address(cited.address)}}}"
    yield "urldate", f"{{{cited.accessed}}}"
    located = f"{cited.located.capitalize()}. " if cited.located else ""
    yield "note", _text(f"{located}{cited.uses_label}")
    yield from (("abstract", _text(cited.words)),) if cited.words else ()


def _date(cited: Cited) -> Iterator[tuple[str, str]]:
    parts = cited.date_parts
    if not parts:
        return
    yield "date", f"{{{cited.gathered}}}"
    yield "year", f"{{{parts[0]}}}"
    if len(parts) > 1:
        yield "month", _MONTHS[parts[1] - 1]


def _text(words: str) -> str:
    plain = one_line(words)
    paired = _paired(plain)
    signs = (_sign(sign, at in paired) for at, sign in enumerate(plain))
    return f"{{{_DASHES.sub('-{}', ''.join(signs))}}}"


def _sign(sign: str, paired: bool) -> str:
    if sign in _BRACES:
        return _BRACES[sign][not paired]
    return _SIGNS.get(sign, sign)


def _paired(words: str) -> set[int]:
    """Where braces stand that have their other half. BibTeX counts each brace, so one alone breaks a file."""
    opened: list[int] = []
    paired: set[int] = set()
    for at, sign in enumerate(words):
        if sign == "{":
            opened.append(at)
        elif sign == "}" and opened:
            paired |= {opened.pop(), at}
    return paired


def _whole(words: str) -> str:
    """Words that stay in one piece and keep their capital letters."""
    return f"{{{_text(words)}}}"


def _address(address: str) -> str:
    """An address as `url` has it: as it is, but for what would end the field."""
    return one_line(address).translate({ord("{"): "%7B", ord("}"): "%7D", ord("\\"): "%5C"})

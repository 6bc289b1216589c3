"""Pictures of a document: where they stood, drawn anew; what can not be kept is said one by one."""

import base64
import html
import posixpath
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, unquote_to_bytes

from app.errors import ImportRefused
from app.imports.escaping import escape_description
from app.imports.model import Report
from app.imports.pictures import drawn_anew
from app.records.replace import digest_of

MOST_PICTURES = 60  # of one document
MOST_SECONDS = 40  # for all of them together, by the clock
DESCRIBE = "What does it show? Someone who can not see it will read this."
UNDESCRIBED = Report(
    "",
    "A picture has no description.",
    f"{DESCRIBE} Write the answer between the square brackets before its address in the text.",
)
ELSEWHERE = ImportRefused(
    "This picture lies elsewhere, and nothing is fetched.", "Save it, and add it where the story is edited."
)
NOT_THERE = ImportRefused(
    "This picture is not in the document.", "Add it where the story is edited, or say in words what it shows."
)
NOT_READ = ImportRefused(
    "Pictures of this kind of document are not read.",
    "Add it where the story is edited, or say what it shows.",
)
MANY = ImportRefused(
    "There are too many pictures to be looked at together.", "Add it where the story is edited."
)
_ALT = r"!\[(?P<words>(?:\\.|[^\]\\])*)\]"
_DATA = re.compile(
    rb"(?P<before>\bsrc\s*=\s*)(?:\"\s*(?P<one>data:[^\"]*)\"|'\s*(?P<two>data:[^']*)'|(?P<bare>data:[^\s>\"']*))",
    re.IGNORECASE,
)
_GONE = "\ue002"  # of no meaning in Unicode: where a picture was taken out
_HELD = "storyhold-held:"


@dataclass(frozen=True)
class Found:
    """A picture of a document, and what is said of it where the document's own program passes that over."""

    content: bytes
    words: str = ""


Find = Callable[[str], Found]  # by what the document calls it; raises ImportRefused


@dataclass(frozen=True)
class Placed:
    """A text with its pictures in it."""

    body: str
    pictures: tuple[bytes, ...]
    reports: tuple[Report, ...]


def placed(body: str, told: Sequence[str], find: Find) -> Placed:
    """The text as the document program gives it, with each picture that it told of put in or taken out."""
    kept, reports = _drawn([line.partition("\t")[::2] for line in told], find)
    marks = told[0].partition("\t")[0].rpartition("-")[0] if told else ""
    bare: set[str] = set()

    def turned(found: re.Match[str]) -> str:
        picture = kept.get(found["mark"])
        if picture is None:
            return _GONE
        words = found["words"].strip() or escape_description(picture.words)
        bare.update(() if words else (found["mark"],))
        return f"![{words}](/media/{digest_of(picture.content)})"

    if marks:
        place = rf"{_ALT}\((?P<mark>{re.escape(marks)}-\d+)\)"
        body = _without_gaps(re.sub(place, turned, body))
    for mark in bare:
        reports.append((_number(mark), UNDESCRIBED))
    told_of = [Report(f"picture {n}", r.reason, r.remedy) for n, r in sorted(reports, key=lambda one: one[0])]
    shown = {one.content: None for one in kept.values() if digest_of(one.content) in body}
    return Placed(body, tuple(shown), tuple(told_of))


def _drawn(told: Sequence[Sequence[str]], find: Find) -> tuple[dict[str, Found], list[tuple[int, Report]]]:
    """The pictures that can be kept, by their marks; and what is said of these and of the others."""
    kept: dict[str, Found] = {}
    reports: list[tuple[int, Report]] = []
    until = time.monotonic() + MOST_SECONDS
    for number, (mark, source) in enumerate(told, 1):
        try:
            if number > MOST_PICTURES or time.monotonic() > until:
                raise MANY
            found = find(source)
            picture = drawn_anew(found.content)
            kept[mark] = Found(picture.content, found.words)
            reports += [(number, report) for report in picture.reports]
        except ImportRefused as refused:
            reason = f"A picture was left out. {refused.reason}"
            reports.append((number, Report("", reason, refused.remedy)))
    return kept, reports


def _number(mark: str) -> int:
    return int(mark.rpartition("-")[2])


def _without_gaps(body: str) -> str:
    """The text where pictures were taken out: without the empty paragraph or line that one would leave."""
    alone = re.sub(rf"(?:\A|(?<=\n\n)){_GONE}\n\n", "", body)
    return re.sub(rf"\\\n{_GONE}(?=\n|\Z)", "", alone).replace(_GONE, "")


def in_document(
    read: Callable[[str], bytes | None], folder: str, words: Mapping[str, str] | None = None
) -> Find:
    """Finds pictures among the parts of a Word or OpenDocument file, below `folder` or from its root."""

    def find(source: str) -> Found:
        if re.match(r"[a-z][a-z0-9+.\-]+:|//", source, re.IGNORECASE):
            raise ELSEWHERE
        for name in (
            posixpath.join(folder, source),
            source.lstrip("/"),
            posixpath.join(folder, unquote(source)),
        ):
            content = read(posixpath.normpath(name))
            if content is not None:
                return Found(content, (words or {}).get(source, ""))
        raise NOT_THERE

    return find


def held_apart(page: bytes) -> tuple[bytes, Find]:
    """A web page with the pictures that it holds itself (`data:`) taken out; and where these are found."""
    held: list[bytes] = []

    def keep(found: re.Match[bytes]) -> bytes:
        held.append(found["one"] or found["two"] or found["bare"] or b"")
        return found["before"] + f'"{_HELD}{len(held) - 1}"'.encode()

    def find(source: str) -> Found:
        number = source.removeprefix(_HELD)
        if source == number or not number.isdecimal() or int(number) >= len(held):
            raise ELSEWHERE
        return Found(_data(held[int(number)]))

    return _DATA.sub(keep, page), find


def _data(written: bytes) -> bytes:
    """What a `data:` address holds. Raises ImportRefused."""
    head, comma, data = written.partition(b",")
    try:
        if not comma:
            raise ValueError
        plain = unquote_to_bytes(html.unescape(data.decode("ascii")))
        return base64.b64decode(plain) if head.lower().endswith(b";base64") else plain
    except ValueError:  # base64 that is none among it
        raise NOT_THERE from None


def no_pictures(_source: str) -> Found:
    """Of a kind of document that hands none over. Raises ImportRefused."""
    raise NOT_READ

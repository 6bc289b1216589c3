"""Pictures of a document: where they stood, drawn anew; what can not be kept is said one by one."""

import base64
import html
import posixpath
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_to_bytes

from app.errors import ImportRefused
from app.imports.escaping import escape_description
from app.imports.model import Report
from app.imports.pictures import drawn_anew
from app.records.replace import digest_of

MOST_PICTURES = 60  # of one document
MOST_SECONDS = 40  # for all of them together, by the clock
DESCRIBE = "What does it show? Someone who can not see it will read this."
WRITE_IT_IN = "Write the answer between the square brackets before its address in the text."
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
_HELD = "storyhold-held:"


@dataclass(frozen=True)
class Found:
    """A picture of a document, and what is said of it where the document's own program passes that over."""

    content: bytes
    words: str = ""


Find = Callable[[str], Found]  # by what the document calls it; raises ImportRefused


@dataclass
class Placed:
    """A text with its pictures in it."""

    body: str
    pictures: list[bytes] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)


def placed(body: str, told: Sequence[str], find: Find) -> Placed:
    """The text as the document program gives it, with each picture that it told of put in or taken out."""
    result, until = Placed(body), time.monotonic() + MOST_SECONDS
    for number, line in enumerate(told, 1):
        mark, _, source = line.partition("\t")
        try:
            if number > MOST_PICTURES or time.monotonic() > until:
                raise MANY
            found = find(source)
            picture = drawn_anew(found.content)
        except ImportRefused as refused:
            reason = f"A picture was left out. {refused.reason}"
            result.reports.append(Report(f"picture {number}", reason, refused.remedy))
            _take_out(result, mark)
            continue
        said = _put_in(result, mark, picture.content, found.words)
        asked = [] if said else [Report("", "A picture has no description.", f"{DESCRIBE} {WRITE_IT_IN}")]
        result.reports += [
            Report(f"picture {number}", r.reason, r.remedy) for r in (*picture.reports, *asked)
        ]
    if told:
        marks = told[0].partition("\t")[0].rpartition("-")[0]  # more of them than were told of
        result.body = re.sub(rf"{_ALT}\({re.escape(marks)}-\d+\)", "", result.body)
    return result


def _place(mark: str) -> re.Pattern[str]:
    return re.compile(rf"{_ALT}\({re.escape(mark)}\)")


def _take_out(result: Placed, mark: str) -> None:
    """With the empty lines after it, where it stood alone."""
    place = _place(mark).pattern
    result.body = re.sub(place, "", re.sub(rf"(?m)^{place}\n\n", "", result.body))


def _put_in(result: Placed, mark: str, content: bytes, otherwise: str) -> bool:
    """Whether words go with it: those that stand there, or others where there are none."""
    found = _place(mark).search(result.body)
    if found is None:
        return True  # it stood in what Markdown has no place for
    words = found["words"].strip() or escape_description(otherwise)
    shown = f"![{words}](/media/{digest_of(content)})"
    result.body = _place(mark).sub(lambda _: shown, result.body)
    if content not in result.pictures:
        result.pictures.append(content)
    return bool(words)


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

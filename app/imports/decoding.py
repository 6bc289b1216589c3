"""The characters of a text file, whatever program wrote it."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE, register_error
from dataclasses import dataclass

from app.errors import ImportRefused
from app.imports.model import Report

_MARKS = (  # the longer first: one of UTF-32 begins like one of UTF-16
    (BOM_UTF32_LE, "utf-32"),
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
    (BOM_UTF8, "utf-8-sig"),
)
_LOOKED_AT = 4_000  # bytes
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SOME = 20  # control characters; a text has hardly any, another kind of file has them everywhere
_LEGACY = {
    *(f"iso-8859-{number}" for number in (*range(1, 12), *range(13, 17))),
    *(f"windows-125{number}" for number in range(9)),
    *("koi8-r", "koi8-u", "shift_jis", "euc-jp", "euc-kr", "gb2312", "gbk", "gb18030", "big5", "macintosh"),
}
_WINDOWS, _DAMAGED = "windows-1252", "utf-8, damaged"
_TOLD = {
    _WINDOWS: Report(
        "",
        "The file is not in Unicode; it was read as Windows-1252.",
        "Look at letters with accents, quotation marks and the pound sign.",
    ),
    _DAMAGED: Report(
        "",
        "Some characters are damaged; each stands as �.",
        "Look for this sign, and write what belongs there.",
    ),
}
_CUT_OFF = ImportRefused(
    "The file is damaged or was cut off: its characters can not be read to the end.",
    "Save it again from the program that made it, if you can as UTF-8.",
)
NO_TEXT = ImportRefused(
    "This is no text, whatever its name says.",
    "Save it again as text, or give it the ending of its own kind.",
)


@dataclass(frozen=True)
class Decoded:
    """`text` has LF line ends and no control characters but tabs."""

    text: str
    encoding: str
    reports: tuple[Report, ...] = ()


def decode(content: bytes, named: str = "") -> Decoded:
    """Read UTF-8, UTF-16 and UTF-32 with or without a byte order mark, else the encoding that the file
    itself has `named`, else Windows-1252.

    Raises ImportRefused for what is no text, or was cut off in the middle of a character.
    """
    text, encoding = _characters(content, named)
    reports = [_TOLD[encoding]] if encoding in _TOLD else []
    text = _LINE_ENDS.sub("\n", text.lstrip("\ufeff").replace("\u2029", "\n\n"))
    text, controls = _CONTROLS.subn("", text)
    if controls > max(_SOME, len(text) // 200):
        raise NO_TEXT
    if controls:
        many = "1 character" if controls == 1 else f"{controls} characters"
        reason = f"{many} that no one can see {'was' if controls == 1 else 'were'} left out."
        reports.append(Report("", reason, "Nothing needs to be done, unless something looks wrong."))
    return Decoded(text, encoding, tuple(reports))


def _characters(content: bytes, named: str) -> tuple[str, str]:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "") or _by_zeros(content)
    if not encoding:
        return _unmarked(content, named)
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError:
        raise _CUT_OFF from None


def _unmarked(content: bytes, named: str) -> tuple[str, str]:
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.end == len(content) and error.reason == "unexpected end of data" and _is_utf8(content):
            raise _CUT_OFF from None
    if _is_utf8(content):
        return content.decode("utf-8", "replace"), _DAMAGED
    if named.lower() in _LEGACY:
        return content.decode(named, "replace"), named.lower()
    return content.decode("cp1252", errors="storyhold-latin"), _WINDOWS


def _is_utf8(content: bytes) -> bool:
    """Whether most of what is not ASCII makes sense as UTF-8: in another encoding hardly any of it does."""
    text = content.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return sum(1 for character in text if character > "\x7f") - wrong > wrong


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that Windows-1252 leaves open are controls, as in Latin-1, and go with these."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


register_error("storyhold-latin", _as_latin)


def _by_zeros(content: bytes) -> str:
    """UTF-16 without a mark: in most scripts nearly every second byte is zero."""
    start = content[:_LOOKED_AT]
    if len(content) % 2 or len(start) < 2:
        return ""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) * 5 < len(start) or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"

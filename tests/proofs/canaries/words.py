"""Words that stand nowhere else, one for each place of each story; and ways to recognise them again."""

import base64
import binascii
import gzip
import html
import io
import json
import re
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import unquote_plus

from pypdf import PdfReader

MARK = "zq"  # begins every word and the ids; no word of the templates holds it
LETTERS = "bcdfghjkmnprstvw"
CANARY = re.compile(rf"{MARK}[a-z0-9]{{6,}}")
ANCHOR = re.compile(r"\bp-[0-9a-hjkmnp-tv-z]{6}\b")
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
TAG = re.compile(r"<[^>]*>")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")


def word(*where: str) -> str:
    """The word of this place, always the same; its end is none that a stemmer knows."""
    return MARK + _syllables("\n".join(where), 7) + "k"


def record_id(prefix: str, *where: str) -> str:
    """An id that is recognised like a word."""
    return f"{prefix}-{MARK}{_syllables(chr(10).join(where), 3)}"


def _syllables(text: str, count: int) -> str:
    digest = sha256(text.encode()).digest()
    pairs = zip(digest[:count], digest[count:], strict=False)
    return "".join(LETTERS[one % len(LETTERS)] + "ae"[two % 2] for one, two in pairs)


UNKNOWN = word("nobody", "nowhere")


def anchor(text: str) -> str:
    """The anchor of a passage of plain text, as ARCHITECTURE.md says it is made."""
    number = int.from_bytes(sha256(text.encode()).digest()[:4], "big") >> 2
    return "p-" + "".join(CROCKFORD[number >> shift & 31] for shift in (25, 20, 15, 10, 5, 0))


def found_in(headers: tuple[tuple[str, str], ...], body: bytes) -> set[str]:
    """The words, ids and anchors that anybody can take out of an answer, whatever they are wrapped in."""
    texts = [text for part in _unpacked(body) for text in _decoded(part)]
    texts.append(" ".join(f"{name}: {value}" for name, value in headers))
    found: set[str] = set()
    for text in texts:
        for plain in _undisguised(text):
            found.update(CANARY.findall(plain))
            found.update(ANCHOR.findall(plain))
    return found


def _unpacked(body: bytes) -> list[bytes]:
    """What is in it; a Word file is a packet of files, each of which is looked through; a PDF has pages."""
    try:
        if body[:5] == b"%PDF-":
            return ["\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).encode()]
        if body[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(body)) as packet:
                names = packet.namelist()
                return ["\n".join(names).encode(), *map(packet.read, names)]
        return [gzip.decompress(body)] if body[:2] == b"\x1f\x8b" else [body]
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile):
        return [body]


def _decoded(body: bytes) -> Iterator[str]:
    yield body.decode("utf-8", "replace")
    if b"\x00" in body:
        for start in (0, 1):
            yield body[start:].decode("utf-16-le", "replace")
            yield body[start:].decode("utf-16-be", "replace")


def _undisguised(text: str) -> Iterator[str]:
    """The text as it is, and with entities, percent signs, JSON's escapes, tags and accents taken off."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    yield folded
    if "&" in text or "%" in text:
        yield unicodedata.normalize("NFKD", html.unescape(unquote_plus(text))).casefold()
    if "\\u" in text:
        yield json.dumps(_json(text), ensure_ascii=False).casefold()
    if "<" in text:
        yield TAG.sub("", folded)
    for run in BASE64.findall(text):
        yield _from_base64(run).casefold()


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # a picture's bytes are no escapes
            return text.encode("latin-1", "backslashreplace").decode("unicode_escape", "replace")


def _from_base64(run: str) -> str:
    try:
        padded = run.rstrip("=") + "=" * (-len(run.rstrip("=")) % 4)
        return base64.b64decode(padded, altchars=b"-_").decode("utf-8", "ignore")
    except (binascii.Error, ValueError):
        return ""

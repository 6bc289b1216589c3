"""Takes the words out of one PDF, page by page. Run by path as a program with limits, never imported."""

import io
import json
import logging
import sys
import time
from collections import defaultdict
from itertools import pairwise
from typing import Any

import pypdf
from pypdf.errors import FileNotDecryptedError, PyPdfError

MOST_PAGES = 500
MOST_SECONDS = 10  # of the processor: then what was read so far is handed on
MOST_CHARACTERS = 4_000_000
_WIDE = 1.3  # times the usual distance of lines: so much parts paragraphs
_LEADING, _ENOUGH = 1.2, 4  # of the size of type, where fewer lines than this tell what is usual
Piece = tuple[float, float, str]  # height on the page, size of type, words


def read(content: bytes) -> dict[str, Any]:
    """`pages` is a list of texts; or `wrong` says in one word why there is none."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return {"wrong": "locked"}
        return _pages(reader)
    except FileNotDecryptedError:
        return {"wrong": "locked"}
    except (MemoryError, RecursionError):
        return {"wrong": "much"}
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        ArithmeticError,
    ):
        return {"wrong": "damaged"}


def _pages(reader: pypdf.PdfReader) -> dict[str, Any]:
    total, texts, unread = len(reader.pages), list[str](), list[int]()
    characters, end = 0, time.process_time() + MOST_SECONDS
    for number in range(min(total, MOST_PAGES)):
        if time.process_time() > end or characters > MOST_CHARACTERS:
            break
        text = _text(reader, number)
        if text is None:
            unread.append(number + 1)
        texts.append(text or "")
        characters += len(texts[-1])
    return {"pages": texts, "total": total, "unread": unread}


def _text(reader: pypdf.PdfReader, number: int) -> str | None:
    """A page's words, an empty line where more room was left between lines; None where none can be read."""
    pieces: list[Piece] = []

    def note(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        pieces.append((tm[5] * cm[3] + cm[5], abs(size * tm[3] * cm[3]), text))

    try:
        plain = reader.pages[number].extract_text(visitor_text=note)
        spaced = _spaced(pieces)
        return spaced if spaced.split() == plain.split() else plain
    except (MemoryError, RecursionError):
        raise
    except Exception:  # a damaged page must not take the others with it, and pypdf names no end of errors
        return None


def _spaced(pieces: list[Piece]) -> str:
    usual = _usual([(height, size) for height, size, text in pieces if text.strip()])
    spaced, above = list[str](), 0.0
    for height, size, text in pieces:
        if text.strip():
            wide = _WIDE * usual.get(round(size), _LEADING * size)
            spaced.append("\n" if spaced and above - height > wide > 0 else "")
            above = height
        spaced.append(text)
    return "".join(spaced)


def _usual(lines: list[tuple[float, float]]) -> dict[int, float]:
    """How far lines of each size of type stand from those above them, where there are enough to tell."""
    gaps: dict[int, list[float]] = defaultdict(list)
    for (above, _), (below, size) in pairwise(lines):
        if above - below > 1:
            gaps[round(size)].append(above - below)
    return {size: sorted(some)[len(some) // 4] for size, some in gaps.items() if len(some) >= _ENOUGH}


def main() -> None:
    logging.disable(logging.CRITICAL)
    answer = json.dumps(read(sys.stdin.buffer.read()))
    sys.stdout.write(answer)


if __name__ == "__main__":
    main()

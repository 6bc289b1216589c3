"""Takes the words out of one PDF, page by page. Run by path as a program with limits, never imported."""

import io
import json
import logging
import sys
import time
from typing import Any

import pypdf
from pypdf.errors import FileNotDecryptedError, PyPdfError

MOST_PAGES = 500
MOST_SECONDS = 10  # of the processor: then what was read so far is handed on
MOST_CHARACTERS = 4_000_000


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
    characters = 0
    for number in range(min(total, MOST_PAGES)):
        if time.process_time() > MOST_SECONDS or characters > MOST_CHARACTERS:
            break
        text = _text(reader, number)
        if text is None:
            unread.append(number + 1)
        texts.append(text or "")
        characters += len(texts[-1])
    return {"pages": texts, "total": total, "unread": unread}


def _text(reader: pypdf.PdfReader, number: int) -> str | None:
    """A page's words; None where they can not be read."""
    try:
        return reader.pages[number].extract_text()
    except (MemoryError, RecursionError):
        raise
    except Exception:  # a damaged page must not take the others with it, and pypdf names no end of errors
        return None


def main() -> None:
    logging.disable(logging.CRITICAL)
    answer = json.dumps(read(sys.stdin.buffer.read()))
    sys.stdout.write(answer)


if __name__ == "__main__":
    main()

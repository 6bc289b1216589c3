"""Makes a PDF of one page by WeasyPrint. Run by path as a program with limits; the archive never loads it.

In come, as JSON, a page, its address, and by address each file that it may name: there is nothing else for
it, on the network or on the disk. Out comes the PDF; on standard error, how far it is.
"""

import base64
import ctypes.util
import json
import logging
import sys
from typing import Any

MISSING, TOO_LONG = 3, 4  # what it ends with
MOST_PAGES = 160


class _Progress(logging.Handler):
    """Says which page is being laid out."""

    def emit(self, record: logging.LogRecord) -> None:
        if "Page %d" in str(record.msg) and record.args:
            sys.stderr.write(f"page {record.args[0]}\n")  # type: ignore[index]
            sys.stderr.flush()


def made(asked: dict[str, Any]) -> bytes | int:
    """The PDF, or what to end with where there is none."""
    if sys.platform == "linux":  # each of these names is one that the system finds by itself, or none
        ctypes.util.find_library = lambda _name: None  # type: ignore[assignment]  # else it starts 50 programs
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError:  # Pango or one of its kind is not installed
        return MISSING

    class Named(URLFetcher):  # type: ignore[misc]
        """Gives what was named, and asks nobody for anything else."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            if url not in asked["files"]:
                sys.stderr.write(f"refused {url[:200]}\n")
                raise ValueError("not among the files of this page")
            kind, content = asked["files"][url]
            return URLFetcherResponse(url, base64.b64decode(content), {"Content-Type": kind})

    fetcher = Named(allowed_protocols=(), allow_redirects=False)
    page = HTML(string=asked["html"], base_url=asked["base"], url_fetcher=fetcher, media_type="print")
    document = page.render(pdf_variant="pdf/ua-1")
    if len(document.pages) > MOST_PAGES:
        return TOO_LONG
    written = document.write_pdf(pdf_variant="pdf/ua-1")
    return bytes(written)


def main() -> None:
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    progress = logging.getLogger("weasyprint.progress")
    progress.addHandler(_Progress())
    progress.setLevel(logging.INFO)
    answer = made(json.loads(sys.stdin.buffer.read()))
    if isinstance(answer, int):
        sys.exit(answer)
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()

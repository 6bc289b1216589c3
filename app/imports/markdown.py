"""Markdown, with or without front matter: kept byte for byte."""

from collections.abc import Iterator

from app.imports.decoding import decode
from app.imports.model import Converted, Report
from app.records.frontmatter import split
from app.records.problems import SetAside


def from_markdown(content: bytes) -> Converted:
    """The file as it is. One that is not UTF-8 becomes UTF-8, and the report says so.

    What is wrong with its front matter is for the archive to say: the file is handed on whole.
    """
    decoded = decode(content)
    front = content if decoded.encoding in ("utf-8", "utf-8-sig") else decoded.text.encode()
    try:
        body = split(front, "").body
    except SetAside:
        body = decoded.text
    reports = decoded.reports if front is not content else ()
    return Converted("md", body=body, front=front, reports=(*reports, *_kept_apart(body)))


def _kept_apart(body: str) -> Iterator[Report]:
    """What stands in the text and is shown nowhere: the gatherer should know."""
    if "<!--" in body:
        reason = "There are comments (<!-- … -->) in the text, which no reader is ever shown."
        yield Report("", reason, "Take them out if they say who somebody is.")

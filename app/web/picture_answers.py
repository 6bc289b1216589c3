"""A picture as an answer: nothing in it can run, and no browser shows it without asking again."""

from collections.abc import Mapping

from fastapi.responses import Response

from app.errors import NotFound
from app.imports.pictures import kind_of_picture

HEADERS = {
    "Cache-Control": "private, no-cache",  # asked for again each time: what is taken back is gone at once
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Content-Disposition": "inline",
}


def picture_answer(content: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """The bytes under the kind that they are. Raises NotFound for what is no picture that was drawn here."""
    kind = kind_of_picture(content)
    if not kind:
        raise NotFound
    return Response(content, media_type=kind, headers={**HEADERS, **(headers or {})})

"""`/.well-known/security.txt` (RFC 9116): whom to tell of a hole in this archive."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from app.errors import NotFound
from app.services.archive import Archive
from app.web.contacting import contact_address
from app.web.frame import TheArchive

router = APIRouter(include_in_schema=False)
VALID = timedelta(days=180)  # the RFC asks for less than a year
PATH = "/.well-known/security.txt"


@router.get(PATH)
def security(archive: TheArchive) -> Response:
    """404 where the settings name nobody who can be written to."""
    contact = contact_address(archive.settings.contact)
    if not contact:
        raise NotFound
    return PlainTextResponse(_text(archive, contact), headers={"Cache-Control": "public, max-age=86400"})


def _text(archive: Archive, contact: str) -> str:
    languages = dict.fromkeys((archive.settings.language.partition("-")[0], "en"))
    midnight = archive.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {(midnight + VALID).strftime('%Y-%m-%dT%H:%M:%SZ')}",
        f"Preferred-Languages: {', '.join(languages)}",
    ]
    if archive.settings.base_url:
        lines.append(f"Canonical: {archive.settings.base_url}{PATH}")
    return "\n".join(lines) + "\n"

"""Signposts: what belongs to a story, in the `Link` header of its addresses (https://signposting.org)."""

from fastapi import Request
from fastapi.responses import Response

from app.database.visibility import Actor
from app.exports.cited import Cited
from app.services.archive import Archive
from app.services.citing.head import cited_of, link_header, signposts
from app.web.frame import whole_address


def signposted(answer: Response, cited: Cited | None) -> Response:
    """The answer with the addresses of what belongs to a story or quote that may be taken."""
    if cited is not None:
        answer.headers["Link"] = link_header(signposts(cited))
    return answer


def cited_here(request: Request, archive: Archive, actor: Actor, record_id: str) -> Cited | None:
    """What an answer may tell programs of a story or quote; None where it may not leave with this reader."""
    return cited_of(archive, actor, record_id, whole_address(request, ""))

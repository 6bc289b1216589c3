"""A list in which somebody of the story's team chooses many stories, to change them together."""

from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import Request

from app.services.views import MinePage, StoriesPage

Listed = TypeVar("Listed", StoriesPage, MinePage)


def to_choose(request: Request, path: str, page: Listed) -> Listed:
    """The list with the way to choose in it; where that is asked for, with a box at each story."""
    query: list[tuple[str, str]] = [
        (name, value) for name, value in request.query_params.multi_items() if name != "select"
    ]
    plain, choosing = urlencode(query), urlencode([*query, ("select", "1")])
    page = replace(page, choose=f"{path}?{choosing}", leave=f"{path}?{plain}" if plain else path)
    return _choosing(page) if "select" in request.query_params else page


def _choosing(page: Listed) -> Listed:
    """The same with a box at each story, also on the pages before and after."""
    before, after = (
        address and f"{address}{'&' if '?' in address else '?'}select=1"
        for address in (page.pager.previous, page.pager.next)
    )
    return replace(page, choosing=True, pager=replace(page.pager, previous=before, next=after))

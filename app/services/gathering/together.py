"""Two people's changes to one story in one file, when that opens nothing that either of them closed."""

from datetime import date

from app.records.merging import Conflict, Merged, merge
from app.records.model import Slug
from app.records.problems import SetAside
from app.records.stories import parse_story
from app.records.three_way import Clash, picked
from app.services.gathering.standing import passages_by_state

OPENED = "a passage that one of the two closed"
CLOSED, OPEN, GONE = "closed", "open", ""
_Standing = dict[str, str]  # the passages of a version by their normalised text


def together(base: bytes, mine: bytes, theirs: bytes, *, slug: Slug, today: date) -> Merged:
    """As `records.merging.merge`; a merge that would open what one of them closed is a conflict as well."""
    merged = merge(base, mine, theirs)
    if merged.content is None or merged.content in (mine, theirs):
        return merged
    three = [standing(content, slug, today) for content in (base, mine, theirs)]
    now = standing(merged.content, slug, today)
    opened = [text for text, state in now.items() if state == OPEN and _was_closed(text, *three)]
    if not opened:
        return merged
    return Merged(None, tuple(_opened(text, *three) for text in opened))


def _opened(text: str, base: _Standing, mine: _Standing, theirs: _Standing) -> Conflict:
    return Conflict(OPENED, _said(text, base), _said(text, mine), _said(text, theirs))


def _was_closed(text: str, *three: _Standing) -> bool:
    """Whether it should be closed; where it stands in one of the two only, as it stands there."""
    base, mine, theirs = (one.get(text, GONE) for one in three)
    try:
        return picked(base, mine, theirs) == CLOSED
    except Clash:
        return CLOSED in (mine, theirs)


def _said(text: str, standing: _Standing) -> str:
    state = standing.get(text, GONE)
    return f"({state}) {text}" if state else ""


def standing(content: bytes, slug: Slug, today: date) -> _Standing:
    """Which passages of a file are open and which closed; one that is both counts as open."""
    try:
        story = parse_story(content, slug=slug, file="", today=today).story
    except SetAside:
        return {}
    open_, closed = passages_by_state(story, slug)
    return dict.fromkeys(closed, CLOSED) | dict.fromkeys(open_, OPEN)

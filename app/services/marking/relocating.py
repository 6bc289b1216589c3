"""Finding every quote of a story again when its text has changed, in the transaction that changes it."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from app.database.marking import QUOTE
from app.database.tables import REVISION, AnyRow
from app.records.model import RecordKind, Slug, Story
from app.records.problems import SetAside
from app.records.stories import parse_story
from app.rendering.locating import Located, Place, Relocation, State
from app.rendering.markdown import render
from app.rendering.model import Passage
from app.services.archive import Archive
from app.services.marking.words import forget_words, keep_words
from app.services.references import ReferenceTargets

_BEHIND = select(QUOTE).where(QUOTE.c.story_id == bindparam("story"), QUOTE.c.located != bindparam("now"))
_AT = update(QUOTE).where(QUOTE.c.key == bindparam("of"))
_CONTENT = select(REVISION.c.content).where(
    REVISION.c.record_id == bindparam("story"), REVISION.c.number == bindparam("number")
)
_NOWHERE = ReferenceTargets(RecordKind.STORY, Slug(""))


def relocate_quotes(
    archive: Archive, connection: Connection, story_id: str, story: Story, revision: int
) -> None:
    """Say of each quote of this story where it is in its version `revision`, which says `story`.

    One that is lost is looked for again at each version after, from where it was last.
    """
    rows = connection.execute(_BEHIND, {"story": story_id, "now": revision}).all()
    if not rows:
        return
    new = passages_of(story)
    closed = {one.anchor for one in new if one.closed}
    now: dict[int, str] = {}
    for number in sorted({row.located for row in rows}):
        old = passages_at(archive, connection, story_id, number)
        relocation = Relocation(old, new)
        texts = {one.anchor: one.text for one in old}
        for row in (row for row in rows if row.located == number):
            found = relocation.locate(_place(row, texts))
            connection.execute(_AT.values(**_values(row, found, closed, revision)), {"of": row.key})
            now[row.key] = found.place.exact if found.place and found.place.anchor not in closed else ""
    keep_words(archive, connection, {key: words for key, words in now.items() if words})
    forget_words(connection, [key for key, words in now.items() if not words])


def passages_of(story: Story) -> Sequence[Passage]:
    """The passages of a story, closed ones among them, under the anchors that its page gives them."""
    return render(story.body, links=_NOWHERE, show_closed=True, title=story.title).passages


def passages_at(archive: Archive, connection: Connection, story_id: str, number: int) -> Sequence[Passage]:
    """The same of an earlier version; none where it is not there any more, or can not be read."""
    content = connection.execute(_CONTENT, {"story": story_id, "number": number}).scalar()
    if content is None:
        return ()
    try:
        return passages_of(parse_story(content, slug=Slug(""), file="", today=archive.now().date()).story)
    except SetAside:
        return ()


def _place(row: AnyRow, texts: dict[str, str]) -> Place:
    """Where its words were, and which they were there."""
    words = texts.get(row.anchor, "")[row.start : row.start + row.size]
    return Place(row.anchor, row.start, words)


def _values(row: AnyRow, found: Located, closed: set[str], revision: int) -> dict[str, object]:
    place = found.place
    if place is None:
        return {"state": State.LOST.value}
    state = State.CHANGED if place.exact != row.exact else State.MOVED
    if state is State.MOVED and found.state is State.SAME and row.state == State.SAME:
        state = State.SAME
    return {
        "anchor": place.anchor,
        "start": place.start,
        "size": len(place.exact),
        "located": revision,
        "closed": place.anchor in closed,
        "state": state.value,
    }

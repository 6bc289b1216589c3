"""A persona on paper, as a poster or as a card: what is said of her, and what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.services.archive import Archive
from app.services.evidence import group_views, references_of, sources
from app.services.paper.fitting import Place, height_of, set_words
from app.services.paper.leaving import Asking, Terms, foot_of, leaving, reasons, terms_of, together
from app.services.paper.statements import Room, groups_that_fit, height_of_groups
from app.services.personas import people_behind, spoken_quote, themes_behind, written_quote
from app.services.portraits import portrait_view
from app.services.views import EvidenceView, PersonaPaper, PersonBehind, SetWords, StatementGroupView


@dataclass(frozen=True)
class Form:
    """How much room a poster or a card has, in millimetres; `body` is its height without its foot.

    Statements take at most `statements`; the quote takes what they leave, and they what the quote leaves.
    """

    body: float
    name: Place
    tagline: Place
    quote: Place
    statements: Room
    around: float  # between its parts
    people: int
    themes: int


POSTER = Form(
    body=330,
    name=Place(185, 40, 3, 13),
    tagline=Place(185, 22, 9, 15),
    quote=Place(256, 60, 0, 15),
    statements=Room(width=78, height=158, columns=3, size=5.2, headings=9),
    around=40,
    people=8,
    themes=8,
)
CARD = Form(
    body=164,
    name=Place(88, 26, 9, 17),
    tagline=Place(88, 10, 14, 18),
    quote=Place(122, 30, 8, 18),
    statements=Room(width=122, height=92, columns=1, size=3.3, headings=5),
    around=17,
    people=0,
    themes=0,
)


@dataclass(frozen=True)
class Said:
    """A persona as far as it may leave with this reader. `held`: why other evidence stays, for each piece."""

    groups: Sequence[StatementGroupView]
    spoken: EvidenceView | None
    people: Sequence[PersonBehind]
    terms: Terms
    themes: Sequence[str]
    held: Sequence[str]


def what_may_leave(
    archive: Archive, connection: Connection, actor: Actor, asking: Asking, row: AnyRow
) -> Said:
    """Of all that a persona rests on and this reader may see, what may be put on paper."""
    seen = sources(archive, connection, actor, [*references_of(row.groups), row.quote])
    kept = reasons(archive, connection, actor, asking, {source.story_id for source in seen.values()})
    found = {reference: source for reference, source in seen.items() if source.story_id not in kept}
    people = people_behind(archive, connection, actor, row, found)
    known = leaving(archive, connection, actor, asking, {one.face.id for one in people})
    return Said(
        groups=group_views(row.groups, found),
        spoken=spoken_quote(row.quote, found),
        people=[one for one in people if one.face.id in known],
        terms=together([terms_of(row), *known.values()]),
        themes=[chip.label for chip in themes_behind(archive, connection, sorted(known))],
        held=[kept[one.story_id] for one in seen.values() if one.story_id in kept],
    )


def persona_paper(archive: Archive, asking: Asking, row: AnyRow, said: Said, form: Form) -> PersonaPaper:
    """A persona as a poster or card."""
    heard = said.spoken if said.spoken and said.spoken.text else None
    written = None if heard else written_quote(row.quote)
    name, tagline = set_words(row.name, form.name), set_words(row.tagline, form.tagline)
    people, themes = said.people[: form.people], said.themes[: form.themes]
    left = (
        form.body - form.around - _head(name, tagline, form) - (34 if people else 0) - (14 if themes else 0)
    )
    groups = groups_that_fit(said.groups, replace(form.statements, height=min(left, form.statements.height)))
    quote = _quote(heard, written, form, left - height_of_groups(groups, form.statements))
    if quote and form.people == 0:
        room = left - height_of(quote, form.quote.width)
        groups = groups_that_fit(said.groups, replace(form.statements, height=room))
    return PersonaPaper(
        id=row.id,
        name=name,
        tagline=tagline,
        rests_on=_rests_on(sum(one.quotes for one in said.people), len(said.people)),
        quote=quote,
        said_by=heard.name if heard else "",
        written=bool(written),
        groups=groups,
        more_headings=max(0, len(said.groups) - len(groups)),
        people=[one.face for one in people],
        more_people=max(0, len(said.people) - form.people) if form.people else 0,
        themes=themes,
        foot=foot_of(archive, asking, row.id, row.revision, f"/p/{row.id}", said.terms),
        portrait=portrait_view(archive, row),
    )


def _head(name: SetWords, tagline: SetWords, form: Form) -> float:
    words = height_of(name, form.name.width) + (height_of(tagline, form.tagline.width) if tagline.text else 0)
    return max(words + form.around / 5, 46 if form.people else 23)


def _quote(heard: EvidenceView | None, written: str | None, form: Form, room: float) -> SetWords | None:
    place = replace(form.quote, height=max(form.quote.height, room))
    if heard and heard.text:
        return set_words(heard.text, place, heard.language)
    return set_words(written, place) if written else None


def _rests_on(quotes: int, stories: int) -> str:
    """'6 quotes, 5 stories'."""
    named = [(quotes, "quote", "quotes"), (stories, "story", "stories")]
    return ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in named if number)

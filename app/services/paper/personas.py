"""A persona on paper, as a poster or as a card: what is said of her, and what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.services.archive import Archive
from app.services.evidence import group_views, references_of, sources
from app.services.paper.fitting import Place, set_words
from app.services.paper.leaving import Asking, Terms, foot_of, leaving, reasons, terms_of, together
from app.services.paper.statements import Room, groups_that_fit
from app.services.personas import people_behind, spoken_quote, themes_behind, written_quote
from app.services.views import EvidenceView, PersonaPaper, PersonBehind, SetWords, StatementGroupView


@dataclass(frozen=True)
class Form:
    """How much room a poster or a card has, in millimetres."""

    name: Place
    tagline: Place
    quote: Place
    statements: Room
    people: int
    themes: int


POSTER = Form(
    name=Place(185, 30, 1, 10),
    tagline=Place(185, 22, 7, 13),
    quote=Place(256, 84, 2, 13),
    statements=Room(width=78, height=150, columns=3, size=5.2),
    people=8,
    themes=8,
)
CARD = Form(
    name=Place(88, 15, 7, 14),
    tagline=Place(88, 10, 12, 16),
    quote=Place(122, 32, 9, 16),
    statements=Room(width=122, height=84, columns=1, size=3.3),
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
    return PersonaPaper(
        id=row.id,
        name=set_words(row.name, form.name),
        tagline=set_words(row.tagline, form.tagline),
        rests_on=_rests_on(sum(one.quotes for one in said.people), len(said.people)),
        quote=_quote(heard, written, form),
        said_by=heard.name if heard else "",
        written=bool(written),
        groups=groups_that_fit(said.groups, form.statements),
        people=[one.face for one in said.people[: form.people]],
        more_people=max(0, len(said.people) - form.people) if form.people else 0,
        themes=said.themes[: form.themes],
        foot=foot_of(archive, asking, row.id, row.revision, f"/p/{row.id}", said.terms),
    )


def _rests_on(quotes: int, stories: int) -> str:
    """'6 quotes, 5 stories'."""
    named = [(quotes, "quote", "quotes"), (stories, "story", "stories")]
    return ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in named if number)


def _quote(heard: EvidenceView | None, written: str | None, form: Form) -> SetWords | None:
    if heard and heard.text:
        return set_words(heard.text, form.quote, heard.language)
    return set_words(written, form.quote) if written else None

"""Reading one story: what its page and the API may show to this reader, and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from sqlalchemy import Connection, func, select

from app.database.links import pairs
from app.database.marking import QUOTE
from app.database.tables import PERSONA, STORY, AnyRow
from app.database.visibility import Action, Actor, Answer, listed_to, quotes_of, today, uses_of, visible_to
from app.errors import NotFound
from app.records.ids import normal_id
from app.records.model import MomentKind, Status, Use
from app.services.absence import absence
from app.services.allowing import answer_to, may
from app.services.archive import Archive
from app.services.cards import (
    cards_of,
    chips_of,
    face_of,
    persona_address,
    story_address,
)
from app.services.colours import given_colours
from app.services.dates import date_label
from app.services.denying import Denials, Kind
from app.services.gathering.picturing import shown_inside, shown_to, team_address
from app.services.insight.uses import shown_opened, with_uses
from app.services.marking.margin import Marker, read_margin
from app.services.neighbours import next_story, previous_story, related_ids
from app.services.portraits import OF_FACE, persona_face
from app.services.references import with_references
from app.services.team import Inside, read_inside
from app.services.views import Face, HelpLink, MomentView, SectionLink, StoryPage
from app.services.withholding import WAITS, withheld

WORDS_A_MINUTE = 220
MOMENT_CLASSES = {MomentKind.TURNING_POINT.value: "turning", MomentKind.MISSED_CHANCE.value: "missed"}
USE_LABELS = {
    Use.DESIGN: "design sessions",
    Use.LEARNING: "learning",
    Use.COMMISSIONING: "commissioning",
    Use.PUBLICATION: "publication",
}


def load_story(archive: Archive, connection: Connection, actor: Actor, slug: str) -> AnyRow:
    """The catalogue's row of a story that this reader may see. Raises NotFound or Withdrawn."""
    row = connection.execute(select(STORY).where(STORY.c.slug == slug)).first()
    if row is None:
        raise absence(archive, connection, actor, slug=slug)
    return _allowed(archive, connection, actor, row)


def _allowed(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> AnyRow:
    visible = select(STORY.c.id).where(STORY.c.id == row.id, visible_to(actor, archive.now()))
    if connection.execute(visible).first():
        return row
    if answer_to(archive, connection, actor, row, Action.READ) is Answer.NOTICE:
        raise absence(archive, connection, actor, story_id=row.id)
    raise NotFound


def load_story_by_id(archive: Archive, connection: Connection, actor: Actor, record_id: str) -> AnyRow:
    """The same by its permanent id. Raises NotFound or Withdrawn."""
    whole = record_id == record_id.strip()  # an id in a file may have white space around it, an address not
    normal = (normal_id(record_id) if whole else None) or ""
    row = connection.execute(select(STORY).where(STORY.c.id == normal)).first()
    if row is None:
        raise absence(archive, connection, actor, story_id=normal)
    return _allowed(archive, connection, actor, row)


def address_by_id(archive: Archive, actor: Actor, record_id: str) -> str:
    """The page of a story or persona, by its permanent id. Raises NotFound or Withdrawn."""
    normal = normal_id(record_id) or ""
    with archive.engine.connect() as connection:
        if normal.startswith("who-"):
            row = connection.execute(
                select(PERSONA.c.slug).where(
                    PERSONA.c.id == normal, visible_to(actor, archive.now(), PERSONA)
                )
            ).first()
            if row is None:
                raise NotFound
            return persona_address(row.slug)
        return story_address(load_story_by_id(archive, connection, actor, normal).slug)


def read_story(
    archive: Archive, actor: Actor, slug: str, marker: Marker | None = None, opened: str = ""
) -> StoryPage:
    """A story's page with what was marked in it, and what uses the quote that was opened.

    Raises NotFound or Withdrawn.
    """
    with archive.engine.connect() as connection:
        row = load_story(archive, connection, actor, slug)
        page = _page(archive, connection, actor, row)
        margin = read_margin(archive, connection, actor, row, page.body_html, marker)
        quotes = with_uses(
            archive, connection, actor, margin.quotes, opened, marker.account if marker else None
        )
        html = shown_opened(margin.html, opened)
        return replace(page, body_html=html, quotes=quotes, marking=margin.part)


def _page(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> StoryPage:
    language, settings = archive.settings.language, archive.settings
    inside = read_inside(archive, connection, actor, row)
    return StoryPage(
        id=row.id,
        slug=row.slug,
        address=story_address(row.slug),
        permanent=f"/s/{row.id}",
        heading=row.heading,
        title=row.title,
        own_name=row.own_name,
        role=row.role,
        site=row.site,
        gathered_label=date_label(row.gathered, language),
        gatherer=row.gatherer,
        kinds=tuple(row.kinds),
        language=row.language or language,
        revision=row.revision,
        summary=row.summary,
        words=row.words,
        minutes=max(1, round(row.words / WORDS_A_MINUTE)),
        themes=chips_of(connection, [row.id], given_colours(archive, connection))[row.id],
        personas=personas_of(archive, connection, actor, row.id),
        content_notes=tuple(row.content_notes),
        folded=row.folded,
        usable=_usable(archive, row),
        uses_label=standing_label(archive, connection, row),
        body_html=linked(archive, connection, actor, _body(archive, row, inside)),
        sections=[SectionLink(section["anchor"], section["title"]) for section in row.sections],
        moments=[moment_view(moment) for moment in row.moments],
        strengths=tuple(row.strengths),
        hopes=tuple(row.hopes),
        related=cards_of(archive, connection, actor, related_ids(archive, connection, actor, row.id)),
        next=_neighbour(next_story(archive, connection, actor, row)),
        previous=_neighbour(previous_story(archive, connection, actor, row)),
        other_keys=_shown_keys(archive, row),
        team=inside.part if inside else None,
        support=[HelpLink(*link) for link in settings.support_links] if row.folded else (),
        exit_address=settings.exit_address if row.folded else "",
        edit_address=_of_editor(archive, connection, actor, row, "edit"),
        consent_address=_of_editor(archive, connection, actor, row, "consent"),
        withdraw_address=_withdraw_address(archive, connection, actor, row),
        door_address=_of_editor(archive, connection, actor, row, "door"),
        taken_back_label=_taken_back_label(archive, connection, row),
    )


def _body(archive: Archive, row: AnyRow, inside: Inside | None) -> str:
    """Of a story that was taken back, no picture is shown to its team either."""
    if inside is None or row.status == Status.WITHDRAWN:
        return str(inside.html if inside else row.body_html)
    return shown_inside(archive, row.id, inside.html, team_address(row.id))


def _withdraw_address(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> str:
    return f"/s/{row.id}/withdraw" if may(archive, connection, actor, row, Action.WITHDRAW) else ""


def _of_editor(archive: Archive, connection: Connection, actor: Actor, row: AnyRow, page: str) -> str:
    """A page of the story for who may change it; empty for everybody else."""
    return f"/s/{row.id}/{page}" if may(archive, connection, actor, row, Action.EDIT) else ""


def _taken_back_label(archive: Archive, connection: Connection, row: AnyRow) -> str:
    if row.status != Status.WITHDRAWN:
        return ""
    denial = Denials(connection, archive.keyed).of(row.id).get(Kind.WITHDRAWN)
    return date_label(denial.at[:10], archive.settings.language) if denial else ""


def _neighbour(row: AnyRow | None) -> Face | None:
    return face_of(row) if row is not None else None


def moment_view(moment: Mapping[str, str]) -> MomentView:
    kind = moment["kind"]
    return MomentView(moment["when"], moment["what"], MOMENT_CLASSES.get(kind, kind), kind.capitalize())


def _shown_keys(archive: Archive, row: AnyRow) -> list[tuple[str, str]]:
    shown = set(archive.settings.shown_keys)
    return [(key, value) for key, value in row.other_keys if key in shown]


def _usable(archive: Archive, row: AnyRow) -> bool:
    """Whether somebody recorded a use that holds today."""
    ended = bool(row.until) and row.until < today(archive.now())
    return bool(row.stated and row.uses and not ended and row.status != Status.WITHDRAWN)


def standing_label(archive: Archive, connection: Connection, row: AnyRow) -> str:
    """What a story may be used for now: uses_label, or that it was taken back, or waits after a restore."""
    if row.status == Status.WITHDRAWN:
        since = _taken_back_label(archive, connection, row)
        return f"Taken back on {since}." if since else "Taken back."
    if not row.uses and withheld(connection):
        return WAITS
    language, day = archive.settings.language, today(archive.now())
    return uses_label(row.uses, row.until, language, stated=row.stated, today=day)


def uses_label(uses: int, until: str | None, language: str, *, stated: bool = True, today: str = "") -> str:
    """'May be used for design sessions and commissioning, until 4 March 2029.' in words.

    Where nobody recorded consent and the archive assumes some, it says that; so it does where the last day
    was before `today`, where that is given.
    """
    labels = [USE_LABELS[use] for use in uses_of(uses)]
    if not labels:
        return "No use has been agreed."
    *first, last = labels
    named = f"{', '.join(first)} and {last}" if first else last
    ending = f", until {date_label(until, language)}" if until else ""
    if not stated:
        return f"No consent is recorded; this archive assumes {named}."
    if until and until < today:
        return f"Its consent ended after {date_label(until, language)}; it was for {named}."
    return f"May be used for {named}{ending}."


def mentioned(notes: Sequence[str]) -> str:
    """What is said of a folded story in place of its summary: who reads many is warned first."""
    return f"Mentions {', '.join(notes)}." if notes else "Has a content note."


def personas_of(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> list[Face]:
    """The personas that rest on a story, as far as this reader may see them."""
    pair = pairs(STORY.c.id == story_id)
    rows = connection.execute(
        select(*OF_FACE)
        .join(pair, pair.c.persona_id == PERSONA.c.id)
        .where(visible_to(actor, archive.now(), PERSONA), PERSONA.c.merged_into == "")
        .order_by(PERSONA.c.name)
    )
    return [persona_face(archive, row) for row in rows]


def linked(archive: Archive, connection: Connection, actor: Actor, html: str) -> str:
    """Rendered text whose links and pictures are such as this reader may see; of the others only words."""
    turned = with_references(html, lambda found: pages_of(archive, connection, actor, found))
    return shown_to(archive, connection, actor, turned)


def pages_of(
    archive: Archive, connection: Connection, actor: Actor, addresses: Iterable[str]
) -> dict[str, str]:
    """The pages behind addresses of records, of those that this reader may see."""
    found = {address: _page_of(archive, connection, actor, address) for address in addresses}
    return {address: page for address, page in found.items() if page is not None}


def _page_of(archive: Archive, connection: Connection, actor: Actor, address: str) -> str | None:
    _, folder, name = address.split("/", 2)
    if folder == "q":
        return _quote_page(archive, connection, actor, name)
    table = STORY if folder in ("s", "stories") else PERSONA
    column = table.c.id if folder in ("s", "p") else table.c.slug
    where = (column == unquote(name), visible_to(actor, archive.now(), table))
    row = connection.execute(select(table.c.slug).where(*where)).first()
    if row is None:
        return None
    return story_address(row.slug) if table is STORY else persona_address(row.slug)


def _quote_page(archive: Archive, connection: Connection, actor: Actor, quote_id: str) -> str | None:
    joined = select(QUOTE.c.id).join(STORY, STORY.c.id == QUOTE.c.story_id)
    seen = joined.where(QUOTE.c.id == quote_id, quotes_of(visible_to(actor, archive.now())))
    return None if connection.execute(seen).first() is None else f"/q/{quote_id}"


def random_story(archive: Archive, actor: Actor) -> str:
    """The address of a story without a content note, at random. Raises NotFound in an empty archive."""
    with archive.engine.connect() as connection:
        shown = select(STORY.c.slug).where(listed_to(actor, archive.now()))
        for statement in (shown.where(STORY.c.folded.is_(False)), shown):
            row = connection.execute(statement.order_by(func.random()).limit(1)).first()
            if row:
                return story_address(row.slug)
    raise NotFound

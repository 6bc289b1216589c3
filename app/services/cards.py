"""Stories and personas as lists show them; each loads only what this reader may see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from sqlalchemy import Connection, select

from app.database.tables import STORY, THEME, AnyRow
from app.database.visibility import Actor, visible_to
from app.services.archive import Archive
from app.services.colours import colour_of, given_colours
from app.services.dates import date_label
from app.services.documents import chunks
from app.services.views import Chip, Face, StoryCard

CARD_COLUMNS = (
    STORY.c.id,
    STORY.c.slug,
    STORY.c.heading,
    STORY.c.title,
    STORY.c.role,
    STORY.c.site,
    STORY.c.gathered,
    STORY.c.summary,
    STORY.c.quote,
    STORY.c.kinds,
    STORY.c.content_notes,
    STORY.c.folded,
    STORY.c.language,
)


def story_address(slug: str) -> str:
    """The path of a story's page."""
    return "/stories/" + quote(slug, safe="/")


def persona_address(slug: str) -> str:
    """The path of a persona's page."""
    return "/personas/" + quote(slug, safe="/")


def theme_address(slug: str) -> str:
    """The path of a theme's page."""
    return "/themes/" + quote(slug, safe="")


def shown_label(label: str) -> str:
    """A label as pages show it: with a capital letter, and words apart that a file joins with underscores."""
    plain = label.replace("_", " ").strip()
    return plain[:1].upper() + plain[1:]


def theme_chip(slug: str, label: str, count: int = 0, given: Mapping[str, int] | None = None) -> Chip:
    """A theme as a chip; `given` are the colours that themes were given."""
    return Chip(slug, shown_label(label), theme_address(slug), colour_of(slug, given), count)


def detail_of(role: str, site: str) -> str:
    """'Peer worker, Harbour'."""
    return ", ".join(part for part in (role, site) if part)


def face_of(row: AnyRow) -> Face:
    """A story's teller in one line."""
    return Face(row.id, row.slug, row.heading, story_address(row.slug), detail_of(row.role, row.site))


def cards_of(archive: Archive, connection: Connection, actor: Actor, ids: Iterable[str]) -> list[StoryCard]:
    """Cards in the order of `ids`; what the reader may not see is left out."""
    wanted = list(ids)
    rows: dict[str, AnyRow] = {}
    for part in chunks(wanted):
        statement = select(*CARD_COLUMNS).where(STORY.c.id.in_(part), visible_to(actor, archive.now()))
        rows.update((row.id, row) for row in connection.execute(statement))
    return cards_from(archive, connection, [rows[one] for one in wanted if one in rows])


def cards_from(archive: Archive, connection: Connection, rows: Sequence[AnyRow]) -> list[StoryCard]:
    """Cards of rows of CARD_COLUMNS that were selected with visible_to."""
    chips = chips_of(connection, [row.id for row in rows], given_colours(archive, connection))
    language = archive.settings.language
    return [_card(row, chips[row.id], language) for row in rows]


def chips_of(
    connection: Connection, ids: Sequence[str], given: Mapping[str, int] | None = None
) -> dict[str, list[Chip]]:
    """The themes of stories that the reader may see, in their files' order."""
    found: dict[str, list[Chip]] = defaultdict(list)
    for part in chunks(ids):
        statement = select(THEME).where(THEME.c.story_id.in_(part)).order_by(THEME.c.place, THEME.c.slug)
        for row in connection.execute(statement):
            found[row.story_id].append(theme_chip(row.slug, row.label, given=given))
    return found


def _card(row: AnyRow, themes: Sequence[Chip], language: str) -> StoryCard:
    return StoryCard(
        id=row.id,
        slug=row.slug,
        address=story_address(row.slug),
        heading=row.heading,
        title=row.title,
        detail=detail_of(row.role, row.site),
        summary=row.summary,
        quote=row.quote or None,
        site=row.site,
        kinds=tuple(row.kinds),
        gathered=row.gathered,
        gathered_label=date_label(row.gathered, language),
        themes=tuple(themes),
        content_notes=tuple(row.content_notes),
        folded=row.folded,
        language=row.language,
    )

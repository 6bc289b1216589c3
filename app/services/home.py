"""The first page: whose stories these are."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from app.database.tables import PASSAGE, PERSONA, STORY
from app.database.visibility import Actor, listed_to, offered_to
from app.services.archive import Archive
from app.services.cards import CARD_COLUMNS, cards_from
from app.services.neighbours import count_stories
from app.services.personas import persona_cards
from app.services.quoting import bare
from app.services.themes import theme_counts
from app.services.told import told_themes
from app.services.views import HeroQuote, HomePage, PersonaCard, StoryCard
from app.services.withholding import withheld

CARDS, PERSONAS, THEMES = 6, 3, 18
CANDIDATES = 200
HERO = (25, 150)  # characters


def read_home(archive: Archive, actor: Actor) -> HomePage:
    """The home page; the quote and the faces change from day to day, never from request to request."""
    key = ("home", actor, archive.now().date())
    with archive.engine.connect() as connection:
        return archive.generation.keep(connection, key, lambda: _page(archive, connection, actor))


def _page(archive: Archive, connection: Connection, actor: Actor) -> HomePage:
    cards = _cards_of_the_day(archive, connection, actor)
    hero = _hero(connection, cards)
    return HomePage(
        stories=count_stories(archive, connection, actor),
        personas=_count_personas(archive, connection, actor),
        themes=len(told_themes(archive, connection, actor)),
        hero=hero,
        cards=_others(cards, hero)[:CARDS],
        personas_shown=_personas(archive, connection, actor),
        themes_shown=theme_counts(archive, connection, actor, limit=THEMES),
        waiting=withheld(connection) is not None,
    )


def _cards_of_the_day(archive: Archive, connection: Connection, actor: Actor) -> list[StoryCard]:
    """Newest stories, those with words to show first, turned by the day of the year."""
    rows = connection.execute(
        select(*CARD_COLUMNS)
        .where(listed_to(actor, archive.now()))
        .order_by(STORY.c.quote == "", STORY.c.gathered.desc(), STORY.c.slug)
        .limit(CANDIDATES)
    ).all()
    quoted = [row for row in rows if row.quote]
    turn = _day(archive.now()) % len(quoted) if quoted else 0
    others = [row for row in rows if not row.quote]
    return cards_from(archive, connection, [*quoted[turn:], *quoted[:turn], *others][: CARDS + 1])


def _others(cards: list[StoryCard], hero: HeroQuote | None) -> list[StoryCard]:
    """The cards without hers whose words stand above, where there are enough."""
    others = [card for card in cards if hero is None or card.address != hero.address]
    return others if len(others) >= CARDS else cards


def _day(now: datetime) -> int:
    return now.timetuple().tm_yday


def _hero(connection: Connection, cards: list[StoryCard]) -> HeroQuote | None:
    """The first card's storyteller, with other words of hers than on the card where she has some."""
    first = next((card for card in cards if card.quote and not card.folded), None)
    if first is None or first.quote is None:
        return None
    spoken = select(PASSAGE.c.text).where(PASSAGE.c.story_id == first.id, PASSAGE.c.quotation.is_(True))
    others = [bare(text) for text in connection.execute(spoken.order_by(PASSAGE.c.number)).scalars()]
    fitting = [text for text in others if HERO[0] <= len(text) <= HERO[1] and first.quote not in text]
    return HeroQuote([*fitting, first.quote][0], first.heading, first.address, first.language)


def _personas(archive: Archive, connection: Connection, actor: Actor) -> list[PersonaCard]:
    visible = offered_to(actor, archive.now())
    rows = connection.execute(select(PERSONA).where(visible).order_by(PERSONA.c.name).limit(PERSONAS)).all()
    return persona_cards(archive, connection, actor, rows)


def _count_personas(archive: Archive, connection: Connection, actor: Actor) -> int:
    visible = offered_to(actor, archive.now())
    return int(connection.execute(select(func.count()).select_from(PERSONA).where(visible)).scalar() or 0)

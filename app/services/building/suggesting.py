"""What somebody who builds a persona might look at: stories like hers, and quotes that may say otherwise.

Both are made of what this person finds in lists alone, and neither says more than 'look'.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, func, or_, select

from app.database.marking import QUOTE
from app.database.tables import STORY, THEME
from app.database.visibility import Actor, listed_to
from app.records.ids import normal_id
from app.records.statements import Item
from app.services.archive import Archive
from app.services.building.loading import Shown, valid
from app.services.cards import face_of, theme_chip
from app.services.colours import given_colours
from app.services.documents import chunks
from app.services.evidence import split_reference
from app.services.marking.lines import quotes_listed, some_listed
from app.services.marking.margin import themes_of
from app.services.marking.of_theme import keys_of, under
from app.services.neighbours import COMMON
from app.services.views import Chip, LikeStory, MightSpeakAgainst, QuoteLine

MOST_LIKE, MOST_AGAINST, LOOKED_THROUGH = 4, 4, 200
NO = (
    "not never no nobody nothing none neither nor nowhere without hardly seldom rarely cannot can't couldn't "
    "didn't doesn't don't hadn't hasn't haven't isn't wasn't weren't won't wouldn't shouldn't"
)
BUT = "but although though however instead except unless otherwise only once used"
NOT, TURNS = frozenset(NO.split()), frozenset(BUT.split())
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
SHORT = 4  # letters: words below this say little about what is spoken of


def stories_like(
    archive: Archive, connection: Connection, actor: Actor, behind: Sequence[str]
) -> list[LikeStory]:
    """Stories that share most themes with those behind her and are not among them; rare themes weigh more."""
    hers = _counted(connection, behind)
    listed = listed_to(actor, archive.now())
    carried = THEME.join(STORY, STORY.c.id == THEME.c.story_id)
    counted = (
        select(THEME.c.slug, func.count().label("number"))
        .select_from(carried)
        .where(THEME.c.slug.in_(hers), listed)
    )
    totals = {row.slug: row.number for row in connection.execute(counted.group_by(THEME.c.slug))}
    telling = [slug for slug, number in totals.items() if number < COMMON]
    columns = (
        *(STORY.c[name] for name in ("id", "slug", "heading", "role", "site")),
        THEME.c.slug.label("theme"),
    )
    rows = connection.execute(
        select(*columns, THEME.c.label).select_from(carried).where(THEME.c.slug.in_(telling), listed)
    ).all()
    weights: dict[str, float] = defaultdict(float)
    for row in rows:
        if row.id not in set(behind):
            weights[row.id] += hers[row.theme] / totals[row.theme]
    best = sorted(weights, key=lambda one: (-weights[one], one))[:MOST_LIKE]
    given = given_colours(archive, connection)
    faces = {row.id: face_of(row) for row in rows if row.id in best}
    shared = {
        one: [theme_chip(row.theme, row.label, given=given) for row in rows if row.id == one] for one in best
    }
    return [LikeStory(faces[one], shared[one]) for one in best]


def _counted(connection: Connection, stories: Sequence[str]) -> Counter[str]:
    """How many of these stories, which she may read, carry each theme."""
    found: Counter[str] = Counter()
    for part in chunks(stories):
        found.update(connection.execute(select(THEME.c.slug).where(THEME.c.story_id.in_(part))).scalars())
    return found


def against_it(
    archive: Archive, connection: Connection, actor: Actor, item: Item, shown: Shown
) -> list[MightSpeakAgainst]:
    """Quotes by others, of the themes of its evidence, that say no where it does not, or the reverse."""
    named = valid(item)
    chips = _themes_of_evidence(archive, connection, actor, [one for one in named if one in shown.found])
    keys = set().union(*(keys_of(connection, chip.slug) for chip in chips)) if chips else set()
    if not keys:
        return []
    tellers = {shown.found[one].story_id for one in named if one in shown.found}
    where = (under(keys), QUOTE.c.story_id.not_in(tellers), QUOTE.c.id.not_in(named))
    lines = some_listed(archive, connection, actor, *where, size=LOOKED_THROUGH)
    return sorted(_turning(item.words, lines, chips), key=lambda one: -_common(item.words, one.quote))[
        :MOST_AGAINST
    ]


def _themes_of_evidence(
    archive: Archive, connection: Connection, actor: Actor, references: Iterable[str]
) -> list[Chip]:
    """The themes of quotes that are evidence, or that were marked in passages that are."""
    named = list(references)
    ids = [found for one in named if (found := normal_id(one)) and found.startswith("q-")]
    places = [parts for one in named if (parts := split_reference(one))]
    there = [(QUOTE.c.story_id == story) & (QUOTE.c.anchor == anchor) for story, anchor in places[:100]]
    where = [or_(QUOTE.c.id.in_(ids), *there)]
    keys = connection.execute(quotes_listed(archive, actor, QUOTE.c.key, where=where)).scalars().all()
    every: Mapping[int, Sequence[Chip]] = themes_of(archive, connection, actor, keys)
    return list({chip.slug: chip for key in keys for chip in every[key]}.values())


def _turning(words: str, lines: Iterable[QuoteLine], themes: Sequence[Chip]) -> Iterator[MightSpeakAgainst]:
    """Those that say no, but or once where the statement does not; or do not where it does."""
    slugs, turned = {chip.slug for chip in themes}, _turn(words)
    for line in lines:
        found = _turn(line.words)
        if not line.folded and bool(found) != bool(turned):
            yield MightSpeakAgainst(line, [chip for chip in line.themes if chip.slug in slugs], found)


def _turn(text: str) -> str:
    """The first word of a text that says no, else one that turns it; empty without any."""
    words = [word.casefold().replace("’", "'") for word in WORD.findall(text)]
    return next((word for kind in (NOT, TURNS) for word in words if word in kind), "")


def _common(words: str, quote: QuoteLine) -> int:
    said, told = (
        {word.casefold()[:6] for word in WORD.findall(text) if len(word) >= SHORT}
        for text in (words, quote.words)
    )
    return len(said & told)

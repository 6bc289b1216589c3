"""A persona's journey: the moments of the stories behind it, each where it stood on its own story's way.

Dates are written as people say them, and stories begin at different times. So what is compared is how far
along her own way a storyteller was: each story's first moment is at the beginning, its last at the end.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from app.database.tables import STORY, AnyRow
from app.database.visibility import Actor, visible_to
from app.records.model import MomentKind
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.documents import chunks
from app.services.views import JourneyLane, JourneyPoint, JourneyView

LANES = (
    MomentKind.HIGH,
    MomentKind.SUPPORT,
    MomentKind.TURNING_POINT,
    MomentKind.MISSED_CHANCE,
    MomentKind.LOW,
)
OTHER = ""  # a moment of which nobody said what it was to her
LEFT, WIDTH, LANE, RADIUS = 112, 560, 34, 7  # pixels at the size in which it is drawn
PARTS = 8  # of the way, over each of which the line takes its mean
MOST = 120  # moments in one drawing; beyond that its table says how many more there are


def journey_of(
    archive: Archive, connection: Connection, actor: Actor, stories: Collection[str]
) -> JourneyView | None:
    """The journey through those stories, as far as this reader may see them; None without a moment."""
    seen = visible_to(actor, archive.now())
    columns = [STORY.c[name] for name in ("id", "slug", "heading", "folded", "content_notes", "moments")]
    rows: list[AnyRow] = []
    for ids in chunks(stories):
        rows += connection.execute(select(*columns).where(STORY.c.id.in_(ids), seen))
    points = _points(sorted(rows, key=lambda row: (row.heading.casefold(), row.id)))
    if not points:
        return None
    kinds = [kind for kind in (*LANES, OTHER) if kind or any(not point.kind for point in points)]
    placed = _apart(points[:MOST], kinds)
    return JourneyView(
        points=placed,
        lanes=[JourneyLane(_label(kind), _middle(kinds, kind)) for kind in kinds],
        line=_line(points, kinds),
        left=LEFT,
        width=LEFT + WIDTH + 2 * RADIUS,
        height=len(kinds) * LANE + RADIUS,
        more=len(points) - len(placed),
    )


def _points(rows: Iterable[AnyRow]) -> list[JourneyPoint]:
    """All moments in the order of the way, numbered from 1; of a story with a content note without words."""
    found = [(way, row, moment) for row in rows for way, moment in _along(row.moments)]
    found.sort(key=lambda one: one[0])
    return [
        JourneyPoint(
            number=number,
            x=round(LEFT + RADIUS + way * (WIDTH - 2 * RADIUS), 1),
            y=0,
            kind=str(moment["kind"]),
            kind_label=_label(moment["kind"]),
            when="" if row.folded else moment["when"],
            what=None if row.folded else moment["what"],
            name=row.heading,
            address=story_address(row.slug),
            content_notes=tuple(row.content_notes),
        )
        for number, (way, row, moment) in enumerate(found, 1)
    ]


def _along(moments: Sequence[Mapping[str, str]]) -> Iterable[tuple[float, Mapping[str, str]]]:
    """Each moment with how far along the way it stands, from 0 to 1; a single one stands in the middle."""
    last = len(moments) - 1
    return ((number / last if last else 0.5, moment) for number, moment in enumerate(moments))


def _label(kind: str) -> str:
    return str(kind).capitalize() or "Other moments"


def _middle(kinds: Sequence[str], kind: str) -> float:
    return kinds.index(kind) * LANE + LANE / 2 + RADIUS / 2


def _apart(points: Sequence[JourneyPoint], kinds: Sequence[str]) -> list[JourneyPoint]:
    """Each in its lane; those that would cover one another are moved aside as little as can be."""
    taken: dict[str, list[float]] = defaultdict(list)
    placed = []
    for point in points:
        x = point.x
        while any(abs(x - other) < 2 * RADIUS for other in taken[point.kind]) and x < LEFT + WIDTH:
            x += RADIUS
        taken[point.kind].append(x)
        placed.append(point.at(x, _middle(kinds, point.kind)))
    return placed


def _line(points: Sequence[JourneyPoint], kinds: Sequence[str]) -> str:
    """The mean of the lanes over each part of the way, as the points of a line."""
    parts: dict[int, list[float]] = defaultdict(list)
    for point in points:
        if point.kind:
            part = min(PARTS - 1, int((point.x - LEFT) / WIDTH * PARTS))
            parts[part].append(_middle(kinds, point.kind))
    step = WIDTH / PARTS
    means = [(LEFT + (part + 0.5) * step, sum(of) / len(of)) for part, of in sorted(parts.items())]
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in means) if len(means) > 1 else ""

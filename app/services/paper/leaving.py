"""What may be put on paper by whom: words leave the archive with it, so it is what may be taken out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import ColumnElement, Connection, Table, and_, case, not_, select

from app.database.tables import STORY, AnyRow
from app.database.visibility import USE_BITS, Actor, agreed_to, held_back, takeable_by, today
from app.records.model import Use
from app.rendering.qr import qr_svg
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.documents import chunks
from app.services.faceting import USE_TITLES
from app.services.marking.taking import WHY
from app.services.reading import uses_label
from app.services.views import SheetFoot

DIFFERENT = "Its parts were agreed to for different uses: look at its address before you use it."


@dataclass(frozen=True)
class Asking:
    """What somebody wants on paper, and what for. `base` is the archive's whole address.

    `words`: also of stories with a content note, which else lend none to a wall.
    """

    base: str
    purpose: Use | None = None
    size: str = "a3"
    words: bool = False

    @property
    def purpose_label(self) -> str:
        return USE_TITLES[self.purpose.value].lower() if self.purpose else ""


@dataclass(frozen=True)
class Terms:
    """What is agreed to of all that stands on one sheet together."""

    uses: int
    until: str | None = None
    stated: bool = True

    def with_(self, other: "Terms") -> "Terms":
        """What both agree to, for as long as both do."""
        ends = [one for one in (self.until, other.until) if one]
        return Terms(self.uses & other.uses, min(ends, default=None), self.stated and other.stated)


def terms_of(row: AnyRow) -> Terms:
    """Those of a row of STORY or PERSONA."""
    return Terms(row.uses, row.until, getattr(row, "stated", True))


def may_leave(archive: Archive, actor: Actor, asking: Asking, table: Table = STORY) -> ColumnElement[bool]:
    """The condition under which a row of STORY or PERSONA may be put on paper by this actor now."""
    purpose = [agreed_to(USE_BITS[asking.purpose], table)] if asking.purpose else []
    return and_(takeable_by(actor, archive.now(), table), *purpose)


def leaving(
    archive: Archive, connection: Connection, actor: Actor, asking: Asking, stories: Collection[str]
) -> dict[str, Terms]:
    """Those of these stories whose words may leave, and what is agreed to of each."""
    may, found = may_leave(archive, actor, asking), dict[str, Terms]()
    columns = (STORY.c.id, STORY.c.uses, STORY.c.until, STORY.c.stated)
    for ids in chunks(sorted(stories)):
        for row in connection.execute(select(*columns).where(STORY.c.id.in_(ids), may)):
            found[row.id] = terms_of(row)
    return found


def reasons(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    asking: Asking,
    ids: Collection[str],
    table: Table = STORY,
) -> dict[str, str]:
    """Why those of these records that this reader may read are not put on paper: a key of WHY for each."""
    may, held = takeable_by(actor, archive.now(), table), held_back(archive.now(), table)
    other = [(not_(agreed_to(USE_BITS[asking.purpose], table)), "purpose")] if asking.purpose else []
    own = and_(not_(may), held == "no use", table.c.uses != 0)
    why = case((own, "own"), (not_(may), held), *other, else_="").label("why")
    found = dict[str, str]()
    for some in chunks(sorted(ids)):
        for row in connection.execute(select(table.c.id, why).where(table.c.id.in_(some))):
            found |= {row.id: row.why} if row.why else {}
    return found


def sentence(why: str, asking: Asking, *, story: bool = True) -> str:
    """A reason in words."""
    said = WHY[why].format(asking.purpose_label)
    return said if story else said.replace("the story", "the persona").replace("the storyteller", "its team")


def together(terms: Iterable[Terms]) -> Terms:
    """What is agreed to of all of them."""
    first, *others = terms
    for other in others:
        first = first.with_(other)
    return first


def printed_label(archive: Archive) -> str:
    """The day of today, in words."""
    day = archive.now().astimezone(UTC).date().isoformat()
    return date_label(day, archive.settings.language)


def foot_of(
    archive: Archive, asking: Asking, record_id: str, version: int, path: str, terms: Terms
) -> SheetFoot:
    """What a sheet or card says of itself. It goes back where not all of it is for publication."""
    language, address = archive.settings.language, f"{asking.base}{path}"
    uses = uses_label(terms.uses, terms.until, language, stated=terms.stated, today=today(archive.now()))
    return SheetFoot(
        id=record_id,
        version=version,
        printed=printed_label(archive),
        uses=uses if terms.uses else DIFFERENT,
        back=not terms.uses & USE_BITS[Use.PUBLICATION],
        address=address,
        qr_html=qr_svg(address, f"QR code that leads to {address}"),
    )

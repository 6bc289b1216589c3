"""What leans on a story, and who has to know when it is taken back."""

from typing import Any

from sqlalchemy import Connection, func, or_, select

from app.database.ledgers import AUDIT
from app.database.links import pairs
from app.database.marking import CODEBOOK
from app.database.tables import PERSONA, REVISION, STORY, THEME, AnyRow
from app.database.visibility import Action, Actor, visible_to
from app.records.ids import normal_id
from app.records.model import Status
from app.services.allowing import may
from app.services.archive import Archive
from app.services.cards import face_of, persona_address, shown_label, story_address, theme_address
from app.services.codebook import codebook_address
from app.services.dates import date_label
from app.services.denying import Denials, Kind, Text
from app.services.evidence import references_of, split_reference
from app.services.telling import all_told, downloaded
from app.services.views import Face, Leaning, Wanted, WithdrawPage
from app.services.withdrawing import open_kinds, story_for, withdraw_address

KEPT = "; what the codebook says of it stays"


def read_withdrawal(
    archive: Archive, actor: Actor, story_id: str, *, typed: Wanted | None = None, problem: str = ""
) -> WithdrawPage | None:
    """The impact report and the form; None where there is no story. Raises NotFound or Withdrawn."""
    with archive.engine.connect() as connection:
        known = select(STORY.c.id).where(STORY.c.id == (normal_id(story_id) or ""))
        if connection.execute(known).first() is None:
            return None
        row = story_for(archive, connection, actor, story_id, Action.WITHDRAW)
        denial = Denials(connection, archive.keyed).of(row.id).get(Kind.WITHDRAWN)
        may_erase = may(archive, connection, actor, row, Action.ERASE)
        return WithdrawPage(
            id=row.id,
            address=withdraw_address(row.id),
            story_address=story_address(row.slug),
            heading=row.heading,
            title=row.title,
            since_label=date_label(denial.at[:10], archive.settings.language) if denial else "",
            may_erase=may_erase,
            revisions=_count(connection, REVISION, REVISION.c.record_id == row.id),
            personas=_personas(archive, connection, actor, row.id),
            stories=_linking(archive, connection, actor, row),
            themes=_themes(archive, connection, actor, row.id),
            told=all_told(archive, connection, row),
            downloads=_count(connection, AUDIT, downloaded(row.id)),
            typed=typed or Wanted(),
            closed=Text.CLOSED in open_kinds(archive, connection, row),
            problem=problem,
        )


def _count(connection: Connection, table: Any, where: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(where)).scalar_one())


def _personas(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> list[Leaning]:
    pair = pairs(STORY.c.id == story_id)
    made = set(connection.execute(select(pair.c.persona_id)).scalars())
    rows = connection.execute(
        select(PERSONA).where(visible_to(actor, archive.now(), PERSONA)).order_by(PERSONA.c.name)
    )
    found = []
    for row in rows:
        statements = sum(
            _rests_on(statement, story_id) for group in row.groups for statement in group["statements"]
        )
        quoted = (split_reference(row.quote) or ("", ""))[0] == story_id
        if row.id in made or statements or quoted:
            found.append(Leaning(row.name, persona_address(row.slug), _leans(statements, quoted=quoted)))
    return found


def _rests_on(statement: dict[str, Any], story_id: str) -> bool:
    references = references_of([{"statements": [statement]}])
    return any((split_reference(one) or ("",))[0] == story_id for one in references)


def _leans(statements: int, *, quoted: bool) -> str:
    parts = (
        [f"{statements} {'statement' if statements == 1 else 'statements'} with words from it"]
        if statements
        else []
    )
    return ", ".join([*parts, *(["her words are its quote"] if quoted else [])]) or "is made from it"


def _linking(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> list[Face]:
    """Other stories whose text links here."""
    addresses = (f'"/s/{row.id}', f'"{story_address(row.slug)}')
    ends = [
        STORY.c.body_html.contains(f"{address}{end}", autoescape=True)
        for address in addresses
        for end in '"#'
    ]
    where = (or_(*ends), STORY.c.id != row.id, visible_to(actor, archive.now()))
    return [face_of(one) for one in connection.execute(select(STORY).where(*where).order_by(STORY.c.slug))]


def _themes(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> list[Leaning]:
    """The themes that no other story she may read carries; what the codebook says of them stays."""
    hers = select(THEME.c.slug).where(THEME.c.story_id == story_id)
    shared = (
        select(THEME.c.slug)
        .join(STORY, STORY.c.id == THEME.c.story_id)
        .where(THEME.c.story_id != story_id, STORY.c.status != Status.WITHDRAWN.value)
        .where(visible_to(actor, archive.now()))
    )
    where = (THEME.c.story_id == story_id, THEME.c.slug.in_(hers), THEME.c.slug.not_in(shared))
    rows = connection.execute(select(THEME).where(*where).order_by(THEME.c.place)).all()
    slugs = [row.slug for row in rows]
    written = set(connection.execute(select(CODEBOOK.c.slug).where(CODEBOOK.c.slug.in_(slugs))).scalars())
    return [
        Leaning(
            shown_label(row.label),
            codebook_address(row.slug) if row.slug in written else theme_address(row.slug),
            "no other story that you may read carries it"
            + ("; what the codebook says of it stays" if row.slug in written else ""),
        )
        for row in rows
    ]

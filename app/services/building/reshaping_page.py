"""The page on which a persona is split, merged and retired: what is chosen, and what it would change."""

from dataclasses import replace

from sqlalchemy import Connection, select

from app.database.tables import PERSONA
from app.database.visibility import Actor, may_widen, offered_to
from app.errors import NotFound
from app.services.archive import Archive
from app.services.building.loading import LoadedPersona, build_address, load_persona, shown_to
from app.services.building.reshaping import Plan, Wanted, Way, plan
from app.services.building.reshaping_job import said
from app.services.dates import date_label
from app.services.gathering.journal import Planned
from app.services.portraits import OF_FACE, persona_face
from app.services.recording import form_digest
from app.services.views import Face, ReshapePersonaPage, SplitLine

WIDER = (
    "More people may see {to} than {called}: they will see her statements too that nobody has told us yet. "
    "Look through those first."
)


def reshape_address(persona_id: str) -> str:
    """Where a persona is split, merged and retired."""
    return f"/p/{persona_id}/reshape"


def read_reshape(
    archive: Archive, actor: Actor, who: str, wanted: Wanted | None = None, problem: str = ""
) -> ReshapePersonaPage:
    """The page with what was chosen. Raises NotFound for somebody who may not reshape her."""
    with archive.engine.connect() as connection:
        loaded = load_persona(archive, connection, actor, who)
        if not may_widen(actor):
            raise NotFound
        page = _page(archive, connection, actor, loaded, wanted)
    return replace(page, problem=problem)


def _page(
    archive: Archive, connection: Connection, actor: Actor, loaded: LoadedPersona, wanted: Wanted | None
) -> ReshapePersonaPage:
    row = loaded.row
    return ReshapePersonaPage(
        name=row.name,
        address=reshape_address(row.id),
        build_address=build_address(row.id),
        digest=form_digest(archive, loaded.digest),
        retired_label=date_label(row.retired, archive.settings.language),
        merged=bool(row.merged_into),
        statements=_lines(archive, connection, actor, loaded, wanted),
        others=_others(archive, connection, actor, row.id),
        new_name=wanted.name if wanted else "",
        to=wanted.to if wanted else "",
    )


def _lines(
    archive: Archive, connection: Connection, actor: Actor, loaded: LoadedPersona, wanted: Wanted | None
) -> list[SplitLine]:
    chosen = set(wanted.statements if wanted else ())
    groups = loaded.statements.groups
    return [
        SplitLine(key, groups[number].items[place].words, groups[number].heading, key in chosen)
        for key, (number, place) in shown_to(archive, connection, actor, loaded.statements).places.items()
    ]


def _others(archive: Archive, connection: Connection, actor: Actor, who: str) -> list[Face]:
    seen = select(*OF_FACE).where(PERSONA.c.id != who, offered_to(actor, archive.now()))
    rows = connection.execute(seen.order_by(PERSONA.c.name, PERSONA.c.slug))
    return [persona_face(archive, row) for row in rows]


def preview(archive: Archive, actor: Actor, who: str, wanted: Wanted) -> ReshapePersonaPage:
    """What it would change, before it is done. Raises what `plan` raises."""
    with archive.engine.connect() as connection:
        planned, files = plan(archive, connection, actor, who, wanted)
        loaded = load_persona(archive, connection, actor, who)
        page = _page(archive, connection, actor, loaded, wanted)
        wider = _is_wider(connection, planned)
    sent = [("way", wanted.way.value), ("digest", wanted.expected), ("to", wanted.to), ("name", wanted.name)]
    sent += [(f"go.{key}", "yes") for key in wanted.statements]
    return replace(
        page,
        sentence=said(planned),
        lines=[*_changes(planned, files), *_portraits(planned, loaded), *wider],
        sent=sent,
    )


def _is_wider(connection: Connection, planned: Plan) -> list[str]:
    """That more people see the persona that takes her in: they will see what rests on no story as well."""
    uses = select(PERSONA.c.id, PERSONA.c.uses).where(PERSONA.c.id.in_([planned.who, planned.to]))
    found = {row.id: row.uses for row in connection.execute(uses)}
    if planned.way is not Way.MERGE or not found[planned.to] & ~found[planned.who]:
        return []
    return [WIDER.format(to=planned.to_called, called=planned.called)]


def _portraits(planned: Plan, loaded: LoadedPersona) -> list[str]:
    """What becomes of her portrait: it shows her, and nobody that she is made into."""
    if loaded.persona is None or loaded.persona.portrait is None:
        return []
    told = {
        Way.SPLIT: ["Her portrait stays hers. The new one begins with a woven pattern."],
        Way.MERGE: [f"Her portrait stays in her file. {planned.to_called} keeps what she has."],
    }
    return told.get(planned.way, [])


def _changes(planned: Plan, files: list[Planned]) -> list[str]:
    stories = sum(one.record_id.startswith("s-") for one in files)
    told = {
        Way.SPLIT: [
            f"{_number(len(planned.moved), 'statement goes', 'statements go')} there with the evidence.",
            "She is allowed for what this one is allowed for.",
        ],
        Way.MERGE: [
            "Her statements stand there under their headings; of one that both have, the evidence of both.",
            "She is no longer offered, and her address leads to the other.",
            "What she says of herself, her quote and her uses do not go along.",
        ],
        Way.RETIRE: ["Lists and search offer her no more. Her page stays, and says so."],
        Way.OFFER: [],
    }[planned.way]
    if planned.way in (Way.SPLIT, Way.MERGE):
        told.append(
            f"{_number(stories, 'story file', 'story files')} that you may change will name the other."
        )
    return told


def _number(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"

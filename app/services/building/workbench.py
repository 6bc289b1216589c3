"""The workbench: quotes on one side, a persona's statements on the other."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, func, select

from app.database.links import pairs
from app.database.tables import PERSONA, REVISION, STORY, AnyRow
from app.database.visibility import Actor, may_widen, visible_to
from app.records.model import Persona, Use
from app.records.personas import is_reference
from app.services.archive import Archive
from app.services.building.asked import Asked
from app.services.building.loading import (
    LoadedPersona,
    Shown,
    build_address,
    load_persona,
    shown_to,
    unseen_in,
)
from app.services.building.portraits import portrait_part
from app.services.building.statements_view import group_views
from app.services.building.suggesting import against_it, stories_like
from app.services.cards import face_of, persona_address
from app.services.dates import date_label, moment_label
from app.services.evidence import sources
from app.services.faceting import USE_TITLES
from app.services.marking.asking import AskedQuotes, read_wanted
from app.services.marking.describing import described
from app.services.marking.finding import matching, quotes_of_page
from app.services.paging import FIELDS, OF_QUOTES, pager
from app.services.portraits import OF_FACE, persona_face
from app.services.recording import form_digest
from app.services.views import (
    BuildDetails,
    BuildGroup,
    BuildPage,
    BuildSource,
    Face,
    LinkedStory,
    Pager,
    PersonaVersion,
    TypedStep,
    UseTick,
)

SIZE, VERSIONS, NAMESAKES = 24, 8, 5
QUIET = BuildDetails("", "", "", [], "")


@dataclass(frozen=True)
class Bench:
    """How the workbench is opened: what quotes are asked for, and the statement that is to be changed."""

    asked: AskedQuotes
    opened: str = ""


def kept_of(asked: AskedQuotes, page: int = 1) -> str:
    """The query of an address that asks for the same quotes."""
    parts = [("q", asked.q)] if asked.q else []
    parts += [(name, one) for name in (*FIELDS, *OF_QUOTES) for one in asked.chosen.get(name, ())]
    parts += [("page", str(page))] if page > 1 else []
    return urlencode(parts)


def addressed(address: str, *queries: str, anchor: str = "") -> str:
    """An address with these parts of a query."""
    query = "&".join(one for one in queries if one)
    return f"{address}{'?' if query else ''}{query}{'#' if anchor else ''}{anchor}"


def read_build(archive: Archive, actor: Actor, who: str, bench: Bench) -> BuildPage:
    """The workbench of a persona, for somebody who may build her. Raises NotFound."""
    with archive.engine.connect() as connection:
        loaded = load_persona(archive, connection, actor, who)
        shown = shown_to(archive, connection, actor, loaded.statements)
        page = _frame(archive, connection, actor, loaded, shown)
        page = replace(page, **_quotes(archive, connection, actor, loaded, bench))
        groups = _groups(archive, connection, actor, loaded, shown, bench)
        return replace(page, groups=groups, statements=sum(len(group.statements) for group in groups))


def _frame(
    archive: Archive, connection: Connection, actor: Actor, loaded: LoadedPersona, shown: Shown
) -> BuildPage:
    row, persona = loaded.row, loaded.persona
    behind = _behind(archive, connection, actor, loaded, shown)
    return BuildPage(
        id=row.id,
        name=row.name,
        address=build_address(row.id),
        page_address=persona_address(row.slug),
        digest=form_digest(archive, loaded.digest),
        details=_details(archive, connection, actor, persona) if persona else QUIET,
        groups=(),
        listed=len(loaded.statements.listed),
        listed_line=loaded.statements.line or 0,
        quotes=(),
        total=0,
        pager=Pager(1, 1, None, None),
        source=BuildSource(),
        stories=behind,
        like=stories_like(archive, connection, actor, [story.face.id for story in behind]),
        versions=_versions(archive, connection, row),
        statements=0,
        reviewed_label=date_label(row.reviewed, archive.settings.language),
        reshape_address=f"/p/{row.id}/reshape" if may_widen(actor) else "",
        retired_label=date_label(row.retired, archive.settings.language),
        merged=bool(row.merged_into),
        unreadable=persona is None or row.set_aside,
        problems=_problems(loaded),
        used=sorted(reference for reference in shown.found if reference.startswith("q-")),
        same_name=_namesakes(archive, connection, actor, row),
        portrait=portrait_part(archive, loaded),
        unseen=unseen_in(loaded.statements, shown),
    )


def _problems(loaded: LoadedPersona) -> list[str]:
    """What is wrong in her file; of its statements the workbench says it in its own place."""
    found = loaded.parsed.problems if loaded.parsed else ()
    return [f"Line {one.line}: {one.reason} {one.remedy}" for one in found if one.key != "statements"]


def _details(archive: Archive, connection: Connection, actor: Actor, persona: Persona) -> BuildDetails:
    quote = persona.quote or ""
    hidden = is_reference(quote) and not sources(archive, connection, actor, [quote])
    return BuildDetails(
        persona.name,
        persona.tagline or "",
        "" if hidden else quote,
        [UseTick(use.value, USE_TITLES[use], use in persona.uses) for use in Use],
        persona.reviewed.iso if persona.reviewed else "",
        hidden_quote=hidden,
    )


def _behind(
    archive: Archive, connection: Connection, actor: Actor, loaded: LoadedPersona, shown: Shown
) -> list[LinkedStory]:
    """The stories behind her that this person may read; those that her file names can be taken off."""
    named = select(pairs(PERSONA.c.id == loaded.row.id).c.story_id)
    ids = set(connection.execute(named).scalars()) | {one.story_id for one in shown.found.values()}
    columns = (STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.role, STORY.c.site)
    seen = select(*columns).where(STORY.c.id.in_(ids), visible_to(actor, archive.now()))
    hers = set(loaded.persona.stories if loaded.persona else ())
    rows = connection.execute(seen.order_by(STORY.c.heading, STORY.c.slug)).all()
    return [LinkedStory(face_of(row), bool({row.id, row.slug} & hers)) for row in rows]


def _versions(archive: Archive, connection: Connection, row: AnyRow) -> list[PersonaVersion]:
    columns = (REVISION.c.number, REVISION.c.who, REVISION.c.observed, REVISION.c.note)
    newest = select(*columns).where(REVISION.c.record_id == row.id).order_by(REVISION.c.number.desc())
    return [
        PersonaVersion(
            one.number,
            one.who,
            moment_label(one.observed, archive.settings.language),
            one.note,
            one.number == row.revision,
        )
        for one in connection.execute(newest.limit(VERSIONS))
    ]


def _namesakes(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> list[Face]:
    """Other personas of her name, so that nobody takes one for the other."""
    same = (func.lower(PERSONA.c.name) == row.name.lower(), PERSONA.c.id != row.id)
    seen = select(*OF_FACE).where(*same, visible_to(actor, archive.now(), PERSONA)).limit(NAMESAKES)
    rows = connection.execute(seen)
    return [persona_face(archive, one) for one in rows]


def _quotes(
    archive: Archive, connection: Connection, actor: Actor, loaded: LoadedPersona, bench: Bench
) -> dict[str, Any]:
    """One page of the quotes that were asked for; without anything asked, those of her stories."""
    hers = {"persona": (str(loaded.row.slug),)}
    asked = replace(bench.asked, size=SIZE).as_(actor)
    chosen = replace(asked, chosen=hers) if not asked.q and not asked.chosen else asked
    wanted = read_wanted(archive, connection, actor, chosen)
    matches = matching(archive, connection, actor, chosen, wanted)
    address = build_address(loaded.row.id)
    pages = pager(matches.total, asked.page, SIZE, lambda page: addressed(address, kept_of(asked, page)))
    told = described(archive, connection, actor, chosen) if chosen is asked else []
    source = BuildSource(
        asked.q,
        next(iter(asked.chosen.get("theme", ())), ""),
        "; ".join(told),
        kept_of(asked, asked.page),
    )
    quotes = quotes_of_page(archive, connection, actor, chosen, wanted, matches)
    return {"quotes": quotes, "total": matches.total, "pager": pages, "source": source}


def _groups(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    loaded: LoadedPersona,
    shown: Shown,
    bench: Bench,
) -> list[BuildGroup]:
    address, kept = build_address(loaded.row.id), kept_of(bench.asked, bench.asked.page)
    views = group_views(
        loaded, shown, bench.opened, lambda key: addressed(address, kept, f"at={key}", anchor=f"s-{key}")
    )
    place = shown.at(bench.opened)
    if place is None:
        return views
    item = loaded.statements.groups[place[0]].items[place[1]]
    otherwise = against_it(archive, connection, actor, item, shown)
    return [
        replace(
            group,
            statements=[replace(one, otherwise=otherwise) if one.open else one for one in group.statements],
        )
        for group in views
    ]


def typed_again(page: BuildPage, asked: Asked, problem: str) -> BuildPage:
    """The page with what was typed and ticked, and why nothing was changed."""
    typed = {name: asked.text(name)[:2_000] for name in TypedStep.__dataclass_fields__}
    return replace(page, problem=problem, typed=TypedStep(**typed), ticked=tuple(asked.chosen))

"""The pages on which somebody says what is to be changed of many stories, before anything is."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, func, select

from app.database.tables import LINK, PERSONA, STORY, THEME, AnyRow
from app.database.visibility import Actor, listed_to, offered_to, visible_to
from app.errors import InvalidText, NotFound, SearchUnavailable
from app.records.ids import normal_id
from app.records.model import Status
from app.records.problems import SetAside
from app.search.model import Sort
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.faceting import USE_TITLES, labels_of
from app.services.gathering.bulk import MOST, NONE, TOO_MANY, Chosen, choose
from app.services.gathering.changes import Change, said, would_change
from app.services.gathering.deciding import undecided
from app.services.gathering.names_page import names_address
from app.services.record_names import names_of
from app.services.recording import load_file
from app.services.searching import Asked, find
from app.services.views import ChangeForm, ChangeLine, ChangePage, Choice, StoryLine

ADDRESS = "/desk/change"
LISTED = 30  # stories that are not hers
LOOKED_THROUGH = 50  # drafts, each for some 10 ms
NOBODY = "No story is chosen. Choose at least one in the list."
NO_SEARCH = "Search is being rebuilt, so the filters find nothing yet. Try again in a minute."
CAUTIONS = {
    "remove_persona": "Where the persona’s own file names a story, it stays until it is taken off there.",
    "remove_uses": "This holds at once and against older files. Only a steward can give a use back.",
    "status": "A draft is read by its gatherers and stewards alone.",
}
PARTS = ("site", "add_themes", "remove_theme", "add_persona", "remove_persona", "remove_uses", "status")


def ids_in(texts: Sequence[str]) -> list[str]:
    """The ids of stories in what came with a form; anything else is passed over."""
    found = (normal_id(one) for text in texts for one in text.split())
    return list(dict.fromkeys(one for one in found if one and one.startswith("s-")))


def ids_found(archive: Archive, actor: Actor, chosen: dict[str, tuple[str, ...]]) -> list[str]:
    """All stories that these filters find for her. Raises InvalidText where they are too many."""
    with archive.engine.connect() as connection:
        if not chosen:
            listed = select(STORY.c.id).where(listed_to(actor, archive.now())).order_by(STORY.c.slug)
            found = list(connection.execute(listed.limit(MOST + 1)).scalars())
        else:
            asked = Asked("", chosen, Sort.NEWEST.value, 1, MOST + 1)
            try:
                found = [hit.key for hit in find(archive, connection, actor, asked).results.hits]
            except SearchUnavailable:
                raise InvalidText(NO_SEARCH) from None
    if len(found) > MOST:
        raise InvalidText(TOO_MANY)
    return found


def ids_of_hers(archive: Archive, actor: Actor) -> list[str]:
    """All stories that are her own, drafts too. Raises InvalidText where they are too many."""
    with archive.engine.connect() as connection:
        hers = (STORY.c.id.in_(actor.own), visible_to(actor, archive.now()))
        listed = select(STORY.c.id).where(*hers).order_by(STORY.c.slug).limit(MOST + 1)
        found = list(connection.execute(listed).scalars())
    if len(found) > MOST:
        raise InvalidText(TOO_MANY)
    return found


def read_change_page(
    archive: Archive,
    actor: Actor,
    ids: Sequence[str],
    *,
    form: ChangeForm | None = None,
    change: Change | None = None,
    problem: str = "",
) -> ChangePage:
    """The form for these stories; with a `change`, what it will do, to be confirmed."""
    with archive.engine.connect() as connection:
        chosen = choose(archive, connection, actor, ids)
        names = names_of(archive, connection, actor, chosen.not_hers[:LISTED])
        lines, affected = _lines(connection, chosen, change) if change else ([], 0)
        others = [StoryLine(name.label, name.address) for name in names.values()]
        waiting, unlooked = _not_ready(archive, connection, chosen, change) if change else ([], 0)
        return ChangePage(
            ids=" ".join(chosen.hers),
            count=len(chosen.hers),
            not_hers=others,
            more_not_hers=max(0, len(chosen.not_hers) - len(others)),
            form=form or ChangeForm(),
            themes=sorted(labels_of(archive, connection, actor, "theme").values(), key=str.casefold),
            sites=sorted(labels_of(archive, connection, actor, "site").values(), key=str.casefold),
            personas=_personas(archive, connection, actor),
            uses=[
                Choice(use, title, "", use in (form or ChangeForm()).remove_uses)
                for use, title in USE_TITLES.items()
            ],
            lines=lines,
            affected=affected,
            waiting=waiting,
            unlooked=unlooked,
            problem=problem or ("" if chosen.hers else NONE if ids else NOBODY),
        )


def _personas(archive: Archive, connection: Connection, actor: Actor) -> list[Choice]:
    seen = select(PERSONA.c.slug, PERSONA.c.name).where(offered_to(actor, archive.now()))
    rows = connection.execute(seen.order_by(func.lower(PERSONA.c.name), PERSONA.c.slug))
    return [Choice(row.slug, row.name, "", False) for row in rows]


def _lines(connection: Connection, chosen: Chosen, change: Change) -> tuple[list[ChangeLine], int]:
    """What each part of a change does to how many stories; and how many are changed at all."""
    touched: Counter[str] = Counter()
    affected = 0
    for part in chunks(chosen.hers):
        themes, named = _themes(connection, part), _named(connection, part)
        for row in connection.execute(select(STORY).where(STORY.c.id.in_(part))).all():
            found = would_change(row, themes[row.id], named[row.id], change)
            touched.update(name for name, changes in found.items() if changes)
            affected += any(found.values())
    parts = [name for name in PARTS if asdict(change)[name]]
    sentences = dict(zip(parts, said(change), strict=True))
    return [ChangeLine(sentences[name], touched[name], CAUTIONS.get(name, "")) for name in parts], affected


def _not_ready(
    archive: Archive, connection: Connection, chosen: Chosen, change: Change
) -> tuple[list[StoryLine], int]:
    """Those that names keep from being ready, of as many as can be looked through while somebody waits."""
    if change.status != Status.READY:
        return [], 0
    found = select(STORY).where(STORY.c.id.in_(list(chosen.hers)), STORY.c.status != Status.READY.value)
    drafts = connection.execute(found.order_by(STORY.c.slug)).all()
    waits = [row for row in drafts[:LOOKED_THROUGH] if _waits(archive, connection, row)]
    lines = [StoryLine(row.heading, names_address(row.id)) for row in waits]
    return lines, max(0, len(drafts) - LOOKED_THROUGH)


def _waits(archive: Archive, connection: Connection, row: AnyRow) -> bool:
    try:
        return bool(undecided(archive, connection, row.id, load_file(archive, row).content, row.slug))
    except (NotFound, SetAside):
        return True


def _themes(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = select(THEME).where(THEME.c.story_id.in_(ids)).order_by(THEME.c.place)
    for row in connection.execute(rows):
        found[row.story_id].append(row.label)
    return found


def _named(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[str]]:
    """The slugs of the personas that each of these files names, by slug or id."""
    found: dict[str, list[str]] = defaultdict(list)
    by = LINK.c.target.in_([PERSONA.c.slug, PERSONA.c.id])
    rows = select(LINK.c.record_id, PERSONA.c.slug).join(PERSONA, by).where(LINK.c.record_id.in_(ids))
    for row in connection.execute(rows):
        found[row.record_id].append(row.slug)
    return found

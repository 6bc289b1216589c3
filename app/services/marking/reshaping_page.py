"""The pages on which somebody says how a theme is to be reshaped, and sees what that will change."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from heapq import nsmallest

from sqlalchemy import Connection, func, select

from app.database.marking import CODEBOOK
from app.database.tables import STORY
from app.database.visibility import Actor, Role
from app.errors import NotAllowed, NotFound
from app.records.problems import SetAside
from app.services.archive import Archive
from app.services.cards import shown_label, story_address, theme_address
from app.services.marking.choosing import all_themes
from app.services.marking.knowing import RETIRED, Known, known_to
from app.services.marking.known_as import closed_aliases
from app.services.marking.lines import count_listed
from app.services.marking.of_theme import keys_of, under
from app.services.marking.planning import MERGED, STEWARDS, plan
from app.services.marking.reshaping import Plan, Reshape, Way, as_data
from app.services.marking.reshaping_job import TITLES, said, themes_after
from app.services.marking.splitting_page import Part, to_split
from app.services.recording import load_file
from app.services.views import Choice, CodebookThemePage, ReshapePage, RewrittenStory

DESK = "/desk/codebook"
FIRST = Part()
MOST_NAMED = 200  # themes that are offered while a name is typed; any other can be typed as well
SAMPLE = 30  # stories whose themes are shown before and after
CHANGED = "What this would change is not what it was when you looked. Look again before you say yes."
NAMES = {
    Way.RENAME: "Rename",
    Way.MERGE: "Merge into another",
    Way.SPLIT: "Split",
    Way.MOVE: "Move in the tree",
    Way.RETIRE: "Retire",
    Way.OFFER: "Offer again",
}


def reshapable(actor: Actor, page: CodebookThemePage) -> CodebookThemePage:
    """A theme's page at the desk with what this person may do with it."""
    ways = [Way.MOVE]
    if Role.STEWARD in actor.roles:
        last = Way.OFFER if page.state == RETIRED else Way.RETIRE
        ways = [Way.RENAME, Way.MERGE, Way.SPLIT, Way.MOVE, last]
    choices = [Choice(way.value, NAMES[way], f"{page.address}/{way.value}", current=False) for way in ways]
    return replace(page, reshape=choices)


def _path(slug: str) -> str:
    return theme_address(slug).rpartition("/")[2]


def read_reshape(
    archive: Archive, actor: Actor, wanted: Reshape, part: Part = FIRST, problem: str = ""
) -> ReshapePage:
    """The page that asks how. Raises NotFound, or NotAllowed for what stewards alone do."""
    if wanted.way is not Way.MOVE and Role.STEWARD not in actor.roles:
        raise NotAllowed(STEWARDS)
    with archive.engine.connect() as connection:
        known = known_to(archive, connection, actor)
        if wanted.slug not in known or known[wanted.slug].merged:
            raise NotFound
        page = _page(wanted, known[wanted.slug].label, problem)
        names, more = _names(known, wanted)
        page = replace(page, names=names, more_names=more)
        return (
            replace(page, **to_split(archive, connection, actor, wanted, part, page.address))
            if wanted.way is Way.SPLIT
            else page
        )


def _names(known: Mapping[str, Known], wanted: Reshape) -> tuple[list[str], int]:
    """Names to choose: those that hold what was typed first, then the most used; how many more there are."""
    offered = [one for one in known.values() if one.state != RETIRED and not one.merged]
    others = [one for one in offered if one.slug != wanted.slug]
    words = wanted.to.casefold().split()

    def rank(one: Known) -> tuple[bool, int, str]:
        holds = all(word in one.label.casefold() for word in words)
        return not holds, -(one.stories + one.quotes), one.slug

    listed = nsmallest(MOST_NAMED, others, key=rank)
    return sorted((one.label for one in listed), key=str.casefold), len(others) - len(listed)


def _page(wanted: Reshape, name: str, problem: str) -> ReshapePage:
    return ReshapePage(
        way=wanted.way.value,
        title=TITLES[wanted.way],
        label=shown_label(name),
        address=f"{DESK}/{_path(wanted.slug)}/{wanted.way.value}",
        theme_address=f"{DESK}/{_path(wanted.slug)}",
        names=(),
        to=wanted.to,
        keep=wanted.keep,
        files=wanted.files,
        chosen=(*wanted.quotes, *wanted.stories),
        problem=problem,
    )


def preview(
    archive: Archive,
    actor: Actor,
    wanted: Reshape,
    part: Part = FIRST,
    *,
    by: int | None,
    seen: str | None = None,
) -> ReshapePage:
    """What it would change, to be confirmed; `seen` is the digest of what was shown before.

    Nothing is written. Raises what `plan` raises.
    """
    with (
        archive.writing() as connection
    ):  # never committed: a plan may write down a theme that only files know
        planned = plan(archive, connection, actor, wanted, by=by)
        lines = list(_lines(archive, connection, actor, planned))
        sample = _sample(archive, connection, planned)
    page = _page(wanted, planned.name, CHANGED if seen not in (None, digest_of_plan(planned)) else "")
    return replace(
        page,
        q=part.q,
        number=part.page,
        sentence=said(planned),
        lines=lines,
        affected=len(planned.stories),
        sample=sample,
        digest=digest_of_plan(planned),
    )


def digest_of_plan(planned: Plan) -> str:
    """What a form carries, so that nothing is done but what was shown. Moments and new keys do not count."""
    told = as_data(planned) | {"stories": dict(planned.stories), "cells": [], "themes": []}
    told["made"] = []
    told["names"] = [one.slug for one in planned.names]
    told["carried"] = sorted({one.quote for one in planned.carried})
    cells = [(one.column, one.before if one.column in ("name", "slug") else "") for one in planned.cells]
    return sha256(json.dumps([told, cells], sort_keys=True, default=str).encode()).hexdigest()


def _lines(archive: Archive, connection: Connection, actor: Actor, planned: Plan) -> Iterator[str]:
    """What changes besides files, as sentences."""
    first = planned.themes[0]
    row = connection.execute(select(CODEBOOK).where(CODEBOOK.c.key == first)).one()
    if planned.way is Way.MERGE:
        marked = count_listed(archive, connection, actor, under(keys_of(connection, row.slug)))
        if marked:
            yield f"{marked:,} {'quote follows' if marked == 1 else 'quotes follow'}."
        children = sum(1 for cell in planned.cells if cell.column == "parent")
        if children:
            below = "theme below it goes" if children == 1 else "themes below it go"
            yield f"{children:,} {below} below ‘{planned.to}’."
    chosen = len({one.quote for one in planned.carried})
    if chosen:
        yield f"{chosen:,} {'quote goes' if chosen == 1 else 'quotes go'} to ‘{planned.to}’."
    if planned.way in (Way.RENAME, Way.MERGE) and planned.names:
        yield f"‘{planned.name}’ in a file that comes later is understood as ‘{planned.to}’."
    if planned.way is Way.MOVE:
        moved = connection.execute(select(func.count()).where(CODEBOOK.c.parent == first)).scalar_one()
        yield "What stands below it moves along." if moved else "No story and no quote changes with it."
    if planned.way is Way.RETIRE:
        yield "Its quotes stay, and stand on its page. Nobody is offered it for new ones."


def _sample(archive: Archive, connection: Connection, planned: Plan) -> Sequence[RewrittenStory]:
    """The first of the stories whose files will change, with their themes."""
    found = []
    for story_id in list(planned.stories)[:SAMPLE]:
        row = connection.execute(select(STORY).where(STORY.c.id == story_id)).one()
        try:
            story = load_file(archive, row).story
        except (NotFound, SetAside):
            continue
        if story is not None:
            after = themes_after(story.themes, planned.rewrite)
            found.append(
                RewrittenStory(
                    row.heading, story_address(row.slug), ", ".join(story.themes), ", ".join(after)
                )
            )
    return found


def merged_into(archive: Archive, actor: Actor, slug: str) -> tuple[str, str] | None:
    """The slug of the theme into which this one was merged, and why nothing was done; None for none."""
    with archive.engine.connect() as connection:
        row = connection.execute(select(CODEBOOK).where(CODEBOOK.c.slug == slug)).first()
        if row is None or row.merged_into is None or slug in closed_aliases(archive, connection, actor):
            return None
        into = connection.execute(select(CODEBOOK.c.slug).where(CODEBOOK.c.key == row.merged_into)).scalar()
        known = all_themes(archive, connection, actor)
        return (into, MERGED.format(name=row.name)) if into in known else None

"""Plans for reshaping the codebook: one for each way, or the reason why it can not be."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from sqlalchemy import Connection, func, insert, select

from app.database.marking import ALIAS, CODEBOOK, QUOTE, QUOTE_THEME
from app.database.tables import STORY, THEME, AnyRow
from app.database.visibility import Action, Actor, Role, visible_to
from app.errors import EditConflict, InvalidText, NotAllowed, NotFound
from app.records.slugs import value_slug
from app.services.accounts import one_line
from app.services.allowing import may
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.marking.knowing import RETIRED as NOT_OFFERED
from app.services.marking.knowing import Known, known_to
from app.services.marking.known_as import closed_aliases
from app.services.marking.lines import quotes_listed
from app.services.marking.naming import known_themes, last_themes
from app.services.marking.of_theme import keys_of, under
from app.services.marking.reshaping import Carried, Cell, Plan, Pointed, Reshape, Rewrite, Way, below
from app.services.marking.reverting import as_kept

MOST_SPLIT = 2_000  # quotes and stories that one split takes over
STEWARDS = "This changes the files of stories, so a steward does it. You can move a theme in the tree."
SAME = "This is what it is called already."
ITSELF = "A theme can not be merged into itself. Choose another."
INSIDE = "‘{to}’ is another name for this theme already. Choose another."
MERGED = "‘{name}’ was merged into this theme meanwhile. Nothing was changed."
INTO_CHILD = "‘{to}’ stands under ‘{name}’. Move it elsewhere first, or merge it into ‘{name}’."
UNKNOWN = "There is no theme ‘{to}’. Choose one that is there."
TAKEN = "There is a theme ‘{to}’ already. Merge the two, or choose another name."
ALSO = "‘{to}’ is another name for ‘{theme}’. Take it away there first, or choose another name."
NOT_FREE = "‘{to}’ can not be used here. Choose another name."
UNDER_ITSELF = "‘{to}’ is this theme, or stands under it, so it can not be what it stands under."
THERE = "It stands there already."
NOTHING = "Choose at least one quote or story that goes to the other theme."
TOO_MANY = f"Choose up to {MOST_SPLIT:,} quotes and stories at once."
RETIRED = "It is retired already."
OFFERED = "It is offered already."
WITHOUT_NAME = "Write a name for it."


@dataclass(frozen=True)
class Scene:
    """What a plan is made from: the theme, by its row, and who wants it when."""

    archive: Archive
    connection: Connection
    actor: Actor
    by: int | None
    row: AnyRow
    wanted: Reshape
    known: Mapping[str, Known]  # the themes that this person may know of, by slug

    @property
    def now(self) -> str:
        return self.archive.now().isoformat()


def plan(archive: Archive, connection: Connection, actor: Actor, wanted: Reshape, *, by: int | None) -> Plan:
    """What this would change. Themes that only files know are written down in the caller's transaction.

    Raises NotFound for a theme that this person may not know of, NotAllowed for what stewards alone do,
    InvalidText with the reason why it can not be, EditConflict where somebody merged the two meanwhile.
    """
    if wanted.way is not Way.MOVE and Role.STEWARD not in actor.roles:
        raise NotAllowed(STEWARDS)
    found = known_to(archive, connection, actor)  # once: it takes a while where there are thousands
    known = {slug: one for slug, one in found.items() if not one.merged}
    if wanted.slug not in known:
        raise NotFound
    newest = connection.execute(select(func.max(CODEBOOK.c.key))).scalar() or 0
    row = _row(archive, connection, actor, wanted.slug, known[wanted.slug].label, by)
    planned = WAYS[wanted.way](Scene(archive, connection, actor, by, row, wanted, known))
    return replace(planned, made=[key for key in planned.themes if key > newest])


def _row(
    archive: Archive, connection: Connection, actor: Actor, slug: str, name: str, by: int | None
) -> AnyRow:
    """The row of a theme, made where only files know it: as those call it that this person may see."""
    this = select(CODEBOOK).where(CODEBOOK.c.slug == slug)
    row = connection.execute(this).first()
    if row is None:
        label = select(func.min(THEME.c.label)).join(STORY, STORY.c.id == THEME.c.story_id)
        seen = label.where(THEME.c.slug == slug, visible_to(actor, archive.now()))
        name = connection.execute(seen).scalar() or name
        new = {"slug": slug, "name": name, "written": archive.now(), "account": by}
        connection.execute(insert(CODEBOOK).values(new))
        row = connection.execute(this).one()
    return row


def _name(scene: Scene) -> str:
    name = one_line(scene.wanted.to, "A theme")
    if not name:
        raise InvalidText(WITHOUT_NAME)
    return name


def _rename(scene: Scene) -> Plan:
    name, row = _name(scene), scene.row
    if name == row.name:
        raise InvalidText(SAME)
    slug = value_slug(name)
    cells = [Cell(row.key, "name", row.name, name), *_adopted(scene, row)]
    names: list[Pointed] = []
    if slug != row.slug:
        cells = [*_freed(scene, slug, name), Cell(row.key, "slug", row.slug, slug), *cells]
        names = [Pointed(slug, name, row.key, None, as_kept(one)) for one in _also(scene, row.key, slug)]
        names = [*names, Pointed(row.slug, row.name, None, row.key)]
    return Plan(
        Way.RENAME,
        row.name,
        name,
        cells,
        names,
        rewrite=Rewrite((row.slug,), name),
        stories=_stories(scene, [row.slug]),
        themes=[row.key],
    )


def _also(scene: Scene, key: int, *slugs: str) -> Sequence[AnyRow]:
    """The other names of a theme, or those of these that are."""
    names = select(ALIAS).where(ALIAS.c.theme == key).order_by(ALIAS.c.slug)
    return scene.connection.execute(names.where(ALIAS.c.slug.in_(slugs)) if slugs else names).all()


def _means(scene: Scene, slug: str) -> int | None:
    """The theme of which this is another name."""
    found = scene.connection.execute(select(ALIAS.c.theme).where(ALIAS.c.slug == slug)).scalar()
    return None if found is None else int(found)


def _freed(scene: Scene, slug: str, name: str) -> list[Cell]:
    """What makes room for a slug: a theme that was merged into this one lets go of its own.

    Raises InvalidText where it is another theme's.
    """
    there = scene.connection.execute(select(CODEBOOK).where(CODEBOOK.c.slug == slug)).first()
    inside = keys_of(scene.connection, scene.row.slug)
    means = _means(scene, slug)
    if means is not None and means not in inside:
        raise InvalidText(_not_free(scene, name, means))
    if there is not None and there.key in inside:
        return [Cell(there.key, "slug", slug, f"{slug}~{there.key}")]
    told = select(THEME.c.slug).where(THEME.c.slug == slug).limit(1)
    if there is not None or (means is None and scene.connection.execute(told).first()):
        raise InvalidText((TAKEN if slug in scene.known else NOT_FREE).format(to=name))
    return []


def _not_free(scene: Scene, name: str, means: int) -> str:
    """Why another theme's other name is not free; of one that she may not know it says no more than that."""
    theme = last_themes(scene.connection, [means]).get(means)
    if theme is None or _is_hidden(scene, value_slug(name), theme):
        return NOT_FREE.format(to=name)
    return ALSO.format(to=name, theme=theme.name)


def _is_hidden(scene: Scene, slug: str, theme: AnyRow) -> bool:
    """Whether this person must not be told that this theme goes by this name."""
    return theme.slug not in scene.known or _is_closed(scene, slug)


def _is_closed(scene: Scene, slug: str) -> bool:
    """Whether this is another name of a theme, and one that this person must not be told."""
    return slug in closed_aliases(scene.archive, scene.connection, scene.actor)


def _merge(scene: Scene) -> Plan:
    name, row, connection = _name(scene), scene.row, scene.connection
    into = _theme(scene, name)
    if into.key == row.key:
        _refuse_itself(scene, name)
    if into.key in below(connection, row.key):
        raise InvalidText(INTO_CHILD.format(to=into.name, name=row.name))
    children = connection.execute(select(CODEBOOK).where(CODEBOOK.c.parent == row.key)).all()
    cells = [Cell(row.key, "merged_into", None, into.key)]
    cells += [Cell(child.key, "parent", row.key, into.key) for child in children if child.key != into.key]
    cells += _adopted(scene, into)
    names = [Pointed(row.slug, row.name, None, into.key)]
    names += [Pointed(one.slug, one.name, row.key, into.key, as_kept(one)) for one in _also(scene, row.key)]
    return Plan(
        Way.MERGE,
        row.name,
        into.name,
        cells,
        names,
        rewrite=Rewrite((row.slug,), _as_files_say(scene, into)),
        stories=_stories(scene, [row.slug]),
        themes=[row.key, into.key],
    )


def _refuse_itself(scene: Scene, name: str) -> NoReturn:
    """Two people merge one into the other at once: the second is told that it is done the other way round."""
    slug = value_slug(name)
    if slug == scene.row.slug:
        raise InvalidText(ITSELF)
    there = scene.connection.execute(select(CODEBOOK).where(CODEBOOK.c.slug == slug)).first()
    if there is not None and there.merged_into is not None:
        raise EditConflict(MERGED.format(name=there.name))
    raise InvalidText(INSIDE.format(to=name))


def _theme(scene: Scene, name: str) -> AnyRow:
    """The theme that somebody named by its name or another name of it. Raises InvalidText."""
    slug = value_slug(name)
    key = known_themes(scene.connection, [slug]).get(slug)
    if key is not None and not _is_closed(scene, slug):
        row = scene.connection.execute(select(CODEBOOK).where(CODEBOOK.c.key == key)).one()
        if _is_offered(scene, row.slug):
            return row
    elif _is_offered(scene, slug):
        return _new(scene, slug, scene.known[slug].label)
    raise InvalidText(UNKNOWN.format(to=name))


def _is_offered(scene: Scene, slug: str) -> bool:
    return slug in scene.known and scene.known[slug].state != NOT_OFFERED


def _as_files_say(scene: Scene, row: AnyRow) -> str:
    """How most files write a theme that is there already: else some would say it in another case."""
    seen = (THEME.c.slug == row.slug, visible_to(scene.actor, scene.archive.now()))
    most = select(THEME.c.label).join(STORY, STORY.c.id == THEME.c.story_id).where(*seen)
    most = most.group_by(THEME.c.label)
    label = scene.connection.execute(most.order_by(func.count().desc(), THEME.c.label).limit(1)).scalar()
    return str(label or row.name)


def _adopted(scene: Scene, row: AnyRow) -> list[Cell]:
    """A theme that somebody works on is part of the codebook from then on."""
    return [] if row.adopted else [Cell(row.key, "adopted", None, scene.now)]


def _split(scene: Scene) -> Plan:
    name, row = _name(scene), scene.row
    slug = value_slug(name)
    known = last_themes(scene.connection, known_themes(scene.connection, [slug]).values())
    if any(_is_hidden(scene, slug, theme) for theme in known.values()):
        raise InvalidText(NOT_FREE.format(to=name))
    if slug == row.slug or row.key in known:
        raise InvalidText(SAME)
    wanted = scene.wanted
    if len(wanted.quotes) + len(wanted.stories) > MOST_SPLIT:
        raise InvalidText(TOO_MANY)
    new = _theme(scene, name) if known else _new(scene, slug, name)
    cells = [*_adopted(scene, row), *_adopted(scene, new)]
    if not known:
        cells.append(Cell(new.key, "parent", None, row.parent))
    also = select(ALIAS.c.slug).where(ALIAS.c.theme == row.key)
    old = [row.slug, *scene.connection.execute(also).scalars()]
    stories = _stories(scene, [row.slug], wanted.stories)
    carried = _carried(scene, new.key)
    if not stories and not carried:
        raise InvalidText(NOTHING)
    return Plan(
        Way.SPLIT,
        row.name,
        new.name,
        [one for one in cells if one.before != one.after],
        (),
        carried,
        Rewrite(tuple(old), _as_files_say(scene, new), wanted.keep),
        stories,
        themes=[row.key, new.key],
    )


def _new(scene: Scene, slug: str, name: str) -> AnyRow:
    return _row(scene.archive, scene.connection, scene.actor, slug, name, scene.by)


def _carried(scene: Scene, new: int) -> list[Carried]:
    """What becomes of the chosen quotes, of those that this person may see."""
    keys = keys_of(scene.connection, scene.row.slug)
    carried: list[Carried] = []
    for part in chunks(scene.wanted.quotes):
        where = (QUOTE.c.id.in_(part), under(keys))
        chosen = scene.connection.execute(quotes_listed(scene.archive, scene.actor, QUOTE.c.key, where=where))
        held = QUOTE_THEME.c.quote.in_(list(chosen.scalars()))
        rows = scene.connection.execute(select(QUOTE_THEME).where(held)).all()
        has = {(row.quote, row.theme) for row in rows}
        carried += [Carried(quote, new, (quote, new) in has, after=True) for quote in {q for q, _ in has}]
        if not scene.wanted.keep:
            carried += [Carried(quote, theme, True, after=False) for quote, theme in has if theme in keys]
    return sorted((one for one in carried if one.before != one.after), key=lambda one: (one.quote, one.theme))


def _move(scene: Scene) -> Plan:
    row, connection = scene.row, scene.connection
    parent = _theme(scene, _name(scene)) if scene.wanted.to.strip() else None
    key = parent.key if parent else None
    if key == row.parent:
        raise InvalidText(THERE)
    if parent is not None and key in {row.key} | below(connection, row.key):
        raise InvalidText(UNDER_ITSELF.format(to=parent.name))
    cells = [Cell(row.key, "parent", row.parent, key), *_adopted(scene, row)]
    cells += _adopted(scene, parent) if parent is not None else []
    themes = [row.key] if key is None else [row.key, key]
    return Plan(Way.MOVE, row.name, parent.name if parent else "", cells, themes=themes)


def _retire(scene: Scene) -> Plan:
    row = scene.row
    if row.retired is not None:
        raise InvalidText(RETIRED)
    cells = [Cell(row.key, "retired", None, scene.now), *_adopted(scene, row)]
    if not scene.wanted.files:
        return Plan(Way.RETIRE, row.name, "", cells, themes=[row.key])
    also = select(ALIAS.c.slug).where(ALIAS.c.theme == row.key)
    old = (row.slug, *scene.connection.execute(also).scalars())
    stories = _stories(scene, [row.slug])
    return Plan(Way.RETIRE, row.name, "", cells, rewrite=Rewrite(old), stories=stories, themes=[row.key])


def _offer(scene: Scene) -> Plan:
    row = scene.row
    if row.retired is None:
        raise InvalidText(OFFERED)
    return Plan(
        Way.OFFER, row.name, "", [Cell(row.key, "retired", row.retired.isoformat(), None)], themes=[row.key]
    )


def _stories(scene: Scene, slugs: Sequence[str], chosen: Iterable[str] | None = None) -> dict[str, str]:
    """The stories that carry one of these themes and are this person's to change, with their digests."""
    carrying = select(THEME.c.story_id).where(THEME.c.slug.in_(slugs))
    seen = (
        STORY.c.id.in_(carrying),
        visible_to(scene.actor, scene.archive.now()),
        STORY.c.set_aside.is_(False),
    )
    rows = scene.connection.execute(select(STORY).where(*seen).order_by(STORY.c.slug)).all()
    wanted = None if chosen is None else set(chosen)
    return {
        row.id: row.digest
        for row in rows
        if (wanted is None or row.id in wanted)
        and may(scene.archive, scene.connection, scene.actor, row, Action.EDIT)
    }


WAYS: Mapping[Way, Callable[[Scene], Plan]] = {
    Way.RENAME: _rename,
    Way.MERGE: _merge,
    Way.SPLIT: _split,
    Way.MOVE: _move,
    Way.RETIRE: _retire,
    Way.OFFER: _offer,
}

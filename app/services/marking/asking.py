"""Which quotes somebody asked for, as conditions: the same for a list, the API and what is taken out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from app.database.links import pairs
from app.database.marking import CODEBOOK, QUOTE
from app.database.tables import PERSONA, STORY
from app.database.visibility import USE_BITS, Actor, agreed_to, may_mark, visible_to
from app.records.ids import normal_id
from app.records.model import Use
from app.records.slugs import value_slug
from app.search.query import build_query
from app.search.ranking import Plan
from app.services.archive import Archive
from app.services.faceting import written_values
from app.services.marking.choosing import seen_themes
from app.services.marking.known_as import closed_aliases
from app.services.marking.naming import known_themes
from app.services.marking.of_theme import keys_into, under
from app.services.marking.own_themes import own_themes
from app.services.marking.places import PLACES, place_conditions
from app.services.marking.words import having, plan_of
from app.services.paging import FIELDS, ListAddress
from app.services.patterns.conditions import where_told

MINE, STAYS = "mine", "stays"
NOBODY = "0"  # in the place of an account: somebody at the machine
WORKERS = ("by", "flag")  # filters of people who work here; for others they are not there
FILTERS = (*FIELDS, "story", *WORKERS)
LONGEST, MOST = 200, 50  # characters of a value, and values


@dataclass(frozen=True)
class AskedQuotes:
    """What somebody asked for. `account` is who asks, for *mine*; `desk` is as whom she opens boards."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    size: int = 50
    account: int | None = None
    desk: Actor | None = None

    def as_(self, actor: Actor) -> "AskedQuotes":
        """The same without what this reader can not ask for."""
        if may_mark(actor):
            return self
        return replace(self, chosen={name: of for name, of in self.chosen.items() if name not in WORKERS})


def chosen_of(
    pairs_given: Iterable[tuple[str, str]], known: Sequence[str] = FILTERS
) -> dict[str, tuple[str, ...]]:
    """The filters in an address, as many values as a person could have chosen."""
    given = [(name, value) for name, value in pairs_given if name in known and 0 < len(value) <= LONGEST]
    kept = list(dict.fromkeys(given))[:MOST]
    named = {name: tuple(value for of, value in kept if of == name) for name in known}
    return {name: values for name, values in named.items() if values}


def address_of(path: str, asked: AskedQuotes, *kept: tuple[str, str]) -> ListAddress:
    """An address that asks for the same; `kept` are further parts of it."""
    return ListAddress(path, asked.q, dict(asked.chosen), asked.sort, kept=kept)


@dataclass(frozen=True)
class Wanted:
    """What somebody asked for, read: by its filter the condition of each, and what its words ask for."""

    chosen: Mapping[str, tuple[str, ...]]
    by_filter: Mapping[str, ColumnElement[bool]]
    words: Plan
    having: ColumnElement[bool] | None

    def where(self, but: str = "") -> list[ColumnElement[bool]]:
        """The conditions on QUOTE joined with STORY, all `but` those of one filter; not who may see it."""
        filters = [one for name, one in self.by_filter.items() if name != but]
        return [*filters, self.having] if self.having is not None else filters


def read_wanted(archive: Archive, connection: Connection, actor: Actor, asked: AskedQuotes) -> Wanted:
    """Read what somebody asked for; field words such as `theme:loss` are filters too."""
    known = partial(_known, archive, connection, actor)
    of_stories = {name: of for name, of in asked.chosen.items() if name in FIELDS}
    query = build_query(asked.q, of_stories, slug=value_slug, known=known)
    others = {name: of for name, of in asked.chosen.items() if name not in FIELDS}
    chosen = {**query.facets, **others}
    words = plan_of(archive, query)
    by_filter = conditions(archive, connection, actor, chosen, asked)
    return Wanted(chosen, by_filter, words, having(words))


def wanted(
    archive: Archive, connection: Connection, actor: Actor, asked: AskedQuotes
) -> list[ColumnElement[bool]]:
    """The conditions on QUOTE joined with STORY under which a quote was asked for; not who may see it."""
    return read_wanted(archive, connection, actor, asked).where()


def _known(archive: Archive, connection: Connection, actor: Actor, name: str) -> Mapping[str, str]:
    """What may be written after a field word: of themes also those that stand on quotes alone."""
    written = written_values(archive, connection, actor, name)
    if name != "theme":
        return written
    keys = seen_themes(archive, connection, actor)
    own = own_themes(archive, connection, actor)
    rows = [
        own.get(row.key, row)
        for row in connection.execute(select(CODEBOOK.c.key, CODEBOOK.c.slug, CODEBOOK.c.name))
        if row.key in keys
    ]
    named = {value_slug(row.name): row.slug for row in rows} | {
        value_slug(row.slug): row.slug for row in rows
    }
    return {**written, **named}


def conditions(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    chosen: Mapping[str, Sequence[str]],
    asked: AskedQuotes,
) -> dict[str, ColumnElement[bool]]:
    """By its filter the condition of each on QUOTE joined with STORY: any of its values, and all of them."""
    found = {
        name: or_(false(), *(_of(archive, actor, name, value, asked) for value in values))
        for name, values in chosen.items()
        if name not in PLACES
    }
    if "theme" in chosen:
        found["theme"] = _of_themes(archive, connection, actor, chosen["theme"])
    return found | place_conditions(archive, connection, chosen, asked.desk, asked.account)


def _of_themes(
    archive: Archive, connection: Connection, actor: Actor, slugs: Sequence[str]
) -> ColumnElement[bool]:
    keys = known_themes(connection, slugs, closed_aliases(archive, connection, actor)).values()
    return under(keys_into(connection, keys)) if keys else false()


def _of(archive: Archive, actor: Actor, name: str, value: str, asked: AskedQuotes) -> ColumnElement[bool]:
    match name:
        case "story":
            return or_(STORY.c.slug == value, STORY.c.id == (normal_id(value) or ""))
        case "by":
            return _by(value, asked.account)
        case "flag":
            return QUOTE.c.stays.is_(True) if value == STAYS else false()
        case "site" | "kind" | "year":
            return where_told(name, value)
        case "use":
            return agreed_to(USE_BITS[Use(value)]) if value in set(Use) else false()
        case "persona":
            who = and_(PERSONA.c.slug == value, visible_to(actor, archive.now(), PERSONA))
            return STORY.c.id.in_(select(pairs(who).c.story_id))
    return false()


def _by(value: str, account: int | None) -> ColumnElement[bool]:
    if value == MINE:
        return QUOTE.c.account.is_(None) if account is None else QUOTE.c.account == account
    if value == NOBODY:
        return QUOTE.c.account.is_(None)
    return (
        QUOTE.c.account == int(value)
        if value.isascii() and value.isdecimal() and len(value) < 10
        else false()
    )

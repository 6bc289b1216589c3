"""The codebook at the desk: all themes as a tree, and those that are new here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from app.database.visibility import Actor, Role
from app.services.archive import Archive
from app.services.colours import colour_of, given_colours
from app.services.marking.entries import Entry, entries_of
from app.services.marking.knowing import (
    ADOPTED,
    NEW,
    RETIRED,
    Known,
    colours_of,
    headings_of,
    in_tree,
    known_to,
    may_say,
)
from app.services.marking.known_as import aliases_shown
from app.services.marking.own_themes import known_from_now
from app.services.marking.steps import Undone, take_step, undo_step
from app.services.paging import choices, pager
from app.services.views import Choice, CodebookEntry, CodebookPage

DESK = "/desk/codebook"
THEMES_A_PAGE = 60
FRESH = 12  # of those that are new here, on the first page
DEEPEST = 8  # steps by which a line of the tree is set in
BOOK = "book"
PAGES_HERE = ("new", "import")  # a theme may have such a name too
SORTS = (("tree", "As a tree"), ("name", "By name"), ("told", "Most told"))
STATES = {BOOK: ADOPTED, NEW: NEW, RETIRED: RETIRED}


@dataclass(frozen=True)
class Asked:
    """What of the codebook somebody wants to see, and how."""

    number: int = 1
    q: str = ""
    sort: str = "tree"
    show: str = BOOK

    def address(self, **changed: object) -> str:
        """The list with something of it changed; on its first page unless a page is said."""
        said = {"q": self.q, "sort": self.sort, "show": self.show} | changed
        plain = {"sort": "tree", "show": BOOK, "page": 1, "q": ""}
        parts = [(name, str(value)) for name, value in said.items() if value != plain[name]]
        return f"{DESK}?{urlencode(parts)}" if parts else DESK


def codebook_address(slug: str) -> str:
    """The path at the desk where a theme is written; no slug ends in a hyphen."""
    return f"{DESK}/{quote(slug, safe='')}{'-' if slug in PAGES_HERE else ''}"


def slug_at(part: str) -> str:
    """The slug of a theme by the last part of its path at the desk."""
    return part[:-1] if part[:-1] in PAGES_HERE and part.endswith("-") else part


def read_codebook(
    archive: Archive, actor: Actor, number: int, asked: Asked | None = None, said: str = "", step: int = 0
) -> CodebookPage:
    """The themes that this person may know of: in the codebook, new here, or retired."""
    asked = asked or Asked(number)
    with archive.engine.connect() as connection:
        known = known_to(archive, connection, actor)
        above = headings_of(connection, known)
        also = aliases_shown(archive, connection, actor)
        given = colours_of(known, given_colours(archive, connection))
    by_state: dict[str, dict[str, Known]] = defaultdict(dict)
    for slug, one in known.items():
        by_state[one.state][slug] = one
    listed = _listed(by_state[STATES[asked.show]], above, also, asked)
    lines = _Lines(known, above, also, given)
    first = (number - 1) * THEMES_A_PAGE
    fresh = _by_told(by_state[NEW].values()) if asked.show == BOOK and not asked.q and number == 1 else []
    return CodebookPage(
        entries=[lines.entry(one, depth) for depth, one in listed[first : first + THEMES_A_PAGE]],
        total=len(known),
        defined=sum(1 for one in known.values() if one.definition),
        pager=pager(len(listed), number, THEMES_A_PAGE, lambda page: asked.address(page=page)),
        of_all=Role.STEWARD in actor.roles,
        q=asked.q,
        show=asked.show,
        shows=_shows(by_state, asked),
        sorts=choices(SORTS, asked.sort, lambda value: asked.address(sort=value)),
        found=len(listed),
        fresh=[lines.entry(one) for one in fresh[:FRESH]],
        fresh_total=len(fresh),
        fresh_address=asked.address(show=NEW),
        said=said,
        step=step,
    )


def _shows(by_state: Mapping[str, Mapping[str, Known]], asked: Asked) -> Sequence[Choice]:
    names = {BOOK: "In the codebook", NEW: "New here", RETIRED: "Retired"}
    options = [
        (show, f"{names[show]} ({len(by_state.get(state, {})):,})")
        for show, state in STATES.items()
        if by_state.get(state) or show in (BOOK, asked.show)
    ]
    return choices(options, asked.show, lambda value: asked.address(show=value))


def _listed(
    themes: Mapping[str, Known],
    above: Mapping[str, str],
    also: Mapping[int, Sequence[str]],
    asked: Asked,
) -> list[tuple[int, Known]]:
    words = asked.q.casefold().split()
    if words:
        themes = {slug: one for slug, one in themes.items() if _has(one, also, words)}
    if asked.sort == "told" or asked.show == NEW:
        return [(0, one) for one in _by_told(themes.values())]
    if asked.sort == "name":
        return [(0, one) for one in sorted(themes.values(), key=lambda one: one.label.casefold())]
    return in_tree(themes, above)


def _has(one: Known, also: Mapping[int, Sequence[str]], words: Iterable[str]) -> bool:
    names = also.get(one.row.key, ()) if one.row is not None else ()
    text = " ".join((one.label, one.slug, one.definition, *names)).casefold()
    return all(word in text for word in words)


def _by_told(themes: Iterable[Known]) -> list[Known]:
    return sorted(themes, key=lambda one: (-one.stories, -one.quotes, one.slug))


@dataclass(frozen=True)
class _Lines:
    """Makes lines of the list."""

    known: Mapping[str, Known]
    above: Mapping[str, str]
    also: Mapping[int, Sequence[str]]
    given: Mapping[str, int]

    def entry(self, one: Known, depth: int = 0) -> CodebookEntry:
        above = self.above.get(one.slug, "")
        return CodebookEntry(
            label=one.label,
            address=codebook_address(one.slug),
            colour=colour_of(one.slug, self.given),
            stories=one.stories,
            definition=one.definition or None,
            slug=one.slug,
            quotes=one.quotes,
            state=one.state,
            depth=min(depth, DEEPEST),
            under=self.known[above].label if above else "",
            also=self.also.get(one.row.key, ()) if one.row is not None else (),
        )


def adopt(archive: Archive, actor: Actor, slugs: Iterable[str], by: int | None) -> tuple[int, int]:
    """Take themes that are new here into the codebook; how many, and the step's key or 0.

    What this person may not know of, and what is in the codebook already, is passed over.
    """
    with archive.writing() as connection:
        known = known_to(archive, connection, actor)
        new = {slug: known[slug] for slug in slugs if slug in known and known[slug].state == NEW}
        before = entries_of(connection, new)
        new = {slug: one for slug, one in new.items() if may_say(one, before.get(slug))}
        entries = {slug: _adopted(before.get(slug), one) for slug, one in new.items()}
        step = take_step(archive, connection, "adopt", entries, by)
        known_from_now(connection, [slug for slug, one in new.items() if one.own])
        connection.commit()
    return len(new), step or 0


def _adopted(before: Entry | None, one: Known) -> Entry:
    said = before if before and not one.own else Entry(one.label)
    return replace(said, adopted=True)


def undo(archive: Archive, actor: Actor, key: int, by: int | None) -> Undone:
    """Take back one change of several themes, or of one. Raises NotFound for somebody else's."""
    with archive.writing() as connection:
        done = undo_step(archive, connection, actor, key, by)
        connection.commit()
    return done

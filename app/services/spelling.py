"""Words as the archive spells them: what a reader may have meant, and what she may go on to type."""

from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote_plus

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import ColumnElement, Connection, func, literal, select

from app.database.tables import PERSONA, STORY, WORD
from app.database.visibility import Actor, offered_to, visible_to
from app.search.analysis import Analyser, fold
from app.search.model import ConsentClass
from app.services.archive import Archive
from app.services.cards import persona_address, story_address, theme_address
from app.services.told import told_themes
from app.services.views import Completion

SHORTEST = 4  # characters; nearly every shorter word is near another
LONG = 8  # characters; in a shorter word two slips make another word
ALIKE = 3  # characters that all forms of a word have in common
OFFERED = 4  # completions of each kind
LAST = "\uffff"


def did_you_mean(
    archive: Archive,
    connection: Connection,
    classes: Collection[ConsentClass],
    q: str,
    words: Sequence[str],
    names: Collection[str] = (),
) -> str | None:
    """The query with its unknown words replaced by near ones; None where there is nothing better.

    `names` are folded words that are right without standing in any story.
    """
    better = q
    for word in words:
        if (
            len(word) < SHORTEST
            or "'" in word
            or word in names
            or _is_known(archive, connection, classes, word)
        ):
            continue
        near = _nearest(archive, connection, classes, word)
        if near:
            better = _replaced(better, word, near)
    return better if better != q else None


def _replaced(q: str, word: str, near: str) -> str:
    return " ".join(near if fold(part.strip("?!.,;:")) == word else part for part in q.split())


def _is_known(archive: Archive, connection: Connection, classes: Collection[ConsentClass], word: str) -> bool:
    """Whether a story has the word, in any of its forms.

    Forms of a word begin alike, so that only some of the archive's words have to be stemmed for it.
    """
    stem = Analyser(archive.settings.search_language).stem
    wanted, begun = stem(word), min(word, stem(word), key=len)[:ALIKE]
    known = connection.execute(
        select(WORD.c.folded)
        .distinct()
        .where(WORD.c.consent_class.in_(sorted(classes)))
        .where(WORD.c.folded >= begun, WORD.c.folded < begun + LAST)
    ).scalars()
    return any(one in (word, wanted) or stem(one) == wanted for one in known)


def _nearest(
    archive: Archive, connection: Connection, classes: Collection[ConsentClass], word: str
) -> str | None:
    """The nearest known word, the more common of two; one slip in a short word, two in a longer one."""
    counts = _counts(archive, connection, classes)
    slips = 1 if len(word) < LONG else 2
    found = process.extract(
        word, counts.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=slips, limit=8
    )
    ranked = sorted(found, key=lambda one: (one[1], one[0][0] != word[0], -counts[one[0]], one[0]))
    return ranked[0][0] if ranked else None


def _counts(archive: Archive, connection: Connection, classes: Collection[ConsentClass]) -> dict[str, int]:
    """Every folded word of these classes that more than a slip of the pen has made, with its stories."""

    def ask() -> dict[str, int]:
        rows = connection.execute(
            select(WORD.c.folded, func.sum(WORD.c.stories))
            .where(WORD.c.consent_class.in_(sorted(classes)), func.length(WORD.c.folded) >= SHORTEST)
            .group_by(WORD.c.folded)
        )
        return {row[0]: int(row[1]) for row in rows}

    return archive.generation.keep(connection, ("words", frozenset(classes)), ask)


def complete(
    archive: Archive, actor: Actor, classes: Collection[ConsentClass], connection: Connection, q: str
) -> list[Completion]:
    """Stories, personas, themes and words that begin as the reader does."""
    typed = q.strip()[:64]
    if not typed:
        return []
    return [
        *_stories(archive, connection, actor, typed),
        *_personas(archive, connection, actor, typed),
        *_themes(archive, connection, actor, typed),
        *_words(connection, classes, q),
    ]


def _starts(text: Any, typed: str) -> ColumnElement[bool]:
    """Begins with what was typed, or has a later word that does."""
    bare = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    begun: ColumnElement[bool] = (literal(" ") + text).ilike(f"% {bare}%", escape="\\")
    return begun


def _stories(archive: Archive, connection: Connection, actor: Actor, typed: str) -> list[Completion]:
    rows = connection.execute(
        select(STORY.c.slug, STORY.c.heading, STORY.c.title)
        .where(visible_to(actor, archive.now()), _starts(STORY.c.heading + " " + STORY.c.title, typed))
        .order_by(STORY.c.heading, STORY.c.slug)
        .limit(OFFERED)
    )
    return [Completion("story", _named(row.heading, row.title), story_address(row.slug)) for row in rows]


def _named(heading: str, title: str) -> str:
    return heading if heading == title else f"{heading}: {title}"


def _personas(archive: Archive, connection: Connection, actor: Actor, typed: str) -> list[Completion]:
    rows = connection.execute(
        select(PERSONA.c.slug, PERSONA.c.name, PERSONA.c.tagline)
        .where(offered_to(actor, archive.now()), _starts(PERSONA.c.name, typed))
        .order_by(PERSONA.c.name, PERSONA.c.slug)
        .limit(OFFERED)
    )
    return [
        Completion("persona", ", ".join(filter(None, (row.name, row.tagline))), persona_address(row.slug))
        for row in rows
    ]


def _themes(archive: Archive, connection: Connection, actor: Actor, typed: str) -> list[Completion]:
    """The most told of those that begin like this."""
    begun = f" {typed.casefold()}"
    told = told_themes(archive, connection, actor)
    found = islice((theme for theme in told if begun in f" {theme.label.casefold()}"), OFFERED)
    return [Completion("theme", theme.label, theme_address(theme.slug)) for theme in found]


def _words(connection: Connection, classes: Collection[ConsentClass], q: str) -> list[Completion]:
    """The last word, completed; the words before it stay."""
    before, _, last = q[:200].rpartition(" ")
    folded = fold(last)
    if len(folded) < 2:
        return []
    told = func.sum(WORD.c.stories)
    rows = connection.execute(
        select(WORD.c.word)
        .where(WORD.c.consent_class.in_(sorted(classes)))
        .where(WORD.c.folded >= folded, WORD.c.folded < folded + LAST)
        .group_by(WORD.c.word)
        .order_by(told.desc(), WORD.c.word)
        .limit(OFFERED)
    )
    lead = f"{before} " if before else ""
    return [Completion("word", lead + row.word, f"/search?q={quote_plus(lead + row.word)}") for row in rows]

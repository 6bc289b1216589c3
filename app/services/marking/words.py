"""The words of quotes, kept beside them as search cuts them: those that stand in their stories now."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    false,
    insert,
    literal,
    not_,
    or_,
    select,
)

from app.database.marking import QUOTE, QUOTE_WORDS
from app.database.tables import PASSAGE, STORY
from app.search.analysis import Analyser
from app.search.model import Query
from app.search.ranking import Plan, plan
from app.services.archive import Archive
from app.services.documents import chunks

STEMS, PLAIN = QUOTE_WORDS.c.stems, QUOTE_WORDS.c.plain
AT_ONCE = 2_000  # quotes in one transaction, so that others may write in between


@lru_cache(8)
def analyser_of(language: str) -> Analyser:
    """One for each language: it remembers what it has stemmed."""
    return Analyser(language)


def keep_words(archive: Archive, connection: Connection, words: Mapping[int, str]) -> None:
    """Write the words of these quotes, by key."""
    forget_words(connection, words)
    language = archive.settings.search_language
    analyser = analyser_of(language)
    rows = [
        {
            "quote": key,
            "language": language,
            "stems": _spaced(analyser.stems(text)),
            "plain": _spaced(analyser.words(text)),
        }
        for key, text in words.items()
    ]
    if rows:
        connection.execute(insert(QUOTE_WORDS), rows)


def forget_words(connection: Connection, keys: Iterable[int]) -> None:
    """Delete the words of these quotes."""
    for part in chunks(list(keys)):
        connection.execute(delete(QUOTE_WORDS).where(QUOTE_WORDS.c.quote.in_(part)))


def _spaced(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def write_missing_words(archive: Archive) -> None:
    """Write the words of quotes that have none, or have them by the rules of another language."""
    joined = QUOTE.join(STORY, (STORY.c.id == QUOTE.c.story_id) & (STORY.c.revision == QUOTE.c.located)).join(
        PASSAGE, (PASSAGE.c.story_id == QUOTE.c.story_id) & (PASSAGE.c.anchor == QUOTE.c.anchor)
    )
    language = archive.settings.search_language
    there = select(QUOTE_WORDS.c.quote).where(QUOTE_WORDS.c.language == language)
    missing = (QUOTE.c.key.not_in(there), QUOTE.c.closed.is_(False), QUOTE.c.state != "lost")
    columns = (QUOTE.c.key, QUOTE.c.start, QUOTE.c.size, PASSAGE.c.text)
    some = select(*columns).select_from(joined).where(*missing).limit(AT_ONCE)
    with archive.engine.connect() as connection:
        waits = connection.execute(some.limit(1)).first() is not None
    while waits:
        with archive.writing() as connection:
            rows = connection.execute(some).all()
            words = {row.key: row.text[row.start : row.start + row.size] for row in rows}
            keep_words(archive, connection, words)
            connection.commit()
        waits = len(rows) == AT_ONCE


def plan_of(archive: Archive, query: Query) -> Plan:
    """What a query asks of the words of quotes: the same as of stories."""
    return plan(query, analyser_of(archive.settings.search_language))


def having(asked: Plan) -> ColumnElement[bool] | None:
    """The condition under which a quote has the words that were asked for; None where none were."""
    wanted = [_has(PLAIN, *phrase) for phrase in asked.phrases]
    if not asked.phrases and asked.asks_for_words:
        wanted = [or_(*_any_of(asked))]
    unwanted = [_has(STEMS, stem) for stem in asked.excluded]
    unwanted += [_has(PLAIN, *phrase) for phrase in asked.excluded_phrases]
    if not wanted and not unwanted:
        return None
    return QUOTE.c.key.in_(select(QUOTE_WORDS.c.quote).where(*wanted, *(not_(one) for one in unwanted)))


def how_many(asked: Plan) -> ColumnElement[int]:
    """How many of the words and phrases that were asked for a quote has; of this quote alone."""
    found = [_has(STEMS, stem) for stem in asked.scored] + _any_of(asked)[len(asked.any_of) :]
    found += [_has(PLAIN, *phrase) for phrase in asked.phrases]
    several: ColumnElement[int] = literal(0)
    for one in found:
        several = several + case((one, 1), else_=0)
    return select(several).where(QUOTE_WORDS.c.quote == QUOTE.c.key).scalar_subquery()


def _any_of(asked: Plan) -> list[ColumnElement[bool]]:
    begun = [PLAIN.contains(f" {prefix}", autoescape=True) for prefix in asked.prefixes]
    return [*(_has(STEMS, stem) for stem in asked.any_of), *begun]


def _has(column: ColumnElement[str], *words: str) -> ColumnElement[bool]:
    return and_(column.contains(_spaced(words), autoescape=True)) if words else false()

"""The words of the stories in each consent class, for completion and spelling."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, delete

from app.database.state import upsert
from app.database.tables import WORD
from app.search.analysis import Analyser, Chunks, fold
from app.search.model import Document

SHORTEST, LONGEST = 3, 40  # characters; shorter ones complete nothing, longer ones are no words

ANALYSER = Analyser("")  # no language: words as they are written
WordCounts = Counter[tuple[str, str]]  # (consent class, word) -> number of stories


def count_words(documents: Iterable[Document]) -> WordCounts:
    """In how many of these stories each word stands, apart for each class."""
    counts: WordCounts = Counter()
    for document in documents:
        counts.update((document.consent_class, word) for word in _words(document))
    return counts


def _words(document: Document) -> set[str]:
    """The words of the story itself; its personas are offered by their own names."""
    texts = [document.title, document.storyteller, document.role, document.summary, document.site]
    texts += [passage.text for passage in document.passages]
    texts += [*document.themes, *document.moments, *document.strengths, *document.hopes]
    return {word for text in texts for chunk in text.split() for word in _WORDS[chunk]}


def _written(word: str) -> str:
    """A word as completions show it: lower case, accents kept, apostrophes straight."""
    return unicodedata.normalize("NFC", word.lower()).replace("’", "'").removesuffix("'s")


def _cut(chunk: str) -> tuple[str, ...]:
    """The words of what stands between two spaces."""
    found = {chunk[token.start : token.end] for token in ANALYSER.tokens(chunk)}
    words = {_written(word) for word in found if SHORTEST <= len(word) <= LONGEST and not word.isdigit()}
    return tuple(word for word in words if fold(word))


_WORDS = Chunks(_cut)


def apply_change(connection: Connection, before: WordCounts, after: WordCounts) -> None:
    """Bring the table from the words before to the words after; words of no story go at once."""
    change = {key: after[key] - before[key] for key in before.keys() | after.keys()}
    rows = [
        {"consent_class": name, "word": word, "folded": fold(word), "stories": by}
        for (name, word), by in sorted(change.items())
        if by
    ]
    if rows:
        insert = upsert(connection, WORD)
        stories = WORD.c.stories + insert.excluded.stories
        update = {"stories": stories}
        connection.execute(
            insert.on_conflict_do_update(index_elements=["consent_class", "word"], set_=update), rows
        )
    if any(row["stories"] < 0 for row in rows):  # type: ignore[operator]
        connection.execute(delete(WORD).where(WORD.c.stories <= 0))

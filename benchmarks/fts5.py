"""The yardstick: SQLite FTS5 doing the same query, filter, facets and snippets, as well as it can."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from app.search.analysis import Analyser
from app.search.model import FACETS, Document, IndexedPassage

_TABLES = """
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(title, storyteller, summary, labels, about, text,
    tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE IF NOT EXISTS story (id INTEGER PRIMARY KEY, key TEXT UNIQUE, slug TEXT, class TEXT,
    gathered TEXT);
CREATE TABLE IF NOT EXISTS facet (name TEXT, value TEXT, story INTEGER,
    PRIMARY KEY (name, value, story)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS facet_of_story ON facet (story, name, value);
CREATE TABLE IF NOT EXISTS passage (story INTEGER, number INTEGER, anchor TEXT, text TEXT, quotation INTEGER,
    PRIMARY KEY (story, number)) WITHOUT ROWID;
CREATE TEMP TABLE matching (story INTEGER PRIMARY KEY, rank REAL);
"""
_WEIGHTS = "3.0, 3.0, 2.0, 2.0, 1.5, 1.0"


class Fts5:
    """An archive in one SQLite file."""

    def __init__(self, path: str) -> None:
        self._sql = sqlite3.connect(path)
        self._sql.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;"
        )
        self._sql.executescript(_TABLES)
        self._analyser = Analyser("en")

    def put(self, documents: Iterable[Document]) -> None:
        """Add stories."""
        for each in documents:
            self._put(each)
        self._sql.commit()

    def _put(self, each: Document) -> None:
        row = (each.key, each.slug, each.consent_class, each.gathered)
        put = self._sql.execute("INSERT INTO story (key, slug, class, gathered) VALUES (?, ?, ?, ?)", row)
        story, put_all = put.lastrowid, self._sql.executemany
        columns = "rowid, title, storyteller, summary, labels, about, text"
        put_all(f"INSERT INTO words ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", [(story, *_columns(each))])
        values = [(name, value, story) for name in each.facets for value in each.facets[name]]
        put_all("INSERT INTO facet VALUES (?, ?, ?)", values)
        passages = [(story, at, one.anchor, one.text, one.quotation) for at, one in enumerate(each.passages)]
        put_all("INSERT INTO passage VALUES (?, ?, ?, ?, ?)", passages)

    def optimise(self) -> None:
        """Merge FTS5's segments into one, which is what makes it fastest."""
        self._sql.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._sql.execute("ANALYZE")
        self._sql.commit()

    def match(self, question: str) -> str:
        """The question as FTS5 wants it: any of its words, less the stop words."""
        words = list(dict.fromkeys(self._analyser.words(question)))
        telling = [word for word in words if not self._analyser.is_stop_word(word)] or words
        return " OR ".join(f'"{word}"' for word in telling)

    def find(
        self, question: str, chosen: Mapping[str, Sequence[str]], readable: Sequence[str], size: int
    ) -> tuple[int, list[str], dict[str, list[tuple[str, int]]], list[str]]:
        """Total, keys of the first page, facet counts and snippets."""
        match = self.match(question)
        self._sql.execute("DELETE FROM matching")
        self._sql.execute(
            f"INSERT INTO matching SELECT words.rowid, bm25(words, {_WEIGHTS}) FROM words"
            " JOIN story ON story.id = words.rowid"
            f" WHERE words MATCH ? AND story.class IN ({_marks(readable)})",
            (match, *readable),
        )
        total, page = self._page(chosen, size)
        facets = {name: self._counts(name, chosen) for name in FACETS}
        return total, [key for _, key in page], facets, self._snippets(match, [story for story, _ in page])

    def _page(self, chosen: Mapping[str, Sequence[str]], size: int) -> tuple[int, list[tuple[int, str]]]:
        where, values = _where(chosen)
        (total,) = self._sql.execute(f"SELECT count(*) FROM matching WHERE {where}", values).fetchone()
        rows = self._sql.execute(
            f"SELECT story, key FROM matching JOIN story ON story.id = matching.story WHERE {where}"
            " ORDER BY rank, slug LIMIT ?",
            (*values, size),
        )
        return total, rows.fetchall()

    def _counts(self, name: str, chosen: Mapping[str, Sequence[str]]) -> list[tuple[str, int]]:
        where, values = _where({other: chosen[other] for other in chosen if other != name})
        return self._sql.execute(
            "SELECT value, count(*) FROM matching"
            " JOIN facet ON facet.story = matching.story AND facet.name = ?"
            f" WHERE {where} GROUP BY value ORDER BY 2 DESC, 1",
            (name, *values),
        ).fetchall()

    def _snippets(self, match: str, stories: Sequence[int]) -> list[str]:
        rows = self._sql.execute(
            "SELECT snippet(words, -1, '<mark>', '</mark>', '…', 40) FROM words WHERE words MATCH ?"
            f" AND rowid IN ({_marks(stories)})",
            (match, *stories),
        )
        return [snippet for (snippet,) in rows]

    def passages_of(self, key: str) -> list[IndexedPassage]:
        """What the archive itself gives an engine to mark: one prepared statement a story."""
        rows = self._sql.execute(
            "SELECT anchor, text, quotation FROM passage JOIN story ON story.id = passage.story WHERE key = ?"
            " ORDER BY number",
            (key,),
        )
        return [IndexedPassage(anchor, text, bool(quotation)) for anchor, text, quotation in rows]

    def close(self) -> None:
        self._sql.close()


def _columns(each: Document) -> tuple[str, ...]:
    labels = " ".join((*each.themes, *each.personas, *each.kinds, each.role, each.site, each.gathered[:4]))
    about = " ".join((*each.moments, *each.strengths, *each.hopes))
    text = "\n\n".join(passage.text for passage in each.passages)
    return each.title, each.storyteller, each.summary, labels, about, text


def _where(chosen: Mapping[str, Sequence[str]]) -> tuple[str, list[str]]:
    having = "matching.story IN (SELECT story FROM facet WHERE name = '{}' AND value IN ({}))"
    conditions = [having.format(name, _marks(values)) for name, values in chosen.items()]
    return " AND ".join(["1", *conditions]), [value for values in chosen.values() for value in values]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))

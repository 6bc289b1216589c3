"""How well answers are ranked, beside FTS5 with porter stemming: `python -m benchmarks.relevance`.

`--judged FOLDER` measures the public collections that packages carry, with answers that people judged; they
are fetched into the folder when they are not there. `--collection FOLDER` measures one more in BEIR's form
(corpus.jsonl, queries.jsonl, qrels/test.tsv). Without either, *known items* of the shared material are
measured: the question is a text's own summary, description or heading, taken out of it, and the one right
answer is that text.
"""

import argparse
import csv
import json
import math
import re
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.search.model import ConsentClass, Document, IndexedPassage, Page
from app.search.query import build_query
from app.search.whoosh_index import WhooshIndex
from benchmarks import judged
from benchmarks.fts5 import Fts5

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
PUBLIC = ConsentClass("public")
CUT = 10  # of nDCG


@dataclass(frozen=True)
class Collection:
    """Texts, questions, and for each question which texts are how relevant."""

    name: str
    documents: Sequence[Document]
    questions: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, int]]


def main() -> None:
    """Print nDCG@10 of each engine for each collection."""
    asked = argparse.ArgumentParser(description="nDCG@10 beside FTS5")
    asked.add_argument("--collection", type=Path, action="append", default=[])
    asked.add_argument("--judged", type=Path)
    options = asked.parse_known_args()[0]
    folders = options.collection + (judged.collections(options.judged) if options.judged else [])
    collections = [beir(folder) for folder in folders] or list(known_items())
    if not collections:
        print("no collection was named, and ../shared/data is not there")
    for collection in collections:
        with tempfile.TemporaryDirectory() as folder:
            _measure(collection, Path(folder))


def _measure(collection: Collection, folder: Path) -> None:
    index, yardstick = WhooshIndex(folder / "search_index"), Fts5(str(folder / "fts5.db"))
    index.rebuild(collection.documents)
    yardstick.put(collection.documents)
    print(f"{collection.name}: {len(collection.documents)} texts, {len(collection.questions)} questions")
    ours = [_gain(collection, name, _ask(index, asked)) for name, asked in collection.questions.items()]
    theirs = [
        _gain(collection, name, _ask_fts5(yardstick, asked)) for name, asked in collection.questions.items()
    ]
    print(f"  storyhold  nDCG@10 {statistics.mean(ours):.4f}")
    print(f"  FTS5       nDCG@10 {statistics.mean(theirs):.4f}")
    apart = [one - other for one, other in zip(ours, theirs, strict=True)]
    error = statistics.pstdev(apart) / math.sqrt(len(apart))
    print(f"  difference {statistics.mean(apart):+.4f}, standard error {error:.4f}", flush=True)
    index.close()
    yardstick.close()


def _ask(index: WhooshIndex, question: str) -> list[str]:
    query = build_query(re.sub(r'[:*"-]', " ", question))  # a question is words here, never syntax
    found = index.find(query, readable=[PUBLIC], page=Page(size=CUT + 1), passages_of=lambda _: ())
    return [hit.key for hit in found.hits]


def _ask_fts5(yardstick: Fts5, question: str) -> list[str]:
    return yardstick.find(question[:1_000], {}, [PUBLIC], CUT + 1)[1] if yardstick.match(question) else []


def _gain(collection: Collection, name: str, answer: Sequence[str]) -> float:
    return ndcg(without_asker(name, answer, collection), collection.relevant[name])


def without_asker(name: str, answer: Sequence[str], collection: Collection) -> list[str]:
    """An answer without the question itself, where a question is one of the texts."""
    return [key for key in answer if key != name or key in collection.relevant[name]]


def ndcg(answer: Sequence[str], relevant: Mapping[str, int]) -> float:
    """How near an answer's order is to the best one, 0 to 1, over its first ten."""
    gains = [relevant.get(key, 0) for key in answer[:CUT]]
    best = _discounted(sorted(relevant.values(), reverse=True)[:CUT])
    return _discounted(gains) / best if best else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum((2**gain - 1) / math.log2(place + 2) for place, gain in enumerate(gains))


def beir(folder: Path) -> Collection:
    """A public collection."""
    rows = _lines(folder / "corpus.jsonl")
    documents = [_document(row["_id"], row["text"], row.get("title", "")) for row in rows]
    relevant: dict[str, dict[str, int]] = {}
    with (folder / "qrels" / "test.tsv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            relevant.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    questions = {
        row["_id"]: row["text"] for row in _lines(folder / "queries.jsonl") if row["_id"] in relevant
    }
    return Collection(folder.name, documents, questions, relevant)


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def known_items() -> Iterator[Collection]:
    """The stand-in: one right answer for each question."""
    yield from _known_items("known items: interviews by their summary", "interviews", r"^summary: *(.+)$")
    yield from _known_items(
        "known items: design history by its description", "design-history", r"^description: *(.+)$"
    )
    yield from _known_items("known items: stories by their first heading", "no-front-matter", r"^# *(.+)$")


def _known_items(name: str, folder: str, question: str) -> Iterator[Collection]:
    paths = sorted(path for path in (DATA / folder).rglob("*") if path.suffix in (".md", ".markdown"))
    texts = {str(path.relative_to(DATA)): path.read_text("utf-8", "replace") for path in paths}
    line = re.compile(question, re.MULTILINE)
    asked = {key: found[1] for key, text in texts.items() if (found := line.search(text))}
    bodies = {key: _without_front_matter(line.sub("", text, count=1)) for key, text in texts.items()}
    documents = [_document(key, body) for key, body in bodies.items()]
    if asked:
        yield Collection(name, documents, asked, {key: {key: 1} for key in asked})


def _without_front_matter(text: str) -> str:
    return text.split("\n---", 1)[-1] if text.startswith("---") else text


def _document(key: str, text: str, title: str = "") -> Document:
    passages = [each for each in text.split("\n\n") if each.strip()]
    found = tuple(IndexedPassage(f"p-{number:06}", each) for number, each in enumerate(passages))
    return Document(key=key, consent_class=PUBLIC, title=title, slug=key, passages=found)


if __name__ == "__main__":
    main()

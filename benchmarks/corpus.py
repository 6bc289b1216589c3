"""A large archive of stories of natural length, the same at every run, for the benchmarks to search."""

import random
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from app.search.model import ConsentClass, Document, IndexedPassage

HERE = Path(__file__).parent
INTERVIEWS = HERE.parent.parent / "shared" / "data" / "interviews" / "posts"
SAMPLES = HERE.parent / "stories"
WORDS = 800  # of a story, about
CLASSES = [ConsentClass(name) for name in ("public", "members", "commissioners")]
READABLE = CLASSES[:2]
QUESTIONS = (HERE / "questions.txt").read_text("utf-8").splitlines()

_SITES = ["Northgate", "Southgate", "Harbour", "Mill Road", "Riverside", "Old Town", "Elmwood", "Westfield"]
_KINDS = ["lived experience", "carer", "peer worker", "practitioner", "commissioner"]
_PERSONAS = ["Elena", "Dev", "Ruth", "Sam", "Grace", "Omar"]
_USES = ["publication", "design", "learning", "commissioning"]
_THEMES = [f"theme {number}" for number in range(60)]


@lru_cache(1)
def paragraphs() -> tuple[str, ...]:
    """Paragraphs of real interviews where they are there; else made of the samples' words."""
    texts = [path.read_text("utf-8").split("---", 2)[-1] for path in sorted(INTERVIEWS.glob("*.markdown"))]
    found = tuple(
        text for whole in texts for text in map(_plain, whole.split("\n\n")) if len(text.split()) > 15
    )
    return found or tuple(_made_of_samples())


def _plain(markdown: str) -> str:
    linked = re.sub(r"\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])", r"\1", markdown)
    return "" if linked.startswith(("[", "#")) else " ".join(linked.replace("*", "").split())


def _made_of_samples() -> Iterator[str]:
    texts = " ".join(path.read_text("utf-8") for path in sorted(SAMPLES.rglob("*.md"))) or " ".join(QUESTIONS)
    words = list(dict.fromkeys(re.findall(r"\w+", texts.casefold())))
    chance, weights = random.Random(2), [1 / rank for rank in range(1, len(words) + 1)]
    for _ in range(5_000):
        yield " ".join(chance.choices(words, weights, k=chance.randint(30, 110))) + "."


def stories(count: int) -> Iterator[Document]:
    """So many stories, one after the other."""
    for number in range(count):
        yield story(number)


def story(number: int) -> Document:
    """The story of this number."""
    chance = random.Random(number)
    themes = tuple(chance.choices(_THEMES, [1 / rank for rank in range(1, 61)], k=3))
    site, kind, persona = chance.choice(_SITES), chance.choice(_KINDS), chance.choice(_PERSONAS)
    gathered = f"{chance.randint(2016, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    values = {"theme": themes, "persona": (persona,), "site": (site,), "kind": (kind,)}
    values |= {"use": tuple(chance.sample(_USES, 2)), "year": (gathered[:4],)}
    return Document(
        key=f"s-{number:08}", slug=f"story-{number}", title=_sentence(chance, 6), storyteller=persona,
        consent_class=chance.choices(CLASSES, [7, 2, 1])[0], summary=_sentence(chance, 14),
        passages=_passages(chance),
        themes=themes, personas=(persona,), site=site, kinds=(kind,), gathered=gathered,
        facets={name: tuple(_slug(value) for value in dict.fromkeys(each)) for name, each in values.items()},
    )  # fmt: skip


def filters(number: int) -> dict[str, tuple[str, ...]]:
    """What a reader has chosen beside the question of this number: nothing, one facet or two."""
    chosen: list[dict[str, tuple[str, ...]]] = [
        {},
        {"theme": ("theme-0", "theme-3")},
        {"site": ("northgate", "harbour"), "year": ("2024", "2025", "2026")},
        {"kind": ("carer",)},
    ]
    return chosen[number % 4]


def _passages(chance: random.Random) -> tuple[IndexedPassage, ...]:
    found, words = list[IndexedPassage](), 0
    while words < WORDS:
        text = chance.choice(paragraphs())
        words += len(text.split())
        found.append(IndexedPassage(f"p-{len(found):06}", text, quotation=chance.random() < 0.1))
    return tuple(found)


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(paragraphs()).split()[:words])


def _slug(value: str) -> str:
    return value.lower().replace(" ", "-")

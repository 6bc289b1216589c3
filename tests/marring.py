"""Edits a text at random, as people do, and knows of each word where it went.

A word is a text and a number of its own; one that a typo changed, or that was added, has none.
"""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.rendering.model import Passage
from app.rendering.passages import Anchors

WORD = re.compile(r"\S+")
ENDS = (".", "!", "?", "…", ".”", '."', "?”", '?"')


@dataclass(frozen=True)
class Word:
    """A word as it stands between spaces; `number` is 0 for one that was not there."""

    text: str
    number: int = 0


Paragraph = list[Word]


def paragraphs_of(texts: Iterable[str]) -> list[Paragraph]:
    """Passages' texts as words that are counted through."""
    found: list[Paragraph] = []
    number = 0
    for text in texts:
        words = [Word(one[0], number + at) for at, one in enumerate(WORD.finditer(text), 1)]
        number += len(words)
        found.append(words)
    return found


def passages_of(paragraphs: Sequence[Paragraph]) -> list[Passage]:
    """Paragraphs as an archive would show them."""
    anchors = Anchors()
    texts = [" ".join(word.text for word in one) for one in paragraphs]
    return [Passage(anchors.next(text), at, text, text) for at, text in enumerate(texts, 1)]


def _sentences(paragraph: Paragraph) -> list[int]:
    """Where a sentence begins."""
    return [0, *(at + 1 for at, word in enumerate(paragraph[:-1]) if word.text.endswith(ENDS))]


class Editor:
    """Somebody who edits; `others` are sentences that she may add."""

    def __init__(self, chance: random.Random, others: Sequence[str]) -> None:
        self._chance, self._others = chance, others

    def edit(self, paragraphs: list[Paragraph]) -> None:
        """One edit of a kind that chance chooses."""
        way = self._chance.choice(
            (
                *[self._typo] * 4,
                *[self._add] * 2,
                self._move,
                self._split,
                self._join,
                self._strike,
                self._drop,
            )
        )
        way(paragraphs)

    def _any(self, paragraphs: list[Paragraph]) -> int:
        return self._chance.randrange(len(paragraphs))

    def _typo(self, paragraphs: list[Paragraph]) -> None:
        paragraph = paragraphs[self._any(paragraphs)]
        at = self._chance.randrange(len(paragraph))
        text = paragraph[at].text
        place = self._chance.randrange(len(text))
        letter, skipped = self._chance.choice("aeinorst"), self._chance.randrange(2)
        wrong = text[:place] + letter + text[place + skipped :]
        if wrong != text:
            paragraph[at] = Word(wrong)

    def _add(self, paragraphs: list[Paragraph]) -> None:
        paragraph = paragraphs[self._any(paragraphs)]
        at = self._chance.choice([*_sentences(paragraph), len(paragraph)])
        paragraph[at:at] = [Word(text) for text in self._chance.choice(self._others).split()]

    def _move(self, paragraphs: list[Paragraph]) -> None:
        moved = paragraphs.pop(self._any(paragraphs))
        paragraphs.insert(self._chance.randrange(len(paragraphs) + 1), moved)

    def _split(self, paragraphs: list[Paragraph]) -> None:
        at = self._any(paragraphs)
        place = self._chance.choice(_sentences(paragraphs[at]))
        if place:
            paragraphs[at : at + 1] = [paragraphs[at][:place], paragraphs[at][place:]]

    def _join(self, paragraphs: list[Paragraph]) -> None:
        at = self._any(paragraphs)
        if at + 1 < len(paragraphs):
            paragraphs[at : at + 2] = [paragraphs[at] + paragraphs[at + 1]]

    def _strike(self, paragraphs: list[Paragraph]) -> None:
        """A sentence goes."""
        paragraph = paragraphs[self._any(paragraphs)]
        begins = [*_sentences(paragraph), len(paragraph)]
        at = self._chance.randrange(len(begins) - 1)
        if len(begins) > 2:
            del paragraph[begins[at] : begins[at + 1]]

    def _drop(self, paragraphs: list[Paragraph]) -> None:
        if len(paragraphs) > 1:
            paragraphs.pop(self._any(paragraphs))


def numbers_at(paragraph: Paragraph, start: int, end: int) -> Iterator[int]:
    """The numbers of the words that stand, also in part, between two characters of a paragraph."""
    at = 0
    for word in paragraph:
        if at + len(word.text) > start and at < end:
            yield word.number
        at += len(word.text) + 1

"""No quote is taken for other words: interviews are edited at random, and where each word went is known."""

import random
import re
from collections import Counter
from functools import cache

import pytest

from app.rendering.locating import Located, Place, Relocation, State
from app.rendering.markdown import render
from tests.marring import Editor, numbers_at, paragraphs_of, passages_of
from tests.proof_scale import scaled
from tests.proofs.conftest import DATA

INTERVIEWS = DATA / "interviews/posts"
pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not INTERVIEWS.is_dir(), reason=f"the real interviews are not there: {INTERVIEWS}"),
]
MARKS = scaled(400, 10_000)  # of which at least half are on words that are there still
IN_EACH = 10
LENGTHS = (1, 2, 3, 5, 8, 13, 21, 34)  # words
FRONT = re.compile(r"^---\n.*?\n---\n", re.DOTALL)


class Nowhere:
    def address_of(self, _target):
        return None


@cache
def texts_of(path):
    body = FRONT.sub("", path.read_text(errors="replace"))
    return [one.text for one in render(body, links=Nowhere()).passages]


def sentences(chance, files):
    found = [text for path in chance.sample(files, 40) for text in texts_of(path)]
    return [one for text in found for one in re.split(r"(?<=[.!?]) ", text) if one.strip()]


class Truth:
    """Where the words of one interview went."""

    def __init__(self, paragraphs, passages):
        self.paragraphs = {one.anchor: words for one, words in zip(passages, paragraphs, strict=True)}
        self.where = {
            word.number: (anchor, at)
            for anchor, words in self.paragraphs.items()
            for at, word in enumerate(words)
            if word.number
        }

    def of(self, numbers):
        """Whether these words stand there whole and together, or in part, or are gone."""
        found = [self.where[number] for number in numbers if number in self.where]
        whole = len(found) == len(numbers) and len({anchor for anchor, _ in found}) == 1
        if whole and [at for _, at in found] == list(range(found[0][1], found[0][1] + len(found))):
            return "whole"
        return "in part" if found else "gone"

    def words_at(self, found: Located):
        place = found.place
        return list(numbers_at(self.paragraphs[place.anchor], place.start, place.end)) if place else []


def test_after_any_edit_a_quote_is_found_or_shown_to_somebody_and_never_taken_for_other_words(figures):
    chance, files = random.Random(2026), sorted(INTERVIEWS.iterdir())
    editor, counted, false = Editor(chance, sentences(chance, files)), Counter(), []
    while counted.total() < MARKS:
        path = chance.choice(files)
        before = paragraphs_of(texts_of(path))
        if len(before) < 3:
            continue
        after = [list(words) for words in before]
        for _ in range(chance.randint(1, 12)):
            editor.edit(after)
        after = [words for words in after if words]
        old, new = passages_of(before), passages_of(after)
        relocation, truth = Relocation(old, new), Truth(after, new)
        for _ in range(IN_EACH):
            at = chance.randrange(len(before))
            place, numbers = marked(chance, old[at].anchor, before[at])
            found = relocation.locate(place)
            counted[truth.of(numbers), found.state] += 1
            if found.state in (State.SAME, State.MOVED) and truth.words_at(found) != numbers:
                false.append((path.name, place, found))
    assert false == []
    report(figures, counted)


def marked(chance, anchor, words):
    """Some words of a paragraph, and their numbers."""
    first = chance.randrange(len(words))
    chosen = words[first : first + chance.choice(LENGTHS)]
    start = sum(len(word.text) + 1 for word in words[:first])
    exact = " ".join(word.text for word in chosen)
    return Place(anchor, start, exact), [word.number for word in chosen]


def report(figures, counted):
    total = counted.total()
    for truth in ("whole", "in part", "gone"):
        of_these = sum(number for (kind, _), number in counted.items() if kind == truth)
        shares = ", ".join(
            f"{state} {100 * counted[truth, state] / max(1, of_these):.1f} in 100" for state in State
        )
        figures(f"quotes: words that an edit left {truth}, {of_these:,} of {total:,}", shares)
    still = counted["whole", State.SAME] + counted["whole", State.MOVED]
    assert still / sum(n for (kind, _), n in counted.items() if kind == "whole") > 0.98
    figures("quotes: found as same or moved where other words stand", 0)

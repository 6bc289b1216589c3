"""Which stories hold words as they stand together in a quotation: the rule by which every engine answers.

A quotation's telling words vote for where it would begin in a story; words that stand together there as
they do in the quotation vote for the same stretch. A story is as like it as its best stretch, added up over
the parts between ellipses. A dropped or an added word moves the votes by one, which a stretch has room for.
Stretches are counted in the stories alone that have the rarest words anywhere, LOOKED_AT of them and those
with as rare ones: no stretch weighs more than its story's words do.
"""

from collections.abc import Sequence

from app.search.analysis import Analyser

STRETCH = 32  # words; votes are counted in stretches of so many, each half over the next
TELLING = 9  # words of one part that vote, the longest
FEWEST = 4  # of telling words; where there are fewer, common ones vote too
PARTS = 12
LOOKED_AT = 400  # stories, those with the rarest of the words, in which stretches are counted

Votes = dict[str, list[int]]  # word -> its places in the part


def voters(text: str, analyser: Analyser) -> Votes:
    """The words of one part that vote, each with its places in it."""
    places: Votes = {}
    for at, word in enumerate(analyser.words(text)):
        places.setdefault(word, []).append(at)
    telling = [word for word in places if not analyser.is_stop_word(word)]
    chosen = telling if len(telling) >= FEWEST else list(places)
    return {word: places[word] for word in sorted(chosen, key=lambda word: (-len(word), word))[:TELLING]}


def voting(parts: Sequence[str], analyser: Analyser) -> list[Votes]:
    """The same of each part."""
    return [votes for part in parts[:PARTS] if (votes := voters(part, analyser))]


def stretches(begins: int) -> tuple[int, int]:
    """The two stretches in which a place lies; even and odd numbers are apart."""
    return 2 * (begins // STRETCH), 2 * ((begins + STRETCH // 2) // STRETCH) + 1

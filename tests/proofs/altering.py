"""Quotations as people write them down: shortened, put into brackets, mistyped, with other signs."""

import random
import re

PEOPLE_SAY = ("she", "her sister", "the team", "they", "that summer", "it", "her old machine")
WORD = re.compile(r"\w+")


class Alterer:
    """Alters quotations; `chance` decides how."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.ways = {
            "an ellipsis": self.ellipsis,
            "brackets": self.brackets,
            "a letter in brackets": self.letter_in_brackets,
            "dashes": self.dashes,
            "case": self.case,
            "a dropped word": self.dropped,
            "a typo": self.typo,
            "other quotation marks and spaces": self.marks,
        }

    def altered(self, words: list[str]) -> tuple[str, tuple[str, ...]]:
        """One quotation with one to three alterations, and their names."""
        ways = self._chance.sample(sorted(self.ways), self._chance.choice((1, 1, 2, 2, 3)))
        found = list(words)
        for way in ways:
            found = self.ways[way](found)
        return " ".join(found), tuple(ways)

    def ellipsis(self, words: list[str]) -> list[str]:
        """Some words in the middle are left out, and that is said; never so many that little is left."""
        left_out = self._chance.randint(1, max(1, len(words) // 3))
        at = self._chance.randint(2, max(2, len(words) - left_out - 2))
        sign = self._chance.choice(("…", "...", "[…]", "[...]", ". . ."))
        return [*words[:at], sign, *words[at + left_out :]]

    def brackets(self, words: list[str]) -> list[str]:
        """A word or two are replaced by others in brackets, or some are put in."""
        at, taken = self._chance.randrange(1, len(words) - 1), self._chance.randint(0, 2)
        return [*words[:at], f"[{self._chance.choice(PEOPLE_SAY)}]", *words[at + taken :]]

    def letter_in_brackets(self, words: list[str]) -> list[str]:
        """It begins as a sentence does, which is said."""
        first = words[0]
        return [f"[{first[:1].swapcase()}]{first[1:]}", *words[1:]] if first[:1].isalpha() else words

    def dashes(self, words: list[str]) -> list[str]:
        """Commas, hyphens and dashes stand for each other."""
        at = self._chance.randrange(1, len(words) - 1)
        changed = [re.sub(r"[–—]", " - ", word) for word in words]
        return [*changed[:at], self._chance.choice(("–", "—", "-", "--")), *changed[at:]]

    def case(self, words: list[str]) -> list[str]:
        """Capitals for a word, for the first letter, or for none."""
        at = self._chance.randrange(len(words))
        return self._chance.choice(
            (
                [word.lower() for word in words],
                [*words[:at], words[at].upper(), *words[at + 1 :]],
                [words[0].capitalize(), *words[1:]],
            )
        )

    def dropped(self, words: list[str]) -> list[str]:
        """One word is left out, and nobody noticed."""
        at = self._chance.randrange(1, len(words) - 1)
        return [*words[:at], *words[at + 1 :]]

    def typo(self, words: list[str]) -> list[str]:
        """Two letters changed places in a word, one was doubled, or one is missing."""
        long = [at for at, word in enumerate(words) if len(word) > 4 and word.isalpha()]
        if not long:
            return words
        at = self._chance.choice(long)
        word, letter = words[at], self._chance.randrange(1, len(words[at]) - 2)
        swapped = word[:letter] + word[letter + 1] + word[letter] + word[letter + 2 :]
        mistyped = (swapped, word[:letter] + word[letter] + word[letter:], word[:letter] + word[letter + 1 :])
        return [*words[:at], self._chance.choice(mistyped), *words[at + 1 :]]

    def marks(self, words: list[str]) -> list[str]:
        """Straight for curly and curly for straight, more spaces, quotation marks around it all."""
        swapped = [word.translate(str.maketrans("’‘“”'\"", "''\"\"’”")) for word in words]
        first, last = self._chance.choice((("“", "”"), ('"', '"'), ("‘", "’"), ("«", "»"), ("", "")))
        return [f"{first}{swapped[0]}", *(f" {word}" for word in swapped[1:-1]), f"{swapped[-1]}{last}"]

"""Keys that a person nearly wrote: `Consent`, `consents`, `content-notes`.

A key that is only nearly right is never obeyed, but where overlooking it could show what a storyteller
closed, it closes.
"""

import unicodedata
from collections.abc import Collection
from difflib import SequenceMatcher

_CLOSE = 0.85  # 'consents', 'concent', 'untill'; not 'given_by' beside 'given'
_WORDS_OF_THEIR_OWN = frozenset({"content", "contents", "context"})  # close to 'consent' in letters alone


def same_letters(key: str) -> str:
    """The key's letters alone: no case, accents, hyphens, spaces or invisible characters."""
    folded = unicodedata.normalize("NFKD", key).casefold()
    return "".join(char for char in folded if char.isalnum())


def written_otherwise(key: str, known: Collection[str]) -> str | None:
    """The known key of which this is another spelling (case, hyphens, accents)."""
    letters = same_letters(key)
    return next((name for name in known if key not in known and letters == same_letters(name)), None)


def close_to(key: str, known: Collection[str]) -> str | None:
    """The known key that this one may be a slip of: a letter more, less, or in the wrong place."""
    letters = same_letters(key)
    if key in known or letters in _WORDS_OF_THEIR_OWN:
        return None
    return next((name for name in known if _nearly(letters, same_letters(name))), None)


def _nearly(letters: str, name: str) -> bool:
    if sorted(letters) == sorted(name):
        return True
    return SequenceMatcher(a=letters, b=name).ratio() >= _CLOSE

"""The words that a programme shares."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class WordLine:
    """A word that is used or left. `slug` names it in addresses."""

    slug: str
    word: str
    instead: str
    why: str
    address: str = ""  # where it is changed


@dataclass(frozen=True)
class LanguagePage:
    """Everything templates/language/page.html may use."""

    used: Sequence[WordLine]
    left: Sequence[WordLine]
    write_address: str = ""  # where this reader may write it


@dataclass(frozen=True)
class LanguageDeskPage:
    """Everything templates/language/desk.html may use. `old` is the slug of the word that is changed."""

    used: Sequence[WordLine]
    left: Sequence[WordLine]
    old: str = ""
    word: str = ""
    is_used: bool = True
    instead: str = ""
    why: str = ""
    digest: str = ""
    problem: str = ""
    wrong: str = ""
    said: str = ""
    step: int = 0
    most: int = 0

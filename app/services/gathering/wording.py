"""What a storyteller reads at her own door, in her language: gettext catalogues, one for each.

`translations/LANGUAGE.po` is read when its language is first asked for. English is what stands in the
code. How to add a language is in docs/gathering.md.
"""

import gettext
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).parents[3] / "translations"
LANGUAGES: Mapping[str, str] = {"en": "English", "pl": "Polski"}  # each by its own name
FIRST = "en"


def later(text: str) -> str:
    """Marks a text that is said in her language when it is shown."""
    return text


class Words:
    """One language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.dates = "en-GB" if language == FIRST else language  # how days are written
        self._translations = _translations(language)

    def say(self, text: str, **values: object) -> str:
        """The text in this language, with values in the places of `%(name)s`."""
        said = self._translations.gettext(text)
        return said % values if values else said


def language_for(*wanted: str) -> str:
    """The first of these language tags that there is a catalogue for; English where there is none."""
    known = (tag.partition("-")[0].casefold() for tag in wanted)
    return next((tag for tag in known if tag in LANGUAGES), FIRST)


def words_in(language: str) -> Words:
    """What is said in this language; English where there is no such catalogue."""
    return Words(language_for(language))


def catalogue(language: str) -> Catalog:
    """The catalogue of a language, as its translators wrote it."""
    with (TRANSLATIONS / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if language == FIRST:
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

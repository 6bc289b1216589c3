"""What differs in the front matter of two versions of a story, key by key and in words."""

from collections.abc import Collection, Mapping

from app.records.frontmatter import split
from app.records.lookalikes import same_letters
from app.records.problems import SetAside
from app.records.yaml_guard import read_mapping
from app.services.dates import date_label
from app.services.reading import USE_LABELS
from app.services.team import NEVER_SHOWN
from app.services.views import Field

DATES = frozenset({"gathered", "date", "given", "until", "co_crafted", "withdrawn", "reviewed"})
COUNTED = "(counted, and shown to nobody)"
USES = {use.value: label for use, label in USE_LABELS.items()}
PERSONAS = "personas"
NOTHING = object()
Keys = dict[tuple[str, ...], object]


def keys_of(content: bytes) -> Keys:
    """The keys of a file with what they say, those inside `consent` as keys of their own."""
    try:
        mapping = read_mapping(split(content, ""), "").value
    except SetAside:
        return {}
    found: Keys = {}
    for key, value in mapping.items() if isinstance(mapping, Mapping) else ():
        inner = value if key == "consent" and isinstance(value, Mapping) else None
        found |= {(key, name): one for name, one in inner.items()} if inner else {(key,): value}
    return found


def changed(old: Keys, new: Keys) -> list[tuple[str, ...]]:
    """The keys that do not say the same, in the order of the later file; then those that went."""
    return [key for key in {**new, **old} if old.get(key, NOTHING) != new.get(key, NOTHING)]


def name_of(key: tuple[str, ...]) -> str:
    """A key as a page names it."""
    return ", ".join(key)


def fields_changed(old: Keys, new: Keys, *, language: str, personas: Collection[str] = ()) -> list[Field]:
    """What the keys that changed said and say now. Dates and uses are in words.

    What is only to be counted is not repeated, nor a persona that is none of `personas`.
    """
    before, after = _known(old, personas), _known(new, personas)
    return [
        _field(key, before.get(key, NOTHING), after.get(key, NOTHING), language) for key in changed(old, new)
    ]


def _known(keys: Keys, personas: Collection[str]) -> Keys:
    """The keys with those personas alone that there are for this reader; of others, how many."""
    if (PERSONAS,) not in keys:
        return keys
    value = keys[PERSONAS,]
    named = list(map(str, value)) if isinstance(value, list) else str(value or "").split(",")
    shown = [one.strip() for one in named if one.strip() in personas]
    more = len([one for one in named if one.strip()]) - len(shown)
    return keys | {(PERSONAS,): [*shown, *([f"{more} not known here"] if more else [])]}


def _field(key: tuple[str, ...], before: object, after: object, language: str) -> Field:
    name = name_of(key)
    if same_letters(key[0]) in NEVER_SHOWN:
        old, new = ("" if value is NOTHING else COUNTED for value in (before, after))
    else:
        said = (before, after)
        old, new = ("" if one is NOTHING else _in_words(key[-1], one, language) for one in said)
    return Field(name, old, new)


def _in_words(key: str, value: object, language: str) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_in_words(str(name), one, language)}" for name, one in value.items())
    if isinstance(value, list):
        separator = "; " if any(isinstance(one, Mapping) for one in value) else ", "
        return separator.join(_in_words(key, one, language) for one in value)
    text = "" if value is None else str(value)
    if key in ("uses", "scope"):
        return USES.get(text, text)
    return _date(text, language) if key in DATES else text


def _date(text: str, language: str) -> str:
    try:
        return date_label(text, language)
    except ValueError:
        return text

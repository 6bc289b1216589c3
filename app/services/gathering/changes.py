"""What can be changed of many stories at once, and what that makes of one story's file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.database.tables import AnyRow
from app.database.visibility import USE_BITS, use_bits, uses_of
from app.errors import InvalidText
from app.records.consent_edit import with_consent
from app.records.edit import change_keys
from app.records.model import Status, Story, Use
from app.records.slugs import value_slug
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.faceting import USE_TITLES
from app.services.ledger import Terms, terms_of
from app.services.limits import EVERY_USE, NO_LIMITS, Limits, limits_of, narrower
from app.services.marking.listing import names_listed

MOST_THEMES = 10  # named at once
STATUSES = (Status.DRAFT, Status.READY)
NOTHING = "Nothing is chosen to be changed. Fill in at least one of the fields."
BOTH = "A theme can not be added and removed at once."
ANOTHER = "One of these is none that the archive knows. Choose again."


@dataclass(frozen=True)
class Change:
    """What is to be done with each story. Empty fields leave things as they are."""

    site: str = ""
    add_themes: tuple[str, ...] = ()
    remove_theme: str = ""
    add_persona: str = ""  # a slug
    remove_persona: str = ""
    remove_uses: tuple[str, ...] = ()
    status: str = ""
    note: str = ""

    def __bool__(self) -> bool:
        return any(value for name, value in asdict(self).items() if name != "note")


def read_change(filled: Mapping[str, str], uses: Iterable[str], personas: Iterable[str]) -> Change:
    """What a form says; `personas` are the slugs of those that she may see. Raises InvalidText."""
    line = {name: one_line(text, LABELS[name]) for name, text in filled.items() if name in LABELS}
    known = set(personas)
    change = Change(
        site=line["site"],
        add_themes=_themes(filled["add_themes"]),
        remove_theme=line["remove_theme"],
        add_persona=line["add_persona"],
        remove_persona=line["remove_persona"],
        remove_uses=tuple(use.value for use in Use if use.value in set(uses)),
        status=line["status"],
        note=line["note"],
    )
    named = {change.add_persona, change.remove_persona} - {""}
    if not named <= known or change.status not in ("", *STATUSES) or not set(uses) <= {*Use}:
        raise InvalidText(ANOTHER)
    if not change:
        raise InvalidText(NOTHING)
    if value_slug(change.remove_theme or " ") in map(value_slug, change.add_themes):
        raise InvalidText(BOTH)
    return change


LABELS = {
    "site": "The site",
    "remove_theme": "The theme",
    "add_persona": "The persona",
    "remove_persona": "The persona",
    "status": "The status",
    "note": "The note",
}


def _themes(text: str) -> tuple[str, ...]:
    named = {value_slug(one): one for part in names_listed(text) if (one := one_line(part, "A theme"))}
    if len(named) > MOST_THEMES:
        raise InvalidText(f"Add up to {MOST_THEMES} themes at once.")
    return tuple(named.values())


def as_data(change: Change) -> dict[str, Any]:
    """A change as a job keeps it."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in asdict(change).items()
    }


def change_in(data: Mapping[str, Any]) -> Change:
    """The change that a job keeps."""
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }
    return Change(**told)


def said(change: Change) -> list[str]:
    """Each part of a change as a sentence."""
    themes = ", ".join(f"‘{theme}’" for theme in change.add_themes)
    uses = ", ".join(USE_TITLES[use].lower() for use in change.remove_uses)
    parts = (
        (change.site, f"The site becomes ‘{change.site}’."),
        (themes, f"Added {'themes' if len(change.add_themes) > 1 else 'theme'}: {themes}."),
        (change.remove_theme, f"Removed theme: ‘{change.remove_theme}’."),
        (change.add_persona, f"Added to persona ‘{change.add_persona}’."),
        (change.remove_persona, f"Taken off persona ‘{change.remove_persona}’."),
        (uses, f"No longer for: {uses}."),
        (change.status, f"Set to {change.status}."),
    )
    return [sentence for chosen, sentence in parts if chosen]


@dataclass(frozen=True)
class Persona:
    """Whom a file may name as a persona, by slug or id."""

    slug: str
    id: str


def changed(content: bytes, story: Story, change: Change, personas: Mapping[str, Persona]) -> bytes:
    """The file with all but its consent changed; the same bytes where it says all of it already.

    Raises SetAside or InvalidRecord.
    """
    news: dict[str, object | None] = {}
    if change.site and change.site != story.site:
        news["site"] = change.site
    themes = themes_after(story.themes, change)
    if themes != story.themes:
        news["themes"] = list(themes)
    named = _personas_after(story.personas, change, personas)
    if named != story.personas:
        news["personas"] = list(named)
    if change.status and change.status != story.status:
        news["status"] = change.status
    if change.status == Status.READY:  # keys that say 'draft' whatever `status` says
        news |= {"draft": None, "published": None}
    return change_keys(content, news)


def themes_after(themes: Sequence[str], change: Change) -> tuple[str, ...]:
    """A story's themes after the change; spellings that differ by case or accents are one theme."""
    gone = value_slug(change.remove_theme) if change.remove_theme else None
    kept = [theme for theme in themes if value_slug(theme) != gone]
    there = {value_slug(theme) for theme in kept}
    return (*kept, *(theme for theme in change.add_themes if value_slug(theme) not in there))


def _personas_after(named: Sequence[str], change: Change, personas: Mapping[str, Persona]) -> tuple[str, ...]:
    gone, new = personas.get(change.remove_persona), personas.get(change.add_persona)
    kept = [one for one in named if gone is None or one not in (gone.slug, gone.id)]
    missing = new is not None and not {new.slug, new.id} & set(kept)
    return (*kept, *([new.slug] if new and missing else []))


@dataclass(frozen=True)
class Narrowing:
    """A story's consent without some uses, and what is left of it whatever older files say."""

    content: bytes
    terms: Terms
    left: Limits


def narrowing(
    archive: Archive, content: bytes, story: Story, change: Change, standing: Limits | None
) -> Narrowing | None:
    """What removing uses makes of a file; None where none of them is agreed.

    What was narrowed before stays so, also where the file claims more. Raises SetAside or InvalidRecord.
    """
    before = in_force(archive, story)
    bits = sum(USE_BITS[Use(use)] for use in change.remove_uses)
    if not before.understood or not before.uses & bits:
        return None
    limited = standing or NO_LIMITS
    kept = frozenset(uses_of(before.uses & limited.uses & ~bits))
    now = replace(story.consent, uses=kept, stated=True)
    terms = terms_of(archive, replace(story, consent=now))
    left = narrower(narrower(limits_of(terms), limited), Limits(EVERY_USE & ~bits))
    return Narrowing(with_consent(content, now, story.consent), terms, left)


def in_force(archive: Archive, story: Story) -> Terms:
    """What a file allows, with what is assumed where it states nothing."""
    terms = terms_of(archive, story)
    return terms if story.consent.stated else replace(terms, uses=use_bits(archive.unstated))


def would_change(
    row: AnyRow, themes: Sequence[str], personas: Iterable[str], change: Change
) -> dict[str, bool]:
    """Which parts of a change would change a story, as the catalogue knows it."""
    bits = sum(USE_BITS[Use(use)] for use in change.remove_uses)
    named = set(personas)
    gone = replace(change, add_themes=())
    return {
        "site": bool(change.site) and row.site != change.site,
        "add_themes": bool(set(map(value_slug, change.add_themes)) - set(map(value_slug, themes))),
        "remove_theme": themes_after(themes, gone) != tuple(themes),
        "add_persona": bool(change.add_persona) and change.add_persona not in named,
        "remove_persona": change.remove_persona in named,
        "remove_uses": bool(row.uses & bits),
        "status": bool(change.status) and row.status != change.status,
    }

"""What a persona says of herself beside her statements: name, tagline, quote, uses, review, stories."""

from collections.abc import Callable, Mapping

from sqlalchemy import select

from app.database.tables import STORY, AnyRow
from app.database.visibility import may_widen, visible_to
from app.errors import InvalidText, NotAllowed
from app.records.dates import partial_date
from app.records.model import Persona, Use
from app.records.personas import is_reference
from app.services.accounts import one_line
from app.services.building.asked import LONGEST_QUOTE, NOT_FOUND, ONE_QUOTE, Change, Scene, words_of
from app.services.evidence import sources

SAME = "It says that already."
NO_DATE = "Write the day as 2026-03-04, a month as 2026-03, or nothing."
NO_STORY = "No story that you may read was found by this."
WIDENS = (
    "More people would see her. Somebody of the story team, a gatherer or a steward, does that. "
    "You can take uses away."
)
LONGEST_TAGLINE = 200


def details(scene: Scene) -> Change:
    """Name, tagline, quote, uses and the day of the last review, as the form has them."""
    persona, asked = _persona(scene), scene.asked
    told: dict[str, object | None] = {
        "name": one_line(asked.text("name"), "Her name", needed=True),
        "tagline": _tagline(asked.text("tagline")),
        "quote": _quote(scene),
        "reviewed": _reviewed(asked.text("reviewed")),
    }
    before = {"name": persona.name, "tagline": persona.tagline, "quote": persona.quote}
    before["reviewed"] = persona.reviewed.iso if persona.reviewed else None
    keys = {name: value for name, value in told.items() if value != before[name]}
    uses = frozenset(use for use in Use if f"use.{use}" in asked.fields)
    if uses != persona.uses:
        refuse_widening(scene, uses)
        keys["uses"] = [use.value for use in Use if use in uses]
    if not keys:
        raise InvalidText(SAME)
    return Change("Her name, uses and review", keys=keys)


def _persona(scene: Scene) -> Persona:
    persona = scene.loaded.persona
    assert persona is not None  # the page of a file that can not be read has no form
    return persona


def refuse_widening(scene: Scene, uses: frozenset[Use]) -> None:
    """Raises NotAllowed where more people would see her, and whoever asks is not of the story team."""
    if not uses <= _persona(scene).uses and not may_widen(scene.actor):
        raise NotAllowed(WIDENS)


def _tagline(text: str) -> str | None:
    return words_of(text, "The line below her name", LONGEST_TAGLINE) if text.strip() else None


def _reviewed(text: str) -> str | None:
    if not text.strip():
        return None
    found = partial_date(text)
    if found is None:
        raise InvalidText(NO_DATE)
    return found.iso


def _quote(scene: Scene) -> str | None:
    """Her quote: words that she may read by their reference, or the team's own. One hidden from her stays."""
    text, before = scene.asked.text("quote"), _persona(scene).quote
    if scene.asked.text("hidden_quote") and not text.strip():
        return before
    if not text.strip():
        return None
    words = words_of(text, "Her quote", LONGEST_QUOTE)
    if is_reference(words) and not sources(scene.archive, scene.connection, scene.actor, [words]):
        raise InvalidText(NOT_FOUND.format(named=words))
    return words


def take_quote(scene: Scene) -> Change:
    """The quote that was chosen becomes hers."""
    found = list(scene.evidence())
    if len(found) > 1:
        raise InvalidText(ONE_QUOTE)
    if found[0] == _persona(scene).quote:
        raise InvalidText(SAME)
    return Change("Her quote", keys={"quote": found[0]})


def reviewed_today(scene: Scene) -> Change:
    """She was looked through today."""
    day = scene.archive.now().date().isoformat()
    reviewed = _persona(scene).reviewed
    if reviewed and reviewed.iso == day:
        raise InvalidText(SAME)
    return Change("Reviewed", keys={"reviewed": day})


def link(scene: Scene) -> Change:
    """A story belongs to her."""
    row = _story(scene)
    stories = _persona(scene).stories
    if {row.id, row.slug} & set(stories):
        raise InvalidText(SAME)
    return Change("A story linked", keys={"stories": [*stories, row.id]})


def unlink(scene: Scene) -> Change:
    """A story that her file names belongs to her no more."""
    row = _story(scene)
    stories = _persona(scene).stories
    kept = [one for one in stories if one not in (row.id, row.slug)]
    if len(kept) == len(stories):
        raise InvalidText(SAME)
    return Change("A story no longer linked", keys={"stories": kept})


def _story(scene: Scene) -> AnyRow:
    where = (STORY.c.id == scene.asked.text("story"), visible_to(scene.actor, scene.archive.now()))
    row = scene.connection.execute(select(STORY.c.id, STORY.c.slug).where(*where)).first()
    if row is None:
        raise InvalidText(NO_STORY)
    return row


DETAILS: Mapping[str, Callable[[Scene], Change]] = {
    "details": details,
    "quote": take_quote,
    "reviewed": reviewed_today,
    "link": link,
    "unlink": unlink,
}

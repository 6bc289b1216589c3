"""The narrower of file and denial, and what is said of a file that claims more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.database.tables import AnyRow
from app.database.visibility import KEYED, use_bits, uses_of
from app.records.model import Consent, Problem, Status, Story, Use
from app.services.cataloguing import Origin, Rows, story_rows
from app.services.denying import Denials, Kind, Text, organisation_key

LIFT = "Only a steward can lift this, at /s/{id}/withdraw."
ANOTHER = " If it is another story, give it another name, or an id of its own."
ERASED = "It was erased at the storyteller’s wish, so nothing of this file is taken in."
ERASED_REMEDY = "Delete the file. If it is another story, give it another name and no id."
TAKEN_BACK = "The story was taken back; the file says otherwise, and it stays taken back."
CLAIMS_MORE = "The file allows more than was left of the consent; what is left counts."
AGREE_REMEDY = "Record what she agrees to now at /s/{id}/consent, or write no more than is left."
OPEN_AGAIN = {
    Text.CLOSED: "A passage stands open that was closed before.",
    Text.REPLACED: "It holds words that were replaced to keep the storyteller unknown.",
    Text.WITHDRAWN: "It holds words of a story that was taken back.",
    Text.ERASED: "It holds words of a story that was erased.",
}
MEANWHILE = " Until then only stewards and its gatherers see the story."


@dataclass(frozen=True)
class Narrowed:
    """A story's rows as far as the denials let them be; None where it was erased."""

    rows: Rows | None
    problems: tuple[Problem, ...] = ()


def narrowed_rows(
    denials: Denials, story: Story, origin: Origin, *, unstated: frozenset[Use], now: datetime
) -> Narrowed:
    """The catalogue's rows of a story, narrowed, and a problem for whatever its file claims beyond that."""
    standing = denials.of(origin.id)
    if Kind.ERASED in standing or denials.is_erased(origin.slug, origin.digest):
        return Narrowed(None, (Problem(origin.path, None, None, ERASED, ERASED_REMEDY, set_aside=True),))
    story, problems = _narrow(denials, standing, story, origin, unstated)
    rows = story_rows(story, origin, unstated=unstated, now=now)
    opened = [*(row["text"] for row in rows.passages), *pictures_as_texts(rows.pictures, closed=False)]
    open_again = denials.open_again(origin.id, origin.slug, opened, origin.digest)
    if open_again and story.status != Status.WITHDRAWN:  # that one is closed already
        rows = story_rows(_without_use(story), origin, unstated=unstated, now=now)
        problems += [
            _problem(origin, None, OPEN_AGAIN[Text(kind)] + MEANWHILE) for kind in sorted(open_again)
        ]
    return Narrowed(rows, tuple(problems))


def pictures_as_texts(rows: Iterable[Mapping[str, Any]], *, closed: bool) -> set[str]:
    """Pictures as denials keep them: a picture has no words, and what was closed of it stays closed too."""
    return {f"picture {row['digest']}" for row in rows if row["closed"] == closed}


def _problem(origin: Origin, key: str | None, reason: str, remedy: str = LIFT) -> Problem:
    return Problem(origin.path, None, key, reason, remedy.format(id=origin.id))


def _narrow(
    denials: Denials, standing: Mapping[str, AnyRow], story: Story, origin: Origin, unstated: frozenset[Use]
) -> tuple[Story, list[Problem]]:
    problems: list[Problem] = []
    left = standing.get(Kind.NARROWED)
    if left is not None:
        narrower = _as_left(denials, story, left, unstated)
        if narrower != story.consent:
            story = replace(story, consent=narrower)
            problems.append(_problem(origin, "consent", CLAIMS_MORE, AGREE_REMEDY))
        story = _kept_from(denials, story, left)
    taken_back = standing.get(Kind.WITHDRAWN)
    if taken_back is not None:
        if story.status != Status.WITHDRAWN:
            problems.append(_problem(origin, "status", TAKEN_BACK, LIFT + ANOTHER))
        story = _kept_from(denials, _as_taken_back(story, taken_back), taken_back)
    return story, problems


def _as_left(denials: Denials, story: Story, left: AnyRow, unstated: frozenset[Use]) -> Consent:
    """The file's consent where it claims no more than what is left of it, else what they have in common."""
    consent = story.consent
    claimed = use_bits(consent.uses if consent.stated else unstated)
    names = {organisation_key(denials.keyed, name) for name in consent.not_for}
    until = min((day for day in (consent.until, left.until) if day), default=None)
    uses = claimed & left.uses if left.understood and names.issuperset(left.not_for) else 0
    if uses == claimed and until == consent.until:
        return consent
    return replace(consent, uses=frozenset(uses_of(uses)), until=until, stated=True)


def _kept_from(denials: Denials, story: Story, denial: AnyRow) -> Story:
    """The story with the organisations that the denial knows and the file names no more."""
    named = {organisation_key(denials.keyed, name) for name in story.consent.not_for}
    more = tuple(KEYED + digest for digest in denial.not_for if digest not in named)
    return replace(story, consent=replace(story.consent, not_for=(*story.consent.not_for, *more)))


def _as_taken_back(story: Story, denial: AnyRow) -> Story:
    """Withdrawn, with the uses that it had: they say who is told that it was."""
    consent = replace(
        story.consent,
        uses=frozenset(uses_of(denial.uses)),
        until=denial.until,
        stated=True,
        understood=denial.understood,
    )
    return replace(story, status=Status.WITHDRAWN, consent=consent)


def _without_use(story: Story) -> Story:
    return replace(story, consent=replace(story.consent, uses=frozenset(), stated=True))


def words_of(texts: Iterable[str]) -> str:
    """Words alone between single spaces, to see whether some stand among others."""
    kept = (c if c.isalnum() else " " for text in texts for c in f" {text.casefold()} ")
    return f" {' '.join(''.join(kept).split())} "

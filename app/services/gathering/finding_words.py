"""What was found that may tell who somebody is, in words; none of them repeats a word of a story."""

from collections import Counter
from collections.abc import Iterable

from app.services.gathering.identifying import Kind

LABELS = {
    Kind.NAME: "a name",
    Kind.PHONE: "a telephone number",
    Kind.EMAIL: "an email address",
    Kind.POSTCODE: "a postcode",
    Kind.NHS: "an NHS number",
    Kind.INSURANCE: "a National Insurance number",
    Kind.BIRTH: "a date of birth",
    Kind.ADDRESS: "a street address",
    Kind.WEB: "a web address",
}
NAMED = {kind: label.removeprefix("a ").removeprefix("an ") for kind, label in LABELS.items()}
MANY = {
    Kind.EMAIL: "email addresses",
    Kind.ADDRESS: "street addresses",
    Kind.WEB: "web addresses",
    Kind.BIRTH: "dates of birth",
}


def counts(found: Iterable[Kind]) -> list[tuple[str, int]]:
    """How many there are of each kind, with its word in the right number."""
    counted = Counter(found)
    return [(_word(kind, counted[kind]), counted[kind]) for kind in Kind if counted[kind]]


def _word(kind: Kind, number: int) -> str:
    return NAMED[kind] if number == 1 else MANY.get(kind, f"{NAMED[kind]}s")


def said_of(found: Iterable[Kind]) -> str:
    """Why a story can not be ready, and what to do; logs and jobs keep it."""
    told = counts(found)
    total = sum(number for _, number in told)
    parts = [f"{number} {word}" for word, number in told]
    listed = " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
    things = "1 thing" if total == 1 else f"{total} things"
    them = "it" if total == 1 else "them"
    return (
        f"{things} in the story may tell who somebody is ({listed}), and nobody has decided about {them}. "
        "Save it as a draft, decide under ‘Names left behind’, then set it to ready."
    )

"""Where a storyteller's words have gone since she told them. A new kind is one more function in KINDS."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.database.ledgers import AUDIT
from app.database.links import pairs
from app.database.tables import PERSONA, STORY, AnyRow
from app.database.visibility import ANONYMOUS, visible_to
from app.records.model import Status
from app.services.archive import Archive
from app.services.cards import chips_of, persona_address
from app.services.evidence import references_of, split_reference
from app.services.gathering.plans import counted_in, where_cited
from app.services.gathering.wording import Words, later
from app.services.telling import downloaded
from app.services.views import Went, WentGroup


@dataclass(frozen=True)
class Told:
    """Her story, and the words in which she is told where it has gone."""

    archive: Archive
    connection: Connection
    row: AnyRow
    words: Words


Kind = Callable[[Told], Sequence[Went]]
PERSONAS = later("People we imagine together, made from what several people told")
THEMES = later("Subjects under which your story stands")
COPIES = later("Copies")
PLANS = later("Plans for services that quote you")


def personas(told: Told) -> Sequence[Went]:
    """The personas that rest on her story, by name; a link where everybody may read the page."""
    story_id, pair = told.row.id, pairs(STORY.c.id == told.row.id)
    made = set(told.connection.execute(select(pair.c.persona_id)).scalars())
    ready = select(PERSONA).where(PERSONA.c.status == Status.READY.value).order_by(PERSONA.c.name)
    found = []
    for one in told.connection.execute(ready):
        sentences = sum(_rests_on(s, story_id) for group in one.groups for s in group["statements"])
        quoted = (split_reference(one.quote) or ("",))[0] == story_id
        if one.id in made or sentences or quoted:
            found.append(Went(one.name, _address(told, one), _how(sentences, told.words, quoted=quoted)))
    return found


def _address(told: Told, persona: AnyRow) -> str:
    shown = (PERSONA.c.id == persona.id, visible_to(ANONYMOUS, told.archive.now(), PERSONA))
    found = told.connection.execute(select(PERSONA.c.id).where(*shown)).first()
    return persona_address(persona.slug) if found else ""


def _rests_on(statement: dict[str, object], story_id: str) -> bool:
    references = references_of([{"statements": [statement]}])
    return any((split_reference(one) or ("",))[0] == story_id for one in references)


def _how(sentences: int, words: Words, *, quoted: bool) -> str:
    if quoted:
        return words.say("Your own words stand at the top of the page.")
    if sentences:
        return words.say("Sentences that rest on your words: %(number)s.", number=sentences)
    return words.say("Your story is one of those it is made from.")


def themes(told: Told) -> Sequence[Went]:
    """The themes of her story; none of others is named."""
    return [Went(chip.label) for chip in chips_of(told.connection, [told.row.id])[told.row.id]]


def specifications(told: Told) -> Sequence[Went]:
    """The specifications that cite her words; one that is closed to all but some is not named."""
    found = []
    for row, number in counted_in(told.connection, told.row.id):
        said = told.words.say("Places where your words stand: %(number)s.", number=number)
        found.append(Went(where_cited(row, told.words), "", said))
    return found


def copies(told: Told) -> Sequence[Went]:
    """How often her story has left as a file."""
    count = select(func.count()).select_from(AUDIT).where(downloaded(told.row.id))
    number = told.connection.execute(count).scalar_one()
    said = told.words.say("Times that it was saved as a file: %(number)s.", number=number)
    return [Went(said)] if number else []


KINDS: Sequence[tuple[str, Kind]] = (
    (PERSONAS, personas),
    (THEMES, themes),
    (PLANS, specifications),
    (COPIES, copies),
)


def where_it_went(archive: Archive, connection: Connection, row: AnyRow, words: Words) -> list[WentGroup]:
    """All of it, by kind; kinds of which there is nothing are left out."""
    told = Told(archive, connection, row, words)
    groups = ((name, kind(told)) for name, kind in KINDS)
    return [WentGroup(words.say(name), found) for name, found in groups if found]

"""Citing under a requirement: a quote as it was said, a persona, an idea of a session, or a figure."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from app.database.marking import QUOTE
from app.database.sessions import SESSION
from app.database.specifications import CITATION
from app.database.tables import PASSAGE, PERSONA, STORY, AnyRow
from app.database.visibility import citable, held_back, offered_to, quotes_of, today, visible_to
from app.errors import InvalidText, NotFound, Withdrawn
from app.records.ids import mint, normal_id
from app.rendering.wording import digest_of_words, stands_in
from app.services.absence import absence
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.marking.lines import OF_QUOTES
from app.services.reading import uses_label
from app.services.sessions.log import state_of
from app.services.sessions.room import open_to as session_open_to
from app.services.specifications.access import Who
from app.services.specifications.requirements import Here, touched, writing_in
from app.services.views import CitationForm

LONGEST_WORDING, LONGEST_FIGURE, LONGEST_SOURCE, LONGEST_NOTE = 5_000, 1_000, 500, 1_000  # characters
MOST = 200  # under one requirement
QUOTE_ID = re.compile(r"q-[0-9A-Za-z]{8,10}", re.IGNORECASE)
IDEA = re.compile(r"(d-[0-9a-z]{8,10})(?:#idea-|[ /:])(\d{1,9})")
NO_QUOTE = (
    "No quote was found by this that you may read. Paste the address of a quote, or its id such as "
    "q-81hs2k4p. If somebody gave it to you, ask them, or the stewards of this archive."
)
TAKEN_BACK = "The storyteller has taken this story back, so nothing of it can be cited. No reason is needed."
WHY = {
    "draft": "its story is a draft",
    "not understood": "what its story’s file says of consent can not be understood",
    "ended": "what its storyteller agreed to has ended",
    "no use": "its storyteller did not agree to commissioning or publication",
}
NOT_FOR_THIS = "This can not be cited: {why}.{agreed} {whom}"
NO_PERSONA = "Choose a persona, or paste the address of one that you may see."
PERSONA_NOT = "This persona can not be cited: it is not for commissioning or publication. Ask the stewards."
NO_IDEA = (
    "No idea was found by this. Paste the address of an idea in a session that is open to you, such as "
    "/sessions/d-3m2xa8qd#idea-4."
)
THERE_ALREADY = "It stands there already: {}."
FULL = "There is room for {} citations under one requirement."
STANCES = ("supports", "challenges")


class AlteredQuotation(InvalidText):
    """The wording says what the quote does not. Both, so that a page can show the difference."""

    def __init__(self, source: str, wording: str) -> None:
        super().__init__(
            "These are not the words that were said. Take them as they stand, or mark what you leave out "
            "with … and what you put in with [ ]."
        )
        self.source, self.wording = source, wording


def cite(archive: Archive, who: Who, specification_id: str, requirement_id: str, form: CitationForm) -> str:
    """Cite something; its id. Raises AlteredQuotation, InvalidText with the reason, NotFound."""
    if form.stance not in STANCES or form.kind not in FINDING:
        raise InvalidText("Say what is cited, and whether it supports the requirement or challenges it.")
    note = tidied(form.note, LONGEST_NOTE)
    with writing_in(archive, who, specification_id) as here:
        row = here.node(requirement_id).row
        if row.heading:
            raise InvalidText("This is a heading. Cite under a requirement.")
        found = FINDING[form.kind](here, form)
        _refuse_twice(here, row.key, found, form)
        cited_id = str(mint("c"))
        told = {"id": cited_id, "requirement": row.key, "kind": form.kind, "note": note, **found}
        told |= {"challenges": form.stance == "challenges", "account": who.by.account, "at": archive.now()}
        here.connection.execute(insert(CITATION).values(**told))
        touched(here)
    return cited_id


def _refuse_twice(here: Here, requirement: int, found: Mapping[str, Any], form: CitationForm) -> None:
    there = (CITATION.c.requirement == requirement, CITATION.c.removed.is_(None))
    same = [CITATION.c[name] == value for name, value in found.items() if name in SAME]
    same += [_same_words(found)] if form.kind == "quote" else []
    stance = CITATION.c.challenges.is_(form.stance == "challenges")
    already = select(CITATION.c.id).where(*there, *same, stance)
    cited_id = here.connection.execute(already).scalar()
    if cited_id:
        raise InvalidText(THERE_ALREADY.format(cited_id))
    counted = select(func.count()).select_from(CITATION).where(*there)
    if int(here.connection.execute(counted).scalar_one()) >= MOST:
        raise InvalidText(FULL.format(MOST))


def _same_words(found: Mapping[str, Any]) -> ColumnElement[bool]:
    """That this quote is cited, or the same words of the story under the mark of somebody else."""
    place = [CITATION.c[name] == found[name] for name in ("story_id", "revision", "anchor", "start", "size")]
    return or_(CITATION.c.quote == found["quote"], and_(*place))


def stands_beside(archive: Archive, citation_id: str) -> bool:
    """Whether words of the same passage stood under its requirement already."""
    other = CITATION.alias()
    same = [other.c[name] == CITATION.c[name] for name in ("requirement", "story_id", "anchor")]
    joined = CITATION.join(other, and_(*same, other.c.key != CITATION.c.key, other.c.removed.is_(None)))
    this = (CITATION.c.id == citation_id, CITATION.c.kind == "quote")
    with archive.engine.connect() as connection:
        found = select(other.c.key).select_from(joined).where(*this)
        return connection.execute(found).first() is not None


SAME = ("kind", "wording", "persona_id", "session", "idea", "figure", "source")


def _quote(here: Here, form: CitationForm) -> dict[str, Any]:
    row = _quote_row(here, form.quote)
    words = row.text[row.start : row.start + row.size]
    wording = " ".join(tidied(form.wording, LONGEST_WORDING).split())
    if wording == words:
        wording = ""
    if wording and not stands_in(wording, words):
        raise AlteredQuotation(words, wording)
    return {
        "quote": row.key,
        "story_id": row.story_id,
        "revision": row.located,
        "anchor": row.anchor,
        "start": row.start,
        "size": row.size,
        "digest": digest_of_words(words),
        "uses": row.uses,
        "limited": row.excludes,
        "wording": wording,
    }


def _quote_row(here: Here, pasted: str) -> AnyRow:
    """A quote that she may read and that may be cited. Raises InvalidText, which says why not."""
    quote_id, now = quote_named(pasted), here.archive.now()
    allowed, held = citable(now).label("allowed"), held_back(now).label("held")
    more = (STORY.c.uses, STORY.c.until, STORY.c.stated, STORY.c.excludes, STORY.c.gatherer)
    columns = (*QUOTE.c, PASSAGE.c.text, *more, allowed, held)
    there = select(*columns).select_from(OF_QUOTES).where(QUOTE.c.id == quote_id)
    row = here.connection.execute(there.where(quotes_of(visible_to(here.who.actor, now)))).first()
    if row is None:
        raise InvalidText(_not_found(here, quote_id))
    if not row.allowed:
        raise InvalidText(_not_allowed(here, row))
    return row


def quote_named(pasted: str) -> str:
    """The id of the quote in what somebody pasted: the last one; empty where there is none."""
    found = QUOTE_ID.findall(pasted[:1_000])
    return (normal_id(found[-1]) if found else None) or ""


def _not_found(here: Here, quote_id: str) -> str:
    where = select(QUOTE.c.story_id).where(QUOTE.c.id == quote_id)
    story_id = here.connection.execute(where).scalar()
    told = absence(here.archive, here.connection, here.who.actor, story_id=story_id) if story_id else None
    return TAKEN_BACK if isinstance(told, Withdrawn) else NO_QUOTE


def _not_allowed(here: Here, row: AnyRow) -> str:
    language, day = here.archive.settings.language, today(here.archive.now())
    label = uses_label(row.uses, row.until, language, stated=row.stated, today=day) if row.uses else ""
    gatherer = f"Ask {row.gatherer}, who gathered it, or" if row.gatherer else "Ask who gathered it, or"
    whom = f"{gatherer} the stewards of this archive."
    return NOT_FOR_THIS.format(why=WHY[row.held], agreed=f" {label}" if label else "", whom=whom)


def _persona(here: Here, form: CitationForm) -> dict[str, Any]:
    actor, now, name = here.who.actor, here.archive.now(), form.persona.strip()[:500].rstrip("/")
    slug = name.rpartition("/personas/")[2]
    named = (PERSONA.c.id == (normal_id(name.rpartition("/")[2]) or "")) | (PERSONA.c.slug == slug)
    allowed = citable(now, PERSONA).label("allowed")
    there = select(PERSONA, allowed).where(named, offered_to(actor, now))
    row = here.connection.execute(there).first()
    if row is None:
        raise InvalidText(NO_PERSONA)
    if not row.allowed:
        raise InvalidText(PERSONA_NOT)
    pinned = {"revision": row.revision, "digest": row.digest, "uses": row.uses, "limited": row.excludes}
    return {"persona_id": row.id, **pinned}


def _idea(here: Here, form: CitationForm) -> dict[str, Any]:
    found = IDEA.search(form.idea[:500])
    if found is None:
        raise InvalidText(NO_IDEA)
    seen = session_open_to(here.archive, here.who.actor, here.who.by.account)
    row = here.connection.execute(select(SESSION).where(SESSION.c.id == found[1], seen)).first()
    idea = state_of(here.connection, row).ideas.get(int(found[2])) if row is not None else None
    if row is None or idea is None or idea.hidden:
        raise InvalidText(NO_IDEA)
    return {"session": row.key, "idea": idea.number, "digest": digest_of_words(idea.text)}


def _figure(_here: Here, form: CitationForm) -> dict[str, Any]:
    figure, source = tidied(form.figure, LONGEST_FIGURE), tidied(form.source, LONGEST_SOURCE)
    if not figure or not source:
        raise InvalidText("A figure needs its source: where can somebody look it up?")
    return {"figure": figure, "source": source}


FINDING: Mapping[str, Callable[[Here, CitationForm], dict[str, Any]]] = {
    "quote": _quote,
    "persona": _persona,
    "idea": _idea,
    "figure": _figure,
}


def cite_as_now(archive: Archive, who: Who, specification_id: str, citation_id: str) -> str:
    """Cite what changed as it stands now, in the place of what was cited; the id of the new citation.

    Raises InvalidText where it can not be cited any more, NotFound.
    """
    with writing_in(archive, who, specification_id) as here:
        row, _ = _there(here, citation_id, gone=False)
        form = _form_of(here, row)
        found = FINDING[row.kind](here, form) if row.kind in FINDING else {}
        now, made_id = archive.now(), str(mint("c"))
        told = {"id": made_id, "requirement": row.requirement, "kind": row.kind, "note": row.note}
        told |= {"challenges": row.challenges, "account": who.by.account, "at": now, **found}
        here.connection.execute(update(CITATION).where(CITATION.c.key == row.key).values(removed=now))
        here.connection.execute(insert(CITATION).values(**told))
        touched(here)
    return made_id


def cite_as_before(archive: Archive, who: Who, specification_id: str, citation_id: str, new_id: str) -> None:
    """Undo `cite_as_now`: what was cited comes back, and the new citation goes. Raises NotFound."""
    with writing_in(archive, who, specification_id) as here:
        old, _ = _there(here, citation_id, gone=True)
        new, _ = _there(here, new_id, gone=False)
        this = update(CITATION).where(CITATION.c.key == new.key)
        here.connection.execute(this.values(removed=archive.now()))
        this = update(CITATION).where(CITATION.c.key == old.key)
        here.connection.execute(this.values(removed=None))
        touched(here)


def _form_of(here: Here, row: AnyRow) -> CitationForm:
    """What would be typed to cite the same; its wording where that still stands."""
    if row.kind != "quote":
        return CitationForm(kind=row.kind, persona=row.persona_id, figure=row.figure, source=row.source)
    quote_id = here.connection.execute(select(QUOTE.c.id).where(QUOTE.c.key == row.quote)).scalar() or ""
    now = _quote_row(here, quote_id)
    words = now.text[now.start : now.start + now.size]
    return CitationForm(quote=quote_id, wording=row.wording if stands_in(row.wording, words) else "")


def take_citation_off(
    archive: Archive, who: Who, specification_id: str, citation_id: str, *, back: bool = False
) -> str:
    """Take a citation off, or put it back; the id of its requirement. Raises NotFound."""
    with writing_in(archive, who, specification_id) as here:
        row, requirement = _there(here, citation_id, gone=back)
        this = update(CITATION).where(CITATION.c.key == row.key)
        here.connection.execute(this.values(removed=None if back else archive.now()))
        touched(here)
    return requirement


def _there(here: Here, citation_id: str, *, gone: bool) -> tuple[AnyRow, str]:
    """A citation of this specification and the id of its requirement. Raises NotFound."""
    there = CITATION.c.removed.is_not(None) if gone else CITATION.c.removed.is_(None)
    row = here.connection.execute(select(CITATION).where(CITATION.c.id == citation_id, there)).first()
    node = next((one for one in here.nodes if row is not None and one.row.key == row.requirement), None)
    if row is None or node is None:
        raise NotFound
    return row, str(node.row.id)

"""A specification as it leaves the archive: what may, what is left out and why, and that it left."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from app.database.tables import PERSONA, STORY, AnyRow
from app.database.visibility import USE_BITS
from app.exports.inlines import html
from app.exports.quoted import LeftOut
from app.exports.specified import Specified, SpecifiedCitation, SpecifiedPromise, SpecifiedRequirement
from app.records.model import Use
from app.services.archive import Archive
from app.services.auditing import note_download
from app.services.citing.styles import DEFAULT, Style
from app.services.dates import date_label
from app.services.documents import chunks
from app.services.paper.leaving import Asking, Terms, reasons, sentence, terms_of, together
from app.services.reading import uses_label
from app.services.specifications.access import STATUSES, Who, specification_address, specification_row
from app.services.specifications.promises import promises_of
from app.services.specifications.reading import today_of
from app.services.specifications.references import References, references_of
from app.services.specifications.tree import Node, nodes_of
from app.services.specifications.viewing import Shown, citation_view, requirement_view, shown_of
from app.services.specifications.watching import Cited, State, citations_of
from app.services.tracing.printed import printed
from app.services.views import (
    PrintedCitation,
    PrintedReference,
    PrintedRequirement,
    PromiseView,
    SpecificationPaper,
)

PERSONA_CHANGED = (
    "the persona is not as she was when she was cited; look at her, and cite her as she stands now"
)
DIFFERENT = (
    "All of it may be cited in a specification: everybody agreed to commissioning or to publication. What "
    "else it may be used for differs, and stands in each note."
)
ASSUMED = (
    "All of it may be cited in a specification. Of some of it no consent is recorded, and this archive "
    "assumes what it may be used for. That, and what else the rest may be used for, stands in each note."
)
WHY = {
    State.CHANGED: "the words were changed after they were cited; cite them as they stand now",
    State.NOT_ALLOWED: "its use is no longer allowed",
    State.WITHDRAWN: "the story was taken back",
}


def what_leaves(
    archive: Archive,
    who: Who,
    specification_id: str,
    base: str,
    *,
    annex: bool,
    style: Style = DEFAULT,
    apart: bool = False,
) -> Specified:
    """The specification as it leaves with whoever asks; `note_taken` once it did.

    `base` is the archive's whole address; `apart`: no footnote leads to another one. Raises NotFound, and
    InvalidText where its references can not be formatted.
    """
    with archive.engine.connect() as connection:
        row = specification_row(connection, who, specification_id)
        nodes = nodes_of(connection, row.key)
        every = citations_of(archive, connection, who, nodes)
        shown = shown_of(archive, connection, who, row, nodes, every, base)
        kept = _kept(archive, connection, shown)
        cited = {one.row.key: _leaving(shown, one, kept) for one in nodes}
        specified = _specified(archive, connection, shown, nodes, cited)
        specified = replace(specified, annex=annex, left_out=list(_left_out(kept)))
        specified = _with_terms(archive, connection, specified)
    everything = [one for some in cited.values() for one in some]
    return _with_references(
        specified, references_of(archive, everything, style, base, specified.made, apart=apart)
    )


def _leaving(shown: Shown, node: Node, kept: Mapping[int, str]) -> list[Cited]:
    """What is cited under a requirement and leaves: first what supports it."""
    there = [one for one in shown.cited.get(node.row.key, ()) if one.key not in kept]
    return sorted(there, key=lambda one: bool(one.row.challenges))


def note_taken(archive: Archive, who: Who, specified: Specified, form: str) -> None:
    """Write that these stories and personas left with somebody in a file of this form."""
    if who.by.account is not None and specified.records:
        with archive.writing() as connection:
            note_download(archive, connection, who.by.account, specified.records, f"specification.{form}")
            connection.commit()


def _kept(archive: Archive, connection: Connection, shown: Shown) -> dict[int, str]:
    """By the key of a citation why it stays here."""
    every = [one for some in shown.cited.values() for one in some]
    asking, actor = Asking(shown.base), shown.who.actor
    stories = {one.row.story_id for one in every if one.shown and one.row.kind == "quote"}
    personas = {one.row.persona_id for one in every if one.shown and one.row.kind == "persona"}
    held = reasons(archive, connection, actor, asking, stories)
    absent = reasons(archive, connection, actor, asking, personas, PERSONA)
    found: dict[int, str] = {}
    for one in every:
        if one.state in WHY:
            changed = one.state is State.CHANGED and one.row.kind == "persona"
            found[one.key] = PERSONA_CHANGED if changed else WHY[one.state]
        elif one.row.kind == "quote" and one.row.story_id in held:
            found[one.key] = sentence(held[one.row.story_id], asking)
        elif one.row.kind == "persona" and one.row.persona_id in absent:
            found[one.key] = sentence(absent[one.row.persona_id], asking, story=False)
    return found


def _left_out(kept: Mapping[int, str]) -> Iterator[str]:
    """A sentence for each reason, with how many it keeps here."""
    for why, number in Counter(kept.values()).items():
        yield LeftOut(why, number).sentence.replace("quote", "citation", 1)


def _specified(
    archive: Archive,
    connection: Connection,
    shown: Shown,
    nodes: Sequence[Node],
    cited: Mapping[int, Sequence[Cited]],
) -> Specified:
    row, language, day = shown.specification, archive.settings.language, today_of(archive)
    address = f"{shown.base}{specification_address(row.id)}"
    version = f"Version {row.version}" if row.version else ""
    told = ", ".join(
        one for one in (version, STATUSES.get(row.status, ""), row.service, row.commissioner) if one
    )
    return Specified(
        id=row.id,
        title=row.title,
        archive=archive.settings.title,
        address=address,
        health_address=f"{address}/health",
        consent_address=f"{shown.base}/help/consent",
        trace_address=f"{shown.base}/trace",
        told=told,
        about=row.about,
        worths=[one["name"] for one in row.worths],
        requirements=[_requirement(shown, one, cited[one.row.key]) for one in nodes],
        promises=[_promise(one) for one in promises_of(archive, connection, row.key)],
        made=day,
        made_label=date_label(day, language),
    )


def _promise(one: PromiseView) -> SpecifiedPromise:
    state = "done" if one.done else "its day is over" if one.late else "open"
    when = f"by {one.day_label}, {state}" if one.day_label else state
    return SpecifiedPromise(one.words, when, one.happened)


def _requirement(shown: Shown, node: Node, cited: Sequence[Cited]) -> SpecifiedRequirement:
    view = requirement_view(shown, node)
    alone = bool(shown.cited.get(node.row.key)) and not cited
    held = [f"{one.name}: {one.label}. {one.note}".strip() for one in view.held if one.verdict]
    return SpecifiedRequirement(
        id=view.id,
        number=view.number,
        depth=view.depth,
        heading=view.heading,
        text=view.text,
        rationale="" if alone else view.rationale,
        priority=view.priority,
        held=held,
        citations=[_citation(shown, one) for one in cited],
        lapsed=any(one.state in WHY and not one.row.challenges for one in shown.cited.get(node.row.key, ())),
    )


def _citation(shown: Shown, cited: Cited) -> SpecifiedCitation:
    row, view = cited.row, citation_view(shown, cited)
    of_story = row.kind == "quote"
    return SpecifiedCitation(
        id=row.id,
        kind=row.kind,
        challenges=row.challenges,
        words=view.words,
        said_by=view.said_by,
        cited=view.cited,
        digest=row.digest if of_story else "",
        reference=(),
        address=view.address,
        note=row.note,
        language=view.language,
        content_notes=view.content_notes,
        told=view.told,
        story_id=row.story_id,
        version=row.revision,
        anchor=row.anchor,
        quote_id=(row.quote_id or "") if of_story else "",
        persona_id=row.persona_id,
        sign=printed(row.quote_id, row.revision, cited.words) if of_story else "",
    )


def _with_references(specified: Specified, references: References) -> Specified:
    """Each citation with its footnote, and the list of all."""
    requirements = [
        replace(one, citations=[replace(each, reference=references.notes[each.id]) for each in one.citations])
        for one in specified.requirements
    ]
    return replace(
        specified, requirements=requirements, references=references.listed, others=references.others
    )


def _with_terms(archive: Archive, connection: Connection, specified: Specified) -> Specified:
    """What is agreed to of each citation, and of all that is in it where that is the same."""
    terms = dict(_terms(connection, specified.records))
    if not terms:
        return specified
    labels = {key: _label(archive, one) for key, one in terms.items()}
    requirements = [
        replace(one, citations=[replace(each, agreed=labels.get(each.record, "")) for each in one.citations])
        for one in specified.requirements
    ]
    differ = DIFFERENT if all(one.stated for one in terms.values()) else ASSUMED
    uses = next(iter(labels.values())) if len(set(labels.values())) == 1 else differ
    back = not together(terms.values()).uses & USE_BITS[Use.PUBLICATION]
    return replace(specified, requirements=requirements, uses=uses, back=back)


def _label(archive: Archive, terms: Terms) -> str:
    return uses_label(terms.uses, terms.until, archive.settings.language, stated=terms.stated)


def _terms(connection: Connection, ids: Sequence[str]) -> Iterator[tuple[str, Terms]]:
    for table in (STORY, PERSONA):
        for part in chunks(ids):
            rows: Sequence[AnyRow] = connection.execute(select(table).where(table.c.id.in_(part))).all()
            yield from ((row.id, terms_of(row)) for row in rows)


def on_paper(specified: Specified) -> SpecificationPaper:
    """The same as a page to be printed."""
    requirements = [
        PrintedRequirement(one, _printed(one.supports), _printed(one.challenges), one.nothing)
        for one in specified.requirements
    ]
    return SpecificationPaper(
        specified,
        heading=specified.heading,
        requirements=requirements,
        references=[PrintedReference(one.number, html(one.inlines)) for one in specified.references],
        others=[PrintedReference("", html(one)) for one in specified.others],
        signed=specified.signed,
    )


def _printed(citations: Sequence[SpecifiedCitation]) -> list[PrintedCitation]:
    return [PrintedCitation(one, html(one.reference), one.found_by) for one in citations]

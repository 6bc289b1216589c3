"""A specification in the form that Pandoc reads and makes a Word file of, with real footnotes."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.exports.pandoc_tree import (
    Block,
    bullets,
    emphasis,
    heading,
    link,
    para,
    quotation,
    set_words,
    text,
    tree,
)
from app.exports.quoted import in_quotation
from app.exports.specified import (
    BEFORE_USE,
    NOTHING,
    RETURN,
    Specified,
    SpecifiedCitation,
    SpecifiedRequirement,
)

DEEPEST = 6  # levels of heading that Word knows


def specification_document(specified: Specified) -> bytes:
    """The whole document, or its evidence annex."""
    blocks = [*_head(specified)]
    for one in specified.requirements:
        blocks += _requirement(one, annex=specified.annex)
    blocks += _promises(specified)
    blocks += _references(specified)
    return tree(specified.heading, blocks)


def _head(specified: Specified) -> Iterator[Block]:
    if specified.told:
        yield para(*text(specified.told))
    made = f"Made from {specified.archive} on {specified.made_label}, specification {specified.id}."
    yield para(*text(made))
    yield para(link(specified.health_address, specified.health_address))
    if specified.back:
        yield para({"t": "Strong", "c": text(RETURN)})
    if specified.uses:
        yield para(*text(specified.uses))
        yield para(*text(BEFORE_USE))
    if specified.left_out:
        yield para(*text("Left out of this copy:"))
        yield bullets([para(*text(line))] for line in specified.left_out)
    if not specified.annex:
        yield from _paragraphs(specified.about)
        if specified.worths:
            yield para(*text("Held against what the programme values:"))
            yield bullets([_words(line)] for line in specified.worths)


def _paragraphs(words: str) -> Iterator[Block]:
    yield from (_words(part) for part in words.split("\n\n") if part.strip())


def _words(words: str) -> Block:
    return set_words(words, lambda inlines: para(*inlines))


def _requirement(one: SpecifiedRequirement, *, annex: bool) -> Iterator[Block]:
    if one.heading:
        yield heading(min(DEEPEST, one.depth + 1), f"{one.number} {one.text}", one.id)
        if not annex:
            yield from _paragraphs(one.rationale)
        return
    number: dict[str, Any] = {"t": "Strong", "c": text(one.number)}
    ends = [{"t": "Space"}, emphasis(f"({one.priority})")] if one.priority else []
    notes = [_note(cited) for cited in one.citations] if not annex else []
    asked = {"t": "Span", "c": [[one.id, [], []], [number, {"t": "Space"}, *text(one.text)]]}
    yield para(asked, *notes, *ends)
    if not annex:
        yield from _paragraphs(one.rationale)
        yield from (_words(line) for line in one.held)
    yield from _rests(one, annex=annex)


def _rests(one: SpecifiedRequirement, *, annex: bool) -> Iterator[Block]:
    if annex and not one.supports:
        yield para(emphasis(NOTHING))
    if one.supports:
        yield para(emphasis("Supported by"))
        for cited in one.supports:
            yield from _citation(cited, annex=annex)
    if one.challenges:
        yield para(emphasis("Challenged by"))
        for cited in one.challenges:
            yield from _citation(cited, annex=annex)


def _citation(cited: SpecifiedCitation, *, annex: bool) -> Iterator[Block]:
    notes = [_note(cited)] if annex else []
    if cited.content_notes:
        yield para(emphasis(f"Mentions {', '.join(cited.content_notes)}."))
    if cited.kind == "quote":
        yield set_words(
            in_quotation(cited.words), lambda inlines: quotation([*inlines, *notes]), cited.language
        )
        yield para(*text(f"— {cited.said_by}"))
    else:
        yield set_words(cited.words, lambda inlines: quotation([*inlines, *notes]))
    if cited.note:
        yield _words(cited.note)


def _note(cited: SpecifiedCitation) -> dict[str, Any]:
    """A footnote: the reference, and by what it can be checked years later."""
    checked = [{"t": "Space"}, *text(f"({cited.checked_by})")] if cited.checked_by else []
    return {"t": "Note", "c": [para(*text(cited.reference), *checked)]}


def _promises(specified: Specified) -> Iterator[Block]:
    if specified.promises and not specified.annex:
        yield heading(1, "What we said we would do", "promises")
        yield bullets(
            [_words(one.words), para(emphasis(one.when))]
            + ([_words(f"What happened: {one.happened}")] if one.happened else [])
            for one in specified.promises
        )


def _references(specified: Specified) -> Iterator[Block]:
    references: Sequence[str] = specified.references
    if references:
        yield heading(1, "References", "references")
        yield bullets([_words(line)] for line in references)

"""A specification in the form that Pandoc reads and makes a Word file of, with real footnotes."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.exports.direction import RTL, direction
from app.exports.pandoc_tree import (
    Block,
    Inlines,
    bullets,
    emphasis,
    heading,
    in_a_line,
    link,
    para,
    set_words,
    steadied,
    styled,
    text,
    tree,
)
from app.exports.quoted import in_quotation
from app.exports.specified import (
    BEFORE_USE,
    HELD_AGAINST,
    OTHERS,
    RETURN,
    Specified,
    SpecifiedCitation,
    SpecifiedRequirement,
)

UNBROKEN = "\u00a0"  # a space at which no line ends: a sign stands on the line of the words before it
DEEPEST = 6  # levels of heading that Word knows
ASKED, FOR, AGAINST = "Requirement", "Stance", "Stance against"  # styles, by Word’s names
SAID, TURNED = "Block Text", "Block Text from the right"
CITED, SAID_BY, SMALL, SIGN = "Evidence", "Said by", "Small print", "Sign"


def specification_document(specified: Specified) -> bytes:
    """The whole document, or its evidence annex."""
    blocks = [*_head(specified)]
    for one in specified.requirements:
        blocks += _requirement(specified, one)
    blocks += _promises(specified)
    blocks += _references(specified)
    return tree(specified.heading, blocks)


def _head(specified: Specified) -> Iterator[Block]:
    if specified.told:
        yield para(*text(specified.told))
    made = f"Made from {specified.archive} on {specified.made_label}, specification {specified.id}."
    yield _small(*text(made), {"t": "Space"}, link(specified.health_address, specified.health_address))
    if specified.back:
        yield styled("Return", para(*text(RETURN)))
    if specified.uses:
        yield _small(*text(f"{specified.uses} {BEFORE_USE}"))
    if specified.signed:
        yield _small(*text(specified.signed))
    if specified.left_out:
        yield para(*text("Left out of this copy:"))
        yield bullets([_item(line)] for line in specified.left_out)
    if not specified.annex:
        yield from _paragraphs(specified.about)
        if specified.worths:
            yield para(*text(HELD_AGAINST))
            yield bullets([_item(line)] for line in specified.worths)


def _small(*inlines: dict[str, Any]) -> Block:
    return styled(SMALL, para(*inlines))


def _paragraphs(words: str) -> Iterator[Block]:
    yield from (_words(part) for part in words.split("\n\n") if part.strip())


def _words(words: str) -> Block:
    return set_words(words, lambda inlines: para(*inlines))


def _item(words: str) -> Block:
    return set_words(words, lambda inlines: {"t": "Plain", "c": inlines})


def _requirement(specified: Specified, one: SpecifiedRequirement) -> Iterator[Block]:
    if one.heading:
        yield heading(min(DEEPEST, one.depth + 1), f"{one.number} {one.text}", one.id)
    else:
        yield _asked(one)
    if not specified.annex:
        yield from _paragraphs(one.rationale)
        yield from (_words(line) for line in one.held)
    elif not one.heading and not one.supports:
        yield styled(SMALL, para(emphasis(one.nothing)))
    yield from _citations(FOR, "Supported by", one.supports)
    yield from _citations(AGAINST, "Challenged by", one.challenges)


def _asked(one: SpecifiedRequirement) -> Block:
    number: dict[str, Any] = {"t": "Strong", "c": text(one.number)}
    ends: Inlines = [{"t": "Space"}, {"t": "Emph", "c": text(f"({one.priority})")}] if one.priority else []
    asked = {"t": "Span", "c": [[one.id, [], []], [number, {"t": "Space"}, *text(one.text)]]}
    return styled(ASKED, para(asked, *ends))


def _citations(style: str, label: str, some: Sequence[SpecifiedCitation]) -> Iterator[Block]:
    if some:
        yield styled(style, para(*text(label)))
    for cited in some:
        yield from _citation(cited)


def _citation(cited: SpecifiedCitation) -> Iterator[Block]:
    if cited.content_notes:
        yield styled(SMALL, para(*text(f"Mentions {', '.join(cited.content_notes)}.")))
    if cited.kind == "quote":
        said = in_quotation(cited.words)
        style = TURNED if direction(said) == RTL else SAID
        yield styled(style, para(in_a_line(said, cited.language), *_sign(cited), _note(cited)))
        yield styled(SAID_BY, para(*steadied(text(f"— {cited.said_by}"))))
    else:
        yield styled(CITED, para(in_a_line(cited.words), _note(cited)))
        if cited.stands_for:
            yield styled(SAID_BY, para(*steadied(text(cited.stands_for))))
    if cited.note:
        yield set_words(cited.note, lambda inlines: styled("Remark", para(*inlines)))


def _sign(cited: SpecifiedCitation) -> Inlines:
    """By what the quotation is checked years later; on a screen it leads to the quote."""
    sign = {"t": "Str", "c": cited.sign.replace(" ", UNBROKEN)}
    small = {"t": "Span", "c": [["", [], [["custom-style", SIGN]]], [sign]]}
    return [{"t": "Str", "c": UNBROKEN}, {"t": "Link", "c": [["", [], []], [small], [cited.address, ""]]}]


def _note(cited: SpecifiedCitation) -> dict[str, Any]:
    """A footnote: the reference, and where in the archive it stands."""
    found = [{"t": "Space"}, *text(cited.found_by)] if cited.found_by else []
    return {"t": "Note", "c": [para(*steadied(cited.reference), *found)]}


def _promises(specified: Specified) -> Iterator[Block]:
    if specified.promises and not specified.annex:
        yield heading(1, "What we said we would do", "promises")
        yield bullets(
            [_words(one.words), para({"t": "Emph", "c": text(one.when)})]
            + ([_words(f"What happened: {one.happened}")] if one.happened else [])
            for one in specified.promises
        )


def _gap(number: str) -> Inlines:
    return [{"t": "Space"}] if number else []


def _references(specified: Specified) -> Iterator[Block]:
    """The lists; paragraphs of a div of this name have Word's own style for references."""
    listed = ((one.number, steadied(one.inlines)) for one in specified.references)
    entries = [para(*text(number), *_gap(number), *inlines) for number, inlines in listed]
    if entries:
        yield heading(1, "References", "references")
        yield {"t": "Div", "c": [["refs", [], []], entries]}
    if specified.others:
        yield heading(2 if entries else 1, OTHERS, "others")
        yield styled("Bibliography", *(para(*steadied(one)) for one in specified.others))

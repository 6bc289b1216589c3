"""A specification as Markdown, in which no word of anybody's means anything but itself."""

from collections.abc import Iterator

from app.exports.inlines import markdown
from app.exports.quoted import in_quotation
from app.exports.quotes_markdown import words
from app.exports.specified import (
    BEFORE_USE,
    HELD_AGAINST,
    OTHERS,
    RETURN,
    Specified,
    SpecifiedCitation,
    SpecifiedRequirement,
)

DEEPEST = 5


def specification_markdown(specified: Specified) -> Iterator[str]:
    """The file, a part at a time; footnotes as Pandoc and most others read them."""
    yield f"# {words(specified.heading)}\n\n"
    yield from _head(specified)
    numbers = {one.id: number for number, one in enumerate(specified.citations, 1)}
    for one in specified.requirements:
        yield from _requirement(specified, one, numbers)
    yield from _promises(specified)
    yield from _references(specified)
    for cited in specified.citations:
        yield f"[^{numbers[cited.id]}]: {markdown(cited.reference)} {words(cited.found_by)}".rstrip() + "\n"


def _head(specified: Specified) -> Iterator[str]:
    if specified.told:
        yield f"{words(specified.told)}\n\n"
    yield f"{words(specified.archive)}, {words(specified.made_label)}, {words(specified.id)}.\n\n"
    yield f"<{specified.health_address}>\n\n"
    before = BEFORE_USE if specified.uses else ""
    for line in (RETURN if specified.back else "", specified.uses, before, specified.signed):
        yield f"{words(line)}\n\n" if line else ""
    if specified.left_out:
        yield "Left out of this copy:\n\n"
        yield from (f"- {words(line)}\n" for line in specified.left_out)
        yield "\n"
    if not specified.annex:
        yield from _paragraphs(specified.about)
        yield f"{words(HELD_AGAINST)}\n\n" if specified.worths else ""
        yield from (f"- {words(line)}\n" for line in specified.worths)
        yield "\n" if specified.worths else ""


def _paragraphs(text: str) -> Iterator[str]:
    yield from (f"{words(part)}\n\n" for part in text.split("\n\n") if part.strip())


def _requirement(specified: Specified, one: SpecifiedRequirement, numbers: dict[str, int]) -> Iterator[str]:
    priority = f" *({words(one.priority)})*" if one.priority and not one.heading else ""
    begins = f"{'#' * min(DEEPEST, one.depth + 2)} {one.number}" if one.heading else f"**{one.number}**"
    yield f"{begins} {words(one.text)}{priority}\n\n"
    if not specified.annex:
        yield from _paragraphs(one.rationale)
        yield from (f"{words(line)}\n\n" for line in one.held)
    elif not one.heading and not one.supports:
        yield f"*{one.nothing}*\n\n"
    for label, some in (("Supported by", one.supports), ("Challenged by", one.challenges)):
        yield f"*{label}*\n\n" if some else ""
        for cited in some:
            yield _citation(cited, numbers[cited.id])


def _citation(cited: SpecifiedCitation, number: int) -> str:
    notes = f"*Mentions {words(', '.join(cited.content_notes))}.*\n\n" if cited.content_notes else ""
    said = f">\n> — {words(cited.said_by)}\n" if cited.kind == "quote" else ""
    said += f">\n> {words(cited.stands_for)}\n" if cited.stands_for else ""
    told = words(in_quotation(cited.words)) if cited.kind == "quote" else words(cited.words)
    sign = f" {words(cited.sign)}" if cited.sign else ""
    more = f"\n{words(cited.note)}\n" if cited.note else ""
    return f"{notes}> {told}{sign}[^{number}]\n{said}{more}\n"


def _promises(specified: Specified) -> Iterator[str]:
    if specified.promises and not specified.annex:
        yield "## What we said we would do\n\n"
        for one in specified.promises:
            happened = f" What happened: {words(one.happened)}" if one.happened else ""
            yield f"- {words(one.words)} *({words(one.when)})*{happened}\n"
        yield "\n"


def _references(specified: Specified) -> Iterator[str]:
    if specified.references:
        yield "## References\n\n"
        yield from (f"{one.number or '-'} {markdown(one.inlines)}\n" for one in specified.references)
        yield "\n"
    if specified.others:
        yield f"{'###' if specified.references else '##'} {OTHERS}\n\n"
        yield from (f"- {markdown(one)}\n" for one in specified.others)
        yield "\n"

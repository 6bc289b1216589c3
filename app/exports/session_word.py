"""A design session's report, in the form that Pandoc reads and makes a Word file of."""

from collections.abc import Iterator, Sequence

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
from app.exports.reported import (
    RETURN,
    TAKEN_BACK,
    Finding,
    Report,
    ReportCell,
    ReportDecision,
    ReportIdea,
    ReportQuote,
    ReportStep,
)

NONE_DECIDED, NO_STEP = "Nothing was written down as decided.", "No next step was written down."
SINCE = "What was taken back since is not to be used: the address above shows how the report stands now."
GONE = (
    "Words that this session leant on were taken back. They are not in this copy, and are not to be used "
    "from earlier ones."
)


def session_document(report: Report) -> bytes:
    """The report: what was decided, what is to be done, how ideas stand, and every idea with its cells."""
    title = f"{report.title}: report of a design session"
    blocks = [*_head(report), *_outcomes(report), *_standing(report), *_ideas(report), *_about(report)]
    return tree(title, blocks)


def _head(report: Report) -> Iterator[Block]:
    people = "1 person" if report.people == 1 else f"{report.people} people"
    told = ", ".join(part for part in (report.team, report.day_label, f"{people} took part") if part)
    yield para(*text(f"{told}."))
    yield para(*text(f"Made from {report.archive} on {report.made_label}, session {report.id}."))
    yield para(link(report.address, report.address))
    if report.back:
        yield para({"t": "Strong", "c": text(RETURN)})
    if report.uses:
        yield para(*text(report.uses))
        yield para(*text(SINCE))
    if report.taken_back:
        yield para(*text(GONE))
    if report.left_out:
        yield para(*text("Left out of this copy:"))
        yield bullets([para(*text(line))] for line in report.left_out)


def _outcomes(report: Report) -> Iterator[Block]:
    yield heading(1, "What was decided", "decided")
    if report.decisions:
        yield bullets(_decision(one) for one in report.decisions)
    else:
        yield para(*text(NONE_DECIDED))
    yield heading(1, "What we said we would do", "steps")
    if report.steps:
        yield bullets(_step(one) for one in report.steps)
    else:
        yield para(*text(NO_STEP))


def _words(words: str) -> Block:
    return set_words(words, lambda inlines: para(*inlines))


def _decision(one: ReportDecision) -> list[Block]:
    told = [f"Because: {one.reason}" if one.reason else "", f"About: {one.idea}" if one.idea else ""]
    return [_words(one.words), *(_words(line) for line in told if line)]


def _step(one: ReportStep) -> list[Block]:
    until = f"by {one.day_label}" if one.day_label else ""
    told = ", ".join(part for part in (one.who or "nobody named yet", until, one.state) if part)
    came = [_words(f"What came of it: {one.came}")] if one.came else []
    return [_words(one.what), para(emphasis(told)), *came]


def _standing(report: Report) -> Iterator[Block]:
    yield heading(1, "How the ideas stand", "stands")
    yield from _findings("Ideas that help nobody on the table", report.helping_nobody)
    yield from _findings("Personas that no idea helps", report.helped_by_nothing)
    yield from _findings("What was never discussed", report.undiscussed)
    yield from _findings("Held against what we value", report.against_values)


def _findings(name: str, found: Sequence[Finding]) -> Iterator[Block]:
    if found:
        yield heading(2, name, name.lower().replace(" ", "-"))
        yield bullets([_words(f"{one.name}: {one.detail}" if one.detail else one.name)] for one in found)


def _ideas(report: Report) -> Iterator[Block]:
    if report.ideas:
        yield heading(1, "How would this have helped…", "ideas")
    for one in report.ideas:
        yield from _idea(one)


def _idea(idea: ReportIdea) -> Iterator[Block]:
    yield heading(2, idea.text, f"idea-{idea.number}")
    votes = "1 vote" if idea.votes == 1 else f"{idea.votes} votes"
    yield para(emphasis(f"{votes}, {idea.group}" if idea.group else votes))
    for cell in idea.cells:
        yield from _cell(cell, cell.name)
    for cell in idea.worths:
        yield from _cell(cell, f"Beside “{cell.name}”")


def _cell(cell: ReportCell, name: str) -> Iterator[Block]:
    yield para({"t": "Strong", "c": text(f"{name}: {cell.label}")})
    for one in cell.texts:
        if one.note:
            yield _words(f"{one.label}: {one.note}" if len(cell.texts) > 1 else one.note)
    for quote in cell.quotes:
        yield from _quote(quote)
    if cell.taken_back:
        yield para(emphasis(TAKEN_BACK))


def _quote(quote: ReportQuote) -> Iterator[Block]:
    if quote.content_notes:
        yield para(emphasis(f"Mentions {', '.join(quote.content_notes)}."))
    yield set_words(in_quotation(quote.words), quotation, quote.language)
    yield para(*text(f"— {quote.said_by},"), {"t": "Space"}, link(quote.cited, quote.address))


def _about(report: Report) -> Iterator[Block]:
    yield heading(1, "What the session was about", "about")
    for told in (report.purpose, report.vision):
        yield from (_words(part) for part in told.split("\n\n") if part.strip())
    yield from _listed("What we value", report.worths)
    yield from _listed("Questions", report.questions)
    people = [f"{one.name}{f', {one.tagline}' if one.tagline else ''} ({one.id})" for one in report.personas]
    yield from _listed("Personas on the table", people)
    stories = [f"{one.name}{f', {one.detail}' if one.detail else ''} ({one.id})" for one in report.stories]
    yield from _listed("Stories that were read", stories)


def _listed(name: str, lines: Sequence[str]) -> Iterator[Block]:
    if lines:
        yield heading(2, name, name.lower().replace(" ", "-"))
        yield bullets([_words(line)] for line in lines)

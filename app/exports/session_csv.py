"""A design session's report as CSV: a line for each thing that was said, and what kind of thing it is.

The first lines are the session itself, with its id, the day on which the file was made, and whether it is
to be returned; then ideas, cells, quotes, decisions, next steps, what stands out, and what was left out.
"""

from collections.abc import Iterator

from app.exports.csv_cells import csv_lines
from app.exports.reported import RETURN, TAKEN_BACK, Finding, Report, ReportCell, ReportIdea

HEADER = (
    "kind",
    "session",
    "made",
    "idea_number",
    "idea",
    "about",
    "about_id",
    "verdict",
    "words",
    "reason",
    "votes",
    "group",
    "said_by",
    "story",
    "version",
    "passage",
    "quote",
    "who",
    "day",
    "done",
    "came",
    "address",
)


def session_csv(report: Report) -> Iterator[str]:
    """The lines of the file."""
    return csv_lines(HEADER, (_cells(report, row) for row in _rows(report)))


def _cells(report: Report, row: dict[str, object]) -> list[object]:
    told = {"session": report.id, "made": report.made, **row}
    return [told.get(name, "") for name in HEADER]


def _rows(report: Report) -> Iterator[dict[str, object]]:
    about = {"about": report.team, "day": report.day, "votes": ""}
    yield {"kind": "session", "words": report.title, "address": report.address, **about}
    yield from _terms(report)
    for one in report.personas:
        yield {"kind": "persona", "about": one.name, "about_id": one.id, "address": one.address}
    for story in report.stories:
        told = {"about": story.name, "story": story.id, "reason": story.why}
        yield {"kind": "story", **told, "address": story.address}
    for idea in report.ideas:
        yield from _idea(idea)
    yield from _outcomes(report)
    yield from _standing(report)


def _terms(report: Report) -> Iterator[dict[str, object]]:
    if report.back:
        yield {"kind": "return", "words": RETURN}
    if report.uses:
        yield {"kind": "agreed to", "words": report.uses}
    if report.taken_back:
        yield {"kind": "taken back", "words": "Words that this session leant on were taken back."}
    for line in report.left_out:
        yield {"kind": "left out", "words": line}


def _idea(idea: ReportIdea) -> Iterator[dict[str, object]]:
    named = {"idea_number": idea.number, "idea": idea.text}
    yield {"kind": "idea", **named, "votes": idea.votes, "group": idea.group}
    for cell in idea.cells:
        yield from (named | row for row in _cell("cell", cell))
    for cell in idea.worths:
        yield from (named | row for row in _cell("value", cell))


def _cell(kind: str, cell: ReportCell) -> Iterator[dict[str, object]]:
    about = {"about": cell.name, "about_id": cell.key}
    for text in cell.texts:
        yield {"kind": kind, **about, "verdict": text.label, "words": text.note}
    if not cell.texts:
        yield {"kind": kind, **about, "verdict": cell.label}
    for quote in cell.quotes:
        cited = {
            "story": quote.story_id,
            "version": quote.revision,
            "passage": quote.anchor,
            "quote": quote.id,
        }
        said = {"words": quote.words, "said_by": quote.said_by, "address": quote.address}
        yield {"kind": "quote", **about, **said, **cited}
    if cell.taken_back:
        yield {"kind": "taken back", **about, "words": TAKEN_BACK}


def _outcomes(report: Report) -> Iterator[dict[str, object]]:
    for one in report.decisions:
        yield {"kind": "decision", "words": one.words, "reason": one.reason, "idea": one.idea}
    for step in report.steps:
        told = {"who": step.who, "day": step.day, "done": "yes" if step.done else "no", "came": step.came}
        yield {"kind": "next step", "words": step.what, **told}


def _standing(report: Report) -> Iterator[dict[str, object]]:
    yield from (_finding("helps nobody", "idea", one) for one in report.helping_nobody)
    yield from (_finding("no idea helps", "about", one) for one in report.helped_by_nothing)
    yield from (_finding("never discussed", "idea", one) for one in report.undiscussed)
    yield from (_finding("beside our values", "about", one) for one in report.against_values)


def _finding(kind: str, column: str, one: Finding) -> dict[str, object]:
    return {"kind": kind, column: one.name, "words": one.detail}

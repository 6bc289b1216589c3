"""A session's report as it leaves the archive: what may, what is left out and why, and that it left."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from app.database.tables import PERSONA, STORY
from app.database.visibility import USE_BITS, Actor
from app.exports.quoted import LeftOut
from app.exports.reported import Report, ReportCell, ReportIdea, weighed
from app.records.model import Use
from app.services.archive import Archive
from app.services.auditing import note_download
from app.services.documents import chunks
from app.services.marking.taking import WHY
from app.services.paper.leaving import Asking, Terms, reasons, sentence, terms_of, together
from app.services.reading import uses_label
from app.services.sessions.reporting import report_of
from app.services.sessions.room import Seen, session_row

DIFFERENT = "Its parts were agreed to for different uses: look at each of them before you use it."
ALONE = "{}: what they say rests only on words that are left out"
ALONE_ONE = "1 note: what it says rests only on words that are left out"


@dataclass(frozen=True)
class _Kept:
    """Why stories and personas stay here, by id; the notes that go with them are counted."""

    why: Mapping[str, str]
    changed: frozenset[str]  # ids of quotes that nobody has looked at since their words were changed

    def quote_stays(self, quote_id: str, story_id: str) -> bool:
        return story_id in self.why or quote_id in self.changed


def note_taken(archive: Archive, seen: Seen, taken: Report, form: str) -> None:
    """Write that these stories and personas left with somebody in a file of this form."""
    if seen.by.account is not None and taken.records:
        with archive.writing() as connection:
            note_download(archive, connection, seen.by.account, taken.records, f"session.{form}")
            connection.commit()


def what_leaves(archive: Archive, seen: Seen, session_id: str, base: str) -> Report:
    """The report as it leaves with whoever asks; `note_taken` once it did. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = session_row(archive, connection, seen, session_id)
        read = report_of(archive, connection, seen, row, base)
        return narrowed(archive, connection, seen.actor, read)


def narrowed(archive: Archive, connection: Connection, actor: Actor, read: Report) -> Report:
    """What of a report may leave with this actor, who may read all of it."""
    asking = Asking(read.address)
    stories = {one.id for one in read.stories} | {one.story_id for one in read.quotes}
    held = reasons(archive, connection, actor, asking, stories)
    absent = reasons(archive, connection, actor, asking, [one.id for one in read.personas], PERSONA)
    kept = _Kept(held | absent, frozenset(one.id for one in read.quotes if one.changed))
    taken = replace(
        read,
        personas=[one for one in read.personas if one.id not in kept.why],
        stories=[one for one in read.stories if one.id not in kept.why],
        ideas=[_idea(kept, one) for one in read.ideas],
    )
    taken = replace(weighed(taken), left_out=list(_left_out(read, kept, asking)))
    return _with_terms(archive, connection, taken)


def _idea(kept: _Kept, idea: ReportIdea) -> ReportIdea:
    cells = [_cell(kept, one) for one in idea.cells if one.key not in kept.why]
    return replace(idea, cells=cells, worths=[_cell(kept, one) for one in idea.worths])


def _cell(kept: _Kept, cell: ReportCell) -> ReportCell:
    """Without the quotes that stay; where all of them do, without what was noted about them."""
    quotes = [one for one in cell.quotes if not kept.quote_stays(one.id, one.story_id)]
    alone = bool(cell.quotes) and not quotes
    texts = [replace(one, note="") if alone else one for one in cell.texts]
    return replace(cell, quotes=quotes, texts=texts)


def _left_out(read: Report, kept: _Kept, asking: Asking) -> Iterator[str]:
    """A sentence for each reason, with how many it keeps here."""
    changed = dict.fromkeys(kept.changed, WHY["changed"])
    why = {one.id: kept.why.get(one.story_id) for one in read.quotes}
    told = {one: sentence(reason, asking) for one, reason in why.items() if reason}
    for reason, number in Counter({**changed, **told}.values()).items():
        yield LeftOut(reason, number).sentence
    yield from _counted("story", "stories", [one.id for one in read.stories], kept, asking)
    yield from _counted("persona", "personas", [one.id for one in read.personas], kept, asking)
    alone = sum(_goes_alone(kept, cell) for idea in read.ideas for cell in idea.every_cell)
    if alone:
        yield ALONE_ONE if alone == 1 else ALONE.format(f"{alone:,} notes")


def _goes_alone(kept: _Kept, cell: ReportCell) -> bool:
    stays = [kept.quote_stays(one.id, one.story_id) for one in cell.quotes]
    return cell.key not in kept.why and bool(stays) and all(stays) and bool(cell.notes)


def _counted(one: str, many: str, ids: Iterable[str], kept: _Kept, asking: Asking) -> Iterator[str]:
    told = [sentence(kept.why[key], asking, story=one == "story") for key in ids if key in kept.why]
    for reason, number in Counter(told).items():
        yield f"{number:,} {one if number == 1 else many}: {reason}"


def _with_terms(archive: Archive, connection: Connection, taken: Report) -> Report:
    """What is agreed to of all that is in it."""
    terms = list(_terms(connection, taken.records))
    if not terms:
        return taken
    every, language = together(terms), archive.settings.language
    uses = uses_label(every.uses, every.until, language, stated=every.stated) if every.uses else DIFFERENT
    return replace(taken, uses=uses, back=not every.uses & USE_BITS[Use.PUBLICATION])


def _terms(connection: Connection, ids: Iterable[str]) -> Iterator[Terms]:
    listed = list(ids)
    for table in (STORY, PERSONA):
        for part in chunks(listed):
            for row in connection.execute(select(table).where(table.c.id.in_(part))):
                yield terms_of(row)

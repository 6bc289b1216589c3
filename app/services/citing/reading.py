"""What somebody cites, as far as she may take it: a story, a passage, a quote or chosen words."""

from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import Connection, select

from app.database.marking import QUOTE
from app.database.tables import STORY, AnyRow
from app.database.visibility import Actor, quotes_of, takeable_by, today, uses_of, visible_to
from app.errors import NotFound, StoryholdError, Withdrawn
from app.exports.cited import BETWEEN, Cited
from app.records.model import Status, Use
from app.rendering.passages import normalised_text
from app.services.absence import absence_of_quote
from app.services.archive import Archive
from app.services.cards import chips_of
from app.services.citing.passages import Parts, parts_of, passages_from, passages_of
from app.services.marking.one_quote import whole_id
from app.services.paper.leaving import Asking, reasons, sentence
from app.services.reading import load_story_by_id, mentioned, standing_label

LONGEST_WORDS = 4_000  # characters that are looked for in a story


@dataclass(frozen=True)
class AskedCitation:
    """What is asked for. `record_id` is a story's or a quote's; `base` is the archive's whole address.

    `to` is the anchor of the last of several passages, of which `anchor` is the first's.
    """

    record_id: str
    base: str
    anchor: str = ""
    words: str = ""
    to: str = ""


@dataclass(frozen=True)
class Found:
    """What is cited, and the row of its story; `problem` is why that is less than what was asked for.

    `parts` are the passages with the words of each.
    """

    cited: Cited
    story: AnyRow
    problem: str = ""
    parts: Parts = ()


class NotToBeTaken(StoryholdError):
    """She may read this and not take it out of the archive; the error's text says why."""

    def __init__(self, story: AnyRow, why: str) -> None:
        super().__init__(why)
        self.story = story


def read_cited(archive: Archive, actor: Actor, asked: AskedCitation) -> Found:
    """What this reader may cite. Raises NotFound, Withdrawn or NotToBeTaken."""
    with archive.engine.connect() as connection:
        if asked.record_id.lower().startswith("q-"):
            return _quote(archive, connection, actor, asked)
        row = story_to_cite(archive, connection, actor, asked.record_id)
        return _words(archive, connection, asked, row)


def story_to_cite(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> AnyRow:
    """The row of a story that she may take. Raises NotFound, Withdrawn or NotToBeTaken."""
    if not story_id.lower().startswith("s-"):
        raise NotFound
    row = load_story_by_id(archive, connection, actor, story_id)
    if row.status == Status.WITHDRAWN:
        raise Withdrawn(row.id)
    may = select(STORY.c.id).where(STORY.c.id == row.id, takeable_by(actor, archive.now()))
    if connection.execute(may).first() is None:
        asking = Asking("")
        why = reasons(archive, connection, actor, asking, [row.id]).get(row.id, "no use")
        raise NotToBeTaken(row, sentence(why, asking))
    return row


def _quote(archive: Archive, connection: Connection, actor: Actor, asked: AskedCitation) -> Found:
    seen = quotes_of(visible_to(actor, archive.now()))
    joined = select(QUOTE.c.id, QUOTE.c.story_id, QUOTE.c.anchor, QUOTE.c.start, QUOTE.c.size)
    here = joined.join(STORY, QUOTE.c.story_id == STORY.c.id).where(QUOTE.c.id == whole_id(asked.record_id))
    quote = connection.execute(here.where(seen)).first()
    if quote is None:
        raise absence_of_quote(archive, connection, actor, whole_id(asked.record_id))
    row = story_to_cite(archive, connection, actor, quote.story_id)
    passage = next(iter(passages_from(connection, row.id, quote.anchor)), None)
    if passage is None:
        raise NotFound
    words = passage.text[quote.start : quote.start + quote.size]
    return Found(_cited(archive, connection, asked, row, [(passage, words)], quote.id), row)


def _words(archive: Archive, connection: Connection, asked: AskedCitation, row: AnyRow) -> Found:
    """The passages that were named and the words in them; where they stand nowhere, what is nearest."""
    words = normalised_text(asked.words)[:LONGEST_WORDS]
    passages = passages_from(connection, row.id, asked.anchor, asked.to) if asked.anchor else ()
    parts: Parts = [(passage, passage.text) for passage in passages]
    problem = NO_PASSAGE if asked.anchor and not passages else ""
    if words:
        found = parts_of(passages or passages_of(connection, row.id), words)
        problem = "" if found else NO_WORDS.format(WHOLE[min(len(passages), 2)])
        parts = found or parts
    return Found(_cited(archive, connection, asked, row, parts), row, problem, parts)


NO_PASSAGE = "There is no such passage in this story now, so this is the reference of the whole story."
NO_WORDS = "These words do not stand in the story as they are written here, so this is the reference of {}."
WHOLE = ("the whole story", "the whole passage", "the whole passages")


def _cited(
    archive: Archive,
    connection: Connection,
    asked: AskedCitation,
    row: AnyRow,
    parts: Parts,
    quote_id: str = "",
) -> Cited:
    story_address = f"{asked.base}/s/{row.id}"
    first, last = (parts[0][0], parts[-1][0]) if parts else (None, None)
    several, anchor = len(parts) > 1, first.anchor if first else ""
    whole = f"{story_address}#{anchor}" if anchor else story_address
    return Cited(
        id=quote_id or row.id,
        story_id=row.id,
        address=f"{asked.base}/q/{quote_id}" if quote_id else whole,
        story_address=story_address,
        title=row.title,
        teller=row.storyteller,
        archive=archive.settings.title,
        archive_address=f"{asked.base}/",
        gathered=row.gathered,
        language=row.language or archive.settings.language,
        version=row.revision,
        accessed=archive.now().astimezone(UTC).date().isoformat(),
        uses=tuple(use.value for use in uses_of(row.uses)),
        uses_label=standing_label(archive, connection, row),
        consent_address=f"{asked.base}/help/consent",
        public=_is_public(archive, row),
        summary="" if row.folded else row.summary,
        mentions=mentioned(row.content_notes) if row.folded else "",
        site=row.site,
        themes=tuple(chip.label for chip in chips_of(connection, [row.id])[row.id]),
        paragraph=first.number if first else 0,
        anchor=anchor,
        words=BETWEEN.join(text for _, text in parts),
        last=last.number if last and several else 0,
        last_anchor=last.anchor if last and several else "",
    )


def _is_public(archive: Archive, row: AnyRow) -> bool:
    in_force = row.until is None or row.until >= today(archive.now())
    return in_force and Use.PUBLICATION in uses_of(row.uses)

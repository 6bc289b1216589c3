"""A story as a poster: a big quote, its moments, what its teller brings and hopes for.

Lengths are millimetres of an A3 sheet, as paper.css has them; an A2 sheet is the same, larger.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from app.database.tables import AnyRow
from app.records.model import RecordKind
from app.rendering.markdown import render
from app.services.archive import Archive
from app.services.cards import chips_of, shown_label
from app.services.dates import date_label
from app.services.paper.fitting import Place, as_many_as_fit, height_of, set_words, text_height
from app.services.paper.leaving import Asking, foot_of, terms_of
from app.services.quoting import bare, is_speech
from app.services.reading import moment_view
from app.services.references import ReferenceTargets
from app.services.versions import shown_version
from app.services.views import MomentView, StoryPoster

WIDTH, BODY = 256.0, 330.0  # of a poster without its foot
NAME = Place(width=185, height=46, largest=3, smallest=14)
WHOLE = Place(width=WIDTH, height=244, largest=9, smallest=20)  # of a sheet on which little else stands
LEAST, MOST_HEIGHT = 70.0, 116.0  # of a quote, and of what stands below it
MOST_TOLD = 8  # strengths, and hopes
LONG = 420  # characters: a first passage that is longer is no pull quote
OPENING = 600  # characters of how a story begins
LONGEST = 160  # of a moment, a strength, a hope or a theme


def story_poster(archive: Archive, connection: Connection, asking: Asking, row: AnyRow) -> StoryPoster:
    """The poster of a story that this reader may put on paper, without its quote."""
    shows = asking.words or not row.folded
    moments = [short_moment(moment_view(moment)) for moment in row.moments] if shows else []
    kept = as_many_as_fit([_height(one) for one in moments], MOST_HEIGHT)
    return StoryPoster(
        id=row.id,
        name=set_words(row.heading, NAME),
        title=shortened(row.title) if row.title != row.heading else "",
        about=_about(archive, row),
        notes=notes_of(row.content_notes, folded=row.folded),
        quote=None,
        summary=shortened(row.summary, 600) if shows else "",
        withheld=not shows,
        themes=[shown_label(chip.label) for chip in chips_of(connection, [row.id])[row.id]][:MOST_TOLD],
        moments=moments[:kept],
        more=len(moments) - kept,
        strengths=_told(row.strengths),
        hopes=_told(row.hopes),
        language=row.language,
        foot=foot_of(archive, asking, row.id, row.revision, f"/s/{row.id}", terms_of(row)),
    )


def story_sheets(
    archive: Archive, connection: Connection, asking: Asking, row: AnyRow
) -> Sequence[StoryPoster]:
    """The poster; a quote that is too long to stand beside anything else has a sheet of its own before it."""
    poster = story_poster(archive, connection, asking, row)
    words, begins = ("", "") if poster.withheld else _words(archive, connection, row)
    if not words:
        return [replace(poster, summary=poster.summary or begins)]
    quote = set_words(words, Place(WIDTH, max(_room(poster), LEAST), 0, 13), row.language)
    if not quote.cut:
        return [replace(poster, quote=quote, summary="")]
    alone = replace(poster, moments=(), more=0, strengths=(), hopes=(), themes=(), summary="")
    return [replace(alone, quote=set_words(words, WHOLE, row.language)), poster]


def _room(poster: StoryPoster) -> float:
    """What is left for a quote, with the rest on the same sheet."""
    head = 24 + height_of(poster.name, NAME.width) + (8 if poster.title else 0) + (8 if poster.notes else 0)
    way = sum(map(_height, poster.moments)) + (6 if poster.more else 0)
    beside = sum(12 + sum(map(_line, told)) for told in (poster.strengths, poster.hopes) if told)
    below = 34 + max(way, beside) if way or beside else 0
    return BODY - max(head, 46) - below - (16 if poster.themes else 0) - 24


def _height(moment: MomentView) -> float:
    return 5.7 + 3.4 + text_height(moment.what, 5.2, 130)


def _line(text: str) -> float:
    return 3.2 + text_height(text, 5.2, 100)


def _told(texts: Sequence[str]) -> list[str]:
    """As many of what somebody brings, or hopes for, as half the height has room for."""
    short = [shortened(text) for text in texts[:MOST_TOLD]]
    return short[: as_many_as_fit([_line(text) for text in short], MOST_HEIGHT / 2 - 8)]


def short_moment(moment: MomentView) -> MomentView:
    """The same in as many words as there is room for on paper."""
    return replace(moment, what=shortened(moment.what), when=shortened(moment.when, 40))


def shortened(text: str, most: int = LONGEST) -> str:
    """A text whole, or its first words and an ellipsis."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    return f"{kept.rpartition(' ')[0] or kept}…"


def notes_of(notes: list[str], *, folded: bool) -> str:
    """'Mentions self-harm and bereavement.'; empty where there is no content note."""
    if not folded:
        return ""
    listed = [shortened(note, 60) for note in notes[:MOST_TOLD]]
    named = " and ".join(part for part in (", ".join(listed[:-1]), listed[-1]) if part) if listed else ""
    return f"Mentions {named}." if named else "Has a content note."


def _about(archive: Archive, row: AnyRow) -> str:
    told = (row.role, row.site, date_label(row.gathered, archive.settings.language))
    return shortened(" · ".join(part for part in told if part), 240)


def _words(archive: Archive, connection: Connection, row: AnyRow) -> tuple[str, str]:
    """Words of hers to stand large, and how the story begins, for one in which nothing is set as speech.

    Hers are its pull quote, else the words of its card, else what is said first.
    """
    body = shown_version(connection, row, archive.now().date()).body
    rendered = render(body, links=ReferenceTargets(RecordKind.STORY, row.slug), title=row.title)
    open_ = [one for one in rendered.passages if not one.closed]
    spoken = [one.text for one in open_ if one.quotation or is_speech(one.text)]
    short = [text for text in spoken if len(text) <= LONG]
    told = (*rendered.pulls[:1], row.quote, *short, *spoken[:1])
    words = next((words for text in told if (words := bare(text))), "")
    return words, shortened(open_[0].text, OPENING) if open_ else ""

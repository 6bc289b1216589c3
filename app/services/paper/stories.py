"""A story as a poster: a big quote, its moments, what its teller is strong in and hopes for."""

from dataclasses import replace

from sqlalchemy import Connection

from app.database.tables import AnyRow
from app.records.model import RecordKind
from app.rendering.markdown import render
from app.services.archive import Archive
from app.services.cards import chips_of, shown_label
from app.services.dates import date_label
from app.services.paper.fitting import Place, as_many_as_fit, set_words
from app.services.paper.leaving import Asking, foot_of, terms_of
from app.services.quoting import bare
from app.services.reading import moment_view
from app.services.references import ReferenceTargets
from app.services.versions import shown_version
from app.services.views import MomentView, SetWords, StoryPoster

NAME = Place(width=185, height=34, largest=1, smallest=12)
QUOTE = Place(width=256, height=150, largest=1, smallest=10)
WHOLE = Place(width=256, height=262, largest=6, smallest=15)  # of a sheet on which little else stands
MOMENTS = {"size": 4.6, "width": 112.0, "height": 118.0, "extra": 2.6}
MOST_TOLD = 8  # strengths, and hopes
LONG = 420  # characters: a first passage that is longer is no pull quote
LONGEST = 160  # of a moment, a strength, a hope or a theme


def story_poster(archive: Archive, connection: Connection, asking: Asking, row: AnyRow) -> StoryPoster:
    """The poster of a story that this reader may put on paper."""
    shows = asking.words or not row.folded
    quote = _quote(archive, connection, row) if shows else ""
    moments = [moment_view(moment) for moment in row.moments] if shows else []
    kept = as_many_as_fit([f"{one.when} {one.kind_label} {one.what}" for one in moments], **MOMENTS)
    long = bool(quote) and set_words(quote, QUOTE).cut
    return StoryPoster(
        id=row.id,
        name=set_words(row.heading, NAME),
        title=row.title if row.title != row.heading else "",
        about=_about(archive, row),
        notes=notes_of(row.content_notes, folded=row.folded),
        quote=_set(quote, row.language, WHOLE if long else QUOTE) if quote else None,
        summary=row.summary if shows else "",
        themes=[shown_label(chip.label) for chip in chips_of(connection, [row.id])[row.id]][:MOST_TOLD],
        moments=[short_moment(one) for one in moments[:kept]],
        more=len(moments) - kept,
        strengths=_told(row.strengths) if shows else [],
        hopes=_told(row.hopes) if shows else [],
        language=row.language,
        foot=foot_of(archive, asking, row.id, row.revision, f"/s/{row.id}", terms_of(row)),
    )


def _set(words: str, language: str, place: Place) -> SetWords:
    return set_words(words, place, language)


def _told(texts: list[str]) -> list[str]:
    return [shortened(text) for text in texts[:MOST_TOLD]]


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


def _quote(archive: Archive, connection: Connection, row: AnyRow) -> str:
    """Its pull quote, else the words of its card, else what is said first in it."""
    body = shown_version(connection, row, archive.now().date()).body
    rendered = render(body, links=ReferenceTargets(RecordKind.STORY, row.slug), title=row.title)
    spoken = [one.text for one in rendered.passages if one.quotation and not one.closed]
    short = [text for text in spoken if len(text) <= LONG]
    for text in (*rendered.pulls[:1], row.quote, *short, *spoken[:1]):
        if words := bare(text):
            return words
    return ""

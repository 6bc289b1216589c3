"""A form about a story as its page shows it: hints, completions, and the text as it will look."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from app.database.visibility import Actor
from app.records.model import MomentKind, RecordKind
from app.rendering.markdown import render
from app.rendering.model import Rendered
from app.services.archive import Archive
from app.services.gathering.adding_pictures import Pictures, picture_notices
from app.services.gathering.completing import known_values
from app.services.gathering.picturing import shown_inside
from app.services.gathering.story_form import LINES, LISTS, MOST_ROWS, SPARE_ROWS, Filled, Row, with_spare
from app.services.reading import linked
from app.services.references import ReferenceTargets
from app.services.views import LineField, ListField, MomentRow, StoryForm

LABELS = {
    "title": ("Title", "What the story is called."),
    "storyteller": ("Storyteller", "The name she chose to be known by here."),
    "role": ("Who she is in her own words", "Looks after her nephew; runs the evening drop-in."),
    "site": ("Site", "Where the programme met her."),
    "gathered": ("Gathered", "A day as 2026-03-04, a month as 2026-03, or a year."),
    "gatherer": ("Gatherer", "Who wrote it down. It makes the story one of hers."),
    "language": ("Language", "As en-GB, cy or pl."),
    "kind": ("Kind of storyteller", "Lived experience, carer, peer worker, practitioner, commissioner."),
    "themes": ("Themes", "What it is about. Words that are offered are used already."),
    "personas": ("Personas", "Those that it helped to make."),
    "content_notes": ("Content notes", "What somebody may want to know before reading. They fold the text."),
}
UNSEEN = {"Cf", "Cc", "Co", "Cs"}
MOST_TOLD = 5  # lines with characters that can not be seen
WORD = re.compile(r"\w+(?:[’'\-]\w+)*")


def form_view(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    filled: Filled,
    *,
    slug: str,
    preview_address: str,
    problems: Mapping[str, str],
    settable: bool = True,
    pictures: Pictures,
) -> StoryForm:
    """The fields as they are filled in, and the text as it will look. `settable`: it was not taken back."""
    known = known_values(archive, connection, actor)
    title = filled.texts.get("title", "")
    drawn = preview(archive, connection, actor, filled.body, slug=slug, title=title, pictures=pictures)
    return StoryForm(
        preview_address=preview_address,
        pictures_address=pictures.address,
        picture_words=pictures.words,
        body=filled.body,
        preview_html=drawn[0],
        lines=[_line(name, filled, known) for name in LINES],
        lists=[_list(name, filled, known) for name in LISTS],
        moments=_moments(filled.moments),
        moment_kinds=[kind.value for kind in MomentKind],
        summary=filled.texts.get("summary", ""),
        strengths="\n".join(filled.lists.get("strengths", ())),
        hopes="\n".join(filled.lists.get("hopes", ())),
        context="\n".join(f"{key}: {value}" for key, value in filled.context),
        own_name=filled.own_name,
        status=filled.status,
        settable=settable,
        notices=[
            *_unseen(filled.body),
            *_kept_apart(drawn[1]),
            *picture_notices(archive, pictures, drawn[1]),
        ],
        words=len(WORD.findall(filled.body)),
        problems=problems,
    )


def preview(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    body: str,
    *,
    slug: str,
    title: str,
    pictures: Pictures,
) -> tuple[str, Rendered]:
    """The text as its team reads it, closed passages among it and marked."""
    targets = ReferenceTargets(RecordKind.STORY, slug)
    rendered = render(body, links=targets, show_closed=True, title=title or None)
    html = shown_inside(archive, pictures.story_id, rendered.html, pictures.address_of)
    return linked(archive, connection, actor, html), rendered


def _line(name: str, filled: Filled, known: Mapping[str, Sequence[str]]) -> LineField:
    label, hint = LABELS[name]
    return LineField(name, label, hint, filled.texts.get(name, ""), known.get(name, ()))


def _list(name: str, filled: Filled, known: Mapping[str, Sequence[str]]) -> ListField:
    label, hint = LABELS[name]
    return ListField(name, label, hint, with_spare(filled.lists.get(name, ())), known.get(name, ()))


def _moments(rows: Sequence[Row]) -> list[MomentRow]:
    spare = [*rows, *[Row()] * SPARE_ROWS][:MOST_ROWS]
    return [MomentRow(number, row.when, row.what, row.kind) for number, row in enumerate(spare)]


def _unseen(body: str) -> list[str]:
    """Lines with characters that nobody sees, such as those that turn the direction of writing."""
    found = []
    for number, line in enumerate(body.split("\n"), 1):
        odd = next((char for char in line if unicodedata.category(char) in UNSEEN and char != "\t"), None)
        if odd is not None:
            found.append(f"Line {number} holds a character that can not be seen (U+{ord(odd):04X}).")
    more = len(found) - MOST_TOLD
    return [*found[:MOST_TOLD], *([f"So do {more} more lines."] if more > 0 else [])]


def _kept_apart(rendered: Rendered) -> list[str]:
    if not rendered.comments:
        return []
    many = "A comment stands" if rendered.comments == 1 else f"{rendered.comments} comments stand"
    return [f"{many} in the text. What is in a comment stays in the file and is shown nowhere."]

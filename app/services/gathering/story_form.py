"""A story's front matter as the fields of a form, and back to the keys that changed.

What a form shows is compared with what it sends: a key whose fields stayed as they were is not touched, so
that its bytes stay too, whatever way they were written.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.records.model import Moment, Status, Story

LINES = ("title", "storyteller", "role", "site", "gathered", "gatherer", "language")
LISTS = ("kind", "themes", "personas", "content_notes")
SENTENCES = ("strengths", "hopes")
TEXTS = (*LINES, "summary")
SPARE_ROWS = 2  # empty ones under those that are filled
MOST_ROWS = 102  # of one list; a file may hold a hundred
LINE_END = re.compile("\r\n|\r")
UNSENT = {0: "\ufffd"}  # what no browser sends as it is


@dataclass(frozen=True)
class Row:
    """One moment as it is filled in."""

    when: str = ""
    what: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Filled:
    """A form as it stands: texts with LF line ends, rows without the empty ones."""

    texts: Mapping[str, str] = field(default_factory=dict)  # LINES and summary
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # LISTS and SENTENCES
    moments: tuple[Row, ...] = ()
    context: tuple[tuple[str, str], ...] = ()
    own_name: bool = False
    status: str = Status.READY.value
    body: str = ""


def shown(story: Story) -> Filled:
    """The form of a story as its file is understood."""
    own = {
        "title": story.title,
        "storyteller": story.storyteller,
        "role": story.role,
        "site": story.site,
        "gathered": story.gathered.iso if story.gathered else "",
        "gatherer": story.gatherer,
        "language": story.language,
        "summary": story.summary,
    }
    lists = {
        "kind": story.kinds,
        "themes": story.themes,
        "personas": story.personas,
        "content_notes": story.content_notes,
        "strengths": story.strengths,
        "hopes": story.hopes,
    }
    return Filled(
        texts={name: sent(text or "") for name, text in own.items()},
        lists={name: tuple(sent(item) for item in items) for name, items in lists.items()},
        moments=tuple(_row(moment) for moment in story.moments),
        context=tuple((sent(key), sent(value)) for key, value in story.context.items()),
        own_name=story.own_name,
        status=story.status.value,
        body=sent(story.body),
    )


def _row(moment: Moment) -> Row:
    kind = moment.kind.value if moment.kind else ""
    return Row(sent(moment.when or ""), sent(moment.what), kind)


def sent(text: str) -> str:
    """The text as a browser sends it back, but for line ends."""
    return LINE_END.sub("\n", text).translate(UNSENT)


def read_form(form: Mapping[str, str]) -> Filled:
    """What was sent. White space around single lines and rows without words do not count."""
    return Filled(
        texts={name: _tidy(form.get(name, "")) for name in TEXTS},
        lists={
            **{name: tuple(_rows(form, name)) for name in LISTS},
            **{name: tuple(_lines(form.get(name, ""))) for name in SENTENCES},
        },
        moments=tuple(_moments(form)),
        context=tuple(_pairs(form.get("context", ""))),
        own_name="own_name" in form,
        status=form.get("status", ""),
        body=sent(form.get("body", "")),
    )


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", sent(text)).strip()


def _rows(form: Mapping[str, str], name: str) -> list[str]:
    rows = (_tidy(form.get(f"{name}-{number}", "")) for number in range(MOST_ROWS))
    return [row for row in rows if row]


def _lines(text: str) -> list[str]:
    return [line for line in map(_tidy, sent(text).split("\n")) if line]


def _moments(form: Mapping[str, str]) -> list[Row]:
    parts = ("when", "what", "kind")
    rows = [Row(*(_tidy(form.get(f"moment-{n}-{part}", "")) for part in parts)) for n in range(MOST_ROWS)]
    return [row for row in rows if row != Row()]


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = (line.partition(":") for line in _lines(text))
    return [(key.strip(), value.strip()) for key, _, value in pairs]


def compared(before: Filled, now: Filled) -> dict[str, object | None]:
    """The keys that a form changes, each with its new value; None removes one. The text is not among them."""
    changes: dict[str, object | None] = {}
    for name in TEXTS:
        if now.texts[name] not in (_tidy(before.texts[name]), _unbroken(before.texts[name])):
            changes[name] = now.texts[name] or None
    for name, items in now.lists.items():
        if list(items) not in _sent_back(name, before.lists[name]):
            changes[name] = list(items) or None
    for key, (was, new, written) in _others(before, now).items():
        if was != new:
            changes[key] = written
    return changes


def _unbroken(text: str) -> str:
    """A text as a field of one line sends it back: a browser takes the line ends out."""
    return _tidy(text.replace("\n", ""))


def _sent_back(name: str, items: Sequence[str]) -> tuple[list[str], ...]:
    """What comes back of a list that nobody touched."""
    if name in SENTENCES:
        return (_lines("\n".join(items)),)
    return list(map(_tidy, items)), list(map(_unbroken, items))


def _others(before: Filled, now: Filled) -> dict[str, tuple[object, object, object | None]]:
    rows, unseen = before.moments[:MOST_ROWS], before.moments[MOST_ROWS:]  # there is room for so many
    moments = next((m for m in _rows_back(rows) if m == list(now.moments)), list(rows))
    context = _pairs("\n".join(f"{key}: {value}" for key, value in before.context))
    return {
        "own_name": (before.own_name, now.own_name, now.own_name or None),
        "status": (before.status, now.status, now.status),
        "moments": (moments, list(now.moments), [_written(row) for row in (*now.moments, *unseen)] or None),
        "context": (context, list(now.context), dict(now.context) or None),
    }


def _rows_back(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """What comes back of moments that nobody touched."""
    for back in (_tidy, _unbroken):
        yield [Row(back(row.when), back(row.what), row.kind) for row in rows]


def _written(row: Row) -> dict[str, str]:
    values = {"when": row.when, "what": row.what, "kind": row.kind}
    return {key: value for key, value in values.items() if value}


def with_spare(items: Sequence[str], most: int = MOST_ROWS) -> list[str]:
    """The rows of a list as a form has them, with some that are empty."""
    return [*items, *[""] * SPARE_ROWS][:most]

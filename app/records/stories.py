"""From the bytes of a story's file to a Story."""

import re
from datetime import date

from app.records.consent import read_consent
from app.records.dates import whole_day
from app.records.fields import LONGEST_SUMMARY, LONGEST_TEXT, Fields
from app.records.frontmatter import split
from app.records.ids import normal_id
from app.records.lookalikes import written_otherwise
from app.records.model import (
    Moment,
    MomentKind,
    ParsedStory,
    PartialDate,
    Problem,
    RecordKind,
    Slug,
    Story,
    Withdrawal,
)
from app.records.nodes import Node
from app.records.status import read_status
from app.records.titles import file_name, first_heading
from app.records.yaml_guard import read_mapping

KEYS = (
    "id",
    "title",
    "storyteller",
    "own_name",
    "role",
    "kind",
    "site",
    "gathered",
    "gatherer",
    "language",
    "summary",
    "themes",
    "personas",
    "content_notes",
    "status",
    "moments",
    "strengths",
    "hopes",
    "context",
    "consent",
    "withdrawn",
)
_ALSO_THEMES = ("tags", "categories", "keywords")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,5}", re.ASCII)
_CONFLICT = tuple(re.compile(mark, re.MULTILINE) for mark in (r"^<{7} ", r"^={7}$", r"^>{7} "))


def parse_story(content: bytes, *, slug: Slug, file: str, today: date) -> ParsedStory:
    """Understand a story's file; what is wrong with single keys comes with it.

    `file` names it in problems, `today` (UTC) is what a consent's day is compared with. Raises SetAside
    when the file can not be read.
    """
    parts = split(content, file)
    fields = Fields(read_mapping(parts, file), file)
    story = _story(fields, parts.body, slug, today)
    _note_conflict(fields, story.body, parts.text[: parts.body_start])
    return ParsedStory(story, tuple(fields.problems))


def _story(fields: Fields, body: str, slug: Slug, today: date) -> Story:
    consent = read_consent(fields, today)
    folded = _folded(fields)
    return Story(
        id=fields.record_id(RecordKind.STORY),
        title=fields.text("title") or first_heading(body) or file_name(slug),
        body=body,
        storyteller=fields.text("storyteller"),
        own_name=fields.flag("own_name") or False,
        role=fields.text("role"),
        kinds=fields.texts("kind"),
        site=fields.text("site"),
        gathered=_gathered(fields),
        gatherer=fields.text("gatherer"),
        language=_language(fields),
        summary=fields.text("summary", LONGEST_SUMMARY),
        themes=_themes(fields),
        personas=fields.texts("personas"),
        content_notes=fields.texts("content_notes", longest=LONGEST_TEXT),
        folded=folded,
        status=read_status(fields, consent_stated=consent.stated),
        moments=_moments(fields),
        strengths=fields.texts("strengths", longest=LONGEST_TEXT),
        hopes=fields.texts("hopes", longest=LONGEST_TEXT),
        context=_context(fields),
        consent=consent,
        withdrawn=_withdrawn(fields),
        other_keys=fields.others(KEYS),
    )


def _folded(fields: Fields) -> bool:
    """Any word about content folds the text, also one that can not be understood."""
    if any(written_otherwise(key, ("content_notes", "content_note")) for key in fields.unread()):
        return True
    written = fields.mapping.entries or {}
    notes = [written.get(key) for key in ("content_notes", "content_note")]
    return any(node is not None and node.value not in (None, [], "") for node in notes)


def _gathered(fields: Fields) -> PartialDate | None:
    return fields.date("gathered" if fields.has("gathered") else "date")


def _language(fields: Fields) -> str | None:
    tag = fields.text("language")
    if tag and not _LANGUAGE.fullmatch(tag.strip()):
        fields.note("language", "This is no language tag.", "Write one like en-GB, cy or pl.")
        return None
    return tag.strip() if tag else None


def _themes(fields: Fields) -> tuple[str, ...]:
    if fields.has("themes"):
        return fields.texts("themes")
    found = (theme for key in _ALSO_THEMES if fields.has(key) for theme in fields.texts(key))
    return tuple(dict.fromkeys(found))


def _moments(fields: Fields) -> tuple[Moment, ...]:
    node = fields.node("moments")
    if node is None or node.empty:
        return ()
    if node.items is None:
        fields.note("moments", "A list of moments belongs here.", "Begin each moment with a hyphen.")
        return ()
    return tuple(moment for item in node.items if (moment := _moment(fields, item)))


def _moment(fields: Fields, node: Node) -> Moment | None:
    if node.text is not None:
        return Moment(what=node.text)
    entries = node.entries or {}
    what, when = (entries[key].text if key in entries else None for key in ("what", "when"))
    if not what:
        fields.note("moments", "A moment does not say what happened.", "Write it as `what: …`.", node)
        return None
    return Moment(what=what, when=when, kind=_moment_kind(fields, entries.get("kind")))


def _moment_kind(fields: Fields, node: Node | None) -> MomentKind | None:
    if node is None or node.empty:
        return None
    try:
        return MomentKind(" ".join(re.split(r"[\s_-]+", (node.text or "").strip().casefold())))
    except ValueError:
        kinds = ", ".join(MomentKind)
        fields.note("moments", "A moment's kind is none of ours.", f"Write one of {kinds}.", node)
        return None


def _context(fields: Fields) -> dict[str, str]:
    node = fields.node("context")
    if node is None or node.empty:
        return {}
    if node.entries is None or any(value.text is None and not value.empty for value in node.entries.values()):
        fields.note("context", "Keys with one text each belong here.", "Write it as {age_band: 30-49}.")
        return {}
    return {key: value.text for key, value in node.entries.items() if value.text is not None}


def _withdrawn(fields: Fields) -> Withdrawal | None:
    """When it was taken back, and what stands in its place. Whether it was, `status` alone says."""
    node = fields.node("withdrawn")
    if node is None or node.empty:
        return None
    entries = node.entries or {}
    on, replacement = (entries[key].text if key in entries else None for key in ("on", "replacement"))
    found = Withdrawal(whole_day(on or ""), normal_id(replacement or ""))
    if node.entries is None or bool(on) > bool(found.on) or bool(replacement) > bool(found.replacement):
        remedy = "Write it as {on: 2026-03-04, replacement: s-7k3fq2mx}, with status: withdrawn."
        fields.note("withdrawn", "A day and the id of another story belong here.", remedy)
    return found


def _note_conflict(fields: Fields, body: str, before: str) -> None:
    """A conflict in the text is shown as it is, but somebody has to choose."""
    start = _conflict(body)
    if start is not None:
        line = before.count("\n") + body.count("\n", 0, start) + 1
        reason = "Two versions of the text were merged and not yet reconciled."
        remedy = "Choose between them and delete the lines of <<<<<<<, ======= and >>>>>>>."
        fields.problems.append(Problem(fields.file, line, None, reason, remedy))


def _conflict(body: str) -> int | None:
    """Where the first conflict begins; its three marks stand in this order."""
    places, at = list[int](), 0
    for mark in _CONFLICT:
        found = mark.search(body, at)
        if found is None:
            return None
        places, at = [*places, found.start()], found.end()
    return places[0]

"""From a parsed file to the rows that the catalogue keeps of it. Pure: no SQL is run here."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from app.database.visibility import Facts, consent_class, fold_name, use_bits
from app.records.ids import normal_id
from app.records.model import COUNTED_KEYS, Moment, Persona, RecordKind, Story, Use
from app.records.slugs import value_slug
from app.rendering.markdown import render
from app.rendering.model import Rendered
from app.rendering.pictures import pictures_in
from app.services.quoting import bare
from app.services.references import ReferenceTargets

QUOTE_LIMIT = 180  # characters; a card's words are read at a glance
Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """The rows of one record: its own, and those that hang on it by table name."""

    kind: RecordKind
    own: Row
    themes: list[Row] = field(default_factory=list)
    kinds: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    not_for: list[Row] = field(default_factory=list)
    passages: list[Row] = field(default_factory=list)
    pictures: list[Row] = field(default_factory=list)
    context: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Origin:
    """Where a record comes from and what it is numbered."""

    id: str
    slug: str
    path: str
    digest: str
    revision: int
    set_aside: bool = False


def story_rows(story: Story, origin: Origin, *, unstated: frozenset[Use], now: datetime) -> Rows:
    """The catalogue's rows of a story."""
    targets = ReferenceTargets(RecordKind.STORY, origin.slug)
    rendered = render(story.body, links=targets, title=story.title)
    consent = story.consent
    uses = use_bits(consent.uses if consent.stated else unstated)
    not_for = frozenset(fold_name(name) for name in consent.not_for)
    facts = Facts(origin.id, uses, story.status, consent.until, consent.understood, origin.set_aside, not_for)
    own = {
        **_origin(origin),
        **_access(facts),
        **_described(story),
        **_told(story),
        **_rendered(story, rendered),
        "consent_class": consent_class(facts, now) or "",
        "given": consent.given,
        "co_crafted": consent.co_crafted,
        "stated": consent.stated,
    }
    return Rows(
        RecordKind.STORY,
        own,
        themes=_labelled(origin.id, story.themes, place=True),
        kinds=_labelled(origin.id, story.kinds, place=False),
        links=_links(origin.id, story.personas),
        not_for=[{"story_id": origin.id, "organisation": name} for name in sorted(not_for)],
        passages=_passages(origin.id, rendered),
        pictures=_pictures(story, origin, rendered),
        context=_context(origin.id, story.context),
    )


def persona_rows(persona: Persona, origin: Origin, *, unstated: frozenset[Use]) -> Rows:
    """The catalogue's rows of a persona."""
    rendered = render(persona.body, links=ReferenceTargets(RecordKind.PERSONA, origin.slug))
    uses = persona.uses if persona.uses_stated or not unstated else unstated
    facts = Facts(origin.id, use_bits(uses), persona.status, set_aside=origin.set_aside)
    own = {
        **_origin(origin),
        **_access(facts),
        "name": persona.name,
        "tagline": persona.tagline or "",
        "quote": persona.quote or "",
        "reviewed": persona.reviewed.iso if persona.reviewed else "",
        "retired": persona.retired.iso if persona.retired else "",
        "merged_into": persona.merged_into or "",
        "portrait": persona.portrait.picture if persona.portrait else "",
        "portrait_words": persona.portrait.words if persona.portrait else "",
        "groups": [asdict(group) for group in persona.groups],
        "body_html": rendered.html,
    }
    return Rows(RecordKind.PERSONA, own, links=_links(origin.id, persona.stories))


def _origin(origin: Origin) -> Row:
    return {
        "id": origin.id,
        "slug": origin.slug,
        "path": origin.path,
        "digest": origin.digest,
        "revision": origin.revision,
    }


def _access(facts: Facts) -> Row:
    return {
        "uses": facts.uses,
        "status": str(facts.status),
        "until": facts.until,
        "understood": facts.understood,
        "set_aside": facts.set_aside,
        "excludes": bool(facts.not_for),
    }


def _described(story: Story) -> Row:
    return {
        "title": story.title,
        "heading": story.heading,
        "storyteller": story.storyteller or "",
        "own_name": story.own_name,
        "role": story.role or "",
        "site": story.site or "",
        "site_slug": value_slug(story.site) if story.site else "",
        "gathered": story.gathered.iso if story.gathered else "",
        "gatherer": story.gatherer or "",
        "language": story.language or "",
    }


def _told(story: Story) -> Row:
    return {
        "summary": story.summary or "",
        "content_notes": list(story.content_notes),
        "folded": story.folded,
        "kinds": list(story.kinds),
        "moments": [_moment(moment) for moment in story.moments],
        "strengths": list(story.strengths),
        "hopes": list(story.hopes),
        "other_keys": [[key, _plain(value)] for key, value in story.other_keys.items()],
    }


def _moment(moment: Moment) -> dict[str, str]:
    return {"when": moment.when or "", "what": moment.what, "kind": str(moment.kind or "")}


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_plain(inner)}" for key, inner in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(_plain(inner) for inner in value)
    return "" if value is None else str(value)


def _rendered(story: Story, rendered: Rendered) -> Row:
    return {
        "body_html": rendered.html,
        "comments": rendered.comments,
        "closed": rendered.closed,
        "words": sum(len(passage.text.split()) for passage in rendered.passages),
        "quote": "" if story.folded else _quote(rendered),
        "sections": [{"anchor": s.anchor, "title": s.title} for s in rendered.sections if s.level == 2],
    }


def _quote(rendered: Rendered) -> str:
    """Words for a card: a pull quote, else the first short quotation; without its quotation marks."""
    spoken = [passage.text for passage in rendered.passages if passage.quotation and not passage.closed]
    for text in (*rendered.pulls, *spoken):
        words = bare(text)
        if words and len(words) <= QUOTE_LIMIT:
            return words
    return ""


def _labelled(record_id: str, labels: Iterable[str], *, place: bool) -> list[Row]:
    rows: dict[str, Row] = {}
    for number, label in enumerate(labels):
        slug = value_slug(label)
        row = {"story_id": record_id, "slug": slug, "label": label}
        rows.setdefault(slug, {**row, "place": number} if place else row)
    return list(rows.values())


def _links(record_id: str, targets: Iterable[str]) -> list[Row]:
    return [
        {"record_id": record_id, "target": target}
        for target in dict.fromkeys(normal_id(text) or text.strip() for text in targets)
        if target
    ]


def _context(record_id: str, context: Mapping[str, str]) -> list[Row]:
    """What is counted of it; a key is known however its words are joined, and the first counts."""
    kept: dict[str, str] = {}
    for written, value in context.items():
        key = "_".join(written.casefold().replace("-", " ").replace("_", " ").split())
        if key in COUNTED_KEYS and value.strip():
            kept.setdefault(key, value)
    return [{"story_id": record_id, "key": key, "value": value} for key, value in kept.items()]


def _passages(story_id: str, rendered: Rendered) -> list[Row]:
    return [
        {
            "story_id": story_id,
            "number": passage.number,
            "anchor": passage.anchor,
            "quotation": passage.quotation,
            "text": passage.text,
        }
        for passage in rendered.passages
        if not passage.closed
    ]


def _pictures(story: Story, origin: Origin, rendered: Rendered) -> list[Row]:
    opened = pictures_in(rendered.html)
    shown = opened
    if rendered.closed and "/media/" in story.body:
        targets = ReferenceTargets(RecordKind.STORY, origin.slug)
        shown = opened | pictures_in(render(story.body, links=targets, show_closed=True).html)
    return [{"story_id": origin.id, "digest": one, "closed": one not in opened} for one in sorted(shown)]

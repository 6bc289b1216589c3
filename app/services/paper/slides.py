"""Persona cards as slides, with what each statement rests on in the speaker's notes."""

from collections.abc import Iterator, Sequence

from app.exports.persona_slides import PersonaSlide, Picture, persona_slides
from app.exports.quoted import in_quotation
from app.rendering.qr import qr_png
from app.rendering.weave import weave_png
from app.services.archive import Archive
from app.services.paper.leaving import Asking
from app.services.paper.personas import Said
from app.services.paper.statements import NOBODY
from app.services.portraits import portrait_bytes
from app.services.views import EvidenceView, PersonaPaper, SheetFoot, StatementView

LONGEST_QUOTE, LONGEST_NAME, LONGEST_TAGLINE = 260, 120, 160
BACK = "Please return or destroy: not for publication."


def slides_of(archive: Archive, asking: Asking, people: Sequence[tuple[PersonaPaper, Said]]) -> bytes:
    """The file of slides for these personas."""
    slides = [_slide(archive, asking, card, said) for card, said in people]
    title = slides[0].name if len(slides) == 1 else "Personas"
    return persona_slides(slides, title, archive.settings.language)


def _slide(archive: Archive, asking: Asking, card: PersonaPaper, said: Said) -> PersonaSlide:
    return PersonaSlide(
        name=_short(card.name.text, LONGEST_NAME),
        tagline=_short(card.tagline.text, LONGEST_TAGLINE),
        quote=_quote(card),
        said_by=_said_by(card),
        groups=[
            (group.heading, [(one.text, one.rests_on) for one in group.statements]) for group in card.groups
        ],
        foot=foot_lines(card.foot),
        notes="\n".join(_notes(asking, card, said)),
        likeness=_likeness(archive, card),
        code=Picture(qr_png(card.foot.address), f"QR code that leads to {card.foot.address}"),
    )


def _likeness(archive: Archive, card: PersonaPaper) -> Picture:
    """Her portrait, else her weave."""
    content = portrait_bytes(archive, card.id, card.portrait) if card.portrait else None
    if card.portrait and content:
        return Picture(content, card.portrait.words, round=True)
    return Picture(weave_png(card.id), "A woven pattern, drawn from the persona’s id; decoration.")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rpartition(' ')[0] or text[: most - 1]}…"


def _quote(card: PersonaPaper) -> str:
    if card.quote is None:
        return ""
    words = _short(card.quote.text, LONGEST_QUOTE)
    return words if card.written else in_quotation(words)


def _said_by(card: PersonaPaper) -> str:
    return "written by the team" if card.written else card.said_by


def foot_lines(foot: SheetFoot) -> list[str]:
    """What a sheet says of itself, in two lines."""
    first = f"{foot.id} · version {foot.version} · {foot.printed} · {foot.address}"
    return [first, f"{foot.uses} {BACK}" if foot.back else foot.uses]


def _notes(asking: Asking, card: PersonaPaper, said: Said) -> Iterator[str]:
    """Every statement with its evidence, for and against."""
    yield from foot_lines(card.foot)
    for group in said.groups:
        yield ""
        yield group.heading
        for statement in group.statements:
            yield f"- {statement.text}"
            yield from _evidence(asking, statement)


def _evidence(asking: Asking, statement: StatementView) -> Iterator[str]:
    if not statement.stories:
        yield f"    {NOBODY}"
    for one in statement.evidence:
        yield f"    {_words(one)} ({one.name}, {asking.base}{one.address})"
    for one in statement.against:
        yield f"    Says otherwise: {_words(one)} ({one.name}, {asking.base}{one.address})"


def _words(evidence: EvidenceView) -> str:
    if evidence.text:
        return in_quotation(evidence.text) if evidence.spoken else evidence.text
    if evidence.whole:
        return "The whole story"
    notes = (
        f"mentions {', '.join(evidence.content_notes)}" if evidence.content_notes else "has a content note"
    )
    return f"In a story that {notes}"

"""Personas as slides: one for each, words for every picture, and in the notes what she rests on."""

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.exports.direction import RTL, direction

NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
WIDE, HIGH = 13.333, 7.5  # inches
VOICE, INK, QUIET = 0x9A3F1D, 0x221D18, 0x6B6155
SERIF, SANS = "Georgia", "Calibri"
SMALLER = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)


class Line(NamedTuple):
    """A paragraph on a slide; `points` is the size of its type."""

    words: str
    points: float
    colour: int
    typeface: str
    bold: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture on a slide, and what it shows in words. One that is `round` is cut to a circle."""

    content: bytes
    words: str
    round: bool = False


@dataclass(frozen=True)
class PersonaSlide:
    """Everything that one slide says."""

    name: str
    tagline: str
    quote: str
    said_by: str
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]  # heading, statements and what each rests on
    foot: Sequence[str]
    notes: str
    likeness: Picture
    code: Picture


def persona_slides(slides: Sequence[PersonaSlide], title: str, language: str) -> bytes:
    """A PowerPoint file."""
    from pptx import Presentation
    from pptx.util import Inches

    made = Presentation()
    made.slide_width, made.slide_height = Inches(WIDE), Inches(HIGH)
    properties = made.core_properties
    properties.title, properties.language = _plain(title), language
    properties.author = properties.last_modified_by = ""
    for slide in slides:
        _slide(made, slide, language)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def _plain(text: str) -> str:
    return NO_XML.sub("", text)


def _slide(made: Any, told: PersonaSlide, language: str) -> None:
    slide = made.slides.add_slide(made.slide_layouts[5])  # a title alone: read out first
    title = slide.shapes.title
    _place(title, 2.3, 0.35, 8.9, 0.8)
    _write(title.text_frame, _fitted([Line(told.name, 30, INK, SANS, bold=True)], 8.9, 0.8), language)
    _picture(slide, told.likeness, 0.6, 0.4, 1.4)
    _picture(slide, told.code, 11.5, 0.35, 1.3)
    lines: list[Line] = [Line(told.tagline, 16, QUIET, SANS)] if told.tagline else []
    lines += [Line(told.quote, 20, VOICE, SERIF)] if told.quote else []
    lines += [Line(told.said_by, 12, QUIET, SANS)] if told.said_by else []
    _box(slide, 2.3, 1.15, 8.9, 1.6, lines, language)
    columns = told.groups[:3]
    for number, (heading, statements) in enumerate(columns):
        lines = [Line(heading, 16.0, INK, SANS, bold=True)]
        for text, rests_on in statements:
            lines += [Line(text, 13, INK, SANS), Line(rests_on, 10.5, QUIET, SANS)]
        _box(slide, 0.6 + number * 4.1, 2.9, 3.9, 3.7, lines, language)
    _box(slide, 0.6, 6.72, 12.1, 0.6, [Line(line, 9.5, QUIET, SANS) for line in told.foot], language)
    slide.notes_slide.notes_text_frame.text = _plain(told.notes)


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = (Inches(one) for one in (left, top, width, height))


def _box(
    slide: Any, left: float, top: float, width: float, height: float, lines: Sequence[Line], language: str
) -> None:
    from pptx.util import Inches

    if lines:
        box = slide.shapes.add_textbox(*(Inches(one) for one in (left, top, width, height)))
        _write(box.text_frame, _fitted(lines, width, height), language)


def _fitted(lines: Sequence[Line], width: float, height: float) -> list[Line]:
    """The same lines, smaller where they are too many for so many inches: programs see to that only later."""
    for smaller in SMALLER:
        fitted = [line._replace(points=line.points * smaller) for line in lines]
        if sum(_high(line, width) for line in fitted) <= height:
            break
    return fitted


def _high(line: Line, width: float) -> float:
    """How high a paragraph stands, in inches, by the usual width of letters."""
    in_line = max(1.0, (width - 0.2) * 72 / (line.points * 0.52))
    return math.ceil(len(line.words) / in_line) * line.points * 1.22 / 72


def _write(frame: Any, lines: Sequence[Line], language: str) -> None:
    """Paragraphs in a frame."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_AUTO_SIZE, MSO_VERTICAL_ANCHOR
    from pptx.util import Pt

    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = MSO_VERTICAL_ANCHOR.TOP
    for number, (words, points, colour, typeface, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold, run.font.name = _plain(words), Pt(points), bold, typeface
        run.font.italic = typeface == SERIF
        run.font.color.rgb = RGBColor(colour >> 16, colour >> 8 & 255, colour & 255)  # type: ignore[no-untyped-call]
        run._r.get_or_add_rPr().set("lang", language)
        turned = direction(words) == RTL
        paragraph._p.get_or_add_pPr().set("rtl", "1" if turned else "0")
        paragraph._p.get_or_add_pPr().set("algn", "r" if turned else "l")


def _picture(slide: Any, picture: Picture, left: float, top: float, side: float) -> None:
    from pptx.util import Inches

    shape = slide.shapes.add_picture(
        io.BytesIO(picture.content), *(Inches(one) for one in (left, top, side, side))
    )
    if picture.round:
        _cut_round(shape)
    shape._element.nvPicPr.cNvPr.set("descr", _plain(picture.words))
    shape.name = _plain(picture.words)[:60]


def _cut_round(shape: Any) -> None:
    """Its middle, in a circle: what is wider than high loses at both sides, and the other way."""
    from pptx.enum.shapes import MSO_SHAPE

    width, height = shape.image.size
    over = 1 - min(width, height) / max(width, height)
    if width > height:
        shape.crop_left = shape.crop_right = over / 2
    else:
        shape.crop_top = shape.crop_bottom = over / 2
    shape.auto_shape_type = MSO_SHAPE.OVAL

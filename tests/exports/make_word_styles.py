"""Make the styles of all Word files: `.venv/bin/python -m tests.exports.make_word_styles`.

They are Pandoc's own document of styles with our type, colours, margins and page numbers in it. Calibri and
Cambria are on every machine with Word; LibreOffice brings Carlito and Caladea, whose letters are as wide.
"""

import io
import subprocess
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from app.exports.pandoc_tree import WORD_STYLES
from app.imports.documents import pandoc

SANS, SERIF, ARABIC = "Calibri", "Cambria", "Arial"
INK, INK_2, INK_3, RULE = "221D18", "574E44", "6B6155", "D9CDB8"
ACCENT, VOICE, OK, STOP = "0B5D5E", "9A3F1D", "2F6B3A", "A12622"
INSET = Mm(6)
PARAGRAPH, CHARACTER = WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER
HEADINGS = {1: 16, 2: 13.5, 3: 12, 4: 11, 5: 11, 6: 11}  # points


def main() -> None:
    """Write the document that Pandoc takes the styles from."""
    command = [pandoc(), "--print-default-data-file", "reference.docx"]
    document = Document(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))
    _page(document)
    _text(document.styles)
    _headings(document.styles)
    _quotations(document.styles)
    _notes(document.styles)
    document.save(str(WORD_STYLES))


def _page(document: Any) -> None:
    """A4, with the number of the page below, and footnotes that count through the whole document."""
    section = document.sections[0]
    section._sectPr.remove(section._sectPr.find(qn("w:footnotePr")))
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(22), Mm(22)
    below = section.footer.paragraphs[0]
    below.alignment = 2
    for number, field in enumerate(("PAGE", "NUMPAGES")):
        below.add_run(" of ") if number else None
        _field(below, field)
    for run in below.runs:
        _set(run, 8.5, INK_3)


def _field(paragraph: Any, name: str) -> None:
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = name
        paragraph.add_run()._r.append(element)


def _text(styles: Any) -> None:
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _fonts(defaults, SANS)
    _set(styles["Normal"], 10.5, INK)
    _paragraph(styles["Body Text"], before=0, after=6, lines=1.15)
    _paragraph(styles["First Paragraph"], before=0, after=6, lines=1.15)
    _paragraph(styles["Compact"], before=0, after=2, lines=1.15)
    small = _added(styles, "Small print", PARAGRAPH, "Normal")
    _set(small, 9, INK_2)
    _paragraph(small, before=0, after=4, lines=1.1)
    returned = _added(styles, "Return", PARAGRAPH, "Normal")
    _set(returned, 11, STOP, bold=True)
    _paragraph(returned, before=6, after=6, lines=1.1)
    _set(styles["Hyperlink"], None, ACCENT)
    listed = styles["Bibliography"]
    _set(listed, 10, INK)
    _paragraph(listed, before=0, after=5, lines=1.1, left=Mm(8), first=Mm(-8))


def _headings(styles: Any) -> None:
    title = styles["Title"]
    _set(title, 24, INK, bold=True)
    _paragraph(title, before=0, after=8, lines=1.05)
    title.paragraph_format.alignment = 0
    for level, size in HEADINGS.items():
        heading = styles[f"Heading {level}"]
        _set(heading, size, INK, bold=True, italic=False)
        _paragraph(heading, before=20 if level == 1 else 14, after=5, lines=1.1, next_too=True)
    asked = _added(styles, "Requirement", PARAGRAPH, "Normal")
    _set(asked, 11.5, INK)
    _paragraph(asked, before=14, after=4, lines=1.15, next_too=True)
    for name, colour in (("Stance", OK), ("Stance against", VOICE)):
        stance = _added(styles, name, PARAGRAPH, "Normal")
        _set(stance, 9.5, colour, bold=True)
        _paragraph(stance, before=8, after=2, lines=1.0, next_too=True)


def _quotations(styles: Any) -> None:
    """What people said is in the voice's type; all else that is cited in the archive's."""
    said = styles["Block Text"]
    _set(said, 12, VOICE, font=SERIF, italic=True)
    _paragraph(said, before=4, after=2, lines=1.2, left=INSET, next_too=True, together=True)
    cited = _added(styles, "Evidence", PARAGRAPH, "Normal")
    _paragraph(cited, before=4, after=8, lines=1.15, left=INSET, together=True)
    by = _added(styles, "Said by", PARAGRAPH, "Normal")
    _set(by, 9, INK_3)
    _paragraph(by, before=0, after=8, lines=1.0, left=INSET)
    remark = _added(styles, "Remark", PARAGRAPH, "Normal")
    _paragraph(remark, before=0, after=8, lines=1.15, left=INSET)
    for style in (said, cited, by):
        _rule(style, "left")
    turned = _added(styles, "Block Text from the right", PARAGRAPH, "Block Text")
    turned.paragraph_format.space_before = Pt(4)
    _rule(turned, "right")
    turned.element.pPr.find(qn("w:pBdr")).addnext(OxmlElement("w:bidi"))
    sign = _added(styles, "Sign", CHARACTER, None)
    _set(sign, 7.5, INK_3, font=SANS, italic=False)


def _notes(styles: Any) -> None:
    note = styles["Footnote Text"]
    _set(note, 8.5, INK_2)
    _paragraph(note, before=0, after=2, lines=1.0)
    _set(styles["Footnote Reference"], None, ACCENT, bold=True, italic=False, font=SANS)


def _added(styles: Any, name: str, kind: Any, base: str | None) -> Any:
    style = styles.add_style(name, kind)
    style.base_style = styles[base] if base else None
    style.quick_style = True
    return style


def _set(
    style: Any,
    size: float | None,
    colour: str,
    *,
    font: str = "",
    bold: bool | None = None,
    italic: bool | None = None,
) -> None:
    """Type and colour, for every script: Word keeps those of Arabic and Hebrew apart."""
    style.font.color.rgb = RGBColor.from_string(colour)
    style.font.bold, style.font.italic = bold, italic
    style.font.cs_bold, style.font.cs_italic = bold, italic and False
    if font:
        _fonts(style.element.get_or_add_rPr(), font)
    elif style.element.rPr is not None and style.element.rPr.find(qn("w:rFonts")) is not None:
        _fonts(style.element.rPr, SANS)
    if size:
        style.font.size = Pt(size)
        properties = style.element.get_or_add_rPr()
        for old in properties.findall(qn("w:szCs")):
            properties.remove(old)
        other = OxmlElement("w:szCs")
        other.set(qn("w:val"), str(int(size * 2)))
        properties.find(qn("w:sz")).addnext(other)


def _fonts(properties: Any, font: str) -> None:
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for script, name in (("ascii", font), ("hAnsi", font), ("eastAsia", font), ("cs", ARABIC)):
        fonts.set(qn(f"w:{script}"), name)
    properties.insert(0, fonts)


def _paragraph(
    style: Any,
    *,
    before: float,
    after: float,
    lines: float,
    left: Any = None,
    first: Any = None,
    next_too: bool = False,
    together: bool = False,
) -> None:
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), lines
    shape.left_indent, shape.right_indent, shape.first_line_indent = left, None, first
    shape.keep_with_next, shape.keep_together, shape.widow_control = next_too, together, True


def _rule(style: Any, side: str) -> None:
    """A line beside it, on the side where its lines begin."""
    borders = OxmlElement("w:pBdr")
    for one in ("left", "right"):
        line = OxmlElement(f"w:{one}")
        drawn = (("val", "single"), ("sz", "12"), ("space", "8"), ("color", RULE))
        for name, value in drawn if one == side else (("val", "nil"),):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties = style.element.get_or_add_pPr()
    before = ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")
    place = next((one for one in properties if one.tag in map(qn, before)), None)
    place.addprevious(borders) if place is not None else properties.append(borders)


if __name__ == "__main__":
    main()

"""Text as a QR code, to be read by a telephone."""

import segno


def qr_svg(text: str) -> str:
    """An SVG without script, style or size of its own; dark on light always, as telephones read it."""
    made = segno.make(text, error="m")
    return made.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)

"""Text as a QR code, to be read by a telephone."""

import io

import segno


def qr_svg(text: str, title: str = "") -> str:
    """An SVG without script, style or size of its own; dark on light always, as telephones read it.

    `title` says what it is to somebody who does not see it.
    """
    made = segno.make(text, error="m", micro=False)
    return made.svg_inline(
        border=4,
        dark="#000",
        light="#fff",
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        title=title or None,
    )


def qr_png(text: str, *, scale: int = 10) -> bytes:
    """The same as a picture, `scale` pixels for each of its squares."""
    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="png", border=4, scale=scale)
    return target.getvalue()

"""A woven pattern for each person, drawn from her record's id: a face where no photograph should be."""

import io
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

COLOURS = ("9a3f1d", "d9a441", "6b7d3a", "0b5d5e", "7a4a6b", "2f4858", "c46a4a", "3f5a8a")
_THREADS = 7  # across and down; each is one unit wide
# Threads that go down lie on top at every second crossing, beginning with the first.
_DOWN = [f"M{i}.5 {i % 2}V7" for i in range(_THREADS)]
_ACROSS = [f"M{1 - i % 2} {i}.5H7" for i in range(_THREADS)]


def weave_svg(record_id: str, *, size: int = 120) -> str:
    """SVG of at most 1 KB, `size` pixels wide and high, always the same for the same id."""
    seed = sha256(record_id.encode("utf-8", "surrogatepass")).digest()
    across = _threads([f"M0 {i}.5H7" for i in range(_THREADS)], seed[:_THREADS])
    down = _threads(_DOWN, seed[_THREADS : 2 * _THREADS])
    name = f"w{seed.hex()[:6]}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="weave" width="{size}" height="{size}" '
        f'viewBox="0 0 7 7" aria-hidden="true"><clipPath id="{name}"><circle cx="3.5" cy="3.5" r="3.5"/>'
        f'</clipPath><g clip-path="url(#{name})" stroke-width="1.03">{across}<g stroke-dasharray="1">{down}'
        f'<path d="{"".join(_DOWN)}" stroke="#fff4" stroke-width=".18"/>'
        f'<path d="{"".join(_ACROSS)}" stroke="#0003" stroke-width=".18"/></g></g></svg>'
    )


def _threads(lines: list[str], seed: bytes) -> str:
    """One path for each colour, so that a weave stays small."""
    chosen = [byte % len(COLOURS) for byte in seed]
    colours = sorted(set(chosen))
    paths = {c: "".join(line for line, of in zip(lines, chosen, strict=True) if of == c) for c in colours}
    return "".join(f'<path d="{paths[c]}" stroke="#{COLOURS[c]}"/>' for c in colours)


def weave_png(record_id: str, *, size: int = 420) -> bytes:
    """The same as a picture, `size` pixels wide and high, for what shows no SVG."""
    from PIL import Image, ImageDraw

    seed = sha256(record_id.encode("utf-8", "surrogatepass")).digest()
    unit = size // _THREADS
    side = unit * _THREADS
    woven = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(woven)
    for down in range(_THREADS):
        for across in range(_THREADS):
            on_top = (down + across) % 2 == 0  # the thread that goes down
            thread = seed[_THREADS + across] if on_top else seed[down]
            left, top = across * unit, down * unit
            pen.rectangle(
                (left, top, left + unit - 1, top + unit - 1), fill=f"#{COLOURS[thread % len(COLOURS)]}"
            )
    woven.putalpha(_round(side))
    target = io.BytesIO()
    woven.save(target, "PNG")
    return target.getvalue()


@cache
def _round(side: int) -> "Image.Image":
    """A round patch as wide as that, with smooth edges."""
    from PIL import Image, ImageDraw

    drawn = Image.new("L", (side * 4, side * 4))
    ImageDraw.Draw(drawn).ellipse((0, 0, side * 4 - 1, side * 4 - 1), fill=255)
    return drawn.resize((side, side), Image.Resampling.LANCZOS)

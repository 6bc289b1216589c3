"""A small picture that tells how a specification's citations stand, and names nothing."""

from html import escape

HEIGHT, SIDE, OF_A_LETTER = 20, 8, 6.6  # pixels
LABEL = "citations"
COLOURS = {"good": "#2f6b3a", "look": "#8a5a00", "stop": "#a12622", "": "#574e44"}


def badge_svg(said: str, tone: str) -> str:
    """The badge with these words; `tone` is good, look, stop, or empty where nothing is known."""
    left, right = _width(LABEL), _width(said)
    whole, title = left + right, escape(f"{LABEL}: {said}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{HEIGHT}" role="img"'
        f' aria-label="{title}"><title>{title}</title>'
        f'<rect width="{whole}" height="{HEIGHT}" rx="3" fill="#3d362e"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v{HEIGHT - 6}a3 3 0 0 1-3 3h-{right - 3}z"'
        f' fill="{COLOURS[tone]}"/>'
        f'<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="{left / 2:g}" y="14">{escape(LABEL)}</text>'
        f'<text x="{left + right / 2:g}" y="14">{escape(said)}</text></g></svg>\n'
    )


def _width(text: str) -> int:
    return round(len(text) * OF_A_LETTER) + 2 * SIDE

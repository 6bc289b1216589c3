"""The number of each passage at its link, and the way to cite it."""

import re
from itertools import count

ANCHOR = re.compile(r'<a (?=[^>]*class="anchor")[^>]*href="#(p-[^"]+)"[^>]*>#</a>')


def numbered(html: str, cite_address: str = "") -> str:
    """Rendered text whose passages say their numbers, as references count paragraphs: open ones alone, which
    are those with a link. With `cite_address` each leads to its reference there.
    """
    numbers = count(1)

    def linked(found: re.Match[str]) -> str:
        number, anchor = next(numbers), found[1]
        said = f'aria-label="Link to passage {number}" data-n="{number}"'
        link = f'<a class="anchor" href="#{anchor}" {said}>#</a>'
        if not cite_address:
            return link
        cite = (
            f'<a class="anchor citeit" href="{cite_address}?at={anchor}" rel="nofollow" data-cite '
            f'aria-label="Cite passage {number}">Cite</a>'
        )
        return f"{link} {cite}"

    return ANCHOR.sub(linked, html)

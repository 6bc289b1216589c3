"""Rendering as pages use it, with an archive in which a few records can be reached."""

from collections.abc import Callable

import pytest

from app.rendering.markdown import render
from app.rendering.model import Rendered

PAGES = {
    "s-7k3fq2mx": "/stories/marisa",
    "s-7k3fq2mx#p-4c1e9a": "/stories/marisa#p-4c1e9a",
    "who-3m2xa8qd": "/personas/elena",
    "../march/owen.md": "/stories/march/owen",
    "photo.jpg": f"/media/{'a' * 64}",
}


class Pages:
    """The addresses of the few records above; all else leads nowhere."""

    def address_of(self, target: str) -> str | None:
        return PAGES.get(target)


LINKS = Pages()


@pytest.fixture
def read() -> Callable[..., Rendered]:
    """Render as readers see it; `show_closed=True` as the story's gatherers do."""
    return lambda markdown, **how: render(markdown, links=LINKS, **how)

"""A small archive whose clock a test moves."""

from collections.abc import Iterator

import pytest

from tests.archives import Clock
from tests.web.asking import Web
from tests.web.serving import served, story

A, B, D, E = "s-7k3fq2mx", "s-2m9tb3rw", "s-4hd8n0qe", "s-5xt0dddd"
STORIES = {
    "a.md": story(
        "The lamplighter counted eleven boats before she went home again that night.",
        f"id: {A}",
        "title: Lantern & <sea>",
        "storyteller: Marisa",
        "site: Northgate",
        "gathered: 2026-03-04",
        "summary: Eleven boats.",
        "language: cy",
        "themes: [dusk, waiting]",
    ),
    "b.md": story("She rang back.", f"id: {B}", "title: Bells", "themes: [waiting]"),
    "d.md": story(
        "For the teams.", f"id: {D}", "title: Teams", "themes: [hidden]", "site: Elsewhere", uses="design"
    ),
    "e.md": f"---\nid: {E}\ntitle: Ends\nthemes: [waiting]\n"
    "consent: {uses: [publication], until: 2026-05-06}\n---\nUntil Wednesday.\n",
}
PERSONAS = {"elena.md": "---\nname: Elena\nuses: [publication]\n---\nElena counts.\n"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def web(tmp_path, clock) -> Iterator[Web]:
    told = {"contact": "mailto:stories@example.org", "base_url": "http://stories.example.org"}
    with served(tmp_path, STORIES, PERSONAS, clock=clock, **told) as made:
        yield made

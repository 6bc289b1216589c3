"""A storyteller at her own door, for the tests."""

import re
from dataclasses import dataclass

from app.database.visibility import TERMINAL
from app.services.gathering.doors import door_path, make_door
from app.services.recording import By
from tests.web.asking import Answer, Web
from tests.web.people import look, send

ID = "s-7k3fq2mx"
BODY = """The first thing Marisa does is move the chair.

> “I had told it so often.”

What she said about her brother.
"""


def her_story(*keys: str, consent: str = "{uses: [publication, design]}", body: str = BODY) -> str:
    """Marisa's story as its file."""
    lines = [f"id: {ID}", "title: The eleven months", "storyteller: Marisa", *keys, f"consent: {consent}"]
    return "\n".join(["---", *lines, "---", body])


@dataclass
class Storyteller:
    """Whoever holds the link."""

    web: Web
    token: str

    @property
    def path(self) -> str:
        return door_path(self.token)

    def look(self, to: str = "") -> Answer:
        return look(self.web, f"{self.path}{to}")

    def send(self, do: str, **fields: str) -> Answer:
        return send(self.web, self.path, {"do": do, **fields})

    def says(self, do: str, **fields: str) -> Answer:
        """What she sends is taken; the page that it leads to."""
        answer = self.send(do, **fields)
        assert answer.status == 303, answer.text
        return look(self.web, answer["location"].partition("#")[0])

    def anchor(self, words: str) -> str:
        """The anchor of the passage that begins so."""
        found = re.search(rf'id="(p-[^"]+)"[^>]*>{re.escape(words)}', self.look().text)
        assert found, words
        return found[1]


def storyteller(web: Web, story_id: str = ID, **how: object) -> Storyteller:
    """Somebody who has been given a link."""
    return Storyteller(web, make_door(web.archive, TERMINAL, By(), story_id, **how))

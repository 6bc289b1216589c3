"""How citations stand equals what the files, their first words and the list of withdrawals alone say."""

import json
import random
import re
from collections import Counter
from datetime import date, timedelta

import pytest
import yaml
from sqlalchemy import select

from app.database.tables import PASSAGE, STORY
from app.database.visibility import TERMINAL, Actor, Role
from app.services.marking.quotes import About, Chosen, mark
from app.services.reconcile import reconcile
from app.services.recording import By
from app.services.specifications.access import Who
from app.services.specifications.citing import cite
from app.services.specifications.health import health_json
from app.services.specifications.making import make_specification
from app.services.specifications.requirements import add_requirement
from app.services.views import CitationForm, RequirementForm, SpecificationForm
from app.services.withdrawing import Outcome, Request, withdraw
from tests.archives import Clock
from tests.proof_scale import scaled
from tests.web.serving import served

pytestmark = pytest.mark.proof
CITATIONS = scaled(48, 1_000)
IN_EACH = 4  # stories of one citation would be no specification
TODAY = date(2026, 5, 4)  # of tests.archives.Clock
WHO = Who(Actor(frozenset({Role.COMMISSIONER}), "Here", signed_in=True), By(1, "Cy"))
USES = ("publication", "commissioning", "publication, design", "commissioning, learning")
NOUNS = [
    "door",
    "chair",
    "lamp",
    "kettle",
    "window",
    "stair",
    "garden",
    "letter",
    "table",
    "phone",
    "bus",
    "ward",
]


def words_of(chance, number):
    """Four sentences, each of which stands in no other story."""
    return [
        f"In {number}-{at} the {chance.choice(NOUNS)} was moved and the {chance.choice(NOUNS)} left there."
        for at in range(IN_EACH)
    ]


def text(number, sentences, consent, *keys):
    head = [f"id: s-{number:08d}", f"storyteller: Teller {number}", *keys, f"consent: {consent}"]
    return "\n".join(["---", *head, "---", "\n\n".join(sentences), ""])


def agreed(uses, until=""):
    return f"{{uses: [{uses}]{f', until: {until}' if until else ''}}}"


class Changes:
    """What storytellers, gatherers and clocks do to a story; each leaves its trace in files alone."""

    def __init__(self, web, chance, stories):
        self.web, self.chance, self.stories = web, chance, stories

    def make(self, number):
        name = self.chance.choice([one for one in dir(self) if one.startswith("do_")])
        getattr(self, name)(number)

    def write(self, number, sentences, consent, *keys):
        path = self.web.archive.settings.stories / f"{number}.md"
        path.write_text(text(number, sentences, consent, *keys))

    def do_nothing(self, number):
        pass

    def do_move(self, number):
        sentences, uses = self.stories[number]
        self.write(number, ["Something else entirely came first.", *reversed(sentences)], agreed(uses))

    def do_edit(self, number):
        sentences, uses = self.stories[number]
        first = sentences[0].replace("was moved and", "was moved slowly, and")
        self.write(number, [first, *sentences[1:]], agreed(uses))

    def do_cut(self, number):
        sentences, uses = self.stories[number]
        self.write(number, sentences[1:], agreed(uses))

    def do_close(self, number):
        sentences, uses = self.stories[number]
        closed = f"::: closed\n{sentences[0]}\n:::"
        self.write(number, [closed, *sentences[1:]], agreed(uses))

    def do_narrow(self, number):
        uses = self.chance.choice(["design", "learning", ""])
        self.write(number, self.stories[number][0], agreed(uses))

    def do_swap(self, number):
        self.write(number, self.stories[number][0], agreed("publication"))

    def do_end(self, number):
        days = self.chance.choice([-400, -1, 0, 1, 89, 90, 91, 400])
        until = (TODAY + timedelta(days=days)).isoformat()
        self.write(number, self.stories[number][0], agreed(self.stories[number][1], until))

    def do_blur(self, number):
        self.write(number, self.stories[number][0], self.chance.choice(["yes", "{uses: [telling]}", ""]))

    def do_draft(self, number):
        self.write(number, self.stories[number][0], agreed(self.stories[number][1]), "status: draft")

    def do_take_back(self, number):
        outcome = self.chance.choice([Outcome.KEEP, Outcome.ERASE])
        withdraw(self.web.archive, TERMINAL, f"s-{number:08d}", Request(outcome))

    def do_take_back_by_hand(self, number):
        self.write(number, self.stories[number][0], agreed(self.stories[number][1]), "status: withdrawn")


def expected(web, number, words):
    """How these words stand, from the list of withdrawals and the file alone."""
    lines = web.archive.settings.withdrawals
    story_id = f"s-{number:08d}"
    told = [json.loads(line) for line in lines.read_text().splitlines()] if lines.is_file() else []
    if any(story_id in one.values() and one["kind"] in ("withdrawn", "erased") for one in told):
        return "withdrawn"
    _, front, body = (web.archive.settings.stories / f"{number}.md").read_text().split("---\n", 2)
    keys = yaml.safe_load(front)
    if keys.get("status") == "withdrawn":
        return "withdrawn"
    consent = keys["consent"] if isinstance(keys["consent"], dict) else {}
    closed = re.search(rf"::: closed\n{re.escape(words)}\n:::", body)
    until = consent.get("until")
    allowed = {"publication", "commissioning"} & set(consent.get("uses") or ())
    if closed or not allowed or keys.get("status") == "draft" or (until and until < TODAY):
        return "use no longer allowed"
    if words not in body.split("\n\n") and f"{words}\n" not in body:
        return "text changed"
    return "consent ends" if until and until <= TODAY + timedelta(days=90) else "current"


def test_states_of_citations_equal_what_files_and_withdrawals_say(tmp_path, figures):
    chance, stories = random.Random(8), {}
    for number in range(max(2, CITATIONS // IN_EACH)):
        stories[number] = (words_of(chance, number), chance.choice(USES))
    files = {f"{number}.md": text(number, words, agreed(uses)) for number, (words, uses) in stories.items()}
    with served(tmp_path, files, clock=Clock()) as web:
        specification, cited = _cited(web.archive, stories)
        changes = Changes(web, chance, stories)
        for number in stories:
            changes.make(number)
        reconcile(web.archive)
        told = health_json(web.archive, WHO, specification, "")["citations"]
        found = {one["id"]: one["state"] for one in told}
        wanted = {key: expected(web, *of) for key, of in cited.items()}
    assert found == wanted
    assert len(set(wanted.values())) >= 4
    figures("citations whose state equals that of files and withdrawals alone", len(found))
    print(Counter(wanted.values()))


def _cited(archive, stories):
    """The specification, and by a citation's id the number of its story and its words."""
    specification = make_specification(archive, WHO, SpecificationForm(title="All of it"))
    cited = {}
    for number, (sentences, _) in stories.items():
        requirement = add_requirement(archive, WHO, specification, RequirementForm(text=f"Number {number}"))
        with archive.engine.connect() as connection:
            rows = connection.execute(select(PASSAGE).where(PASSAGE.c.story_id == f"s-{number:08d}")).all()
            revision = connection.execute(select(STORY.c.revision)).scalars().first()
        anchors = {row.text: row.anchor for row in rows}
        chosen = [Chosen(anchors[words]) for words in sentences]
        quotes = mark(archive, TERMINAL, By(), f"s-{number:08d}", chosen, revision, About())
        for quote, words in zip(quotes, sentences, strict=True):
            key = cite(archive, WHO, specification, requirement, CitationForm(quote=quote))
            cited[key] = (number, words)
    return specification, cited

"""Every number on every persona's page is what plain SQL counts, for each reader.

The SQL knows nothing of the archive's own conditions: who may see what is written out here again, by hand.
"""

import random
import re
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import insert

from app.database.marking import QUOTE
from app.rendering.passages import anchor_of
from tests.archives import Clock
from tests.proof_scale import scaled
from tests.web.people import look, someone
from tests.web.serving import served

pytestmark = pytest.mark.proof
STORIES, QUOTES, PERSONAS = scaled(40, 500), scaled(200, 5_000), scaled(4, 20)
STATEMENTS, DAY, NORTHGATE = 12, "2026-05-04", "northgate trust"
CONSENTS = (
    "consent: {uses: [publication, design]}",
    "consent: {uses: [publication]}",
    "consent: {uses: [design]}",
    "consent: {uses: [learning], until: 2026-05-04}",
    "consent: {uses: [commissioning]}",
    "consent: {uses: [design, commissioning], until: 2026-05-03}",
    "consent: {uses: [publication], not_for: [Northgate Trust]}",
    "consent: {uses: []}",
    "consent: yes",
    "status: draft\nconsent: {uses: [publication]}",
    "status: withdrawn\nconsent: {uses: [publication]}",
)
AGREED = "s.status = 'ready' AND s.understood AND NOT s.set_aside AND (s.until IS NULL OR s.until >= :day)"
NAMED = "SELECT 1 FROM catalogue_not_for n WHERE n.story_id = s.id AND n.organisation = :organisation"
NOT_OUT = f"NOT EXISTS ({NAMED})"
READERS = {  # roles, organisation, uses to read by: 8 publication, 4 commissioning, 2 learning, 1 design
    "anonymous": (None, "", 8),
    "no role": ((), "Here", 8),
    "member": (("member",), "Here", 8 | 1 | 2),
    "commissioner": (("commissioner",), "Here", 8 | 4),
    "gatherer": (("gatherer",), "Here", 8 | 1 | 2),
    "member and commissioner": (("member", "commissioner"), "Here", 8 | 4 | 1 | 2),
    "steward": (("steward",), "Here", None),
    "Northgate member": (("member",), "Northgate Trust", 8 | 1 | 2),
    "member of nowhere": (("member",), "", 8 | 1 | 2),
}
FOUND = """
WITH seen AS (SELECT s.id, s.revision, s.status, s.set_aside FROM catalogue_story s WHERE {seen}),
found AS (
  SELECT c.*, s.id AS at FROM cited c JOIN seen s ON s.id = c.story
  JOIN catalogue_passage p ON p.story_id = c.story AND p.anchor = c.anchor WHERE c.kind = 'passage'
  UNION ALL
  SELECT c.*, s.id FROM cited c JOIN quote q ON q.id = c.reference JOIN seen s ON s.id = q.story_id
  JOIN catalogue_passage p ON p.story_id = q.story_id AND p.anchor = q.anchor
  WHERE c.kind = 'quote' AND NOT q.closed AND q.state <> 'lost' AND q.removed IS NULL
  AND q.located = s.revision AND s.status <> 'withdrawn' AND NOT s.set_aside
  UNION ALL
  SELECT c.*, s.id FROM cited c JOIN seen s ON s.id = c.story WHERE c.kind = 'whole')
"""
OF_PERSONA = f"""{FOUND}
SELECT (SELECT count(DISTINCT at) FROM (
    SELECT at FROM found WHERE persona = :persona
    UNION SELECT l.story FROM linked l JOIN seen s ON s.id = l.story WHERE l.persona = :persona)),
  (SELECT count(DISTINCT reference) FROM found WHERE persona = :persona AND kind <> 'whole')
"""
OF_STATEMENTS = f"""{FOUND}
SELECT statement, count(DISTINCT CASE WHEN kind <> 'whole' THEN reference END), count(DISTINCT at)
FROM found WHERE persona = :persona AND NOT against GROUP BY statement
"""


def passages(number):
    """The words of a story; no two passages are alike."""
    return [f"Boat {number} came in on day {part}, and she waited." for part in range(6)]


def written(number, consent):
    """One passage is closed; the others are open."""
    *opened, closed = passages(number)
    body = "\n\n".join([*opened, f"::: closed\n{closed}\n:::"])
    return f"---\nid: s-{number:08}\nstoryteller: Teller {number}\n{consent}\n---\n{body}\n"


def quote_rows(chance, now):
    """Marks on words of stories: most stand, some are closed, lost, taken off, or not found again yet."""
    for number in range(QUOTES):
        story = chance.randrange(STORIES)
        words = chance.choice(passages(story))
        at, size = chance.randrange(5), chance.randrange(3, 12)
        yield {
            "id": f"q-{number:08}",
            "story_id": f"s-{story:08}",
            "anchor": anchor_of(words),
            "start": at,
            "size": size,
            "located": chance.choice([1, 1, 1, 1, 2]),
            "closed": chance.random() < 0.1,
            "state": chance.choice(["same", "same", "moved", "changed", "lost"]),
            "exact": words[at : at + size],
            "revision": 1,
            "made": now,
            "changed": now,
            "removed": now if chance.random() < 0.1 else None,
        }


def references(chance):
    """What a statement rests on: passages, quotes, whole stories, what never was; now and then one twice."""
    found = []
    for _ in range(chance.choice([0, 1, 1, 2, 5, 20])):
        story = chance.randrange(STORIES + 2)
        kind = chance.choice(["passage", "passage", "quote", "quote", "quote", "whole"])
        if kind == "quote":
            found.append((kind, f"q-{chance.randrange(QUOTES + 5):08}", "", ""))
        elif kind == "whole":
            found.append((kind, f"s-{story:08}", f"s-{story:08}", ""))
        else:
            anchor = anchor_of(chance.choice(passages(story)))
            found.append((kind, f"s-{story:08}#{anchor}", f"s-{story:08}", anchor))
    return found + found[:1] * (chance.random() < 0.3)


class Personas:
    """What their files say, and the same as rows."""

    def __init__(self, chance):
        self.files, self.cited, self.linked = {}, [], []
        for number in range(PERSONAS):
            lines = [self._statement(chance, number, at) for at in range(STATEMENTS)]
            stories = [f"s-{chance.randrange(STORIES):08}" for _ in range(chance.randrange(9))]
            self.linked += [(number, story) for story in stories]
            head = f"id: who-{number:08}\nname: Persona {number}\nuses: [publication]"
            head += f"\nstories: [{', '.join(stories)}]"
            self.files[f"p{number}.md"] = "\n".join(
                ["---", head, "statements:", "  Heard:", *lines, "---", ""]
            )

    def _statement(self, chance, number, at):
        named = {
            "evidence": references(chance),
            "against": references(chance) if chance.random() < 0.3 else [],
        }
        for side, listed in named.items():
            self.cited += [(number, at, side == "against", *one) for one in listed]
        sides = ", ".join(
            f"{side}: [{', '.join(one[1] for one in listed)}]" for side, listed in named.items()
        )
        return f"    - {{statement: Statement {at} holds, {sides}}}"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    chance, folder = random.Random(7), tmp_path_factory.mktemp("counts")
    stories = {f"t{n}.md": written(n, CONSENTS[n % len(CONSENTS)]) for n in range(STORIES)}
    personas, clock = Personas(chance), Clock()
    with served(folder, stories, personas.files, at_loopback=True, clock=clock) as web:
        with web.archive.writing() as connection:
            connection.execute(insert(QUOTE), list(quote_rows(chance, clock.time)))
            connection.commit()
        cookies = {
            name: None
            if roles is None
            else someone(web.archive, name.replace(" ", "-"), *roles, organisation=organisation)
            for name, (roles, organisation, _) in READERS.items()
        }
        yield web, personas, cookies


def seen_by(reader):
    """Which rows of catalogue_story she may read, as SQL."""
    roles, organisation, uses = READERS[reader]
    allowed = "1" if uses is None else f"({AGREED} AND (s.uses & {uses}) <> 0)"
    if roles is None:
        return allowed
    return f"{allowed} AND {NOT_OUT if organisation else 'NOT s.excludes'}"


class Plain:
    """A connection that sees the same file, and knows what the personas' files cite."""

    def __init__(self, web, personas):
        self.to = sqlite3.connect(web.archive.settings.database_path)
        self.to.execute(
            "CREATE TEMP TABLE cited (persona, statement, against, kind, reference, story, anchor)"
        )
        self.to.execute("CREATE TEMP TABLE linked (persona, story)")
        self.to.executemany("INSERT INTO cited VALUES (?, ?, ?, ?, ?, ?, ?)", personas.cited)
        self.to.executemany("INSERT INTO linked VALUES (?, ?)", personas.linked)

    def ask(self, reader, sql, persona):
        organisation = NORTHGATE if reader == "Northgate member" else "here"
        told = {"day": DAY, "organisation": organisation, "persona": persona}
        return self.to.execute(sql.format(seen=seen_by(reader)), told).fetchall()

    def close(self):
        self.to.close()


def rests_on(text):
    found = re.search(r"rests on (?:([\d,]+) stor(?:y|ies)(?:, ([\d,]+) quotes?)?|no story yet)", text)
    return tuple(int((one or "0").replace(",", "")) for one in found.groups())


def statements(text):
    """The numbers below each statement of a page."""
    cards = text[text.index('class="card heads"') :] if 'class="card heads"' in text else ""
    parts = re.split(r"<li>Statement (\d+) holds", cards)[1:]
    for at, part in zip(parts[::2], parts[1::2], strict=True):
        found = re.search(r'<details class="ev"><summary>(?:(\d+) quotes? · )?(\d+) stor', part)
        yield int(at), (int(found[1] or 0), int(found[2])) if found else (0, 0)


@pytest.mark.parametrize("reader", READERS)
def test_counts_on_every_persona_s_page_are_those_of_plain_sql(world, reader, figures):
    web, personas, cookies = world
    numbers, total = 0, 0
    with closing(Plain(web, personas)) as plain:
        listed = {
            one["slug"]: one for one in look(web, "/api/v1/personas?size=100", cookies[reader]).json["items"]
        }
        for persona in range(PERSONAS):
            text = look(web, f"/personas/p{persona}", cookies[reader]).text
            (expected,) = plain.ask(reader, OF_PERSONA, persona)
            assert rests_on(text) == expected, (persona, reader)
            item = listed[f"p{persona}"]
            assert (item["stories"], item["quotes"]) == expected, (persona, reader)
            counted = {
                at: (quotes, stories) for at, quotes, stories in plain.ask(reader, OF_STATEMENTS, persona)
            }
            shown = dict(statements(text))
            assert {at: told for at, told in shown.items() if told != (0, 0)} == counted, (persona, reader)
            numbers += 4 + 2 * STATEMENTS
            total += sum(expected)
    assert total > PERSONAS
    figures(
        f"persona counts: {reader}", f"{numbers} numbers on {PERSONAS} pages, none different from plain SQL"
    )


@pytest.mark.parametrize("reader", ["anonymous", "member", "commissioner"])
def test_a_statement_that_rests_on_what_she_may_not_read_is_not_there(world, reader):
    web, personas, cookies = world
    with closing(Plain(web, personas)) as plain:
        for persona in range(PERSONAS):
            shown = dict(statements(look(web, f"/personas/p{persona}", cookies[reader]).text))
            counted = {at for at, _, _ in plain.ask(reader, OF_STATEMENTS, persona)}
            bare = set(range(STATEMENTS)) - {
                at for of, at, against, *_ in personas.cited if of == persona and not against
            }
            assert set(shown) == counted | bare

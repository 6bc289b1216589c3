"""All real interviews through the served editor and PUT: a changed field changes its own lines alone."""

import json
import random
import re
from contextlib import suppress

import pytest
from sqlalchemy import select

from app.database.tables import STORY
from app.records.edit import change_keys
from app.records.frontmatter import split
from app.records.problems import SetAside
from app.records.slugs import ENDINGS
from app.services.gathering.story_form import LINES, LISTS, SENTENCES
from tests.proof_scale import scaled
from tests.proofs.conftest import DATA, READ_SECONDS
from tests.proofs.test_lossless import assert_only_its_lines, parsed
from tests.web.filling import filled_in
from tests.web.people import account, look, send, session
from tests.web.serving import opened
from tests.web.tokens import token

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real material is not there: {DATA}"),
]
INTERVIEWS = DATA / "interviews"
FIELDS = (*LINES, "summary", *LISTS, *SENTENCES, "moments", "context", "own_name", "body")
HARD = (
    "NO",
    "12:30",
    "a: b",
    "- x",
    "#x",
    "It's “late”",
    "Ffion, y môr",
    "العربية",
    "{x}",
    "2024",
    "🙂 yes",
    "a, b",
)
ID_LINE = re.compile(rb"^id: s?-?[0-9a-z-]+\r?\n", re.MULTILINE)
EACH = 4  # of them, this part by PUT as well


@pytest.fixture
def web(tmp_path, quick_hashes):
    found = sorted(path for path in INTERVIEWS.rglob("*") if path.suffix in ENDINGS)
    (tmp_path / "stories").mkdir()
    for path in found[:: max(1, len(found) // scaled(12, len(found)))]:
        content = path.read_bytes()
        with suppress(SetAside):  # a draft: full of names of which nobody has decided yet
            content = change_keys(content, {"status": "draft"})
        (tmp_path / "stories" / path.name).write_bytes(content)
    (tmp_path / "personas").mkdir()
    with opened(tmp_path) as web:
        web.app.state.keeper.start()
        assert web.app.state.keeper.complete.wait(READ_SECONDS)
        web.app.state.keeper.stop()
        yield web


def stories(web):
    with web.archive.engine.connect() as connection:
        return connection.execute(select(STORY.c.id, STORY.c.slug, STORY.c.path).order_by(STORY.c.slug)).all()


def otherwise(chance, form, name):
    """A form as it is sent with this field filled in otherwise."""
    words = f"{chance.choice(HARD)} {chance.randrange(1000)}"
    if name == "gathered":
        return form | {name: f"19{chance.randint(50, 99)}-0{chance.randint(1, 9)}"}
    if name == "language":
        return form | {name: chance.choice(["pl", "cy", "en-GB"])}
    if name in LISTS:
        row = next(n for n in range(100) if not form.get(f"{name}-{n}"))
        return form | {f"{name}-{row}": words}
    if name == "moments":
        row = next(n for n in range(100) if not form.get(f"moment-{n}-what"))
        return form | {f"moment-{row}-when": "2019", f"moment-{row}-what": words}
    if name == "context":
        return form | {name: f"{form[name]}\r\nage_band: {words}"}
    if name == "own_name":
        return form | {name: "on"}
    if name == "body":
        return form | {name: f"{form[name]}\r\n\r\nShe said {words}.\r\n"}
    return form | {name: f"{form[name]}\r\n{words}" if name in SENTENCES else words}


def without_id(content):
    """A file that had no id without the line that it got with its first save."""
    return ID_LINE.sub(b"", content, count=1)


def check(before, after, name):
    assert after != before
    if name == "body":
        assert split(after, "x").head == split(before, "x").head
        assert parsed(after).body.startswith(parsed(before).body.rstrip())
    else:
        assert_only_its_lines(before, after, name)


def test_every_interview_is_changed_in_one_field_and_in_no_other_line(web, tmp_path, figures):
    chance = random.Random(1296)
    key = account(web.archive, "Sue", "steward")
    sue, program = session(web.archive, key), f"Bearer {token(web.archive, key, 'read', 'write')}"
    changed = put = same = 0
    for row in stories(web):
        file = tmp_path / row.path
        before, at, name = file.read_bytes(), f"/s/{row.id}/edit", chance.choice(FIELDS)
        form = filled_in(look(web, at, sue), at)
        untouched = send(web, at, form, sue)
        assert untouched.status == 303, untouched.text
        assert without_id(file.read_bytes()) == before, row.slug
        same += 1
        before = file.read_bytes()
        form = filled_in(look(web, at, sue), at)
        answer = send(web, at, otherwise(chance, form, name), sue)
        assert answer.status == 303, (row.slug, name, re.findall(r"class=.wrong.[^>]*>[^<]*", answer.text))
        check(before, file.read_bytes(), name)
        changed += 1
        if changed % EACH == 0:
            put_one(web, program, file, row.slug, chance)
            put += 1
    figures("lossless: interviews saved in the served editor as they were, byte for byte", same)
    figures(
        "lossless: interviews of which one field was changed in the served editor: its lines alone", changed
    )
    figures("lossless: and then by PUT", put)


def put_one(web, program, file, slug, chance):
    """A program gives the story back as it was, then with another site."""
    at, named = f"/api/v1/stories/{slug}", [("authorization", program), ("content-type", "application/json")]
    before, given = file.read_bytes(), web.get(f"/api/v1/stories/{slug}", headers=named)
    told = {name: given.json[name] for name in ("front_matter", "markdown")}
    tag = [("if-match", given["etag"])]
    assert web.ask("PUT", at, headers=named + tag, body=json.dumps(told).encode()).status == 200
    assert file.read_bytes() == before
    told["front_matter"]["site"] = f"{chance.choice(HARD)} {chance.randrange(1000)}"
    assert web.ask("PUT", at, headers=named + tag, body=json.dumps(told).encode()).status == 200
    check(before, file.read_bytes(), "site")

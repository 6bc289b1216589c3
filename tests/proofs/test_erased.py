"""Erased means erased: of a story that was erased no word is left in any byte of the archive."""

import os
import re
import sqlite3
import unicodedata
import zlib
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlmodel import Session

from app.database.gathering import DoorEntry, Intake, JobItem, Original, OtherPerson, WhatCame
from app.database.ledgers import AUDIT_TEXT
from app.database.visibility import TERMINAL
from app.records.replace import UNFINISHED
from app.services import finishing
from app.services.auditing import Event, note
from app.services.finishing import finish_jobs
from app.services.ledger import Particulars, Source, note_consent, terms_of
from app.services.reading_files import examine
from app.services.withdrawing import Outcome, Request, withdraw
from tests.archives import make_archive, new_whoosh, story_file, take_in, write
from tests.figures import SECURITY
from tests.proof_scale import scaled

A = "s-7k3fq2mx"
PLACES = (
    "folder", "slug", "title", "storyteller", "role", "kind", "site", "gatherer", "summary", "theme",
    "content note", "moment", "strength", "hope", "context", "organisation", "unknown key", "nested",
    "front comment", "comment", "heading", "body", "quotation", "pull", "closed", "alt text", "link title",
    "footnote", "table", "code", "first version", "second version", "note", "sheet", "reason", "unfinished",
    "media", "original", "original name", "intake", "intake name", "intake source", "incoming",
    "other person",
    "job name", "job said", "said", "said passage", "said reply", "what came",
)  # fmt: skip
CANARY = {place: f"Zqé{number:02}{re.sub('[^a-z]', '', place)}x" for number, place in enumerate(PLACES)}
LENGTH = 5  # letters of a planted word that no other word begins with; stems and folds keep them
ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")


def told(**more: str) -> str:
    c = CANARY | more
    return f"""---
id: {A}
title: {c["title"]}
storyteller: {c["storyteller"]}
role: {c["role"]}
kind: {c["kind"]}
site: {c["site"]}
gatherer: {c["gatherer"]}
summary: {c["summary"]} and more.
themes: [{c["theme"]}]
content_notes: [{c["content note"]}]
moments:
  - {{when: "2019", what: {c["moment"]}, kind: low}}
strengths: [{c["strength"]}]
hopes: [{c["hope"]}]
context: {{age_band: {c["context"]}}}
project: {c["unknown key"]}
more: {{inner: {c["nested"]}}}
# {c["front comment"]}
consent: {{uses: [publication], given: 2026-01-01, not_for: [{c["organisation"]}]}}
---
## {c["heading"]}

{c["body"]} counted boats. ![{c["alt text"]}](a.png) [there](https://example.org "{c["link title"]}")[^1]

> {c["quotation"]} she said.

::: pull
{c["pull"]} she said.
:::

::: closed
{c["closed"]} about her brother.
:::

| {c["table"]} | b |
| --- | --- |
| c | d |

    {c["code"]}

<!-- {c["comment"]} -->

[^1]: {c["footnote"]} below.

{"Many words make a long text that overflows its page. " * 900}
"""


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c))


NEEDLES = {place: folded(word)[:LENGTH] for place, word in CANARY.items()}


def readings(data: bytes):
    """The bytes as texts, in each encoding in which a word could hide."""
    yield data.decode("utf-8", "ignore")
    for encoding in ("utf-16-le", "utf-16-be"):
        yield data.decode(encoding, "ignore")
        yield data[1:].decode(encoding, "ignore")
    yield re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), data.decode("latin-1"))
    for found in ZLIB.finditer(data):
        unpacked = zlib.decompressobj()
        try:
            yield unpacked.decompress(data[found.start() :], 1_000_000).decode("utf-8", "ignore")
        except zlib.error:
            continue


def files_in(folder: Path) -> list[Path]:
    return [Path(below, name) for below, _, names in os.walk(folder) for name in names]


def places_of(folder: Path) -> dict[str, set[str]]:
    """Each planted word that stands in a file or in its name, and where."""
    found: dict[str, set[str]] = {}
    for path in files_in(folder):
        inside = path.relative_to(folder).as_posix()
        texts = [folded(text) for text in (inside, *readings(path.read_bytes()))]
        for place, needle in NEEDLES.items():
            if any(needle in text for text in texts):
                found.setdefault(place, set()).add(inside)
    for below, folders, _ in os.walk(folder):
        for name in folders:
            for place, needle in NEEDLES.items():
                if needle in folded(name):
                    found.setdefault(place, set()).add(Path(below, name).relative_to(folder).as_posix())
    return found


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """An archive of many stories, one of which has a word in every place that can carry text."""
    (tmp_path / "temp").mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path / "temp"))
    texts = {n: f"The kettle sang {n}. " * 30 for n in range(scaled(40, 3000))}
    others = {f"stories/o{n}.md": story_file(text, title=n) for n, text in texts.items()}
    archive = make_archive(tmp_path, others, index=new_whoosh(tmp_path))
    place = f"stories/{CANARY['folder']}/{CANARY['slug']}.md"
    for body in (CANARY["first version"], CANARY["second version"], CANARY["body"]):
        write(tmp_path, {place: told(body=body)})
        take_in(archive)
    record_consent(archive, tmp_path / place)
    gather(archive, tmp_path)
    write(tmp_path, {f"stories/{CANARY['folder']}/{UNFINISHED}0": CANARY["unfinished"]})
    for name, folder in (("media", "media"), ("original", "originals")):
        write(tmp_path, {f"state/{folder}/{A}/a": CANARY[name]})
    yield archive
    archive.close()


def gather(archive, folder: Path) -> None:
    """What gathering keeps of it beside its file; somebody else has brought the same original meanwhile."""
    c, now, digest = CANARY, archive.now(), "d" * 64
    write(folder, {f"state/incoming/{digest}": c["incoming"]})
    said = {"text": c["said"], "passage": c["said passage"], "reply": c["said reply"]}
    item = {"job": 1, "number": 1, "record_id": A, "name": c["job name"], "said": c["job said"]}
    coming = {"content": c["intake"].encode(), "source": c["intake source"], "name": c["intake name"]}
    kept = [
        Original(story_id=A, digest=digest, name=c["original name"], added=now),
        Intake(digest=digest, made=now, changed=now, **coming),
        OtherPerson(story_id=A, digest="x", reason=c["other person"], at=now),
        JobItem(**item),
        DoorEntry(story_id=A, kind="comment", at=now, **said),
        WhatCame(story_id=A, kind="promised", text=c["what came"], at=now),
    ]
    with Session(archive.engine) as session:
        session.add_all(kept)
        session.commit()


def record_consent(archive, path: Path) -> None:
    kind, slug = next(iter(archive.stores)), path.stem
    story = examine(path.read_bytes(), path="", slug=slug, kind=kind, today=archive.now().date()).record
    words = Particulars(sheet=CANARY["sheet"], note=CANARY["note"])
    with archive.writing() as connection:
        note_consent(archive, connection, A, Source.ARCHIVE, terms_of(archive, story), particulars=words)
        number = note(archive, connection, Event.READERS_SHOWN, record_id=A)
        connection.execute(insert(AUDIT_TEXT).values(number=number, text=CANARY["reason"]))
        connection.commit()


@pytest.mark.proof
def test_no_word_of_an_erased_story_is_in_any_byte(planted, tmp_path, figures):
    before = places_of(tmp_path)
    assert set(before) == set(PLACES), set(PLACES) - set(before)
    withdraw(planted, TERMINAL, A, Request(Outcome.ERASE))
    assert finish_jobs(planted) == 1
    assert places_of(tmp_path) == {}
    planted.close()
    assert places_of(tmp_path) == {}
    sizes = [path.stat().st_size for path in files_in(tmp_path)]
    figures("words planted in an erased story, found in any byte afterwards", f"{len(PLACES)}, 0", SECURITY)
    figures("files searched for them, and their bytes", f"{len(sizes)}, {sum(sizes):,}", SECURITY)


@pytest.mark.proof
def test_no_word_of_the_old_text_is_left_after_anonymising(planted, tmp_path):
    new = story_file("A woman counted boats.", title="A lamp").encode()
    withdraw(planted, TERMINAL, A, Request(Outcome.ANONYMISE, text=new, slug="lamp"))
    assert finish_jobs(planted) == 1
    assert places_of(tmp_path) == {}


def test_a_reader_who_holds_on_to_old_pages_is_waited_for(planted, tmp_path, monkeypatch):
    monkeypatch.setattr(finishing, "CHECKPOINTS", 2)
    database = sqlite3.connect(planted.settings.database_path, isolation_level=None)
    database.execute("BEGIN")
    database.execute("SELECT count(*) FROM revision").fetchone()
    withdraw(planted, TERMINAL, A, Request(Outcome.ERASE))
    assert finish_jobs(planted) == 0  # tried, and not said to be done
    database.close()
    assert finish_jobs(planted) == 1
    assert places_of(tmp_path) == {}

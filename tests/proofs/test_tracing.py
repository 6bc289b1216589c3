"""Quotations of the interviews, altered as people alter them, are traced; what nobody said here is not."""

import random
import re
from collections import Counter

import pytest
from sqlalchemy import select

from app.config import load_settings, variable
from app.database.tables import PASSAGE, STORY
from app.database.visibility import ANONYMOUS
from app.rendering.markdown import render
from app.search.whoosh_index import WhooshIndex
from app.services.archive import open_archive
from app.services.indexing import update_search
from app.services.reconcile import reconcile
from app.services.tracing.judging import SURE
from app.services.tracing.tracing import Tracer
from tests.proof_scale import scaled
from tests.proofs.altering import Alterer
from tests.proofs.conftest import DATA
from tests.proofs.test_relocating import FRONT, Nowhere

INTERVIEWS, ELSEWHERE = DATA / "interviews/posts", DATA / "design-history"
pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not INTERVIEWS.is_dir(), reason=f"the real interviews are not there: {INTERVIEWS}"),
]
STORIES, QUOTATIONS, FALSE = scaled(40, 1_296), scaled(60, 2_000), scaled(40, 500)
LENGTHS = (8, 10, 12, 15, 20, 25, 30, 40)  # words
SHORT = 8  # words of a sentence from elsewhere, at least
TRACED, ATTRIBUTED = 0.97, 0.01


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The interviews, to be read by anybody."""
    folder = tmp_path_factory.mktemp("traced")
    (folder / "stories").mkdir()
    files = sorted(INTERVIEWS.iterdir())
    for path in files[:: max(1, len(files) // STORIES)]:
        (folder / "stories" / f"{path.stem}.md").write_bytes(path.read_bytes())
    places = {"stories": "stories", "personas": "personas", "search_index": "search_index", "state": "state"}
    given = {variable(name): str(folder / place) for name, place in places.items()}
    settings = load_settings(given | {variable("unstated_uses"): "publication"})
    archive = open_archive(settings, WhooshIndex(settings.search_index))
    reconcile(archive)
    update_search(archive)
    yield archive
    archive.close()


@pytest.fixture
def tracer(archive):
    with archive.engine.connect() as connection:
        yield Tracer(archive, connection, ANONYMOUS)


def passages(archive):
    joined = select(STORY.c.slug, PASSAGE.c.anchor, PASSAGE.c.text).join(
        PASSAGE, PASSAGE.c.story_id == STORY.c.id
    )
    with archive.engine.connect() as connection:
        return connection.execute(joined.order_by(STORY.c.slug, PASSAGE.c.number)).all()


def test_quotations_are_traced_to_the_right_passage_however_people_altered_them(archive, tracer, figures):
    chance, known = random.Random(2026), passages(archive)
    alterer, right, wrong, sure = Alterer(chance), 0, [], Counter()
    ways, of_ways = Counter(), Counter()
    for _ in range(QUOTATIONS):
        row, words = _cut(chance, known)
        text, how = alterer.altered(words)
        found = tracer.trace(text)
        hit = found.found and (found.places[0].slug, found.places[0].anchor) == (row.slug, row.anchor)
        right += hit
        ways.update(how)
        of_ways.update(how if hit else ())
        sure[hit, found.confidence >= SURE] += 1
        if not hit:
            wrong.append((row.slug, row.anchor, text, found))
    for one in wrong[:30]:
        print(*one[:3], [(p.slug, p.anchor, p.judged) for p in one[3].places[:3]], sep="\n  ")
    figures("tracing: altered quotations of 8 to 40 words, traced to the right passage at first place",
            f"{100 * right / QUOTATIONS:.1f} in 100 of {QUOTATIONS:,}")  # fmt: skip
    for way in sorted(ways):
        figures(
            f"tracing: of those with {way}", f"{100 * of_ways[way] / ways[way]:.1f} in 100 of {ways[way]}"
        )
    said = sure[True, True] + sure[False, True]
    figures("tracing: where it says that it is sure, it is right",
            f"{100 * sure[True, True] / max(1, said):.2f} in 100 of {said}")  # fmt: skip
    assert right / QUOTATIONS >= TRACED


def _cut(chance, known):
    """Some words of a passage, as many as there are at most."""
    while True:
        row = chance.choice(known)
        words = row.text.split()
        if len(words) >= LENGTHS[0]:
            size = min(len(words), chance.choice(LENGTHS))
            first = chance.randrange(len(words) - size + 1)
            return row, words[first : first + size]


def test_sentences_that_nobody_said_here_are_attributed_to_nobody(tracer, figures):
    chance = random.Random(2027)
    asked = chance.sample(_sentences(), FALSE)
    found = [(text, tracer.trace(text)) for text in asked]
    false = [(text, one) for text, one in found if one.found]
    for text, one in false:
        print(text, [(p.slug, p.judged, p.difference) for p in one.places[:2]], one.confidence, sep="\n  ")
    figures("tracing: sentences from elsewhere that were attributed to somebody",
            f"{100 * len(false) / FALSE:.1f} in 100 of {FALSE:,}")  # fmt: skip
    assert len(false) / FALSE <= ATTRIBUTED


def _sentences():
    """What people of another archive wrote."""
    texts = [
        passage.text
        for path in sorted(ELSEWHERE.rglob("*.md"))
        for passage in render(FRONT.sub("", path.read_text(errors="replace")), links=Nowhere()).passages
    ]
    found = [one.strip() for text in texts for one in re.split(r"(?<=[.!?]) ", text)]
    return sorted({one for one in found if len(one.split()) >= SHORT})

"""Two archives, one of them without what a reader may not see: she can not tell them apart by one byte."""

import random
import re
from types import SimpleNamespace

import pytest

from tests.proof_scale import proof_scale, scaled
from tests.proofs.canaries.crawling import is_followed, links_of
from tests.proofs.canaries.planting import PERSONAS, Planted, planted
from tests.proofs.canaries.routes import GETS, LOST, examples
from tests.proofs.canaries.table import READERS, reads, status
from tests.proofs.canaries.world import World, world
from tests.web.asking import Answer

pytestmark = pytest.mark.proof
WHO = READERS if proof_scale() else ("Northgate own gatherer",)
ADDRESSES, WORDS = scaled(40, 100_000), scaled(4, 400)
HARVESTED = re.compile(r"/oai|.*/?feed\.xml")  # what is set aside here was public: its id is told as gone.
# tests/web/harvesting/test_gone.py compares two archives in which nothing hidden ever was
NUMBERED = ("/desk/audit", "/desk/audit.csv")  # its numbers are the chain's: docs/security.md says so
QUERIES = (
    "",
    "window",
    "the",
    "*",
    "-window",
    "said evidence",
    "sat wndow",
    "persona:every-body",
    'was "by the"',
)
ORDERS = ("", "&sort=newest", "&sort=title", "&use=design", "&year=2026", "&kind=carer", "&theme=waiting")


def hidden_from(reader: str) -> list[str]:
    """Names of the stories that are absent for her; a notice is there for her to see."""
    return [one.name for one in planted() if status(one.state, reader, hers=one.hers) == 404]


@pytest.fixture
def still(monkeypatch):
    """Nothing takes any time, and nothing is noted of when."""
    for where in ("searching", "marking.finding"):
        monkeypatch.setattr(f"app.services.{where}.time", SimpleNamespace(perf_counter=lambda: 0.0))


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("reader", WHO)
def test_what_a_reader_may_not_see_makes_no_difference_to_her(tmp_path, reader, figures):
    hidden = hidden_from(reader)
    faces = [one.state for one in PERSONAS if not reads(one.state, reader, hers=False)]
    with world(tmp_path / "whole") as whole, world(tmp_path / "twin", (), hidden, faces) as twin:
        assert len(twin.stories) == len(whole.stories) - len(hidden)
        addresses = asked(reader)
        compared, differing = 0, []
        for address in [*addresses, *shown_to(whole, reader)]:
            here, there = (one.get(address, reader) for one in (whole, twin))
            compared += 1
            if not same(address, here, there):
                differing.append(address)
    assert differing == []
    figures(f"twins: answers alike for {reader}", compared, page="security")


def asked(reader: str) -> list[str]:
    """Every route for every story, and questions: about what is there, and nearly about what is not."""
    chance = random.Random(reader)
    routes = [*examples(GETS.values(), planted()), *LOST]
    found = chance.sample(routes, min(ADDRESSES, len(routes)))
    secret = [found for story in planted() for found in story.words.values()]
    for one in chance.sample(secret, min(WORDS, len(secret))):
        slip = one[:4] + one[5] + one[4] + one[6:]
        found += [
            f"/api/v1/search?q={q}" for q in (one, f"{one[:-1]}*", slip, f"theme:{one}", f"window+{one}")
        ]
        found += [f"/search?q={one}", f"/api/v1/complete?q={one[:7]}", f"/search?theme={one}"]
    for query in QUERIES:
        q = query.replace(" ", "+").replace('"', "%22")
        found += [f"/{at}?q={q}{order}" for order in ORDERS for at in ("search", "api/v1/search")]
    return found


def shown_to(one: World, reader: str) -> list[str]:
    """The addresses that she is led to from the first page, and one further."""
    first = links_of("/", one.get("/", reader))
    second = [link for page in first if is_followed(page) for link in links_of(page, one.get(page, reader))]
    return [link for link in dict.fromkeys([*first, *second]) if is_followed(link)]


def same(address: str, here: Answer, there: Answer) -> bool:
    """Byte for byte, headers among them; a story at random is one of those that both have."""
    if address == "/random":
        return here.status == there.status and len(here.headers) == len(there.headers)
    if address in NUMBERED or (HARVESTED.match(address) and here.status == there.status == 200):
        return here.status == there.status
    return here == there


def test_the_twin_of_a_public_story_is_told_apart(tmp_path):
    """The proof can fail: without a story that everybody reads, answers differ."""
    public = Planted("publication theirs", "publication", hers=False)
    with world(tmp_path / "whole") as whole, world(tmp_path / "twin", (), [public.name]) as twin:
        for address in ("/", "/themes", "/api/v1/search", f"/stories/{public.slug}", "/api/v1/complete?q=zq"):
            assert whole.get(address, "anonymous") != twin.get(address, "anonymous"), address

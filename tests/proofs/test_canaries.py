"""A word stands in each place of each story; every reader meets those that are hers, and no other.

Who may read what is written in `canaries/table.py` by hand. Whoever adds a route writes an example of it in
`canaries/routes.py`; whoever adds a way of changing what may be read, a step in `canaries/changes.py`.
"""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from tests.figures import Record
from tests.proof_scale import proof_scale, scaled
from tests.proofs.canaries.changes import MOVING, STEPS, take
from tests.proofs.canaries.citing import all_that_is_told
from tests.proofs.canaries.crawling import MOST, Crawl
from tests.proofs.canaries.planting import PERSONAS, PLACES, Planted, planted
from tests.proofs.canaries.routes import GETS, examples, without_example
from tests.proofs.canaries.table import READERS, TABLE, status
from tests.proofs.canaries.world import World, world

pytestmark = pytest.mark.proof
FULL = proof_scale() is not None
WORDS, VARIANTS = scaled(1, 8), scaled(3, 40)  # asked for, and asked in other ways, at each step by each
WHOLE = ("begin", STEPS[0].name, STEPS[-1].name)  # steps after which all that is hers has to be met
FEW = 40  # links after a step, where another reader follows others
TAKEN_BACK = [step for step in STEPS if "withdrawn" in step.after or step.after in ("erased", "gone")]
PART = 1.0 if FULL else 0.03  # of the routes' examples at each step
TOGETHER = [(one,) for one in READERS] if FULL else [READERS]  # those who go through the same archive


@pytest.fixture(scope="module", autouse=True)
def no_time_passes():
    with pytest.MonkeyPatch.context() as patched:
        for where in ("searching", "marking.finding"):
            patched.setattr(f"app.services.{where}.time", SimpleNamespace(perf_counter=lambda: 0.0))
        patched.setattr("app.services.citing.citeproc.made", all_that_is_told)
        yield


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """One story in each state, and one of each that `own gatherer` gathered."""
    with world(tmp_path_factory.mktemp("standing")) as made:
        yield made


@pytest.fixture
def planted_world(tmp_path):
    with world(tmp_path, MOVING) as made:
        yield made


def test_every_route_has_an_example(standing):
    assert without_example(standing.web.app) == []


def test_every_word_is_another():
    words = [word for story in planted(MOVING) for word, _, _ in story.secrets()]
    assert len(words) == len(set(words)) > 20 * len(TABLE)


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_meets_what_is_hers_and_nothing_else(standing, reader):
    crawl = Crawl(standing, reader)
    assert _wrong(standing, reader, "begin") == []
    assert _through(crawl, "begin") == []


@pytest.mark.parametrize("readers", TOGETHER, ids=lambda some: some[0] if FULL else "in turn")
def test_no_change_lets_a_reader_meet_what_is_not_hers(planted_world, readers, figures):
    answers, leaks = 0, []
    for number, step in enumerate(STEPS):
        take(step, planted_world)
        if FULL or number:  # how it begins is a test of its own
            leaks += [wrong for reader in readers for wrong in _wrong(planted_world, reader, step.name)]
        for reader in readers if FULL else _in_turn(number):
            crawl = Crawl(planted_world, reader)
            leaks += _through(crawl, step.name)
            answers += crawl.met.answers
    assert leaks == []
    _record(figures, readers, answers)


@pytest.mark.parametrize("readers", TOGETHER, ids=lambda some: some[0] if FULL else "in turn")
def test_no_format_of_a_story_tells_a_reader_after_any_change_what_is_not_hers(
    planted_world, readers, figures
):
    """All stories after each step; in the short run those that are taken back, each to another reader."""
    answers, leaks = 0, []
    for number, step in enumerate(STEPS if FULL else TAKEN_BACK):
        take(step, planted_world)
        moved = [story for story in planted_world.stories if FULL or story.name == step.name]
        for reader in readers if FULL else _in_turn(number + 1):
            crawl = Crawl(planted_world, reader)
            leaks += crawl.formats(moved)
            answers += crawl.met.answers
    assert leaks == []
    looked = f"canaries: answers in all formats as {' and '.join(readers)}"
    figures(looked, f"{answers}, of which leaks: 0", page="security")


def _record(figures: Record, readers: Sequence[str], answers: int) -> None:
    figures(
        "canaries: words planted", sum(1 for one in planted(MOVING) for _ in one.secrets()), page="security"
    )
    figures("canaries: places of a story that hold one", len(PLACES), page="security")
    figures("canaries: routes crawled", len(GETS), page="security")
    figures("canaries: readers", len(READERS), page="security")
    figures("canaries: steps, each followed by a crawl", len(STEPS), page="security")
    looked = f"canaries: answers looked through as {' and '.join(readers)}"
    figures(looked, f"{answers}, of which leaks: 0", page="security")


def _in_turn(number: int) -> Sequence[str]:
    """Another reader after each step."""
    return () if number == 0 else (READERS[number % len(READERS)],)


def _through(crawl: Crawl, step: str) -> list[str]:
    crawl.links(step, MOST if FULL or step in WHOLE else FEW)
    crawl.routes(PART, step)
    crawl.questions(WORDS, step)
    crawl.marking(WORDS, step)
    everywhere = list(examples(GETS.values(), crawl.world.stories))
    crawl.variants(everywhere[hash_of(step, crawl.reader) % 7 :: max(1, len(everywhere) // VARIANTS)])
    missed = _missed(crawl, step) if FULL or step in WHOLE else []
    return [*crawl.met.leaks, *missed]


def hash_of(*texts: str) -> int:
    """The same at every run, unlike `hash`."""
    return sum("".join(texts).encode())


def _wrong(world: World, reader: str, step: str) -> list[str]:
    """Stories whose addresses answer another thing than the table says."""
    nowhere = {at: world.get(f"{at}/never-was", reader) for at in ("/stories", "/api/v1/stories")}
    wrong = []
    for story in _looked_at(world, step):
        expected = status(story.state, reader, hers=story.hers)
        for at, nothing in nowhere.items():
            answer = world.get(f"{at}/{story.slug}", reader)
            if answer.status != expected or (expected == 404 and answer != nothing):
                wrong.append(
                    f"after {step}, {at} tells {reader} of {story.name}: {answer.status}, not {expected}"
                )
    return wrong


def _looked_at(world: World, step: str) -> list[Planted]:
    """All at the beginning and in the long run; else those that a step moved, and at last all that moved."""
    if FULL or step == "begin":
        return world.stories
    if step == STEPS[-1].name:
        return [story for story in world.stories if story.name in dict(MOVING)]
    ended = "expired" if step == "expire" else ""
    return [story for story in world.stories if story.name == step or story.state == ended]


def _missed(crawl: Crawl, step: str) -> list[str]:
    """Words that are hers and that she did not meet."""
    for story in crawl.world.stories:
        crawl.look(f"/stories/{story.slug}")
        crawl.look(f"/api/v1/stories/{story.slug}")
        crawl.look(f"/s/{story.id}/v/1")
        crawl.look(f"/s/{story.id}/door")
        crawl.look(f"/q/{story.quote}/edit")
        crawl.look(f"/boards/{story.board}")
        crawl.look(f"/themes/{story['theme']}")
        crawl.look(f"/media/{story.digest('picture')}")
        for picture in ("picture", "closed picture"):
            crawl.look(f"/s/{story.id}/pictures/{story.digest(picture)}")
    for persona in PERSONAS:
        crawl.look(f"/personas/{persona['file']}")
        crawl.look(f"/media/{persona.digest()}")
    required = crawl.world.required(crawl.reader)
    missed = [place for word, place in required.items() if word not in crawl.met.words]
    return [f"after {step}, {crawl.reader} did not meet {place}" for place in missed] + (
        crawl.finds() if PART == 1 else []
    )

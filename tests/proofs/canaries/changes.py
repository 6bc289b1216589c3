"""What happens to stories, one step after the other. After each, every reader meets what is hers and no more.

A new way of changing what may be read is one more step here. A step that has services of its own takes the
story through them; what it says of the story's state is compared with the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from app.database.marking import CODEBOOK
from app.database.state import advance
from app.database.visibility import TERMINAL
from app.search.engines import choose_engine
from app.services.backing_up import back_up
from app.services.finishing import finish_jobs
from app.services.gathering import closing
from app.services.gathering.doors import make_door, open_door
from app.services.gathering.entries import Kind, Said, State
from app.services.gathering.her_choice import HERSELF, Chosen, choose
from app.services.gathering.leaving import take_back
from app.services.rebuilding import rebuild as rebuild_everything
from app.services.recording import By
from app.services.restoring import Request as Place
from app.services.restoring import restore
from tests.proofs.canaries.words import anchor
from tests.proofs.canaries.world import World
from tests.web.people import send
from tests.web.serving import stopped, write

Change = Callable[[World, str], None]
LATER = timedelta(days=3)
BACKUP = "then.storyhold"


@dataclass(frozen=True)
class Step:
    """A change: of which story, from which state to which; or of the whole archive."""

    name: str
    do: Change
    before: str = ""
    after: str = ""


def _nothing(_world: World, _name: str) -> None:
    """As the archive began."""


def by_hand(world: World, name: str) -> None:
    """The file is written over, and the watcher notices."""
    world.write(world.story(name))


def close_passage(world: World, name: str) -> None:
    story = world.story(name)
    story.closed = True
    world.write(story)


def close_at_her_door(world: World, name: str) -> None:
    """She closes a passage herself."""
    story = world.story(name)
    story.closed_at_door = True
    passage = f"And {story['to be closed']} too."
    here = open_door(world.web.archive, make_door(world.web.archive, TERMINAL, By(), story.id), address="")
    said = Said(Kind.CLOSING, "", anchor(passage), here.row.revision)
    state = closing.close_passage(world.web.archive, here.actor, HERSELF, story.id, said)
    assert state is State.IN_FORCE


def say_no_at_her_door(world: World, name: str) -> None:
    choose(world.web.archive, world.story(name).id, Chosen("no"))


def take_back_at_her_door(world: World, name: str) -> None:
    token = make_door(world.web.archive, TERMINAL, By(), world.story(name).id)
    take_back(world.web.archive, open_door(world.web.archive, token, address=""))


def expire(world: World, _name: str) -> None:
    """Three days go by, and nobody does anything."""
    world.clock.time += LATER
    world.sign_in()


def rename(world: World, _name: str) -> None:
    """What readers marked words with is called otherwise, after some of them may read these no more."""
    with world.web.archive.writing() as connection:
        for story in map(world.story, ("regrade", "exclude an organisation")):
            named = update(CODEBOOK).where(CODEBOOK.c.slug == story["quote theme"])
            connection.execute(named.values(name=story["new theme name"]))
        advance(connection)
        connection.commit()


def withdraw(world: World, name: str) -> None:
    """A steward takes it back at its page."""
    _take_back(world, name, "keep")


def erase(world: World, name: str) -> None:
    """The same with nothing kept; what an answer does not wait for is waited for here."""
    _take_back(world, name, "erase")


def _take_back(world: World, name: str, outcome: str) -> None:
    fields = {"do": "take back", "outcome": outcome}
    address = f"/s/{world.story(name).id}/withdraw"
    answer = send(world.web, address, fields, world.readers["steward"][0])
    assert answer.status in (200, 303), answer.text
    finish_jobs(world.web.archive)


def pull(world: World, _name: str) -> None:
    """`git pull` brings the old files of what was taken back, with the consent that they had."""
    back = [world.story(name) for name in ("withdraw", "erase")]
    for one in back:
        one.pulled = True
    write(world.folder, {one.path: one.text("publication") for one in back})
    world.take_in()


def delete(world: World, name: str) -> None:
    (world.folder / world.story(name).path).unlink()
    world.take_in()


def rebuild(world: World, _name: str) -> None:
    """`storyhold index --rebuild`."""
    rebuild_everything(world.web.archive)


def back_up_here(world: World, _name: str) -> None:
    """`storyhold backup`, of everything as it is now."""
    back_up(world.web.archive, world.folder / BACKUP)
    world.clock.time += timedelta(minutes=1)


def restore_it(world: World, _name: str) -> None:
    """`storyhold restore`: files, consents and database of then; what was taken back since stays so."""
    with stopped(world.web) as told:
        place = Place(world.folder / BACKUP, told, choose_engine, told.withdrawals, clock=world.clock)
        assert not restore(place).withheld
    world.story("delete the file").state = "publication"  # that is no withdrawal
    for name in ("withdraw", "erase"):
        world.story(name).pulled = False
    world.sign_in()
    world.make_tokens()


STEPS = (
    Step("begin", _nothing),
    Step("publish", by_hand, "draft", "publication"),
    Step("regrade", by_hand, "publication", "design"),
    Step("take every use away", by_hand, "commissioning", "no use"),
    Step("exclude an organisation", by_hand, "publication", "not for Northgate"),
    Step("rename what was marked", rename),
    Step("make unreadable", by_hand, "publication", "set aside"),
    Step("close a passage", close_passage, "publication", "publication"),
    Step("close a passage at her door", close_at_her_door, "publication", "publication"),
    Step("say no at her door", say_no_at_her_door, "publication", "no use"),
    Step("back up", back_up_here),
    Step("withdraw in the file", by_hand, "publication", "withdrawn, was public"),
    Step("withdraw", withdraw, "publication", "withdrawn, was public"),
    Step("take back at her door", take_back_at_her_door, "publication", "withdrawn, was public"),
    Step("erase", erase, "publication", "erased"),
    Step("pull", pull),
    Step("delete the file", delete, "publication", "gone"),
    Step("expire", expire, "until Wednesday", "expired"),
    Step("rebuild", rebuild),
    Step("restore", restore_it),
)
MOVING = [(step.name, step.before) for step in STEPS if step.before]


def take(step: Step, world: World) -> None:
    """Let it happen. From then on the table says of the new state who reads the story."""
    if step.before:
        story = world.story(step.name)
        assert story.state == step.before
        story.state = step.after
    if step.do is expire:
        for story in world.stories:
            story.state = "expired" if story.state == "until Wednesday" else story.state
    step.do(world, step.name)

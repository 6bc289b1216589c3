"""Who reads what a storyteller says at her door: nothing there may promise more than that."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import Connection

from app.database.tables import AnyRow
from app.services.archive import Archive
from app.services.gathering.wording import Words, later
from app.services.story_team import StoryTeam, team_of
from app.services.views import WhoHears


class Hearers(StrEnum):
    """Who of those who look after her story may see it."""

    BOTH = "her gatherer and stewards"
    GATHERER = "her gatherer"
    STEWARDS = "stewards"
    NOBODY = "nobody"


NOBODY_NOW = later("Nobody can read it now.")
BY_GATHERER = later(
    "What is new waits until the person who wrote it down with you has confirmed it: "
    "links can fall into other hands."
)
PUT_BY_GATHERER = later(
    "The person who wrote it down with you puts it into the story, or writes to you why not."
)
ONLY: Mapping[Hearers, str] = {
    Hearers.BOTH: later(
        "Only the person who wrote it down with you, and the people who look after this archive, can read it."
    ),
    Hearers.GATHERER: later("Only the person who wrote it down with you can read it."),
    Hearers.STEWARDS: later("Only the people who look after this archive can read it."),
    Hearers.NOBODY: later("Nobody can read it but you."),
}
READ_BY: Mapping[Hearers, str] = {
    Hearers.BOTH: later(
        "The person who wrote your story down with you, and the people who look after this archive, read it. "
        "Nobody else does."
    ),
    Hearers.GATHERER: later("The person who wrote your story down with you reads it. Nobody else does."),
    Hearers.STEWARDS: later("The people who look after this archive read it. Nobody else does."),
    Hearers.NOBODY: NOBODY_NOW,
}
NEW_WAITS: Mapping[Hearers, str] = {
    Hearers.BOTH: BY_GATHERER,
    Hearers.GATHERER: BY_GATHERER,
    Hearers.STEWARDS: later(
        "What is new waits until the people who look after this archive have confirmed it: "
        "links can fall into other hands."
    ),
    Hearers.NOBODY: later("What is new waits, and nobody can confirm it now."),
}
INTO: Mapping[Hearers, str] = {
    Hearers.BOTH: PUT_BY_GATHERER,
    Hearers.GATHERER: PUT_BY_GATHERER,
    Hearers.STEWARDS: later(
        "The people who look after this archive put it into the story, or write to you why not."
    ),
    Hearers.NOBODY: NOBODY_NOW,
}
STILL: Mapping[Hearers, str] = {  # of whom organisations that she names leave
    Hearers.BOTH: "",
    Hearers.GATHERER: later("The person who wrote it down with you still sees it, and what you write here."),
    Hearers.STEWARDS: later("The people who look after this archive still see it, and what you write here."),
    Hearers.NOBODY: later(
        "Then nobody who looks after it here sees your story, or what you write here, and a name that you "
        "take off again waits for somebody who can see it. "
        "You can still take your story back yourself, at any time, with the link that you have; nobody can "
        "give you a fresh one."
    ),
}
WILL_READ = later("Somebody will read it.")


def hearers_of(archive: Archive, connection: Connection, row: AnyRow) -> Hearers:
    """Who hears the storyteller of this story now."""
    return among(team_of(archive, connection, row))


def among(team: StoryTeam) -> Hearers:
    """The same, of a team."""
    if team.gatherers:
        return Hearers.BOTH if team.stewards else Hearers.GATHERER
    return Hearers.STEWARDS if team.stewards else Hearers.NOBODY


def will_read(hearers: Hearers) -> str:
    """What is said of something that waits."""
    return NOBODY_NOW if hearers is Hearers.NOBODY else WILL_READ


def who_hears(hearers: Hearers, words: Words) -> WhoHears:
    """The sentences that a page of hers needs."""
    return WhoHears(
        nobody=hearers is Hearers.NOBODY,
        only=words.say(ONLY[hearers]),
        read_by=words.say(READ_BY[hearers]),
        waits=words.say(NEW_WAITS[hearers]),
        into=words.say(INTO[hearers]),
    )

"""What was decided of each thing that may tell who somebody is, and what is still to be decided.

Decisions stand apart from the text: by keyed digest, with the words sealed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, select, update

from app.database.gathering import NAME_DECISION
from app.database.state import upsert
from app.database.tables import AnyRow
from app.database.visibility import fold_name
from app.errors import NamesUndecided
from app.records.model import Status, Story
from app.services.archive import Archive
from app.services.gathering.finding_words import said_of
from app.services.gathering.identifying import Finding, Kind
from app.services.gathering.people_names import parts_of
from app.services.gathering.pseudonyms import key_of
from app.services.gathering.told_texts import findings_in, texts_of
from app.services.sealing import seal, unseal

DIGEST_OF, SEALED_FOR = "finding", "name decision"
EVERYWHERE = ""  # stands as the story of what is ignored always and everywhere
LONGEST_REASON = 500  # characters


class Decision(StrEnum):
    """What can be decided of a finding."""

    REPLACED = "replaced"
    KEPT = "kept"
    IGNORED = "ignored"


SETTLING = (Decision.KEPT.value, Decision.IGNORED.value)  # what was replaced and stands there again is news


@dataclass(frozen=True)
class StoryChange:
    """A story as it is about to be saved, and as it was; `old` is None where nothing legible was."""

    id: str
    story: Story
    content: bytes
    old: Story | None
    before: bytes
    slug: str


@dataclass(frozen=True)
class Decided:
    """One decision. `told` has the text and what belongs to it; empty for what is ignored everywhere."""

    key: int
    digest: str
    kind: str
    decision: Decision
    told: Mapping[str, Any]
    account: int | None
    at: Any

    @property
    def forgotten(self) -> bool:
        """Whether its words were taken out for good, so that nothing can be put back."""
        return self.decision is Decision.REPLACED and not self.told


def finding_digest(archive: Archive, kind: str, text: str) -> str:
    """How a decision knows what it is about: the same for every way of writing it."""
    same = " ".join(parts_of(text)) if kind == Kind.NAME else ""
    return archive.keyed(DIGEST_OF, f"{kind}\n{same or fold_name(text)}")


def decisions_of(archive: Archive, connection: Connection, story_id: str) -> list[Decided]:
    """What was decided in a story, newest first."""
    which = select(NAME_DECISION).where(NAME_DECISION.c.story_id == story_id)
    return [_decided(archive, row) for row in connection.execute(which.order_by(NAME_DECISION.c.at.desc()))]


def _decided(archive: Archive, row: AnyRow) -> Decided:
    told = unseal(archive, SEALED_FOR, row.sealed) if row.sealed else None
    words = json.loads(told) if told else {}
    return Decided(row.key, row.digest, row.kind, Decision(row.decision), words, row.account, row.at)


def decide(
    archive: Archive,
    connection: Connection,
    story_id: str,
    kind: str,
    text: str,
    decision: Decision,
    *,
    by: int | None,
    **told: Any,
) -> None:
    """Write a decision in the place of an earlier one, in the caller's transaction.

    What is ignored everywhere keeps no words: nothing of one story is left when that has gone.
    """
    everywhere = decision is Decision.IGNORED
    words = json.dumps({"text": text, **told}, ensure_ascii=False)
    values = {
        "kind": kind,
        "decision": decision.value,
        "sealed": "" if everywhere else seal(archive, SEALED_FOR, words),
        "account": by,
        "at": archive.now(),
    }
    digest = finding_digest(archive, kind, text)
    made = upsert(connection, NAME_DECISION).values(
        story_id=EVERYWHERE if everywhere else story_id, digest=digest, **values
    )
    connection.execute(made.on_conflict_do_update(index_elements=["story_id", "digest"], set_=values))


def take_back(connection: Connection, *keys: int) -> None:
    """Decisions are none any more."""
    connection.execute(delete(NAME_DECISION).where(NAME_DECISION.c.key.in_(keys)))


def without_words(connection: Connection, key: int) -> None:
    """That it was decided stays, and no word of what it was about."""
    connection.execute(update(NAME_DECISION).where(NAME_DECISION.c.key == key).values(sealed=""))


def shown_in(archive: Archive, connection: Connection, story_id: str) -> set[str]:
    """What stands in brackets in a story in the place of something, beside the pseudonyms of its key."""
    done = [one for one in decisions_of(archive, connection, story_id) if one.decision is Decision.REPLACED]
    return {place["instead"].strip("\\[]") for one in done for place in one.told.get("places", ())}


def settled(connection: Connection, story_id: str) -> set[str]:
    """The digests of what is kept in this story or ignored everywhere."""
    here = NAME_DECISION.c.story_id.in_((story_id, EVERYWHERE))
    which = select(NAME_DECISION.c.digest).where(here, NAME_DECISION.c.decision.in_(SETTLING))
    return set(connection.execute(which).scalars())


def undecided(
    archive: Archive, connection: Connection, story_id: str, content: bytes, slug: str
) -> list[Finding]:
    """What nobody has decided of a story's file and address, body first; positions and lines are those of
    its body, and beyond its end of `texts_of(content, slug).whole`. Raises SetAside.
    """
    key, shown = key_of(archive, connection, story_id), shown_in(archive, connection, story_id)
    found = findings_in(texts_of(content, slug), key, shown)
    known = settled(connection, story_id) if found else set()
    return [one for one in found if finding_digest(archive, one.kind, one.text) not in known]


def refuse_undecided(archive: Archive, connection: Connection, change: StoryChange) -> None:
    """Stop a story from being ready while something in it is undecided that may tell who somebody is.

    Of one that is ready already, only what was not in it before counts: nobody is kept from mending an older
    story. Raises NamesUndecided.
    """
    was_ready = change.old is not None and change.old.status == Status.READY
    if change.story.status != Status.READY or (was_ready and _same_words(change)):
        return
    left = undecided(archive, connection, change.id, change.content, change.slug)
    if left and was_ready:
        before = undecided(archive, connection, change.id, change.before, change.slug)
        stood = {(one.kind, one.text) for one in before}
        left = [one for one in left if (one.kind, one.text) not in stood]
    if left:
        once = {finding_digest(archive, one.kind, one.text): one for one in left}  # as the page counts them
        raise NamesUndecided(change.id, left, said_of(one.kind for one in once.values()))


def _same_words(change: StoryChange) -> bool:
    return texts_of(change.content, change.slug).whole == texts_of(change.before, change.slug).whole

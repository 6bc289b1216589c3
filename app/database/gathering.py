"""What gathering leaves in the database: what is on its way in, and what its storyteller says. People's work.

None of it is derived. Free text about people stands sealed under the archive's key where it names them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.database.columns import core, json_object, long_text, moment


class Intake(SQLModel, table=True):
    """A text that is being reviewed and is no story yet. Only who brought it and stewards see it.

    The row goes when it is saved or dropped.
    """

    __tablename__ = "intake"
    key: int | None = Field(default=None, primary_key=True)
    account: int | None = Field(default=None, index=True)  # None: somebody at the machine
    job: int | None = Field(default=None, index=True)  # of many files that came together
    name: str = ""  # as the file was called where it came from
    digest: str = Field(default="", index=True)  # SHA-256 of the original's bytes; empty where it was pasted
    format: str = ""  # the importer's name
    content: bytes = Field(
        sa_column=Column(LargeBinary, nullable=False)
    )  # the story file as it would be saved
    source: str = long_text()  # what came, as plain text, to be compared with
    data: dict[str, Any] = json_object()  # speakers, what was decided of each, what the importer reports
    made: datetime = moment()
    changed: datetime = moment()


class Original(SQLModel, table=True):
    """A file that a story was made from, kept in the state folder under its digest."""

    __tablename__ = "original"
    __table_args__ = (UniqueConstraint("story_id", "digest"),)
    key: int | None = Field(default=None, primary_key=True)
    story_id: str = Field(index=True)
    digest: str = Field(index=True)  # SHA-256 of its bytes
    name: str = ""
    format: str = ""
    size: int = 0  # bytes
    kept: bool = True  # whether the bytes are there; a setting can say that they are not to be
    account: int | None = None
    added: datetime = moment()


class PseudonymKey(SQLModel, table=True):
    """Which name stands for whom in a story. Sealed; in no file, no export and no backup's clear text."""

    __tablename__ = "pseudonym_key"
    story_id: str = Field(primary_key=True)
    sealed: str = long_text()
    changed: datetime = moment()


class NameDecision(SQLModel, table=True):
    """What was decided of something in a text that may tell who somebody is.

    `story_id` is empty where it is ignored always and everywhere in this archive.
    """

    __tablename__ = "name_decision"
    __table_args__ = (UniqueConstraint("story_id", "digest"),)
    key: int | None = Field(default=None, primary_key=True)
    story_id: str = Field(default="", index=True)
    digest: str  # keyed, of kind and text
    kind: str
    decision: str  # replaced, kept, ignored
    sealed: str = long_text()  # the text, what stands for it, and the reason
    account: int | None = None
    at: datetime = moment()


class OtherPerson(SQLModel, table=True):
    """A passage that is somebody else's story: closed until one of three things is recorded."""

    __tablename__ = "other_person"
    story_id: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)  # keyed, of the passage's normalised text
    settled: str = ""  # '', agreed, disguised, recorded
    reason: str = long_text()
    account: int | None = None
    at: datetime = moment()


class JobItem(SQLModel, table=True):
    """One file of a journalled job over many."""

    __tablename__ = "job_item"
    job: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    name: str = ""  # the file, as who started the job calls it
    record_id: str = Field(default="", index=True)
    state: str = ""  # journal.State; where it was kept and not put back, `said` tells why
    before: str = ""  # digest of the file before; empty where there was none
    after: str = ""
    said: str = long_text()  # why it was not done, in words
    data: dict[str, Any] = json_object()


class StoryDoor(SQLModel, table=True):
    """A storyteller's own link to her story. It lasts until it is replaced or taken back."""

    __tablename__ = "story_door"
    key: int | None = Field(default=None, primary_key=True)
    story_id: str = Field(index=True)
    digest: str = Field(unique=True)  # SHA-256 of what stands in the link
    language: str = ""
    made: datetime = moment()
    made_by: int | None = None
    opened: datetime | None = moment(required=False)
    ended: datetime | None = moment(required=False)


class DoorEntry(SQLModel, table=True):
    """Something that a storyteller said at her own door, and what became of it."""

    __tablename__ = "door_entry"
    key: int | None = Field(default=None, primary_key=True)
    story_id: str = Field(index=True)
    kind: str  # comment, words, closing, addition, consent, answer
    anchor: str = ""
    passage: str = long_text()  # its words as they stood
    text: str = long_text()
    data: dict[str, Any] = json_object()
    revision: int = 0
    way: str = "door"  # door, paper, table: how it came
    at: datetime = moment()
    state: str = "open"  # open, done, declined, in force
    decided_by: int | None = None
    decided: datetime | None = moment(required=False)
    reply: str = long_text()


class WhatCame(SQLModel, table=True):
    """What has come of a story: a short note that a team posts for its storyteller."""

    __tablename__ = "what_came"
    key: int | None = Field(default=None, primary_key=True)
    story_id: str = Field(index=True)
    kind: str  # promised, happened
    text: str = long_text()
    account: int | None = None
    at: datetime = moment()


INTAKE, ORIGINAL, PSEUDONYMS = core(Intake), core(Original), core(PseudonymKey)
NAME_DECISION, OTHER_PERSON, JOB_ITEM = core(NameDecision), core(OtherPerson), core(JobItem)
DOOR, DOOR_ENTRY, WHAT_CAME = core(StoryDoor), core(DoorEntry), core(WhatCame)

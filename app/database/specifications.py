"""Specifications: their requirements, what these rest on, and who is in them. All people's work."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from app.database.columns import core, json_list, json_object, long_text, moment


class Specification(SQLModel, table=True):
    """What a commissioner asks of a service.

    `edition` grows with each change of what stands here, so that nobody overwrites what she has not seen.
    """

    __tablename__ = "specification"
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    title: str
    commissioner: str = ""
    service: str = ""
    version: str = ""
    status: str = "draft"  # services.specifications.access.STATUSES
    about: str = long_text()
    worths: list[dict[str, Any]] = json_list()  # what the programme values: {"key": "…", "name": …}
    access: str = "writers"  # writers, team, named
    badge: bool = False  # its badge tells anybody the worst state of what it cites
    edition: int = 1
    account: int | None = Field(default=None, index=True)  # who owns it; None: somebody at the machine
    made: datetime = moment()
    changed: datetime = moment()
    told: datetime | None = moment(required=False)  # when its owner was mailed last
    removed: datetime | None = moment(required=False)  # can be put back for a time


class SpecificationPerson(SQLModel, table=True):
    """Somebody who is named in a specification while it is closed to all others."""

    __tablename__ = "specification_person"
    specification: int = Field(primary_key=True)
    account: int = Field(primary_key=True, index=True)


class Requirement(SQLModel, table=True):
    """A requirement, or a heading above some. Its number is where it stands among the others."""

    __tablename__ = "requirement"
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    specification: int = Field(index=True)
    parent: int | None = Field(default=None, index=True)
    place: int = 0
    heading: bool = False  # orders requirements, and asks nothing itself
    text: str = long_text()
    rationale: str = long_text()
    priority: str = ""  # must, should, could; empty where nobody has said
    worths: dict[str, Any] = json_object()  # by the key of a value: {"verdict": …, "note": …}
    edition: int = 1
    account: int | None = None
    changed: datetime = moment()
    removed: datetime | None = moment(required=False)


class Citation(SQLModel, table=True):
    """Something that supports or challenges a requirement: a quote, persona, idea of a session, or figure.

    Of a quote it keeps no words but the wording in which it is cited: `digest` is that of the words which
    stood in `revision`, so that it is known whether they are other words now. Rows are never changed but for
    `removed`, and when their story is erased; what is said otherwise is a new citation.
    """

    __tablename__ = "citation"
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    requirement: int = Field(index=True)
    kind: str  # quote, persona, idea, figure
    challenges: bool = False  # else it supports
    quote: int | None = Field(default=None, index=True)
    story_id: str = Field(default="", index=True)
    revision: int = 0  # of the story or persona, to which this is pinned
    anchor: str = ""  # where the words stood in it
    start: int = 0
    size: int = 0
    digest: str = ""  # SHA-256 of the words, of a persona's page, of an idea
    uses: int = 0  # those that were agreed to when it was cited
    limited: bool = False  # it was closed to some organisations then
    wording: str = long_text()  # with [ ] and …; empty: the quote's own words
    persona_id: str = Field(default="", index=True)
    session: int | None = None
    idea: int | None = None
    figure: str = long_text()
    source: str = long_text()  # of a figure
    note: str = long_text()
    account: int | None = None
    at: datetime = moment()
    removed: datetime | None = moment(required=False)


class RequirementAnswer(SQLModel, table=True):
    """What somebody of a design team answers to one requirement."""

    __tablename__ = "requirement_answer"
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    requirement: int = Field(index=True)
    verdict: str = ""  # agree, change, against; empty: neither
    words: str = long_text()
    account: int | None = None
    at: datetime = moment()
    removed: datetime | None = moment(required=False)


class Promise(SQLModel, table=True):
    """What the commissioner said would be done, and what happened. Storytellers read it at their doors."""

    __tablename__ = "promise"
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    specification: int = Field(index=True)
    words: str = long_text()
    day: str = ""  # ISO date by when; empty where none was named
    happened: str = long_text()
    done: bool = False
    edition: int = 1
    account: int | None = None
    at: datetime = moment()
    followed: datetime | None = moment(required=False)
    removed: datetime | None = moment(required=False)


class SpecificationStep(SQLModel, table=True):
    """A change of requirements, so that it can be undone: whole rows as they were, and as they became."""

    __tablename__ = "specification_step"
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    specification: int = Field(index=True)
    kind: str  # changed, moved, removed, added, returned; file: what became of one, which nothing undoes
    before: dict[str, Any] = json_object()  # by a requirement's key
    after: dict[str, Any] = json_object()
    account: int | None = None
    at: datetime = moment()
    undone: datetime | None = moment(required=False)


SPECIFICATION, SPECIFICATION_PERSON = core(Specification), core(SpecificationPerson)
REQUIREMENT, CITATION, ANSWER = core(Requirement), core(Citation), core(RequirementAnswer)
PROMISE, SPECIFICATION_STEP = core(Promise), core(SpecificationStep)

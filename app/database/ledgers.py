"""What is written once: the audit, the consent ledger, what was denied. People's work: never rebuilt.

The audit and the ledger are chains (app.database.chain): each row's hash covers the row before it. They
hold ids, uses, dates and keyed digests alone, so that nothing in them ever has to be erased; free text
stands in a table beside them. Moments in a chain are ISO 8601 text in UTC, exactly as they were hashed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index
from sqlmodel import Field, SQLModel

from app.database.columns import core, json_list, json_object, long_text, moment


class ChainHead(SQLModel, table=True):
    """The end of each chain, sealed with the archive's key, so that rows cut off it are missed."""

    __tablename__ = "chain_head"
    name: str = Field(primary_key=True)  # the chained table
    number: int  # of its last row
    hash: str  # the seal, made with the archive's key


class AuditEntry(SQLModel, table=True):
    """Something that somebody did. Chained; `data` holds ids, roles, uses, dates, counts and digests."""

    __tablename__ = "audit_entry"
    number: int = Field(primary_key=True)  # from 1, without gaps
    at: str = Field(index=True)
    event: str = Field(index=True)  # services.auditing.Event
    account: int | None = Field(default=None, index=True)  # None: the terminal, or nobody who is known
    record_id: str = Field(default="", index=True)
    data: dict[str, Any] = json_object()
    hash: str


class AuditText(SQLModel, table=True):
    """What a steward wrote in an entry, such as why she asked who read a story. Not chained."""

    __tablename__ = "audit_text"
    number: int = Field(primary_key=True)  # of the entry, whose data holds the text's keyed digest
    text: str = long_text()


class ReadEntry(SQLModel, table=True):
    """Somebody who had signed in read a record. Deleted after twelve months; never counted by person."""

    __tablename__ = "read_entry"
    key: int | None = Field(default=None, primary_key=True)
    account: int = Field(foreign_key="account.key", index=True)
    record_id: str = Field(index=True)
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, index=True))


class ConsentEntry(SQLModel, table=True):
    """What was recorded of a story's consent, and when. Chained."""

    __tablename__ = "consent_entry"
    number: int = Field(primary_key=True)
    at: str
    story_id: str = Field(index=True)
    account: int | None = None
    source: str  # services.ledger.Source: the archive, the terminal, a hand edit, an import, …
    status: str  # of the story
    understood: bool = True
    uses: int = 0  # bits
    given: str | None = None
    until: str | None = None
    co_crafted: str | None = None
    not_for: list[str] = json_list()  # keyed digests of folded names
    medium: list[str] = json_list()  # of text, audio, image
    basis: str = ""  # lawful basis; one of a closed list
    sheet: str = ""  # keyed digest of the version of the information sheet
    note: str = ""  # keyed digest
    hash: str


class ConsentText(SQLModel, table=True):
    """The free text of a ledger's entry, which can be erased. Not chained."""

    __tablename__ = "consent_text"
    number: int = Field(primary_key=True)  # of the entry
    sheet: str = ""
    note: str = long_text()


class Denial(SQLModel, table=True):
    """What was taken back in the archive: no file, rebuild, import or restore gives more than this leaves.

    `uses`, `until`, `understood` and `not_for` are those of the story when it was withdrawn, which say who
    gets the absence notice; for a narrowing they are what remains. Only a steward lifts one.
    """

    __tablename__ = "denial"
    __table_args__ = (Index("ix_denial_slug", "slug_digest"),)
    story_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # services.denying.Kind: withdrawn, erased, narrowed
    at: str
    account: int | None = None
    uses: int = 0
    until: str | None = None
    understood: bool = True
    not_for: list[str] = json_list()  # keyed digests of folded names
    slug_digest: str = ""  # keyed
    replacement: str = ""  # the id of the story that stands in its place


class DeniedText(SQLModel, table=True):
    """A passage that was closed or replaced, or a file that was erased, by keyed digest.

    A story in which such a passage stands open, and a file of such bytes, is shown to stewards alone.
    """

    __tablename__ = "denied_text"
    story_id: str = Field(primary_key=True)
    digest: str = Field(primary_key=True, index=True)
    kind: str  # closed, replaced, erased


class Job(SQLModel, table=True):
    """Work that takes longer than an answer may, and how far it is."""

    __tablename__ = "job"
    key: int | None = Field(default=None, primary_key=True)
    kind: str
    record_id: str = Field(default="", index=True)
    account: int | None = None
    data: dict[str, Any] = json_object()
    step: str = ""
    done: int = 0
    total: int = 0
    started: datetime = moment()
    finished: datetime | None = moment(required=False)
    failed: str = ""


CHAIN_HEAD, AUDIT, AUDIT_TEXT, READ = core(ChainHead), core(AuditEntry), core(AuditText), core(ReadEntry)
CONSENT_ENTRY, CONSENT_TEXT = core(ConsentEntry), core(ConsentText)
DENIAL, DENIED_TEXT, JOB = core(Denial), core(DeniedText), core(Job)

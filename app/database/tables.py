"""The archive's tables. A table says whether it can be rebuilt from the files or is people's work."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.database.columns import AnyRow, core, json_list, long_text

__all__ = ["AnyRow"]


class CatalogueFile(SQLModel, table=True):
    """One row for each file of the record as last observed. Derived: a scan writes it afresh.

    `marker` is size, times and inode, so that an unchanged file is recognised without reading it.
    """

    __tablename__ = "catalogue_file"
    path: str = Field(primary_key=True)  # 'stories/…' or 'personas/…' with the ending
    kind: str
    slug: str
    marker: str
    digest: str
    record_id: str = Field(default="", index=True)
    stated_id: str = Field(default="", index=True)  # the id that the file itself carries
    set_aside: bool = False


class Access(SQLModel):
    """The columns on which visible_to decides, the same for stories and personas. Derived."""

    uses: int = 0  # bits, database.visibility.USE_BITS
    status: str = "ready"
    until: str | None = None
    understood: bool = True
    set_aside: bool = False
    excludes: bool = False  # whether the record has rows in catalogue_not_for


ACCESS = ("status", "understood", "set_aside", "until", "uses")


class CatalogueStory(Access, table=True):
    """One row for each story. Derived: `storyhold index --rebuild` writes it afresh."""

    __tablename__ = "catalogue_story"
    __table_args__ = (  # each holds all that visible_to looks at, so that rows with whole texts stay unread
        Index("ix_story_newest", text("gathered DESC"), "slug", *ACCESS),
        Index("ix_story_access", "id", *ACCESS),
        Index("ix_story_class", "consent_class", *ACCESS),
        Index("ix_story_site", "site_slug", "site", *ACCESS),
        Index("ix_story_named", "heading", "slug", "title", *ACCESS),
    )
    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    path: str
    digest: str
    revision: int = 0
    consent_class: str = ""
    title: str = ""
    heading: str = ""
    storyteller: str = ""
    own_name: bool = False
    role: str = ""
    site: str = ""
    site_slug: str = ""
    gathered: str = ""
    gatherer: str = ""
    language: str = ""
    summary: str = long_text()
    folded: bool = False
    words: int = 0
    comments: int = 0  # HTML comments in the file, which readers do not see
    closed: int = 0  # closed passages
    quote: str = long_text()
    given: str | None = None
    co_crafted: str | None = None
    stated: bool = False
    content_notes: list[str] = json_list()
    kinds: list[str] = json_list()
    moments: list[dict[str, str]] = json_list()
    strengths: list[str] = json_list()
    hopes: list[str] = json_list()
    sections: list[dict[str, str]] = json_list()
    other_keys: list[list[str]] = json_list()
    body_html: str = long_text()


class CataloguePersona(Access, table=True):
    """One row for each persona. Derived."""

    __tablename__ = "catalogue_persona"
    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    path: str
    digest: str
    revision: int = 0
    name: str = ""
    tagline: str = ""
    quote: str = long_text()
    reviewed: str = ""
    retired: str = ""  # since when she is no longer offered, ISO
    merged_into: str = ""  # the id of the persona that took her in
    portrait: str = Field(default="", index=True)  # SHA-256 of a picture's bytes
    portrait_words: str = ""  # what it shows
    groups: list[dict[str, Any]] = json_list()  # heading, statements: text, evidence, against, line
    body_html: str = long_text()


class CatalogueTheme(SQLModel, table=True):
    """A theme that a story carries. Derived. `place` is its place in the file."""

    __tablename__ = "catalogue_theme"
    story_id: str = Field(primary_key=True)
    slug: str = Field(primary_key=True, index=True)
    label: str
    place: int = 0


class CatalogueThemeSaid(SQLModel, table=True):
    """What a file itself calls a theme that the codebook knows by another name. Derived.

    A story has rows here for each of its themes of which one name is an alias: all the names that it gives
    them. `theme` is the slug under which the theme stands in catalogue_theme.
    """

    __tablename__ = "catalogue_theme_said"
    story_id: str = Field(primary_key=True)
    slug: str = Field(primary_key=True, index=True)
    label: str
    place: int = 0
    theme: str


class CatalogueKind(SQLModel, table=True):
    """A kind of storyteller that a story names. Derived."""

    __tablename__ = "catalogue_kind"
    story_id: str = Field(primary_key=True)
    slug: str = Field(primary_key=True, index=True)
    label: str


class CatalogueLink(SQLModel, table=True):
    """A story names a persona, or a persona a story, as written: id or slug. Derived."""

    __tablename__ = "catalogue_link"
    record_id: str = Field(primary_key=True)
    target: str = Field(primary_key=True, index=True)


class CatalogueNotFor(SQLModel, table=True):
    """An organisation whose people may not read a story, NFKC and case-folded. Derived."""

    __tablename__ = "catalogue_not_for"
    story_id: str = Field(primary_key=True)
    organisation: str = Field(primary_key=True)


class CataloguePassage(SQLModel, table=True):
    """An open passage of a story; closed ones have no row. Derived."""

    __tablename__ = "catalogue_passage"
    story_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    anchor: str
    quotation: bool = False
    text: str = long_text()


class CataloguePassageBefore(SQLModel, table=True):
    """An open passage of an earlier version of a story that its newest version has not. Derived.

    `version` is the last that has it. For finding words again: who may read a version is asked for each.
    """

    __tablename__ = "catalogue_passage_before"
    story_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    number: int = Field(primary_key=True)  # of the passage, in that version
    text: str = long_text()


class CataloguePicture(SQLModel, table=True):
    """A picture that a story shows. Derived. `closed`: it stands in closed passages alone."""

    __tablename__ = "catalogue_picture"
    story_id: str = Field(primary_key=True)
    digest: str = Field(primary_key=True, index=True)  # SHA-256 of its bytes
    closed: bool = False


class CatalogueContext(SQLModel, table=True):
    """What a storyteller said of herself under one key of `context`. Derived. Counted, and never shown."""

    __tablename__ = "catalogue_context"
    story_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)  # those alone that are counted: records.model.COUNTED_KEYS
    value: str  # as it was written


class CatalogueProblem(SQLModel, table=True):
    """Something in a file that a person should mend. Derived."""

    __tablename__ = "catalogue_problem"
    number: int | None = Field(default=None, primary_key=True)
    path: str = Field(index=True)
    line: int | None = None
    key: str | None = None
    reason: str
    remedy: str
    set_aside: bool = False
    hides: bool = False  # the story is read, and hidden from readers for this reason


class VocabularyWord(SQLModel, table=True):
    """A word of the stories in one consent class and in how many it stands. Derived.

    Kept in the transaction that changes the catalogue, so that a narrowed story's words go with it.
    """

    __tablename__ = "vocabulary_word"
    __table_args__ = (Index("ix_vocabulary_folded", "consent_class", "folded"),)
    consent_class: str = Field(primary_key=True)
    word: str = Field(primary_key=True)  # lower case, as it is written
    folded: str = ""  # without accents, for comparing
    stories: int = 0


class SearchTask(SQLModel, table=True):
    """The outbox: a story whose document in the index is to be brought up to date. Derived."""

    __tablename__ = "search_task"
    story_id: str = Field(primary_key=True)
    serial: int = 0  # grows with each change, so that a task that changed meanwhile stays


class ArchiveState(SQLModel, table=True):
    """Small facts about the derived tables, such as their generation. Derived."""

    __tablename__ = "archive_state"
    name: str = Field(primary_key=True)
    value: str


class Revision(SQLModel, table=True):
    """One observed state of a record's file. People's work: kept, never computed again."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("record_id", "number"),)
    key: int | None = Field(default=None, primary_key=True)
    record_id: str = Field(index=True)
    number: int
    kind: str
    slug: str = Field(index=True)
    digest: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    observed: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    who: str = ""
    source: str = "folder"  # editor, folder, import, restored
    note: str = ""


FILE, STORY, PERSONA = core(CatalogueFile), core(CatalogueStory), core(CataloguePersona)
THEME, KIND, LINK, NOT_FOR = (
    core(CatalogueTheme),
    core(CatalogueKind),
    core(CatalogueLink),
    core(CatalogueNotFor),
)
PASSAGE_BEFORE = core(CataloguePassageBefore)
PASSAGE, PROBLEM, WORD = core(CataloguePassage), core(CatalogueProblem), core(VocabularyWord)
TASK, STATE, REVISION = core(SearchTask), core(ArchiveState), core(Revision)
PICTURE, THEME_SAID, CONTEXT = core(CataloguePicture), core(CatalogueThemeSaid), core(CatalogueContext)

DERIVED = (
    FILE,
    STORY,
    PERSONA,
    THEME,
    THEME_SAID,
    KIND,
    LINK,
    NOT_FOR,
    PASSAGE,
    PASSAGE_BEFORE,
    PICTURE,
    CONTEXT,
    PROBLEM,
    WORD,
    TASK,
)

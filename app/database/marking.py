"""What people mark in stories, and the codebook by which they do: people's work, all but QuoteWords."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, true
from sqlmodel import Field, SQLModel

from app.database.columns import core, json_object, long_text, moment


class Quote(SQLModel, table=True):
    """Words of a story that somebody marked: a W3C TextQuoteSelector with its passage and revision.

    `anchor`, `start` and `size` are where the words stand in the story's revision `located`, in characters
    of the passage's normalised text. What a page shows are the words that stand there, never `exact`: those
    may have been changed, or closed, at their storyteller's wish.
    """

    __tablename__ = "quote"
    __table_args__ = (
        Index("ix_quote_counted", "story_id", "closed", "removed", "state", "located", "account", "stays"),
        Index("ix_quote_changed", "changed"),
        Index("ix_quote_removed", "removed"),
    )
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    story_id: str = Field(index=True)
    anchor: str
    start: int
    size: int
    located: int
    closed: bool = False  # its passage is closed, and so is the quote, to everybody
    state: str = "same"  # same, moved, changed, lost: against what was marked
    exact: str = long_text()  # as they stood in `revision`, when they were marked or last confirmed
    prefix: str = long_text()
    suffix: str = long_text()
    revision: int
    note: str = long_text()
    stays: bool = False  # 'this one stays with me'
    account: int | None = Field(default=None, index=True)  # None: somebody at the machine
    made: datetime = moment()
    changed: datetime = moment()
    removed: datetime | None = moment(required=False)  # can be put back for a time


class QuoteTheme(SQLModel, table=True):
    """What a quote is about."""

    __tablename__ = "quote_theme"
    quote: int = Field(primary_key=True)
    theme: int = Field(primary_key=True, index=True)


class OwnTheme(SQLModel, table=True):
    """A theme that somebody gave a quote by a word of her own, and could not know of the one it names.

    Two themes with one slug are one row of CodebookTheme. Who meets the theme in this way alone is told the
    word that was typed, and nothing that the codebook says.
    """

    __tablename__ = "own_theme"
    quote: int = Field(primary_key=True)
    theme: int = Field(primary_key=True, index=True)
    name: str  # as it was typed


class CodebookTheme(SQLModel, table=True):
    """A theme as people have written it down. Kept, whatever the files say meanwhile.

    A row stays when the last story that carries its theme goes, and when its definition is taken away. One
    that is neither `adopted` nor defined is new here: somebody used its name.
    """

    __tablename__ = "theme"
    key: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str  # as it was written first, or renamed
    definition: str = long_text()  # plain text; empty when it was taken away
    before: str = long_text()  # the definition before the last change, so that it can be put back
    written: datetime = moment()  # when the definition was last changed
    use_when: str = long_text()
    not_when: str = long_text()
    colour: int | None = None  # its place in the palette; None: by its slug
    example: str = ""  # the id of a quote
    parent: int | None = Field(default=None, index=True)
    merged_into: int | None = Field(default=None, index=True)  # its quotes are that theme's
    adopted: datetime | None = moment(required=False)
    retired: datetime | None = moment(required=False)
    account: int | None = None  # who made it here; None: it came from a file


class ThemeAlias(SQLModel, table=True):
    """Another name under which files and people mean a theme, such as `bereavement` for `loss`."""

    __tablename__ = "theme_alias"
    slug: str = Field(primary_key=True)
    theme: int = Field(index=True)
    name: str
    account: int | None = None
    at: datetime = moment()
    open: bool = Field(
        default=True, sa_column_kwargs={"server_default": true()}
    )  # who sees the theme may know


class CodebookStep(SQLModel, table=True):
    """A change of the codebook, of the shared words or of where a quote stands, so that it can be undone."""

    __tablename__ = "codebook_step"
    key: int | None = Field(default=None, primary_key=True)
    kind: str  # save, adopt, import, word, quote
    about: str = Field(default="", index=True)  # slug of a theme or word, id of a story; empty for several
    before: dict[str, Any] = json_object()  # by slug, or a quote's id; null where nothing stood there
    after: dict[str, Any] = json_object()
    account: int | None = None
    at: datetime = moment()
    undone: datetime | None = moment(required=False)


class QuoteWords(SQLModel, table=True):
    """The words of a quote as they stand there now, cut as search cuts words. Derived.

    Written when it is marked and found again, deleted when its words are lost or closed; every reconcile
    writes what is missing. A space stands before and after each word.
    """

    __tablename__ = "quote_words"
    quote: int = Field(primary_key=True)
    language: str  # by whose rules
    stems: str = long_text()
    plain: str = long_text()


QUOTE, QUOTE_THEME, CODEBOOK, ALIAS = core(Quote), core(QuoteTheme), core(CodebookTheme), core(ThemeAlias)
STEP = core(CodebookStep)
DECIDED = "quote"  # the kind of a step that is about a story's id, with which it is forgotten
OWN_THEME = core(OwnTheme)
QUOTE_WORDS = core(QuoteWords)

"""What people make of quotes: lenses, memos, boards, and the words a programme shares. None of it derived."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.database.columns import core, long_text, moment


class SharedWord(SQLModel, table=True):
    """A word that this programme uses or leaves, with why."""

    __tablename__ = "shared_word"
    key: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)  # of the word: it stands here once
    word: str
    used: bool  # else it is left
    instead: str = ""  # what is said in its place
    why: str = long_text()
    account: int | None = None
    written: datetime = moment()


class Lens(SQLModel, table=True):
    """A grid through which quotes are looked at, such as *purpose, power, practice* by two ways to work."""

    __tablename__ = "lens"
    key: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    about: str = long_text()
    account: int | None = None
    made: datetime = moment()
    changed: datetime = moment()
    removed: datetime | None = moment(required=False)  # can be put back for a time


class LensLine(SQLModel, table=True):
    """A named row or column of a lens."""

    __tablename__ = "lens_line"
    key: int | None = Field(default=None, primary_key=True)
    lens: int = Field(index=True)
    axis: str  # row or column
    place: int
    name: str
    about: str = long_text()


class LensCell(SQLModel, table=True):
    """What a cell means, in the project's own words."""

    __tablename__ = "lens_cell"
    row: int = Field(primary_key=True)
    column: int = Field(primary_key=True)
    words: str = long_text()


class LensTheme(SQLModel, table=True):
    """A theme whose quotes stand in a cell."""

    __tablename__ = "lens_theme"
    row: int = Field(primary_key=True)
    column: int = Field(primary_key=True)
    theme: int = Field(primary_key=True, index=True)


class LensQuote(SQLModel, table=True):
    """A quote that somebody placed in a cell."""

    __tablename__ = "lens_quote"
    row: int = Field(primary_key=True)
    column: int = Field(primary_key=True)
    quote: int = Field(primary_key=True, index=True)
    account: int | None = None
    at: datetime = moment()


class Memo(SQLModel, table=True):
    """What somebody thinks while she works, about a quote, theme, story, persona or nothing in particular."""

    __tablename__ = "memo"
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    about: str = Field(default="", index=True)  # quote, theme, story, persona; empty: nothing in particular
    target: str = Field(default="", index=True)  # the id of that; of a theme its key
    words: str = long_text()
    folded: str = long_text()  # the same as it is searched
    account: int | None = Field(default=None, index=True)
    made: datetime = moment()
    changed: datetime = moment()
    removed: datetime | None = moment(required=False)


class Board(SQLModel, table=True):
    """A board on which a group draws quotes into clusters."""

    __tablename__ = "board"
    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    name: str
    about: str = long_text()
    account: int | None = None
    made: datetime = moment()
    changed: datetime = moment()
    removed: datetime | None = moment(required=False)


class BoardCluster(SQLModel, table=True):
    """Quotes of a board that belong together, once somebody says as what."""

    __tablename__ = "board_cluster"
    key: int | None = Field(default=None, primary_key=True)
    board: int = Field(index=True)
    name: str = ""
    note: str = long_text()
    place: int = 0
    theme: int | None = None  # what it was turned into
    removed: datetime | None = moment(required=False)


class BoardQuote(SQLModel, table=True):
    """A quote on a board; in no cluster it lies loose."""

    __tablename__ = "board_quote"
    board: int = Field(primary_key=True)
    quote: int = Field(primary_key=True, index=True)
    cluster: int | None = Field(default=None, index=True)
    place: int = 0
    account: int | None = None
    at: datetime = moment()


SHARED_WORD, MEMO = core(SharedWord), core(Memo)
LENS, LENS_LINE, LENS_CELL = core(Lens), core(LensLine), core(LensCell)
LENS_THEME, LENS_QUOTE = core(LensTheme), core(LensQuote)
BOARD, BOARD_CLUSTER, BOARD_QUOTE = core(Board), core(BoardCluster), core(BoardQuote)

"""What comes of a file that is brought in: its words as Markdown, and all that did not come along."""

from dataclasses import dataclass

from app.errors import ImportRefused

LARGEST_TEXT = 8 * 1024 * 1024  # bytes, as large as a story may be
MOST_LINES = 100_000
TOO_LARGE = ImportRefused("The file is too large for a story.", "Split it, or take pictures out of it.")


@dataclass(frozen=True)
class Report:
    """One thing a gatherer should know. `place` is a line ('line 12'), a time ('00:12:34') or empty."""

    place: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Turn:
    """One speaker's words, one or several paragraphs of Markdown.

    `speaker` is plain text, empty where nobody is named; `at` is when it began, '00:12:34', or empty.
    """

    speaker: str
    text: str
    at: str = ""


@dataclass(frozen=True)
class Converted:
    """A file as a story would have it: Markdown with LF line ends.

    `title` is what the file calls itself, or its first heading. `body` is the whole text; where `turns`
    are given it is `body_of(turns)`. `front` is a whole Markdown file that is to be kept byte for byte,
    `body` then is what follows its front matter. `must_review` says that nobody may save it unseen.
    `pictures` are those that the body shows, drawn anew, as `/media/` and the SHA-256 of their bytes.
    """

    format: str
    title: str = ""
    body: str = ""
    turns: tuple[Turn, ...] = ()
    front: bytes | None = None
    reports: tuple[Report, ...] = ()
    must_review: bool = False
    pictures: tuple[bytes, ...] = ()

"""`storyhold cite`: a reference from a terminal."""

from enum import StrEnum
from typing import Annotated

import typer

from app.cli_terminal import address_of, opened_archive, progress
from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Role
from app.errors import NotFound, StoryholdError, Withdrawn
from app.services.archive import Archive
from app.services.citing.page import quotation
from app.services.citing.reading import AskedCitation, Found, NotToBeTaken, read_cited
from app.services.citing.styles import BY_NAME, STYLES, Words, formatted
from app.services.citing.taking import cited_file
from app.services.reconcile import reconcile

NOTHING = "There is nothing with this id that a reader like this may read. Say who reads it with --as."
TAKEN_BACK = "The person who told this story has taken it back."
NO_PASSAGE = "There is no such passage in this story now."
NOT_TAKEN = "It can not be cited as it stands: {}."

StyleName = StrEnum("StyleName", {name: name for name in BY_NAME})  # type: ignore[misc]
FIRST = StyleName(STYLES[0].name)


class Part(StrEnum):
    """What of it is printed."""

    REFERENCE = "reference"
    IN_TEXT = "in-text"
    FOOTNOTE = "footnote"
    QUOTATION = "quotation"


class Form(StrEnum):
    """How it is printed: as words, or as a file for programs."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    CSL_JSON = "csl.json"
    BIB = "bib"
    RIS = "ris"
    JSONLD = "jsonld"
    DC_XML = "dc.xml"
    MD = "md"
    TXT = "txt"


AS_WORDS = {Form.TEXT: "plain", Form.MARKDOWN: "markdown", Form.HTML: "html"}


def cite(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID[#ANCHOR[..ANCHOR]]", help="a story, one or several of its passages, or a quote"
        ),
    ],
    style: Annotated[StyleName, typer.Option(help="how the reference is written")] = StyleName(
        STYLES[0].name
    ),
    part: Annotated[Part, typer.Option(help="what of it is printed")] = Part.REFERENCE,
    form: Annotated[Form, typer.Option("--format", help="as words, or as a file")] = Form.TEXT,
    role: Annotated[Role | None, typer.Option("--as", help="who cites; anybody, where none is named")] = None,
) -> None:
    """Print the reference of a story, a passage or a quote, as far as it may leave the archive."""
    with opened_archive() as archive:
        with progress("Reading") as report:
            reconcile(archive, progress=report)
        typer.echo(_printed(archive, _actor(role), what, style.value, part, form), nl=False)


def _actor(role: Role | None) -> Actor:
    """Somebody of whom nothing but her role is known: stories that some may not read are closed to her."""
    if role is None:
        return ANONYMOUS
    return TERMINAL if role is Role.STEWARD else Actor(frozenset({role}), signed_in=True)


def _printed(archive: Archive, actor: Actor, what: str, style: str, part: Part, form: Form) -> str:
    record_id, _, anchor = what.strip().partition("#")
    first, _, last = anchor.partition("..")
    asked = AskedCitation(record_id, address_of(archive.settings), first, to=last)
    try:
        found = read_cited(archive, actor, asked)
        if found.problem:
            raise StoryholdError(NO_PASSAGE)
        if form not in AS_WORDS:
            return f"{cited_file(archive, actor, asked, form).decode().rstrip()}\n"
    except NotFound:
        raise StoryholdError(NOTHING) from None
    except Withdrawn:
        raise StoryholdError(TAKEN_BACK) from None
    except NotToBeTaken as refused:
        raise StoryholdError(NOT_TAKEN.format(refused)) from None
    return f"{_words(archive, found, style, part, AS_WORDS[form]).rstrip()}\n"


def _words(archive: Archive, found: Found, style: str, part: Part, form: str) -> str:
    made = formatted(found.cited, archive.settings.language)[style]
    if part is Part.QUOTATION and found.cited.words:
        whole = quotation(archive, found.cited, made, BY_NAME[style])
        return str(getattr(whole, form))
    parts: dict[Part, Words] = {Part.IN_TEXT: made.in_text, Part.FOOTNOTE: made.footnote}
    return str(getattr(parts.get(part, made.reference), form))

"""A reference or words as a file, for whoever may take them."""

from app.database.visibility import Actor
from app.errors import InvalidText, NotFound
from app.exports.cited import Cited
from app.exports.cited_text import quotation_markdown, quotation_text, story_markdown, story_text, told
from app.exports.quotes_markdown import words as in_markdown
from app.services.archive import Archive
from app.services.auditing import note_download
from app.services.citing.files import FILES, TEXTS
from app.services.citing.reading import AskedCitation, Found, read_cited
from app.services.citing.styles import STYLES, Formatted, Words, formatted
from app.services.exposing import expose_story


def cited_file(archive: Archive, actor: Actor, asked: AskedCitation, form: str) -> bytes:
    """The file. Raises NotFound, also where what was asked for stands nowhere; Withdrawn or NotToBeTaken."""
    if form not in FILES and form not in TEXTS:
        raise NotFound
    found = read_cited(archive, actor, asked)
    if found.problem:  # a program would take it for what was asked for
        raise NotFound
    return FILES[form].made(found.cited) if form in FILES else _text(archive, actor, found, form)


def note_taken(archive: Archive, account: int | None, story_id: str, form: str) -> None:
    """Note at the story that somebody has a copy, so that she is told if it is taken back."""
    with archive.writing() as connection:
        note_download(archive, connection, account, [story_id], form)
        connection.commit()


def _text(archive: Archive, actor: Actor, found: Found, form: str) -> bytes:
    cited, made = found.cited, _harvard(archive, found.cited)
    if not cited.words:
        return _story(archive, actor, found, made, form).encode()
    if form == "md":
        words = quotation_markdown(cited, made.in_text.markdown, made.reference.markdown)
        return f"{words}\n{in_markdown(told(cited))}\n".encode()
    return f"{quotation_text(cited, made.in_text.plain, made.reference.plain)}\n{told(cited)}\n".encode()


def _story(archive: Archive, actor: Actor, found: Found, made: Formatted, form: str) -> str:
    """All that this reader sees of it."""
    shown = expose_story(archive, actor, found.story.slug)
    if form == "md":
        return story_markdown(found.cited, made.reference.markdown, shown["markdown"])
    passages = ((one["number"], one["text"]) for one in shown["passages"])
    return story_text(found.cited, made.reference.plain, passages)


def _harvard(archive: Archive, cited: Cited) -> Formatted:
    """The reference in the first style; said more simply where nothing can be formatted."""
    try:
        return formatted(cited, archive.settings.language)[STYLES[0].name]
    except InvalidText:
        said = ", ".join(part for part in (cited.teller, cited.title, cited.archive, cited.gathered) if part)
        where = f"({cited.teller or cited.title}, {cited.year or 'no date'})"
        return Formatted(_plain(f"{said}. {cited.address}"), _plain(where), _plain(said))


def _plain(words: str) -> Words:
    return Words(words, words, in_markdown(words))

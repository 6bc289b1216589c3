"""The references of what a specification cites: stories by citeproc in one style, all else in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.database.tables import AnyRow
from app.exports.cited import Referenced
from app.exports.inlines import Inline, plain
from app.exports.pandoc_tree import link, text
from app.exports.specified import ListedReference
from app.services.archive import Archive
from app.services.cards import detail_of
from app.services.citing.citeproc import Mention
from app.services.citing.listing import listed
from app.services.citing.styles import Style
from app.services.dates import date_label
from app.services.quoting import is_speech
from app.services.sessions.room import session_address
from app.services.specifications.watching import Cited


@dataclass(frozen=True)
class References:
    """`notes` are footnotes, by the id of their citation; `listed` the list of stories, in the style's order.

    `others` are personas, ideas and figures, each once, by the alphabet.
    """

    notes: Mapping[str, Sequence[Inline]]
    listed: Sequence[ListedReference]
    others: Sequence[Sequence[Inline]]


def references_of(
    archive: Archive, cited: Sequence[Cited], style: Style, base: str, day: str, *, apart: bool = False
) -> References:
    """Of all that leaves, in the order in which it stands. `base` is the archive's whole address.

    `day` is the ISO day on which it is looked at; `apart`: no footnote leads to another one. Raises
    InvalidText where they can not be formatted.
    """
    told = [one for one in cited if one.row.kind == "quote"]
    mentions = [
        Mention(one.row.story_id, str(one.row.paragraph or ""), number)
        for number, one in enumerate(cited, 1)
        if one.row.kind == "quote"
    ]
    sources = {one.row.story_id: _source(archive, one, base, day) for one in told}
    made = listed(sources, mentions, style, archive.settings.language, apart=apart)
    notes = dict(zip((one.row.id for one in told), made.notes, strict=True))
    others = {one.row.id: in_words(archive, one, base) for one in cited if one.row.kind != "quote"}
    entries = [ListedReference(one.number, one.inlines) for one in made.entries]
    return References(notes | others, entries, _each_once(others.values()))


def _each_once(references: Iterable[Sequence[Inline]]) -> list[Sequence[Inline]]:
    once = {plain(one): one for one in references}
    return [once[words] for words in sorted(once, key=str.casefold)]


def _source(archive: Archive, cited: Cited, base: str, day: str) -> Referenced:
    """The story, as it is today."""
    row = cited.row
    return Referenced(
        id=row.story_id,
        address=f"{base}/s/{row.story_id}",
        title=row.title,
        teller=row.storyteller,
        archive=archive.settings.title,
        gathered=row.gathered,
        language=row.language or archive.settings.language,
        version=row.story_revision,
        accessed=day,
    )


def in_words(archive: Archive, cited: Cited, base: str) -> Sequence[Inline]:
    """The reference of a persona, an idea or a figure, which no style knows."""
    row, title = cited.row, archive.settings.title
    if row.kind == "persona":
        address = f"{base}/p/{row.persona_id}"
        return _found_at(f"{row.persona_name} [Persona]. Version {row.revision}. {title}.", address)
    if row.kind == "idea" and cited.session is not None:
        address = f"{base}{session_address(cited.session.id)}#idea-{row.idea}"
        name = f"Idea {row.idea} of the design session “{cited.session.title}”. {title}."
        return _found_at(name, address)
    return text(row.source)


def _found_at(words: str, address: str) -> list[Inline]:
    return [*text(words), {"t": "Space"}, link(address, address)]


def cited_line(cited: Cited) -> str:
    """Story, version, passage and quote in one line, for people who look for the place."""
    row = cited.row
    return f"{row.story_id}, version {row.revision}, #{row.anchor}, {row.quote_id}"


def said_by(archive: Archive, cited: Cited) -> str:
    """Who said it, where and when, in one line."""
    row = cited.row
    when = date_label(row.gathered, archive.settings.language)
    who = row.heading if is_spoken(row) else f"From the story of {row.heading}"
    return ", ".join(one for one in (who, detail_of(row.role, row.site), when) if one)


def is_spoken(row: AnyRow) -> bool:
    """Whether somebody says these words: what a gatherer tells of a person is not hers.

    A story without a storyteller's name goes by its title, and puts no words into anybody's mouth.
    """
    return not row.storyteller or not row.text or bool(row.quotation) or is_speech(row.text)

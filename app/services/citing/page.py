"""The page on which something is cited: its reference in each style, and the words with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from app.database.visibility import FOR_SPECIFICATIONS, Actor, uses_of
from app.errors import InvalidText
from app.exports.cited import Cited
from app.exports.cited_text import quotation_html, quotation_markdown, quotation_text
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.citing.files import FILES, TEXTS
from app.services.citing.nearest import near_of
from app.services.citing.reading import AskedCitation, Found, NotToBeTaken, read_cited
from app.services.citing.styles import BY_NAME, DEFAULT, STYLES, Formatted, Style, Words, formatted
from app.services.views import Choice, CitedForm, CitedStyle, CitePage, TakeFormat

CITED_FOR = frozenset(use.value for use in uses_of(FOR_SPECIFICATIONS))


def cite_address(record_id: str) -> str:
    """Where a story or a quote is cited."""
    return f"/{'q' if record_id.startswith('q-') else 's'}/{record_id}/cite"


def read_cite(
    archive: Archive, actor: Actor, asked: AskedCitation, style: str = "", *, writes: bool = False
) -> CitePage:
    """The page, in which a style names the one for the quotation. Raises NotFound or Withdrawn.

    Whoever `writes` specifications is led to them.
    """
    try:
        found = read_cited(archive, actor, asked)
    except NotToBeTaken as refused:
        return _refused(refused)
    page = _page(asked, found, writes=writes)
    if found.problem:
        near = near_of(archive, actor, asked, found, cite_address(page.id))
        page = replace(page, near=near, sought="" if near else asked.words)
    try:
        made = formatted(found.cited, archive.settings.language)
    except InvalidText as failed:
        return replace(page, problem=str(failed))
    chosen = BY_NAME.get(style, DEFAULT)
    return replace(
        page,
        styles=[_style(one, made[one.name]) for one in STYLES],
        quotation=quotation(archive, found.cited, made[chosen.name], chosen) if page.words else None,
        ways=_ways(page.address, _query(asked, found.cited), chosen),
    )


def quotation(archive: Archive, cited: Cited, made: Formatted, style: Style) -> CitedForm:
    """The words with their citation and reference, in the three forms in which they are copied."""
    reference = made.footnote if style.notes else made.reference
    in_text = made.in_text
    return CitedForm(
        quotation_html(cited, in_text.html, reference.html, archive.settings.language),
        quotation_text(cited, in_text.plain, reference.plain),
        quotation_markdown(cited, in_text.markdown, reference.markdown),
    )


def _page(asked: AskedCitation, found: Found, *, writes: bool) -> CitePage:
    cited, row = found.cited, found.story
    return CitePage(
        id=row.id,
        heading=row.heading,
        title=row.title,
        place=cited.place,
        place_address=f"{story_address(row.slug)}{'#' if cited.anchor else ''}{cited.anchor}",
        permanent=cited.address,
        address=cite_address(cited.id),
        whole_address=cite_address(row.id) if cited.words else "",
        language=cited.language,
        words=cited.passages,
        folded=bool(row.folded) and bool(cited.words),
        content_notes=tuple(row.content_notes),
        uses_label=cited.uses_label,
        public=cited.public,
        styles=(),
        quotation=None,
        ways=(),
        files=_files(cited, _query(asked, cited)),
        problem=found.problem,
        specified_at=_specified_at(asked, found) if writes else (),
    )


def _specified_at(asked: AskedCitation, found: Found) -> Sequence[Choice]:
    """Where the words of each passage are cited in a specification; nowhere where that was not agreed to.

    A whole passage goes there by its name alone: it may be folded here, and is not to be opened by this.
    """
    cited = found.cited
    if not cited.words or not CITED_FOR.intersection(cited.uses):
        return ()
    if cited.id != cited.story_id:
        return (_specified(cited.paragraph, {"quote": cited.id}),)
    return [
        _specified(
            passage.number,
            {"quote": f"{cited.id}#{passage.anchor}"} | ({"words": words} if asked.words else {}),
        )
        for passage, words in found.parts
    ]


def _specified(paragraph: int, named: Mapping[str, str]) -> Choice:
    return Choice("", f"paragraph {paragraph}", f"/specifications?{urlencode(named)}", False)


def _query(asked: AskedCitation, cited: Cited) -> Sequence[tuple[str, str]]:
    """What names the same words again: nothing for a quote, whose id does."""
    if cited.id != cited.story_id or not cited.anchor:
        return ()
    to = [("to", cited.last_anchor)] if cited.last_anchor else []
    words = [("words", cited.words)] if asked.words else []
    return [("at", cited.anchor), *to, *words]


def _ways(address: str, at: Sequence[tuple[str, str]], chosen: Style) -> list[Choice]:
    return [
        Choice(one.name, one.label, f"{address}?{urlencode([*at, ('style', one.name)])}", one is chosen)
        for one in STYLES
    ]


def _files(cited: Cited, at: Sequence[tuple[str, str]]) -> Sequence[TakeFormat]:
    base = f"/{'q' if cited.id != cited.story_id else 's'}/{cited.id}"
    query = f"?{urlencode(at)}" if at else ""
    listed = [(form, one.label, one.about) for form, one in FILES.items()]
    listed += [(form, label, about) for form, (label, about, _) in TEXTS.items()]
    return [TakeFormat(label, f"{base}.{form}{query}", about) for form, label, about in listed]


def _style(style: Style, made: Formatted) -> CitedStyle:
    return CitedStyle(
        style.name,
        style.label,
        _form(made.reference),
        _form(made.in_text),
        _form(made.footnote),
        style.notes,
        style.numbered,
    )


def _form(words: Words) -> CitedForm:
    return CitedForm(words.html, words.plain, words.markdown)


def _refused(refused: NotToBeTaken) -> CitePage:
    """The page of a story that she reads, and that nobody takes out as it stands."""
    row = refused.story
    return CitePage(
        id=row.id,
        heading=row.heading,
        title=row.title,
        place=f"story {row.id}, version {row.revision}",
        place_address=story_address(row.slug),
        permanent="",
        address=cite_address(row.id),
        whole_address="",
        language=row.language,
        words=(),
        folded=False,
        content_notes=(),
        uses_label="",
        public=False,
        styles=(),
        quotation=None,
        ways=(),
        files=(),
        refused=str(refused),
    )

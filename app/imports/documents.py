"""Word, OpenDocument, HTML and RTF files, read by Pandoc: a program apart, sandboxed and limited."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pypandoc  # type: ignore[import-untyped]

from app.errors import ImportRefused
from app.imports.commented import apart
from app.imports.conversations import turns_in
from app.imports.decoding import decode
from app.imports.limited import STOPPED, Outcome, run
from app.imports.mending import descriptions, missing, with_boxes_in_the_text, with_marks_for_comments
from app.imports.model import LARGEST_TEXT, MOST_LINES, TOO_LARGE, Converted, Report
from app.imports.office import packed, picture_of, wrong_kind, xml_of
from app.imports.placing import Find, held_apart, in_document, no_pictures, placed
from app.imports.turns import body_of
from app.records.titles import first_heading
from app.rendering.closed import closes

_WORD, _TEXT = "word/document.xml", "content.xml"
_WORDS = (_WORD, "word/footnotes.xml", "word/endnotes.xml")
_TIDY = Path(__file__).with_name("tidy.lua")
HEAP = "512m"
_HEAP_OVERFLOW = 251  # how a Haskell program ends that may have no more memory
_MARKDOWN = "commonmark+pipe_tables+strikeout+footnotes-raw_html"
_FENCE = re.compile(r" {0,3}(?:>\s*)*(`{3,}|~{3,})")
_HTML_TAG = re.compile(rb"</?[a-z][a-z0-9]{0,20}(?:\s[^<>]*)?/?>", re.IGNORECASE)
_CHARSET = re.compile(rb"charset=[\"']?([A-Za-z0-9_-]{3,20})")
_NESTING_HTML = re.compile(
    rb"<(?:/|(?P<open>))(?:div|span|blockquote|[uod]l|table|[abius]|em|strong|font|section|article|q|sub|sup)\b",
    re.IGNORECASE,
)
_NESTING_RTF = re.compile(rb"(?<!\\)(?:(?P<open>\{)|\})")
_DEEPEST = 300  # a word processor's nest some dozens deep; reading takes as long as the square
# The letter that stands there for programs without Unicode: Pandoc takes one more than that for it.
_RTF_INSTEAD = re.compile(rb"(?<!\\)(\\u-?\d{1,5}) ?([^\\{}\s\d])")
_Checked = tuple[str, Iterable[Report]]
_Check = Callable[[str, str], _Checked]  # of a title and a text
_COLONS = re.compile(r"(?P<before>\s*(?:>\s*)*)(?P<colons>:{2,}.*)")


def from_docx(content: bytes) -> Converted:
    """A Word document: headings, quotations, lists, tables, notes, comments, text boxes, pictures."""
    parts = xml_of(content, _WORD, "docx")
    mended = {**parts, _WORD: with_boxes_in_the_text(parts[_WORD])}
    find = in_document(partial(picture_of, content), "word")

    def checked(title: str, markdown: str) -> _Checked:
        lost = missing(mended, _WORDS, f"{title}\n{markdown}")
        return markdown, [_lost(lost)] if lost else []

    return _document("docx", packed(mended), "--track-changes=all", find=find, check=checked)


def _lost(words: int) -> Report:
    many = "1 word" if words == 1 else f"{words:,} words"
    reason = f"{many} of the document did not come over, such as those in a chart or a drawing."
    return Report("", reason, "Compare the two, and write down what is missing.")


def from_odt(content: bytes) -> Converted:
    """An OpenDocument text, comments among it."""
    parts = xml_of(content, _TEXT, "odt")
    marked = with_marks_for_comments(parts[_TEXT])
    find = in_document(partial(picture_of, content), "", descriptions(parts[_TEXT]))

    def commented(_title: str, markdown: str) -> _Checked:
        body, comments = marked.commented(markdown)
        return body, _reports({"comment": [""] * comments})

    return _document("odt", packed({**parts, _TEXT: marked.content}), find=find, check=commented)


def from_rtf(content: bytes) -> Converted:
    """A Rich Text file. Raises ImportRefused also for one that was cut off."""
    bare = content.strip(b"\0 \t\r\n")
    if not bare.startswith(b"{\\rtf"):
        raise wrong_kind("rtf")
    if not bare.endswith(b"}"):
        raise ImportRefused("The file was cut off: its end is missing.", "Save or send it again.")
    _refuse_nesting(_NESTING_RTF.finditer(bare))
    return _document("rtf", bare if b"\\uc0" in bare else _RTF_INSTEAD.sub(_in_hex, bare))


def _in_hex(found: re.Match[bytes]) -> bytes:
    return b"%s\\'%02x" % (found[1], found[2][0])


def from_html(content: bytes) -> Converted:
    """A web page that somebody saved; nothing that it points to is fetched, no script or style kept."""
    named = _CHARSET.search(content[:2_000])
    content, find = held_apart(content)
    _refuse_long(content)
    decoded = decode(content, named[1].decode() if named else "")
    page = decoded.text.encode()
    if not _HTML_TAG.search(page):
        raise wrong_kind("html")
    _refuse_nesting(_NESTING_HTML.finditer(page))
    found = _document("html+raw_html", page, "--metadata=storyhold-web", find=find)
    reports = (*decoded.reports, *found.reports)
    title = first_heading(found.body) or found.title
    return replace(found, format="html", title=title, reports=reports)


def _refuse_long(page: bytes) -> None:
    """Raises ImportRefused for more words than any story has; the pictures that it held are out of it."""
    if len(page) > LARGEST_TEXT or page.count(b"\n") > MOST_LINES:
        raise TOO_LARGE


def _refuse_nesting(marks: Iterable[re.Match[bytes]]) -> None:
    """Raises ImportRefused where more begins inside something else than any person writes."""
    depth = 0
    for mark in marks:
        depth = depth + 1 if mark["open"] is not None else max(depth - 1, 0)
        if depth > _DEEPEST:
            raise ImportRefused(
                "The document is nested deeper than can be read.",
                "Save its text alone as .txt, and bring that in.",
            )


@cache
def pandoc() -> str:
    """Where the program is. Raises ImportRefused where it is not."""
    try:
        return str(Path(pypandoc.get_pandoc_path()).resolve())
    except OSError:
        reason = "This kind of file can not be read here, since Pandoc is not there."
        raise ImportRefused(
            reason, "Save it as .txt or .md, and tell whoever looks after the archive."
        ) from None


def _as_it_is(_title: str, markdown: str) -> _Checked:
    return markdown, ()


def _document(
    kind: str, content: bytes, *options: str, find: Find | None = None, check: _Check = _as_it_is
) -> Converted:
    """`check` has the last word on the whole text, before turns are made of it."""
    command = [pandoc(), "+RTS", f"-M{HEAP}", "-RTS", "--sandbox", f"--from={kind}", f"--to={_MARKDOWN}"]
    outcome = run([*command, "--wrap=none", f"--lua-filter={_TIDY}", *options], content)
    if outcome.code == _HEAP_OVERFLOW:
        raise STOPPED
    if outcome.code:
        raise ImportRefused(
            "The document is damaged, or made in a way that can not be read.",
            "Open it where it was made, save it again, and bring that in.",
        )
    told = _told(outcome)
    with_marks = outcome.output.decode("utf-8", "replace")
    pictured = placed(with_marks, told.get("picture", []), find or no_pictures)
    title = " ".join(told["title"][0].split()) if told.get("title") else ""
    checked, more = check(title, pictured.body)
    body = _with_colons(checked)
    turns, reports = turns_in(body), (*pictured.reports, *_reports(told), *more)
    return Converted(kind, title, body_of(turns) or body, turns, reports=reports, pictures=pictured.pictures)


def _told(outcome: Outcome) -> dict[str, list[str]]:
    """What our filter said, by kind."""
    told: dict[str, list[str]] = {}
    for line in outcome.told.split("\n"):
        mark, _, rest = line.partition("\t")
        if mark == "storyhold":
            what, _, words = rest.partition("\t")
            told.setdefault(what, []).append(words)
    return told


def _reports(told: dict[str, list[str]]) -> Iterator[Report]:
    counts = Counter({what: len(words) for what, words in told.items()})
    if counts["comment"]:
        many = "1 comment was" if counts["comment"] == 1 else f"{counts['comment']} comments were"
        reason = f"{many} kept in the text as comments, which no reader is ever shown."
        yield Report("", reason, "Take them out if they say who somebody is.")
    if counts["deletion"]:
        one = counts["deletion"] == 1
        many = "1 stretch that had" if one else f"{counts['deletion']} stretches that had"
        reason = f"{many} been struck out as {'a change was' if one else 'changes were'} left out."
        yield Report("", reason, "Accept or refuse the changes in the document, if these words belong in it.")


def _with_colons(markdown: str) -> str:
    """Lines that begin with colons as words, but for those that close a passage, or end it."""
    lines, fence = [], ""
    for line in markdown.replace("\r\n", "\n").split("\n"):
        found = _FENCE.match(line)
        if found and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
        lines.append(line if fence else _colons(line))
    text = "\n".join(lines).strip("\n")
    return f"{text}\n" if text else ""


def _colons(line: str) -> str:
    words, found = apart(line), _COLONS.fullmatch(line)
    if words.comments and _closes_or_ends(words.text):  # which it would not with a comment on its line
        return f"{words.together}\n\n{words.text}"
    if not found or closes(line) or not found["colons"].strip(":"):
        return line
    return f"{found['before']}\\{found['colons']}"


def _closes_or_ends(line: str) -> bool:
    return closes(line) or re.fullmatch(r"[\s>]*:{3,}\s*", line) is not None

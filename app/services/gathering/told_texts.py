"""The texts of a story's file in which names can be left behind, and the file with places changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.records.edit import change_keys
from app.records.frontmatter import split
from app.records.yaml_guard import read_mapping
from app.services.gathering.identifying import Finding, Kind, find_names
from app.services.gathering.people_names import parts_of
from app.services.gathering.pseudonyms import Key, in_place_of

KEYS = ("title", "role", "summary", "themes", "content_notes", "moments", "strengths", "hopes")
BODY = ""
STORYTELLER, ADDRESS = "storyteller", "address"
APART = (STORYTELLER, ADDRESS)  # looked through, and changed in ways of their own
_BETWEEN = "\n\n"  # so that nothing reaches from one text into the next
_FILE = "story"
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Text:
    """One text: `path` leads to it in the front matter and is empty for the body."""

    path: Path
    start: int  # in `StoryTexts.whole`
    end: int

    @property
    def key(self) -> str:
        return str(self.path[0]) if self.path else BODY


@dataclass(frozen=True)
class StoryTexts:
    """All of them one after the other, the body first, so that a line of it keeps its number."""

    content: bytes
    whole: str
    texts: Sequence[Text]
    values: Mapping[str, Any]
    storyteller: str
    own_name: bool

    @property
    def written(self) -> int:
        """Where the texts end in which words can be replaced."""
        return min(text.start for text in self.texts if text.key in APART) - len(_BETWEEN)

    def key_at(self, place: int) -> str:
        """The front-matter key in which a place of the whole lies; empty in the body."""
        return next((text.key for text in self.texts if text.start <= place <= text.end), BODY)


@dataclass(frozen=True)
class Change:
    """What is to stand in a place of the whole."""

    start: int
    end: int
    instead: str


def texts_of(content: bytes, slug: str) -> StoryTexts:
    """The texts of a story that lies at this address. Raises SetAside where the file can not be read."""
    parts = split(content, _FILE)
    mapping = read_mapping(parts, _FILE).value
    values = mapping if isinstance(mapping, dict) else {}
    whole, texts = [parts.body], [Text((), 0, len(parts.body))]
    at = len(parts.body)
    told = {key: values[key] for key in KEYS if key in values}
    apart = {STORYTELLER: _said(values.get("storyteller")), ADDRESS: slug}
    for path, text in _leaves(told | apart, ()):
        start = at + len(_BETWEEN)
        at = start + len(text)
        whole.append(text)
        texts.append(Text(path, start, at))
    own_name = str(values.get("own_name", "")).casefold() in ("true", "yes")
    return StoryTexts(content, _BETWEEN.join(whole), texts, values, apart[STORYTELLER], own_name)


def _said(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value.replace("\r\n", "\n").replace("\r", "\n")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*path, number))


def findings_in(texts: StoryTexts, key: Key, shown: Iterable[str] = ()) -> list[Finding]:
    """What may tell who somebody is, in the places of the whole; the name she chose is left alone.

    `shown` stands in brackets for something, as the key's pseudonyms do.
    """
    chosen, shown = texts.storyteller, (*key.values(), *shown)
    own = [chosen] if chosen and (texts.own_name or in_place_of(chosen, key) is None) else []
    found = find_names(texts.whole[: texts.written], known=key, own=own, pseudonyms=shown)
    stands = [name for name in shown if in_place_of(name, key) is None]
    for text in (one for one in texts.texts if one.key in APART):
        found += _apart(texts, text, key, [*own, *stands] if text.key == ADDRESS else own)
    return found


def _apart(texts: StoryTexts, text: Text, key: Key, own: Iterable[str]) -> Iterator[Finding]:
    """Names in what stands apart from the text. An address has no capital letters to know them by."""
    line = texts.whole.count("\n", 0, text.start)
    said, known = texts.whole[text.start : text.end], list(key)
    if text.key == ADDRESS:
        said, known = as_words(said), [*known, *_run_together(key)]
    for one in find_names(said, known=known, own=own):
        if one.kind is Kind.NAME:
            yield Finding(one.start + text.start, one.end + text.start, one.kind, one.text, line + one.line)


def _run_together(key: Key) -> Iterator[str]:
    """Names as an address may have them: without the gap, or with the s of what belongs to somebody."""
    for name in key:
        parts = parts_of(name)
        yield from ("".join(parts), *(f"{part}s" for part in parts))


def as_words(slug: str) -> str:
    """An address as words with capital letters, each character in its place."""
    words = "".join(char if char.isalnum() else " " for char in slug)
    return "".join(
        char.upper() if before == " " and len(char.upper()) == 1 else char
        for before, char in zip(f" {words}", words, strict=False)
    )


def with_changes(texts: StoryTexts, changes: Iterable[Change], storyteller: str | None = None) -> bytes:
    """The file with these places changed; no other line differs. Raises InvalidRecord."""
    ordered = sorted(changes, key=lambda one: one.start)
    body: str | None = None
    news: dict[str, Any] = {} if storyteller is None else {"storyteller": storyteller}
    for text in texts.texts:
        hers = [one for one in ordered if text.start <= one.start and one.end <= text.end]
        if not hers or text.key in APART:
            continue
        written = _spliced(texts.whole, text, hers)
        if text.path:
            news[text.key] = _put(news.get(text.key, texts.values[text.key]), text.path[1:], written)
        else:
            body = written
    return change_keys(texts.content, news, body=body)


def _spliced(whole: str, text: Text, changes: Sequence[Change]) -> str:
    kept, at = [], text.start
    for one in changes:
        kept += [whole[at : one.start], one.instead]
        at = one.end
    return "".join([*kept, whole[at : text.end]])


def _put(value: Any, path: Path, text: str) -> Any:
    """The value with another text at the end of this path."""
    if not path:
        return text
    items = value.items() if isinstance(value, dict) else enumerate(value)
    changed = {key: _put(inner, path[1:], text) if key == path[0] else inner for key, inner in items}
    return changed if isinstance(value, dict) else list(changed.values())

"""A three-way merge of story files: two people's changes in one file, where they do not touch."""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.errors import InvalidRecord
from app.records.blocks import Block, as_lf, blocks_of, joined, with_line_ends
from app.records.edit import change_keys
from app.records.frontmatter import Parts, split
from app.records.merging_keys import KeysTouch, Touching, head_of, merged_head
from app.records.nodes import Node
from app.records.problems import SetAside
from app.records.three_way import Clash, Stretch, picked, rightly_counted, stretches
from app.records.yaml_guard import read_mapping

_NAME = "front matter"
_LINE_END = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"(?:^|[ \t])#[^\r\n]*", re.MULTILINE)
_MISSING = object()


@dataclass(frozen=True)
class Conflict:
    """A place that both changed, each in her own way. All three texts are as written; empty means not there.

    `key` is a front-matter key; `paragraph` counts the blocks of the text that both started from, from 1.
    Neither: something that can only be looked at as a whole.
    """

    place: str  # in words
    base: str
    mine: str
    theirs: str
    key: str = ""
    paragraph: int = 0


@dataclass(frozen=True)
class Merged:
    """The file that says what both say; None where a person has to choose, and then where."""

    content: bytes | None
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class _File:
    parts: Parts
    mapping: Node
    lead: str
    blocks: Sequence[Block]

    @property
    def words(self) -> list[str]:
        return [block.words for block in self.blocks]

    @property
    def values(self) -> dict[str, object]:
        return {key: node.value for key, node in (self.mapping.entries or {}).items()}

    @property
    def line_end(self) -> str:
        found = _LINE_END.search(self.parts.text)
        return found.group() if found else "\n"


def merge(base: bytes, mine: bytes, theirs: bytes) -> Merged:
    """What became of `base` when one person made `mine` of it and another `theirs`.

    No key, comment or block is lost or there twice, and what is handed out is read as just that: else there
    are conflicts, and no content. The bytes of `theirs` stay where they can, since that is the file on the
    disk. Never raises: a file that can not be read is one conflict. Whether a closed passage comes open in
    the merged text only its rendering tells: ask `services.gathering.together`.
    """
    if theirs in (base, mine):
        return Merged(mine)
    if mine == base:
        return Merged(theirs)
    try:
        files = [_read(content) for content in (base, mine, theirs)]
    except SetAside:
        return Merged(None, (_whole(base, mine, theirs),))
    return _Merging(*files).merged() or Merged(None, (_whole(base, mine, theirs),))


def _read(content: bytes) -> _File:
    parts = split(content, _NAME)
    lead, blocks = blocks_of(parts.text[parts.body_start :])
    return _File(parts, read_mapping(parts, _NAME), lead, blocks)


def _whole(*contents: bytes) -> Conflict:
    base, mine, theirs = (one.decode("utf-8-sig", "replace") for one in contents)
    return Conflict("the whole file", base, mine, theirs)


@dataclass(frozen=True)
class _Merging:
    base: _File
    mine: _File
    theirs: _File

    def merged(self) -> Merged | None:
        """None where the result would not be read back as what was meant."""
        text, conflicts = self._text()
        values, touching = self._values()
        conflicts = [*touching, *conflicts]
        if conflicts:
            return Merged(None, tuple(conflicts))
        try:
            whole = self._by_lines(text)
        except KeysTouch as touch:
            return Merged(None, tuple(map(_of_key, touch.found)))
        for content in (whole, self._by_values(text)):
            if content is not None and _says(content, values, text):
                return Merged(content)
        return None

    def _values(self) -> tuple[dict[str, object], list[Conflict]]:
        """What the keys are to say."""
        three = (self.base.values, self.mine.values, self.theirs.values)
        values, touching = dict[str, object](), list[Conflict]()
        for key in dict.fromkeys([*self.theirs.values, *self.mine.values]):
            try:
                value = picked(*(one.get(key, _MISSING) for one in three))
            except Clash:
                touching.append(_of_key(Touching(key, *(_written(f, key) for f in self._three))))
                continue
            if value is not _MISSING:
                values[key] = value
        return values, touching

    @property
    def _three(self) -> tuple[_File, _File, _File]:
        return self.base, self.mine, self.theirs

    def _by_lines(self, text: str) -> bytes | None:
        """The keys' own lines, wherever they come from. Raises KeysTouch."""
        if any(one.mapping.style == "flow" for one in self._three):
            return None
        head = merged_head(*(head_of(one.parts, one.mapping) for one in self._three))
        fenced = next((one for one in (self.theirs, self.mine) if one.parts.fenced), None)
        if fenced is None or not (head or picked(*(one.parts.fenced for one in self._three))):
            return self._encoded(text)
        whole, at = fenced.parts.text, fenced.parts
        closing = whole[at.head_end : at.body_start]
        if text and not closing.endswith(("\r", "\n")):
            closing += self.theirs.line_end
        lines = head if self.theirs.line_end == "\n" else head.replace("\n", self.theirs.line_end)
        return self._encoded(whole[: at.head_start] + lines + closing + text)

    def _encoded(self, text: str) -> bytes:
        marked = picked(*(one.parts.marked for one in self._three))
        return (BOM_UTF8 if marked else b"") + text.encode()

    def _by_values(self, text: str) -> bytes | None:
        """Their file with my values, where my comments are those that both started from."""
        if _comments(self.mine) != _comments(self.base):
            return None
        before, now = self.base.values, self.mine.values
        changed = {key: now.get(key) for key in {*before, *now} if before.get(key) != now.get(key)}
        body = self.theirs.parts.text[: self.theirs.parts.body_start] + text
        try:
            return change_keys((BOM_UTF8 if self.theirs.parts.marked else b"") + body.encode(), changed)
        except (InvalidRecord, SetAside):
            return None

    def _text(self) -> tuple[str, list[Conflict]]:
        base, mine, theirs = (one.words for one in self._three)
        found = stretches(base, mine, theirs)
        clashes = [self._clash(one) for one in found if one.side == "clash"]
        blocks = [block for one in found for block in self._taken(one)]
        if not clashes:
            wrong = rightly_counted(base, mine, theirs, (block.words for block in blocks))
            clashes = [self._moved(words) for words in wrong]
        if blocks:
            gap = _wider(*(one.blocks[-1].gap if one.blocks else "" for one in self._three))
            blocks[-1] = Block(blocks[-1].raw, gap)
        lead = _wider(*(one.lead for one in self._three))
        return joined(lead, blocks, self.theirs.line_end), clashes

    def _taken(self, one: Stretch) -> Sequence[Block]:
        if one.side == "mine":
            return [with_line_ends(block, self.theirs.line_end) for block in self.mine.blocks[one.mine]]
        taken = self.theirs.blocks[one.theirs]
        if one.side != "same":
            return taken
        three = zip(self.base.blocks[one.base], self.mine.blocks[one.mine], taken, strict=True)
        return [Block(t.raw, _wider(b.gap, m.gap, t.gap)) for b, m, t in three]

    def _clash(self, one: Stretch) -> Conflict:
        number = one.base.start + 1
        base, mine, theirs = (
            "\n\n".join(block.words for block in file.blocks[place])
            for file, place in zip(self._three, (one.base, one.mine, one.theirs), strict=True)
        )
        return Conflict(f"paragraph {number}", base, mine, theirs, paragraph=number)

    def _moved(self, words: str) -> Conflict:
        base, mine, theirs = (words if words in file.words else "" for file in self._three)
        at = self.base.words.index(words) + 1 if base else 0
        return Conflict("a paragraph that both moved or added", base, mine, theirs, paragraph=at)


def _of_key(touching: Touching) -> Conflict:
    place = touching.key or "the comments between the keys"
    return Conflict(place, touching.base, touching.mine, touching.theirs, key=touching.key)


def _written(file: _File, key: str) -> str:
    entry = head_of(file.parts, file.mapping).entries.get(key) if file.mapping.style != "flow" else None
    return entry.raw if entry else _plain(file.values.get(key))


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(item)}" for key, item in value.items())
    return ", ".join(map(_plain, value)) if isinstance(value, list) else str(value or "")


def _wider(base: str, mine: str, theirs: str) -> str:
    """Blank lines: those that changed; the more of them where both did."""
    three = [as_lf(one) for one in (base, mine, theirs)]
    if three[1] in (three[0], three[2]):
        return theirs
    return mine if three[2] == three[0] else max(mine, theirs, key=lambda one: (len(as_lf(one)), one))


def _comments(file: _File) -> list[str]:
    return sorted(found.strip() for found in _COMMENT.findall(file.parts.head))


def _says(content: bytes, values: Mapping[str, object], text: str) -> bool:
    """Nothing is handed out that would be read as anything else."""
    try:
        read = _read(content)
    except SetAside:
        return False
    return read.values == values and read.parts.body == as_lf(text)

"""Reads one key after another of a front matter, and notes what can not be understood."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.records.dates import partial_date
from app.records.ids import PREFIX, normal_id
from app.records.lookalikes import written_otherwise
from app.records.model import PartialDate, Problem, RecordId, RecordKind
from app.records.nodes import Node
from app.records.slugs import value_slug

LONGEST_TEXT = 1_000  # characters
LONGEST_SUMMARY = 10_000
LONGEST_LABEL = 200  # of a theme, a kind, a persona
MOST_ITEMS = 100

YES = frozenset({"true", "yes", "on", "1", "y"})
NO = frozenset({"false", "no", "off", "0", "n"})


@dataclass
class Fields:
    """The top-level keys of one file. Each is read once; what nobody read is `others`."""

    mapping: Node
    file: str
    problems: list[Problem] = field(default_factory=list)
    _read: set[str] = field(default_factory=set)

    def has(self, key: str) -> bool:
        return key in self._entries

    def node(self, key: str) -> Node | None:
        """The value of a key, from now on read; None where the key is absent."""
        self._read.add(key)
        return self._entries.get(key)

    def note(self, key: str | None, reason: str, remedy: str, node: Node | None = None) -> None:
        """Add a problem of one key; its line is the key's unless a node inside it is named."""
        entry = self._entries.get((key or "").split(".")[0])
        line = (node or entry or self.mapping).line
        self.problems.append(Problem(self.file, line, key, reason, remedy))

    def text(self, key: str, longest: int = LONGEST_TEXT) -> str | None:
        """A single text as written; None where it is absent, blank, or a list."""
        node = self.node(key)
        if node is None or node.empty:
            return None
        if node.text is None:
            self.note(key, "A single text belongs here, not a list or a mapping.", "Write one text.")
            return None
        if len(node.text) > longest:
            self.note(key, f"The text is longer than {longest} characters.", "Move it into the story.")
            return None
        return node.text if node.text.strip() else None

    def texts(self, key: str, *, longest: int = LONGEST_LABEL) -> tuple[str, ...]:
        """A list of texts; a single text is split at its commas."""
        node = self.node(key)
        if node is None or node.empty:
            return ()
        if node.entries is not None:
            self.note(key, "A list of texts belongs here, not keys.", "Write a list: [first, second].")
            return ()
        return self._different(key, self._few(key, self._items(key, node), longest))

    def date(self, key: str) -> PartialDate | None:
        """A day, a month or a year."""
        text = self.text(key)
        if text is None:
            return None
        found = partial_date(text)
        if found is None:
            remedy = "Write a day as 2026-03-04, a month as 2026-03 or a year as 2026."
            self.note(key, "This is no date that can be understood.", remedy)
        return found

    def flag(self, key: str) -> bool | None:
        """True or False; None where it is absent or says neither, which is noted."""
        text = self.text(key)
        if text is None:
            return None
        folded = text.strip().casefold()
        if folded not in YES | NO:
            self.note(key, "This is neither true nor false.", "Write true or false.")
            return None
        return folded in YES

    def record_id(self, kind: RecordKind) -> RecordId | None:
        """The record's id in its one spelling; None where it is absent or not of our form."""
        text = self.text("id")
        found = normal_id(text) if text else None
        if text and (found is None or found.partition("-")[0] != PREFIX[kind]):
            remedy = "Delete the line; a new id is written at the first save."
            self.note("id", "This is no id of this archive; another is used for now.", remedy)
            return None
        return RecordId(found) if found else None

    def others(self, known: Iterable[str]) -> dict[str, object]:
        """What nobody read; keys that are nearly known ones are noted."""
        left = {key: node for key, node in self._entries.items() if key not in self._read}
        names = tuple(known)
        for key, node in left.items():
            meant = written_otherwise(key, names)
            if meant:
                self.note(key, f"The key is not spelt as ‘{meant}’ and is not read.", f"Write {meant}.", node)
        return {key: node.value for key, node in left.items()}

    def unread(self) -> Iterator[str]:
        """The keys that nobody has read so far."""
        return (key for key in self._entries if key not in self._read)

    @property
    def _entries(self) -> dict[str, Node]:
        return self.mapping.entries or {}

    def _items(self, key: str, node: Node) -> Iterator[tuple[str, Node]]:
        if node.text is not None:
            yield from ((part.strip(), node) for part in node.text.split(",") if part.strip())
        for item in node.items or ():
            if item.text is None and not item.empty:
                self.note(key, "The list holds a list or a mapping.", "Write each item as one text.", item)
            elif not (item.text or "").strip():
                self.note(key, "The list has an item without words.", "Delete the item.", item)
            else:
                yield item.text or "", item

    def _few(self, key: str, items: Iterator[tuple[str, Node]], longest: int) -> Iterator[tuple[str, Node]]:
        taken = 0
        for text, node in items:
            if taken == MOST_ITEMS:
                self.note(key, f"Only the first {MOST_ITEMS} of the list are read.", "Shorten it.", node)
                return
            if len(text) > longest:
                self.note(key, f"An item is longer than {longest} characters.", "Shorten it.", node)
            else:
                taken += 1
                yield text, node

    def _different(self, key: str, items: Iterator[tuple[str, Node]]) -> tuple[str, ...]:
        kept: dict[str, str] = {}
        for text, node in items:
            slug = value_slug(text)
            if slug in kept:
                self.note(key, "The list has the same item twice.", "Delete one of the two.", node)
            kept.setdefault(slug, text)
        return tuple(kept.values())

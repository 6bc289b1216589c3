"""An earlier version's file under the consent, status, id and gatherer that hold now."""

from codecs import BOM_UTF8

from app.errors import InvalidRecord
from app.records.edit import change_keys
from app.records.frontmatter import Parts, split
from app.records.lookalikes import close_to, written_otherwise
from app.records.merging_keys import NO_ENTRY, Entry, head_of
from app.records.nodes import Node
from app.records.problems import SetAside
from app.records.yaml_guard import read_mapping

STAYS = ("id", "status", "draft", "published", "consent", "withdrawn", "gatherer")
_NAME = "front matter"


def stays(key: str) -> bool:
    """Whether a key, or one of which it may be a slip, is not brought back."""
    return key in STAYS or bool(written_otherwise(key, STAYS) or close_to(key, ("consent", "status")))


def brought_back(current: bytes, version: bytes) -> bytes:
    """The text and all other keys of `version`, byte for byte, with those keys of `current` that stay.

    Raises SetAside when either can not be read, InvalidRecord when the two can not be put together.
    """
    now, then = (split(content, _NAME) for content in (current, version))
    mine, old = (read_mapping(parts, _NAME) for parts in (now, then))
    values = _values(old, keep=False) | _values(mine, keep=True)
    for content in (_by_lines(now, mine, then, old), _by_values(version, old, mine)):
        if content is not None and _says(content, values, then.body):
            return content
    raise InvalidRecord("That version and the consent as it is now can not be written into one file.")


def _values(mapping: Node, *, keep: bool) -> dict[str, object]:
    return {key: node.value for key, node in (mapping.entries or {}).items() if stays(key) == keep}


def _by_lines(now: Parts, mine: Node, then: Parts, old: Node) -> bytes | None:
    if "flow" in (mine.style, old.style):
        return None
    current, version = head_of(now, mine), head_of(then, old)
    kept = {key: entry for key, entry in current.entries.items() if stays(key)}
    lines = [_lines(key, entry, kept) for key, entry in version.entries.items()]
    lines += [entry.raw for key, entry in kept.items() if key not in version.entries]
    return _whole(then, "".join(lines) + version.below)


def _lines(key: str, entry: Entry, kept: dict[str, Entry]) -> str:
    return entry.above + (kept.get(key, NO_ENTRY).raw if stays(key) else entry.raw)


def _whole(then: Parts, head: str) -> bytes:
    line_end = "\r\n" if "\r\n" in then.text else "\n" if "\n" in then.text else "\r"
    line_end = line_end if then.text.count("\r") else "\n"
    head = head.replace("\n", line_end)
    if then.fenced:
        text = then.text[: then.head_start] + head + then.text[then.head_end :]
    elif head:
        text = f"---{line_end}{head}---{line_end}{then.text}"
    else:
        text = then.text
    return (BOM_UTF8 if then.marked else b"") + text.encode()


def _by_values(version: bytes, old: Node, mine: Node) -> bytes | None:
    gone = dict.fromkeys(_values(old, keep=True))
    try:
        return change_keys(version, gone | _values(mine, keep=True))
    except (InvalidRecord, SetAside):
        return None


def _says(content: bytes, values: dict[str, object], body: str) -> bool:
    try:
        parts = split(content, _NAME)
        return read_mapping(parts, _NAME).value == values and parts.body == body
    except SetAside:
        return False

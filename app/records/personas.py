"""From the bytes of a persona's file to a Persona."""

import re
from collections.abc import Iterator
from datetime import date

from app.records.consent import read_uses
from app.records.fields import Fields
from app.records.frontmatter import split
from app.records.ids import normal_id
from app.records.model import ParsedPersona, Persona, RecordId, RecordKind, Slug, Statement, StatementGroup
from app.records.nodes import Node
from app.records.portraits import PORTRAIT, read_portrait
from app.records.status import read_status
from app.records.titles import file_name, first_heading
from app.records.yaml_guard import read_mapping

LATER = ("retired", "merged_into", PORTRAIT)
KEYS = ("id", "name", "tagline", "quote", "uses", "stories", "reviewed", "statements", "status", *LATER)
ITSELF = "A persona can not be merged into herself."
NOT_A_PERSONA = "This is no persona’s id."
_ANCHOR = re.compile(r"[\w-]{1,80}")


def parse_persona(content: bytes, *, slug: Slug, file: str, today: date) -> ParsedPersona:  # noqa: ARG001
    """Understand a persona's file; what is wrong with single keys comes with it.

    Raises SetAside when the file can not be read. `today` is there so that both kinds are parsed alike.
    """
    parts = split(content, file)
    fields = Fields(read_mapping(parts, file), file)
    return ParsedPersona(_persona(fields, parts.body, slug), tuple(fields.problems))


def _persona(fields: Fields, body: str, slug: Slug) -> Persona:
    uses, stated = read_uses(fields)
    own = fields.record_id(RecordKind.PERSONA)
    return Persona(
        name=_name(fields) or first_heading(body) or file_name(slug),
        body=body,
        id=own,
        tagline=fields.text("tagline"),
        quote=fields.text("quote"),
        uses=uses,
        uses_stated=stated,
        stories=fields.texts("stories"),
        reviewed=fields.date("reviewed"),
        groups=tuple(_groups(fields)),
        status=read_status(fields, consent_stated=stated),
        retired=fields.date("retired"),
        merged_into=_merged_into(fields, own),
        portrait=read_portrait(fields),
        other_keys=fields.others(KEYS),
    )


def _merged_into(fields: Fields, own: RecordId | None) -> RecordId | None:
    text = fields.text("merged_into")
    found = normal_id(text) if text else None
    if text and (found is None or not found.startswith("who-") or found == own):
        fields.note("merged_into", ITSELF if found and found == own else NOT_A_PERSONA, "Write who-3m2xa8qd.")
        return None
    return RecordId(found) if found else None


def _name(fields: Fields) -> str | None:
    return fields.text("name" if fields.has("name") else "title")


def _groups(fields: Fields) -> Iterator[StatementGroup]:
    node = fields.node("statements")
    if node is None or node.empty:
        return
    if node.entries is None:
        remedy = "Put a heading with a colon above the statements."
        fields.note("statements", "Headings with statements belong here.", remedy)
        return
    for heading, group in node.entries.items():
        items = [group] if group.text is not None else group.items or []
        statements = tuple(statement for item in items if (statement := _statement(fields, item)))
        yield StatementGroup(heading, statements)


def _statement(fields: Fields, node: Node) -> Statement | None:
    if node.text is not None and node.text.strip():
        return Statement(node.text, line=node.line)
    entries = node.entries or {}
    text = entries["statement"].text if "statement" in entries else None
    if not text:
        remedy = "Write one text, or {statement: …, evidence: […]}."
        fields.note("statements", "A statement has no words.", remedy, node)
        return None
    evidence, against = (_references(fields, entries.get(key)) for key in ("evidence", "against"))
    return Statement(text, evidence, against, node.line)


def _references(fields: Fields, node: Node | None) -> tuple[str, ...]:
    if node is None or node.empty:
        return ()
    written = node.items if node.items is not None else [node]
    texts = [part.strip() for item in written for part in (item.text or "?").split(",")]
    if not all(is_reference(text) for text in texts):
        remedy = "Write a quote as q-81hs2k4p and a passage as s-7k3fq2mx#p-4c1e9a."
        fields.note("statements", "This is neither a quote's id nor a passage's.", remedy, node)
    return tuple(text for text in texts if is_reference(text))


def is_reference(text: str) -> bool:
    """Whether a text has the form of a quote's id, a story's id, or a passage of a story."""
    record, mark, anchor = text.partition("#")
    found = normal_id(record)
    if found is None or found.startswith("who-"):
        return False
    return bool(_ANCHOR.fullmatch(anchor)) if mark else True

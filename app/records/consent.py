"""What a file says about consent. Anything that is not plain means no use at all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TypeVar

from app.records.dates import whole_day
from app.records.fields import Fields
from app.records.lookalikes import close_to
from app.records.model import Consent, Use
from app.records.nodes import Node

Value = TypeVar("Value")
_DAYS = {"given", "until", "co_crafted"}
CONSENT_KEYS = ("uses", "given", "until", "co_crafted", "not_for", "scope")
_MISPLACED = ("uses", "not_for")  # at the top of a story: meant for the consent, or its indent was lost
_CLOSED = Consent(stated=True, understood=False)
_REMEDY_USES = "Write `uses:` with any of design, learning, commissioning, publication, or [] for none."


@dataclass
class _Unclear(Exception):
    """Something in the consent can not be understood."""

    key: str
    reason: str
    remedy: str
    node: Node | None = None

    def note_in(self, fields: Fields) -> None:
        fields.note(self.key, f"{self.reason} Until then no use is allowed.", self.remedy, self.node)


def read_consent(fields: Fields, today: date) -> Consent:
    """A story's consent. A look-alike key, or anything in it that is not understood, leaves no use.

    Whom it keeps out, it keeps out all the same: a slip elsewhere in it must not let them in.
    """
    misspelt = _lookalikes(fields)
    node = fields.node("consent")
    if node is None:
        return replace(_CLOSED, not_for=_kept_out(fields, misspelt)) if misspelt else Consent()
    unclear: list[_Unclear] = []
    consent = _consent(node, today, unclear)
    for one in unclear:
        one.note_in(fields)
    if not unclear and not misspelt:
        return consent
    not_for = _kept_out(fields, ["consent", *misspelt])
    if unclear:
        return replace(_CLOSED, not_for=not_for)
    return replace(consent, uses=frozenset(), understood=False, not_for=not_for)


def _kept_out(fields: Fields, keys: Iterable[str]) -> tuple[str, ...]:
    """The organisations that these keys, each about consent or nearly so, name as kept out."""
    written = fields.mapping.entries or {}
    names: dict[str, None] = {}
    for key in keys:
        for node in [written[key]] if _is_not_for(key) else _named_not_for(written[key].entries or {}):
            names.update(dict.fromkeys(_words_in(node)))
    return tuple(names)


def _is_not_for(key: str) -> bool:
    return key == "not_for" or close_to(key, ("not_for",)) is not None


def _named_not_for(entries: dict[str, Node]) -> list[Node]:
    return [node for key, node in entries.items() if _is_not_for(key)]


def _words_in(node: Node) -> tuple[str, ...]:
    try:
        return _texts("consent.not_for", node)
    except _Unclear:
        return ()


def read_uses(fields: Fields) -> tuple[frozenset[Use], bool]:
    """A persona's uses, and whether its file states them. Absent means design."""
    keys = [key for key in fields.unread() if key == "consent" or close_to(key, ("uses", "consent"))]
    misspelt = _noted(fields, keys)
    node = fields.node("uses")
    if node is None:
        return (frozenset(), True) if misspelt else (frozenset({Use.DESIGN}), False)
    try:
        uses = _uses("uses", node)
    except _Unclear as unclear:
        unclear.note_in(fields)
        return frozenset(), True
    return frozenset() if misspelt else uses, True


def _lookalikes(fields: Fields) -> list[str]:
    stated = fields.has("consent")
    keys = [
        key
        for key in fields.unread()
        if close_to(key, ("consent",)) or (not stated and (key in _MISPLACED or _begins(key)))
    ]
    _noted(fields, keys)
    return keys


def _begins(key: str) -> bool:
    return key != "consent" and key.casefold().startswith("consent")


def _noted(fields: Fields, keys: list[str]) -> bool:
    for key in keys:
        reason = "This may be about consent, but is not the key for it. Until then no use is allowed."
        fields.note(key, reason, "Write what was agreed under the proper key, and delete or rename this one.")
    return bool(keys)


def _consent(node: Node, today: date, unclear: list[_Unclear]) -> Consent:
    """What the key says; everything in it that can not be understood is added to `unclear`."""
    if node.entries is None:
        reason = "The consent is empty." if node.empty else "The consent is no list of keys."
        unclear.append(_Unclear("consent", reason, _REMEDY_USES))
        return _CLOSED
    entries = node.entries
    _tried(unclear, lambda: _refuse_lookalikes(entries), None)
    days = {key: _tried(unclear, partial(_day, key, entries[key]), None) for key in _DAYS & entries.keys()}
    _tried(unclear, lambda: _refuse_impossible(days, entries, today), None)
    return Consent(
        uses=_tried(unclear, lambda: _stated_uses(entries), frozenset()),
        stated=True,
        given=days.get("given"),
        until=days.get("until"),
        co_crafted=days.get("co_crafted"),
        not_for=_tried(unclear, lambda: _not_for(entries), ()),
    )


def _tried(unclear: list[_Unclear], read: Callable[[], Value], otherwise: Value) -> Value:
    try:
        return read()
    except _Unclear as found:
        unclear.append(found)
        return otherwise


def _stated_uses(entries: dict[str, Node]) -> frozenset[Use]:
    name = "uses" if "uses" in entries else "scope"
    if name not in entries:
        raise _Unclear("consent.uses", "The consent names no uses.", _REMEDY_USES)
    return _uses(f"consent.{name}", entries[name])


def _not_for(entries: dict[str, Node]) -> tuple[str, ...]:
    return _texts("consent.not_for", entries["not_for"]) if "not_for" in entries else ()


def _refuse_lookalikes(entries: dict[str, Node]) -> None:
    for key, node in entries.items():
        meant = close_to(key, CONSENT_KEYS)
        if meant:
            reason = f"The key is not spelt as ‘{meant}’."
            raise _Unclear("consent", reason, f"Write {meant}.", node)


def _refuse_impossible(days: dict[str, str | None], entries: dict[str, Node], today: date) -> None:
    given, until = days.get("given"), days.get("until")
    if given and given > today.isoformat():
        reason = "The consent is given in the future."
        raise _Unclear("consent.given", reason, "Correct the day.", entries["given"])
    if given and until and until < given:
        reason = "The consent ends before it is given."
        raise _Unclear("consent.until", reason, "Correct the day.", entries["until"])


def _day(key: str, node: Node) -> str | None:
    if node.empty:
        return None
    day = whole_day(node.text or "")
    if day is None:
        raise _Unclear(f"consent.{key}", "This is no day.", "Write the day as 2026-03-04.", node)
    return day


def _uses(key: str, node: Node) -> frozenset[Use]:
    names = [text.strip().casefold() for text in _texts(key, node)]
    try:
        return frozenset(Use(name) for name in names)
    except ValueError:
        raise _Unclear(key, "One of the uses is none that the archive knows.", _REMEDY_USES, node) from None


def _texts(key: str, node: Node) -> tuple[str, ...]:
    if node.text is not None:
        return tuple(part.strip() for part in node.text.split(",") if part.strip())
    items = node.items or []
    if node.entries is not None or any(item.text is None for item in items):
        reason = "A list of words belongs here."
        raise _Unclear(key, reason, "Write a list: [first, second], or [] for none.", node)
    return tuple(item.text.strip() for item in items if item.text and item.text.strip())

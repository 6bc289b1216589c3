"""Writes what was agreed into a file's `consent` key; whatever else stands there stays."""

from collections.abc import Mapping

from app.records.consent import CONSENT_KEYS
from app.records.edit import change_keys
from app.records.frontmatter import split
from app.records.lookalikes import close_to
from app.records.model import Consent, Use
from app.records.yaml_guard import read_mapping

_NAME = "front matter"


def with_consent(content: bytes, now: Consent, before: Consent) -> bytes:
    """The file saying `now` instead of `before`, which is what it was understood to say.

    What does not change keeps its bytes; keys inside `consent` that the archive does not know are kept, but
    not slips of those it knows. Raises SetAside or InvalidRecord.
    """
    node = (read_mapping(split(content, _NAME), _NAME).entries or {}).get("consent")
    raw = node.value if node is not None and isinstance(node.value, Mapping) else {}
    known = before.stated and before.understood
    kept = {
        key: value for key, value in raw.items() if key in CONSENT_KEYS or not close_to(key, CONSENT_KEYS)
    }
    for key, value in _changes(now, before if known else None).items():
        kept[key] = value
    if "uses" in kept:
        kept.pop("scope", None)
    said = {key: value for key, value in kept.items() if value is not None or key not in CONSENT_KEYS}
    return change_keys(content, {"consent": said})


def _changes(now: Consent, before: Consent | None) -> dict[str, object]:
    """The keys whose meaning changes: all of them where nothing was understood before."""
    values: dict[str, tuple[object, object]] = {
        "uses": (now.uses, [use.value for use in Use if use in now.uses]),
        "given": (now.given, now.given),
        "until": (now.until, now.until),
        "co_crafted": (now.co_crafted, now.co_crafted),
        "not_for": (now.not_for, list(now.not_for) or None),
    }
    return {
        key: written
        for key, (meant, written) in values.items()
        if before is None or meant != getattr(before, key)
    }

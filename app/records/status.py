"""Where a record stands: ready, draft or withdrawn. In doubt it is a draft."""

from app.records.fields import NO, YES, Fields
from app.records.lookalikes import written_otherwise
from app.records.model import Status

_KEYS = ("status", "draft", "published")


def read_status(fields: Fields, *, consent_stated: bool) -> Status:
    """The status; one that is none of ours means draft if the file speaks of consent, else ready."""
    stated = _stated(fields, consent_stated)
    drafted = _says(fields, "draft", YES) or _says(fields, "published", NO) or _nearly_said(fields)
    return Status.DRAFT if drafted and stated is Status.READY else stated


def _stated(fields: Fields, consent_stated: bool) -> Status:
    node = fields.node("status")
    if node is None or node.empty:
        return Status.READY
    try:
        return Status((node.text or "").strip().casefold())
    except ValueError:
        fallback = Status.DRAFT if consent_stated else Status.READY
        reason = f"This is no status of the archive; {fallback} is used."
        fields.note("status", reason, "Write ready, draft or withdrawn.")
        return fallback


def _says(fields: Fields, key: str, words: frozenset[str]) -> bool:
    """Whether the key says so. `draft` must say yes or no; `published` is often a date: neither."""
    node = (fields.mapping.entries or {}).get(key)
    word = (node.text or "").strip().casefold() if node else ""
    if node is None or node.empty:
        return False
    if key == "draft" and word not in YES | NO:
        fields.note(key, "This is neither true nor false; it is taken as a draft.", "Write true or false.")
        return True
    return word in words


def _nearly_said(fields: Fields) -> bool:
    return any(written_otherwise(key, _KEYS) for key in fields.unread())

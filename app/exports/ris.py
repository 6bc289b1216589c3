"""A reference as RIS, which most reference managers read."""

from typing import Any

import rispy  # type: ignore[import-untyped]

from app.exports.cited import Cited, one_line, one_name

MEDIA_TYPE = "application/x-research-info-systems; charset=utf-8"
TYPE = "PCOMM"  # RIS has no interview; M3 says that it is one


class _Writer(rispy.RisWriter):  # type: ignore[misc]
    """Writes references without numbers above them, which are no part of RIS."""

    def set_header(self, count: int) -> str:  # noqa: ARG002
        return ""


def ris(cited: Cited) -> bytes:
    """The file: one reference. A name has no comma, which RIS takes for surname and first name."""
    told: dict[str, Any] = {
        "type_of_reference": TYPE,
        "id": cited.identifier,
        "title": one_line(cited.title),
        "authors": [one_name(cited.teller)] if cited.teller else [],
        "type_of_work": "Interview",
        "year": cited.year,
        "date": _slashed(cited.gathered),
        "publisher": one_line(cited.archive),
        "name_of_database": one_line(cited.archive),
        "accession_number": cited.story_id,
        "edition": f"version {cited.version}",
        "section": cited.located,
        "abstract": one_line(cited.words),
        "notes": [cited.uses_label, f"How consent works: {cited.consent_address}"],
        "language": cited.language,
        "urls": [cited.address],
        "access_date": _slashed(cited.accessed),
    }
    reference = {name: value for name, value in told.items() if value}
    return str(rispy.dumps([reference], implementation=_Writer)).encode()


def _slashed(iso: str) -> str:
    """'2026/03/04/', with empty places for what is not known."""
    parts = iso.split("-") if iso else []
    return "/".join([*parts, *[""] * (4 - len(parts))]) if parts else ""

"""The reference by which something that is cited is found again, as it stands in a list of references."""

from app.services.archive import Archive
from app.services.cards import detail_of
from app.services.dates import date_label
from app.services.specifications.watching import Cited


def cited_line(cited: Cited) -> str:
    """Story, version, passage and quote in one line: what `storyhold trace` reads years later."""
    row = cited.row
    return f"{row.story_id}, version {row.revision}, #{row.anchor}, {row.quote_id}"


def said_by(archive: Archive, cited: Cited) -> str:
    """Who said it, where and when, in one line."""
    row = cited.row
    when = date_label(row.gathered, archive.settings.language)
    return ", ".join(one for one in (row.heading, detail_of(row.role, row.site), when) if one)


def reference_of(archive: Archive, cited: Cited, base: str = "") -> str:
    """The whole reference as plain text; `base` is the archive's whole address."""
    address = f"{base}/q/{cited.row.quote_id}"
    return f"{said_by(archive, cited)}. {archive.settings.title}, {cited_line(cited)}. {address}"

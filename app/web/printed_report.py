"""A report as it goes to be printed: alone, with its stylesheet and typefaces."""

from typing import Any

from fastapi import Request

from app.services.paper.printing import Printed
from app.services.views import SessionReportPaper
from app.web.frame import archive_of, bare_site, whole_address
from app.web.templating import assets, render_page

STYLES, FONTS = "report-paper.css", "fonts/"


def printed_report(request: Request, page: SessionReportPaper) -> Printed:
    """The report of a session."""
    return printed_sheet(request, "sessions/report_paper.html", page)


def printed_sheet(request: Request, template: str, page: Any) -> Printed:
    """What is printed, with all that it names under whole addresses."""
    html = render_page(template, site=bare_site(archive_of(request).settings), page=page)
    base = whole_address(request, "")
    named = (asset for name, asset in assets().items() if name == STYLES or name.startswith(FONTS))
    files = {f"{base}{asset.address}": (asset.media_type, asset.content) for asset in named}
    return Printed(html, f"{base}/", files, 1)

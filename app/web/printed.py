"""A page of sheets as it goes to be printed: alone, with all that it names, under whole addresses."""

import re
from dataclasses import replace
from html import unescape

from fastapi import Request

from app.imports.pictures import kind_of_picture
from app.records.ids import normal_id
from app.rendering.weave import weave_svg
from app.services.archive import Archive
from app.services.paper.printing import Printed
from app.services.portraits import portrait_bytes
from app.services.views import PaperPage
from app.web.frame import archive_of, bare_site, whole_address
from app.web.templating import Asset, assets, render_page

STYLES, FONTS = "paper.css", "fonts/"
SVG = "image/svg+xml"
_WEAVE = re.compile(r'src="(/weave/([^"]+)\.svg)"')


def printed(request: Request, page: PaperPage) -> Printed:
    """What is printed of a page: its sheets, their stylesheet, typefaces, weaves and portraits."""
    html = render_page(
        "paper/sheets.html", site=bare_site(archive_of(request).settings), page=replace(page, bare=True)
    )
    base = whole_address(request, "")
    named = {asset.address: (asset.media_type, asset.content) for asset in _assets()}
    named |= _portraits(archive_of(request), page)
    for address, name in _WEAVE.findall(html):
        if normal_id(unescape(name)):
            named[unescape(address)] = (SVG, weave_svg(unescape(name)).encode())
    files = {f"{base}{address}": file for address, file in named.items()}
    return Printed(html, f"{base}/", files, len(page.sheets))


def _portraits(archive: Archive, page: PaperPage) -> dict[str, tuple[str, bytes]]:
    """By address the pictures of the personas on these sheets, which this reader may see."""
    people = [
        card for sheet in page.sheets for card in (*sheet.cards, *([sheet.persona] if sheet.persona else []))
    ]
    found = dict[str, tuple[str, bytes]]()
    for one in people:
        content = portrait_bytes(archive, one.id, one.portrait) if one.portrait else None
        if one.portrait and content:
            found[one.portrait.address] = (kind_of_picture(content), content)
    return found


def _assets() -> list[Asset]:
    return [asset for name, asset in assets().items() if name == STYLES or name.startswith(FONTS)]

"""One file that needs nothing else: for a kitchen table without a connection.

The only page of the archive with a script in it. Its policy names that script and its style by digest, and
lets it ask nobody anything.
"""

import base64
from dataclasses import replace
from functools import cache
from hashlib import sha256

from fastapi import Request
from fastapi.responses import Response

from app.services.gathering.wording import words_in
from app.services.views import TablePage
from app.web.door_frame import door_answer
from app.web.templating import assets


def table_answer(request: Request, page: TablePage) -> Response:
    """The file, to be kept."""
    style, script = assets()["door.css"].content, assets()["table.js"].content
    whole = replace(
        page,
        policy=policy(style, script),
        style_html=f"<style>{style.decode()}</style>",
        script_html=f"<script>{script.decode()}</script>",
    )
    headers = {
        "Content-Security-Policy": policy(style, script),
        "Content-Disposition": f'attachment; filename="table-{page.id}.html"',
    }
    return door_answer(request, "table.html", whole, words_in(page.spoken), headers=headers)


@cache
def policy(style: bytes, script: bytes) -> str:
    """Nothing but this style, this script and pictures that it holds itself; it can ask and send nothing."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_named(style)}'; script-src '{_named(script)}'; "
        "form-action 'none'; base-uri 'none'"
    )


def _named(content: bytes) -> str:
    return f"sha256-{base64.b64encode(sha256(content).digest()).decode()}"

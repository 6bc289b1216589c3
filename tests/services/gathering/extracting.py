"""Every text that a storyteller is told at her own door, as the code and the templates hold them."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_file
from jinja2.ext import babel_extract

ROOT = Path(__file__).parents[3]
SERVICES = sorted((ROOT / "app/services/gathering").glob("*.py"))
WEB = [ROOT / "app/web/pages/door.py"]
TEMPLATES = [one for one in sorted((ROOT / "templates/door").glob("*.html")) if one.name != "desk.html"]
PLACES = re.compile(r"%\((\w+)\)s")


def messages() -> set[str]:
    """The texts, in English."""
    keywords = {"say": None, "later": None}
    found = {one[1] for path in (*SERVICES, *WEB) for one in extract_from_file("python", path, keywords)}
    for path in TEMPLATES:
        with path.open("rb") as file:
            options = {"trimmed": "false"}
            found |= {one[2] for one in babel_extract(file, ("_",), (), options)}
    return {one for one in found if isinstance(one, str)} | {text for one in found for text in _several(one)}


def _several(one: object) -> list[str]:
    return [text for text in one if isinstance(text, str)] if isinstance(one, tuple) else []

"""From view objects to pages, and the files that pages need."""

import hashlib
import mimetypes
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.services.marking.listing import in_list

TEMPLATES = Path(__file__).parents[2] / "templates"
STATIC = Path(__file__).parent / "static"
SENT = "<!-- sent -->"  # what stands before it in a template is shown while the rest is still looked for
_SPARE = re.compile(rb"/\*.*?\*/\s*|(?<=[{};,])\s+|\s+(?=[{}])", re.DOTALL)


@dataclass(frozen=True)
class Asset:
    """A file that pages need. Its address carries a digest, so that it can be cached for good."""

    content: bytes
    media_type: str
    address: str


@cache
def assets() -> Mapping[str, Asset]:
    """Every file under static, by name. One digest for all, because the stylesheet names its typefaces."""
    paths = [path for path in sorted(STATIC.rglob("*")) if path.suffix in (".css", ".js", ".svg", ".woff2")]
    found = {path: _served(path) for path in paths}
    digest = hashlib.sha256(b"".join(found.values())).hexdigest()[:16]
    named = {path.relative_to(STATIC).as_posix(): path for path in paths}
    return {
        name: Asset(found[path], _media_type(path), f"/static/{digest}/{name}")
        for name, path in named.items()
    }


def _served(path: Path) -> bytes:
    """What a reader is sent: stylesheets without their comments and the space between rules."""
    content = path.read_bytes()
    return _SPARE.sub(b"", content) if path.suffix == ".css" else content


def _media_type(path: Path) -> str:
    if path.suffix == ".woff2":
        return "font/woff2"
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def static(name: str) -> str:
    """The address of a file under static. Raises KeyError for one that is not there."""
    return assets()[name].address


def in_english(text: str, **values: object) -> str:
    """What a page says in English; a page in another language is rendered with that language’s own `_`."""
    return text % values if values else text


@cache
def environment() -> Environment:
    """The templates, escaping everything that is not marked as safe."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["static"] = static
    made.globals["_"] = in_english
    made.filters["in_list"] = in_list
    return made


def render_page(template: str, **context: Any) -> str:
    """A page as HTML. Fields that end in `html` are safe already: rendering and highlighting made them."""
    return environment().get_template(template).render({k: marked(v) for k, v in context.items()})


def stream_page(template: str, **context: Any) -> Iterator[str]:
    """The same part by part, as what it shows is found: a part ends where the template says SENT."""
    pieces: list[str] = []
    marked_context = {name: marked(value) for name, value in context.items()}
    for piece in environment().get_template(template).generate(marked_context):
        pieces.append(piece)
        if SENT in piece:
            yield "".join(pieces).replace(SENT, "")
            pieces.clear()
    yield "".join(pieces)


def marked(value: Any) -> Any:
    """The same view, with its `html` fields marked as safe for templates."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, (list, tuple)):
        return [marked(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _MarkedView(value)
    return value


PLAIN = frozenset({str, int, bool, type(None), Markup})  # most values of a page, and never looked into
FIELDS: dict[type, dict[str, bool]] = {}  # of each class of views, once it was shown


def _fields_of(view: Any) -> dict[str, bool]:
    """The names of its fields, each with whether it holds what rendering has made safe."""
    kind = type(view)
    if kind not in FIELDS:
        names = (field.name for field in fields(view))
        FIELDS[kind] = {name: name == "html" or name.endswith("_html") for name in names}
    return FIELDS[kind]


class _MarkedView:
    """Reads a view's fields; nothing else of it is there for a template."""

    __slots__ = ("_names", "_view")

    def __init__(self, view: Any) -> None:
        self._view, self._names = view, _fields_of(view)

    def __getattr__(self, name: str) -> Any:
        safe = self._names.get(name)
        if safe is None:
            raise AttributeError(name)
        value = getattr(self._view, name)
        return Markup(value) if safe else value if type(value) in PLAIN else marked(value)

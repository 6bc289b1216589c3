"""The words of one block as HTML."""

from collections.abc import Callable, Collection
from html import escape

from markdown_it.token import Token

from app.rendering.attributes import author_attributes, author_id
from app.rendering.links import resolve_links
from app.rendering.model import LinkResolver

_SIMPLE = {
    **{f"{tag}_open": f"<{tag}>" for tag in ("em", "strong", "s")},
    **{f"{tag}_close": f"</{tag}>" for tag in ("em", "strong", "s", "span")},
    "softbreak": "\n",
    "hardbreak": "<br>\n",
}


class InlineWriter:
    """Writes the words of blocks. `name` keeps the notes of a closed part apart from the open ones."""

    def __init__(self, links: LinkResolver, here: Collection[str], used: set[str], name: str) -> None:
        self._links, self._here, self._used = links, here, used
        self.note = f"{name}-" if name else ""

    def html(self, children: list[Token], *, notes: bool = True) -> str:
        """HTML of a block's words; `notes` False leaves the footnote marks out."""
        if any(token.type in ("link_open", "image") for token in children) and notes:
            resolve_links(children, self._links, self._here)
        return "".join(self._token(token) for token in children if notes or token.type != "footnote_ref")

    def target(self, token: Token) -> str:
        """The gatherer's own id of a block, as an empty element of its own."""
        name = self._id(token)
        return f"<span{name}></span>" if name else ""

    def _id(self, token: Token) -> str:
        name = author_id(token.attrs) if "id" in token.attrs else None
        if name is None or name in self._used:
            return ""
        self._used.add(name)
        return f' id="{name}"'

    def _token(self, token: Token) -> str:
        write = _WRITERS.get(token.type)
        if write is not None:
            return write(self, token)
        simple = _SIMPLE.get(token.type)
        return escape(token.content, quote=False) if simple is None else simple

    def _link(self, token: Token) -> str:
        if token.hidden:
            return ""
        rel = f' rel="{token.attrs["rel"]}"' if "rel" in token.attrs else ""
        href = escape(str(token.attrs["href"]))
        return f'<a href="{href}"{rel}{author_attributes(token.attrs)}{self._id(token)}>'

    def _image(self, token: Token) -> str:
        if "link" in token.meta:
            attributes, alt = token.meta["link"]
            href = escape(str(attributes["href"]))
            return f'<a href="{href}" rel="{attributes["rel"]}">{escape(alt, quote=False)}</a>'
        source, alt = token.meta.get("image", (None, ""))
        if source is None:
            return escape(alt, quote=False)
        return f'<img src="{escape(source)}" alt="{escape(alt)}" loading="lazy"{self._given(token)}>'

    def _given(self, token: Token) -> str:
        return author_attributes(token.attrs) + self._id(token)

    def _code(self, token: Token) -> str:
        return f"<code{self._given(token)}>{escape(token.content, quote=False)}</code>"

    def _note(self, token: Token) -> str:
        number, again = token.meta["id"] + 1, token.meta.get("subId", 0)
        here = f"fnref-{self.note}{number}" + (f"-{again + 1}" if again else "")
        return f'<sup class="footnote-ref" id="{here}"><a href="#fn-{self.note}{number}">{number}</a></sup>'

    def back(self, token: Token) -> str:
        """The link from a note back to where it was marked."""
        number, again = token.meta["id"] + 1, token.meta.get("subId", 0)
        there = f"fnref-{self.note}{number}" + (f"-{again + 1}" if again else "")
        return f' <a class="footnote-back" href="#{there}" aria-label="Back to the text">↩</a>'


_WRITERS: dict[str, Callable[[InlineWriter, Token], str]] = {
    "code_inline": InlineWriter._code,
    "link_open": InlineWriter._link,
    "link_close": lambda _, token: "" if token.hidden else "</a>",
    "span_open": lambda writer, token: f"<span{writer._given(token)}>",
    "image": InlineWriter._image,
    "footnote_ref": InlineWriter._note,
}

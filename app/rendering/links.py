"""What becomes of a link or an image that a gatherer wrote: an address of the archive, an external link
that is marked as one, or nothing but its words."""

import re
from collections.abc import Collection, MutableMapping
from urllib.parse import unquote

from markdown_it.token import Token

from app.rendering.model import LinkResolver

EXTERNAL = "noopener noreferrer nofollow"
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
_WEB = re.compile(r"https?://[^/\\\s]", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s/\\]+@", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
_MEDIA = re.compile(r"/media/[0-9a-f]{64}(?:\.[a-z0-9]{1,5})?")


def resolve_links(children: list[Token], links: LinkResolver, here: Collection[str]) -> None:
    """Give each link its address; a link that leads nowhere stays as its words, an image as its text.

    `here` are the ids on this page to which a link may jump.
    """
    open_: list[Token] = []
    for token in children:
        if token.type == "link_open":
            href = _href(str(token.attrs.get("href", "")), links, here)
            _set_link(token, href)
            open_.append(token)
        elif token.type == "link_close" and open_:
            token.hidden = open_.pop().hidden
        elif token.type == "image":
            _resolve_image(token, links)


def _set_link(token: Token, href: str | None) -> None:
    token.attrs.pop("title", None)
    token.hidden = href is None
    if href is not None:
        token.attrs["href"] = href
        if _SCHEME.match(href):
            token.attrs["rel"] = EXTERNAL


def _href(written: str, links: LinkResolver, here: Collection[str]) -> str | None:
    bare = _INVISIBLE.sub("", unquote(written))
    if is_external(bare):
        return written
    if _SCHEME.match(bare) or bare.startswith(("//", "\\", "/\\")) or not bare:
        return None
    if bare.startswith("#"):
        return _jump(bare[1:], here)
    return _own(links.address_of(unquote(written)))


def is_external(bare: str) -> bool:
    """Whether an address leads to another host or a mailbox, in a way that is allowed."""
    return bool(_WEB.match(bare) or _MAIL.match(bare))


def _jump(fragment: str, here: Collection[str]) -> str | None:
    """A link within the page: to a passage, a heading, or an id that the gatherer gave."""
    found = next((name for name in (fragment, f"h-{fragment}", f"a-{fragment}") if name in here), None)
    return None if found is None else f"#{found}"


def _own(address: str | None) -> str | None:
    """An address of this archive as the resolver gave it; anything else is nothing."""
    if address is None or not address.startswith(("/", "#")) or address.startswith(("//", "/\\")):
        return None
    return address


def _resolve_image(token: Token, links: LinkResolver) -> None:
    written = str(token.attrs.get("src", ""))
    bare = _INVISIBLE.sub("", unquote(written))
    alt = _plain(token.children or [])
    if is_external(bare) and _WEB.match(bare):
        attributes: MutableMapping[str, str | int | float] = {"href": written, "rel": EXTERNAL}
        token.meta["link"] = (attributes, alt or bare)
        return
    source = bare if _MEDIA.fullmatch(bare) else _image_source(bare, written, links)
    token.meta["image"] = (source, alt)


def _image_source(bare: str, written: str, links: LinkResolver) -> str | None:
    if _SCHEME.match(bare) or bare.startswith(("/", "\\", "#")) or not bare:
        return None
    address = _own(links.address_of(unquote(written)))
    return address if address is not None and _MEDIA.fullmatch(address) else None


def _plain(children: list[Token]) -> str:
    return "".join(" " if c.type in ("softbreak", "hardbreak") else c.content for c in children)

"""The last line of defence: whatever rendering made, only these elements and attributes leave it."""

import nh3

_TAGS = {
    *("a", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol"),
    *("p", "pre", "s", "section", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_SCHEMES = {"http", "https", "mailto"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "class", "lang", "dir"},
    "a": {"href", "rel", "aria-label"},
    "blockquote": {"aria-hidden"},
    "div": {"role", "aria-label", "tabindex"},
    "img": {"src", "alt", "loading"},
    "li": {"value"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "section": {"aria-label"},
}
_PAGE = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
_EXCERPT = nh3.Cleaner(
    tags=_TAGS,
    attributes={**_ATTRIBUTES, "*": {"class", "lang", "dir"}},
    url_schemes=_SCHEMES,
    link_rel=None,
)


def clean_page(html: str) -> str:
    """Safe HTML of a whole body."""
    return _PAGE.clean(html)


def clean_excerpt(html: str) -> str:
    """Safe HTML of one passage, without ids, so that it can stand on any page."""
    return _EXCERPT.clean(html)

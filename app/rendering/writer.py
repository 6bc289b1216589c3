"""The blocks of a text as HTML, passage by passage."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from itertools import islice

from markdown_it.token import Token

from app.rendering.attributes import author_attributes, time_in_recording
from app.rendering.cleaning import clean_excerpt
from app.rendering.inline import InlineWriter
from app.rendering.model import Passage, Section
from app.rendering.parts import Part
from app.rendering.passages import normalised_text
from app.rendering.survey import end_of, words_of

SPEECH = tuple("“”\"‘‚„«»‹›「『'")
_SIMPLE = {
    "bullet_list": "ul",
    "list_item": "li",
    "container_note": "div",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
}


def anchor_link(anchor: str) -> str:
    return f' <a class="anchor" href="#{anchor}" aria-label="Link to this passage">#</a>'


@dataclass
class Found:
    """What is found while a story is written, in its order, closed parts among the open one."""

    passages: list[Passage] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    pulls: list[str] = field(default_factory=list)


class Writer:
    """Writes one part. `closed_part` gives the HTML that stands for a closed region; `may_pull` says
    whether a pull quote's words are open."""

    def __init__(
        self,
        part: Part,
        inline: InlineWriter,
        found: Found,
        *,
        closed_part: Callable[[Token], str],
        may_pull: Callable[[str], bool],
        link_closed: bool = False,
    ) -> None:
        self._link_closed = link_closed
        self._part, self._tokens, self._found = part, part.parsed.tokens, found
        self._inline, self._closed_part, self._may_pull = inline, closed_part, may_pull
        self._quotes = int(part.quotation)
        self._html: list[str] = []

    def html(self) -> str:
        at = 0
        while at < len(self._tokens):
            at = self._write(at) + 1
        return "".join(self._html)

    def _write(self, at: int) -> int:
        """Write the block that begins here; the place of its last token."""
        token = self._tokens[at]
        block = _BLOCKS.get(token.type)
        if block is not None:
            return block(self, at)
        kind, _, end = token.type.rpartition("_")
        tag = _SIMPLE.get(kind)
        if tag is not None:
            self._html.append(f"</{tag}>" if end == "close" else self._open(tag, kind, token))
        return at

    def _open(self, tag: str, kind: str, token: Token) -> str:
        own = ("note",) if kind == "container_note" else ()
        return f"<{tag}{author_attributes(token.attrs, *own)}>" + self._target(token)

    def _target(self, token: Token) -> str:
        return self._inline.target(token) if token.tag not in ("ul", "ol", "tr", "thead", "tbody") else ""

    def _paragraph(self, at: int) -> int:
        opening, inline = self._tokens[at], self._tokens[at + 1]
        end = end_of(self._tokens, at)
        notes = "".join(self._inline.back(t) for t in self._tokens[at:end] if t.type == "footnote_anchor")
        inner = self._inline.html(inline.children or [])
        target = self._inline.target(opening)
        anchor = inline.meta.get("anchor")
        if anchor:
            self._keep(inline, self._excerpt(inline, inner))
            given = author_attributes(opening.attrs, "passage")
            ends = f"{notes}{time_in_recording(opening.attrs)}{self._link(anchor)}"
            self._html.append(f'<p id="{anchor}"{given}>{target}{inner}{ends}</p>\n')
        elif inner or notes or target:
            self._html.append(f"<p{author_attributes(opening.attrs)}>{target}{inner}{notes}</p>\n")
        return end

    def _link(self, anchor: str) -> str:
        """A closed passage has no address to copy: its anchor, made of its words, would leave with it."""
        return "" if self._part.name and not self._link_closed else anchor_link(anchor)

    def _excerpt(self, inline: Token, inner: str) -> str:
        children = inline.children or []
        marked = any(token.type == "footnote_ref" for token in children)
        return self._inline.html(children, notes=False) if marked else inner

    def _keep(self, token: Token, html: str) -> None:
        passage = Passage(
            token.meta["anchor"],
            len(self._found.passages) + 1,
            token.meta["text"],
            clean_excerpt(html) if "<" in html or "&" in html else html,
            quotation=self._quotes > 0,
            closed=bool(self._part.name),
            section=token.meta["section"],
        )
        self._found.passages.append(passage)

    def _heading(self, at: int) -> int:
        opening, inline = self._tokens[at], self._tokens[at + 1]
        meta = opening.meta
        if "anchor" in meta:
            target = self._inline.target(opening)
            tag, given = f"h{meta['level']}", author_attributes(opening.attrs)
            words = self._inline.html(inline.children or [])
            self._html.append(f'<{tag} id="{meta["anchor"]}"{given}>{target}{words}</{tag}>\n')
            if meta["title"]:
                self._found.sections.append(Section(meta["anchor"], meta["title"], meta["level"]))
        return end_of(self._tokens, at)

    def _quotation(self, at: int) -> int:
        self._quotes += 1
        after = islice(self._tokens, at, None)
        first = next(t for t in after if t.type in ("inline", "blockquote_close"))
        speech = words_of(first.children).lstrip().startswith(SPEECH)
        given = author_attributes(self._tokens[at].attrs, *(["voice"] if speech else []))
        self._html.append(f"<blockquote{given}>{self._inline.target(self._tokens[at])}")
        return at

    def _quotation_ends(self, at: int) -> int:
        self._quotes -= 1
        self._html.append("</blockquote>\n")
        return at

    def _pull(self, at: int) -> int:
        """Its words stand elsewhere in the story: not to be read out, linked to or quoted twice."""
        end = end_of(self._tokens, at)
        blocks = [normalised_text(words_of(t.children)) for t in self._tokens[at:end] if t.type == "inline"]
        words = " ".join(block for block in blocks if block)
        if words and self._may_pull(words):
            self._found.pulls.append(words)
            shown = "".join(f"<p>{escape(block, quote=False)}</p>" for block in blocks if block)
            self._html.append(f'<blockquote class="voice pull" aria-hidden="true">{shown}</blockquote>\n')
        self._html += [self._closed_part(t) for t in self._tokens[at:end] if t.type == "closed"]
        return end

    def _code(self, at: int) -> int:
        token = self._tokens[at]
        code = f"<code>{escape(token.content, quote=False)}</code>"
        self._wrapped(token, f"<pre>{code}</pre>", f'<pre tabindex="0">{code}</pre>', "passage code")
        return at

    def _wrapped(self, token: Token, excerpt: str, html: str, kind: str) -> None:
        anchor = token.meta.get("anchor")
        if anchor:
            self._keep(token, excerpt)
            given = author_attributes(token.attrs, *kind.split())
            target = self._inline.target(token)
            self._html.append(f'<div id="{anchor}"{given}>{target}{html}{self._link(anchor)}</div>\n')
        elif token.meta.get("text"):
            self._html.append(html)

    def _table(self, at: int) -> int:
        end = end_of(self._tokens, at)
        outer, self._html = self._html, []
        excerpt = "".join(self._cells(at, end))
        self._html = outer
        scrolls = f'<div class="table" tabindex="0" role="group" aria-label="Table">{excerpt}</div>'
        self._wrapped(self._tokens[at], excerpt, scrolls, "passage")
        return end

    def _cells(self, at: int, end: int) -> list[str]:
        parts = ["<table>"]
        for token in self._tokens[at + 1 : end]:
            kind, _, side = token.type.rpartition("_")
            if token.type == "inline":
                parts.append(self._inline.html(token.children or []))
            elif kind in ("td", "th", "tr", "thead", "tbody"):
                aligned = re.search(r"right|center", str(token.attrs.get("style", "")))
                classes = f' class="{aligned.group()}"' if aligned else ""
                parts.append(f"</{kind}>" if side == "close" else f"<{kind}{classes}>")
        return [*parts, "</table>"]

    def _ordered(self, at: int) -> int:
        token = self._tokens[at]
        start = token.attrs.get("start")
        number = f' start="{start}"' if start is not None else ""
        self._html.append(f"<ol{number}{author_attributes(token.attrs)}>")
        return at

    def _notes(self, at: int) -> int:
        closed = f" ({self._part.name})" if self._part.name else ""
        self._html.append(f'<section class="footnotes" aria-label="Notes{escape(closed)}"><ol>\n')
        return at

    def _note(self, at: int) -> int:
        self._html.append(f'<li id="fn-{self._inline.note}{self._tokens[at].meta["id"] + 1}">')
        return at

    def _as_is(self, html: str, at: int) -> int:
        self._html.append(html)
        return at

    def _back(self, at: int) -> int:
        return self._as_is(f"<p>{self._inline.back(self._tokens[at])}</p>", at)

    def _closed(self, at: int) -> int:
        return self._as_is(self._closed_part(self._tokens[at]), at)


_BLOCKS: dict[str, Callable[[Writer, int], int]] = {
    "paragraph_open": Writer._paragraph,
    "heading_open": Writer._heading,
    "blockquote_open": Writer._quotation,
    "blockquote_close": Writer._quotation_ends,
    "container_pull_open": Writer._pull,
    "fence": Writer._code,
    "code_block": Writer._code,
    "table_open": Writer._table,
    "ordered_list_open": Writer._ordered,
    "ordered_list_close": lambda writer, at: writer._as_is("</ol>", at),
    "footnote_block_open": Writer._notes,
    "footnote_block_close": lambda writer, at: writer._as_is("</ol></section>\n", at),
    "footnote_open": Writer._note,
    "footnote_close": lambda writer, at: writer._as_is("</li>", at),
    "footnote_anchor": Writer._back,
    "hr": lambda writer, at: writer._as_is("<hr>\n", at),
    "closed": Writer._closed,
}

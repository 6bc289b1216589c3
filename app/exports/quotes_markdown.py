"""Quotes by theme as Markdown, in which no word of theirs means anything but itself."""

import re
from collections.abc import Iterator

from app.exports.quoted import BEFORE_USE, CHANGES, Heading, Taken, TakenQuote

_MEANS = re.compile(r"[\\`*_\[\]<>&~^$|{}#@]")
_BEGINS = re.compile(r"^([-+=:])")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])")


def quotes_markdown(taken: Taken) -> Iterator[str]:
    """The file, a part at a time."""
    yield f"# {words(taken.title)}\n\n"
    yield f"{words(taken.archive)}, {words(taken.date)}. {words(BEFORE_USE)} {words(CHANGES)}\n\n"
    for line in (*taken.asked, taken.purpose, f"Taken out by {taken.by}" if taken.by else ""):
        yield f"- {words(line)}\n" if line else ""
    yield f"- <{taken.address}>\n\n"
    for theme, quotes in taken.under_headings():
        yield _heading(taken, theme)
        for quote in quotes:
            yield _quote(taken, quote, theme)
    yield from _left_out(taken)


def _heading(taken: Taken, theme: Heading) -> str:
    defined = f"{words(theme.definition)}\n\n" if theme and theme.definition else ""
    return f"## {words(taken.heading(theme))}\n\n{defined}"


def _quote(taken: Taken, quote: TakenQuote, under: Heading) -> str:
    notes = f"*Mentions {words(', '.join(quote.content_notes))}.*\n\n" if quote.content_notes else ""
    also = taken.besides(quote, under)
    told = [f"{words(also)}."] if also else []
    told += [f"Agreed to: {words(quote.agreed)}."]
    marked = (
        f"Marked by {words(quote.by)}{': ' + words(quote.note) if quote.note else '.'}" if quote.by else ""
    )
    told += [marked] if marked else []
    cited = f"— {words(quote.said_by)}, <{quote.address}>"
    return f"{notes}> {words(quote.words)}\n>\n> {cited}\n\n{' '.join(told)}\n\n"


def _left_out(taken: Taken) -> Iterator[str]:
    if taken.left_out:
        yield "## Left out\n\n"
        yield from (f"- {words(one.sentence)}\n" for one in taken.left_out)


def words(text: str) -> str:
    """Words in one line of Markdown that read as they are, wherever the line begins."""
    plain = inside_a_line(" ".join(text.split()))
    return _NUMBERED.sub(r"\1\\\2", _BEGINS.sub(r"\\\1", plain))


def inside_a_line(text: str) -> str:
    """Words that read as they are, where no line begins with them."""
    return _MEANS.sub(r"\\\g<0>", text)

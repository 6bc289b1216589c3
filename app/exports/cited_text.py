"""Words with their reference, as plain text, Markdown and HTML: a quotation, or a whole story."""

from collections.abc import Iterable
from html import escape

from app.exports.cited import Cited, one_line
from app.exports.quoted import in_quotation
from app.exports.quotes_markdown import words as in_markdown

RAISED = "¹"


def quotation_text(cited: Cited, in_text: str, reference: str) -> str:
    """“I had told it so often.” (Marisa, 2026, para. 4), and below it the reference."""
    words = "\n\n".join(_quoted(cited))
    return f"{words}{_space(in_text)}{in_text}\n\n{_noted(in_text, reference)}\n"


def quotation_markdown(cited: Cited, in_text: str, reference: str) -> str:
    """The same as Markdown: a block quotation, and the reference below it."""
    words = "\n>\n> ".join(in_markdown(words) for words in _quoted(cited))
    return f"> {words}{_space(in_text)}{in_text}\n\n{_noted(in_text, reference)}\n"


def quotation_html(cited: Cited, in_text: str, reference: str, language: str) -> str:
    """The same as rich text, which word processors take with its italics."""
    named = f' lang="{escape(cited.language)}"' if cited.language and cited.language != language else ""
    words = '</p><p dir="auto">'.join(escape(words) for words in _quoted(cited))
    return (
        f'<blockquote{named}><p dir="auto">{words}{_space(in_text)}{in_text}</p></blockquote>'
        f"<p>{_noted(in_text, reference)}</p>"
    )


def _quoted(cited: Cited) -> list[str]:
    """The words of each passage between marks of their own, so that nobody takes two for one."""
    return [in_quotation(one_line(words)) for words in cited.passages]


def _space(in_text: str) -> str:
    """A raised number stands close to the words."""
    return "" if _raised(in_text) else " "


def _raised(in_text: str) -> bool:
    return in_text in (RAISED, "^1^", "<sup>1</sup>")


def _noted(in_text: str, reference: str) -> str:
    if _raised(in_text):
        return f"{in_text} {reference}"
    return f"1. {reference}" if in_text == "(1)" else reference


def told(cited: Cited) -> str:
    """Where it stands, and what it may be used for: below everything that leaves as a file of text."""
    place = cited.place[:1].upper() + cited.place[1:]
    return f"{place}. {cited.uses_label} How consent works: {cited.consent_address}"


def story_text(cited: Cited, reference: str, passages: Iterable[tuple[int, str]]) -> str:
    """A whole story, its passages with their numbers."""
    told_in = "\n\n".join(f"{number}  {text}" for number, text in passages)
    return f"{one_line(cited.title)}\n\n{reference}\n\n{told(cited)}\n\n{told_in}\n"


def story_markdown(cited: Cited, reference: str, body: str) -> str:
    """A whole story as it is written, under its reference."""
    head = f"# {in_markdown(cited.title)}\n\n{reference}\n\n{in_markdown(told(cited))}"
    return f"{head}\n\n---\n\n{body.strip()}\n"

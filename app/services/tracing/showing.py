"""A place beside what was quoted: the words of both, and the difference."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from app.services.tracing.aligning import LEFT_OUT, Alignment, Source, Step
from app.services.tracing.quotation import Kind, Quotation
from app.services.views import Piece

SAME, ADDED, REMOVED, GAP = "same", "added", "removed", "gap"


class _Token(NamedTuple):
    what: str
    text: str
    word: int | None = None  # of the source


def pieces_of(quotation: Quotation, source: Source, alignment: Alignment) -> list[Piece]:
    """The words as they stand in the story; what was added to them, and what is missing.

    What an ellipsis leaves out is one piece, a 'gap'. Words that stand in brackets are 'added', those that
    they stand for 'removed'.
    """
    tokens = [token for step in alignment.steps for token in _tokens(quotation, step)]
    runs = ((what, list(run)) for what, run in groupby(_in_order(tokens), key=lambda one: one.what))
    return [Piece(what, _text(what, run, source)) for what, run in runs]


def difference_of(pieces: Sequence[Piece]) -> str:
    """The same as one line, `[-missing-]` and `{+added+}`; empty where every word is the same."""
    if all(one.what == SAME for one in pieces):
        return ""
    marks = {SAME: "{}", ADDED: "{{+{}+}}", REMOVED: "[-{}-]", GAP: "{}"}
    return " ".join(marks[one.what].format(one.text) for one in pieces)


def is_altered(quotation: Quotation, alignment: Alignment) -> bool:
    """Whether anything differs that is not marked with an ellipsis or brackets."""
    return any(_is_unmarked(quotation, step) for step in alignment.steps)


def _is_unmarked(quotation: Quotation, step: Step) -> bool:
    if step.part is None:
        return step.cost != LEFT_OUT
    return quotation.parts[step.part].kind is Kind.WORD and (step.word is None or step.cost > 0)


def _tokens(quotation: Quotation, step: Step) -> Iterator[_Token]:
    """What one step shows; brackets come once, behind the words for which they stand."""
    part = quotation.parts[step.part] if step.part is not None else None
    if part is None:
        yield _Token(GAP if step.cost == LEFT_OUT else REMOVED, "", step.word)
    elif part.kind is Kind.BRACKET:
        yield from [_Token(REMOVED, "", step.word)] if step.word is not None else []
        yield _Token(ADDED, part.text, -1 - (step.part or 0))
    elif step.word is None or step.cost:
        yield from [_Token(REMOVED, "", step.word)] if step.word is not None else []
        yield _Token(ADDED, part.text)
    else:
        yield _Token(SAME, "", step.word)


def _in_order(tokens: Iterable[_Token]) -> Iterator[_Token]:
    """Between two words that are the same, first what is missing, then what was added."""
    for held, run in groupby(tokens, key=lambda one: one.what in (ADDED, REMOVED)):
        changed = list(run)
        if not held:
            yield from changed
            continue
        yield from (one for one in changed if one.what == REMOVED)
        yield from _once(one for one in changed if one.what == ADDED)


def _once(tokens: Iterable[_Token]) -> Iterator[_Token]:
    """Each bracket once, however many words it stands for."""
    seen = set[int | None]()
    for one in tokens:
        if one.word is None or one.word not in seen:
            yield one
        seen.add(one.word)


def _text(what: str, run: Sequence[_Token], source: Source) -> str:
    if what == GAP:
        return "…"
    if what == ADDED:
        return " ".join(one.text for one in run)
    return " ".join(_stretches([one.word for one in run if one.word is not None], source))


def _stretches(words: Sequence[int], source: Source) -> Iterator[str]:
    """These words as they stand there, with the signs between those that follow each other."""
    runs = groupby(enumerate(words), key=lambda one: (one[1] - one[0], source.words[one[1]].passage))
    for (_, passage), run in runs:
        standing = [source.words[word] for _, word in run]
        yield source.passages[passage][standing[0].start : standing[-1].end]

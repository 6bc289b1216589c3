"""Comments stay in the file and are served nowhere: they go before the words are read.

A comment that does not end in its own block reaches to the `-->` wherever that stands; one that never
ends reaches to the end of its block.
"""

import re

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_OPENS = re.compile(r"\\[\\<`]|`+|<!--")
_LEAVES = ("inline", "fence", "code_block")
_EMPTIED = ("paragraph", "heading", "blockquote", "list_item", "bullet_list", "ordered_list")


def remove_comments(state: StateCore) -> None:
    """A core rule, to run between the block and the inline rules; counts in `env["comments"]`."""
    if "<!--" not in state.src:
        return
    last = state.src.count("\n", 0, max(state.src.rfind("-->"), 0)) if "-->" in state.src else -1
    open_ = False
    for token in state.tokens:
        if token.type in _LEAVES and (open_ or token.type == "inline"):
            before = token.content
            open_ = _cut(token, open_, state) and (token.map is None or last >= token.map[1])
            token.meta["emptied"] = before.strip() != "" and not token.content.strip()
    state.tokens = _without_empty(state.tokens)


def _cut(token: Token, open_: bool, state: StateCore) -> bool:
    """Take the comments out of one leaf; True when one is still open at its end."""
    text, kept, at = token.content, [], 0
    while True:
        if open_:
            end = text.find("-->", at)
            if end < 0:
                break
            at, open_ = end + 3, False
        if token.type != "inline":
            kept.append(text[at:])
            break
        start = _comment_start(text, at)
        kept.append(text[at : start if start >= 0 else len(text)])
        if start < 0:
            break
        state.env["comments"] = state.env.get("comments", 0) + 1
        at, open_ = start + 4, True
    token.content = "".join(kept)
    return open_


def _comment_start(text: str, at: int) -> int:
    """Where the next comment begins that does not stand in a code span; -1 when none does."""
    closing: dict[int, int] | None = None
    while found := _OPENS.search(text, at):
        mark, at = found.group(), found.end()
        if mark == "<!--":
            return found.start()
        if mark[0] == "`":
            closing = _last_runs(text) if closing is None else closing
            if closing.get(len(mark), -1) > at:
                at = _run_end(text, at, len(mark))
    return -1


def _last_runs(text: str) -> dict[int, int]:
    """For each length of a row of backticks, where its last one begins."""
    return {len(run.group()): run.start() + 1 for run in re.finditer("`+", text)}


def _run_end(text: str, at: int, length: int) -> int:
    for run in re.compile("`+").finditer(text, at):
        if len(run.group()) == length:
            return run.end()
    return at


def _without_empty(tokens: list[Token]) -> list[Token]:
    """The tokens without blocks of which a comment was all there was."""
    kept: list[Token] = []
    for token in tokens:
        if token.type in _LEAVES and token.meta.get("emptied"):
            if token.type != "inline" or (kept and kept[-1].type in ("td_open", "th_open")):
                token.content = ""
            if token.type == "inline" and kept and kept[-1].type not in ("td_open", "th_open"):
                continue
            if token.type != "inline":
                continue
        if _ends_nothing(kept, token):
            kept.pop()
            continue
        kept.append(token)
    return kept


def _ends_nothing(kept: list[Token], token: Token) -> bool:
    if token.nesting != -1 or not kept or kept[-1].nesting != 1:
        return False
    kind = token.type.removesuffix("_close")
    return kept[-1].type == f"{kind}_open" and (kind in _EMPTIED or kind.startswith("container_"))

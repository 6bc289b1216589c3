"""References as quick as they are asked for: all that Pandoc is told stands in them, and nothing else.

Pandoc takes a third of a second for each. What it makes of a reference is tested elsewhere.
"""

import json
from collections.abc import Sequence
from typing import Any

Block = dict[str, Any]


def all_that_is_told(tree: bytes) -> Sequence[Sequence[Block]]:
    """For each style a citation for each mention, and a list of references, in Pandoc's own form."""
    told = json.loads(tree)
    references = told["meta"]["references"]["c"]
    cites = [_cite(references) for _ in told["blocks"][:-1]]
    listed = {"t": "Div", "c": [["refs", [], []], [_entry(one["c"]) for one in references]]}
    return [[*cites, listed] for _ in told["meta"]["styles"]["c"]]


def _cite(told: object) -> Block:
    return {"t": "Para", "c": [{"t": "Cite", "c": [[], _words(told)]}]}


def _entry(reference: dict[str, Any]) -> Block:
    para = {"t": "Para", "c": _words(reference)}
    return {"t": "Div", "c": [[f"ref-{reference['id']['c']}", [], []], [para]]}


def _words(told: object) -> list[Block]:
    return [{"t": "Str", "c": json.dumps(told, ensure_ascii=False)}]

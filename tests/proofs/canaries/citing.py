"""References as quick as they are asked for: all that Pandoc is told stands in them, and nothing else.

Pandoc takes a third of a second for each. What it makes of a reference is tested elsewhere.
"""

import json
from collections.abc import Sequence
from typing import Any

from app.services.citing.citeproc import ENTRY

Block = dict[str, Any]


def all_that_is_told(tree: bytes, _seconds: int = 0) -> list[list[Block]]:
    """For each style each citation, and a list of references, in Pandoc's own form."""
    told = json.loads(tree)
    references = [one["c"] for one in told["meta"]["references"]["c"]]
    cited = [block for block in told["blocks"] if block["t"] == "Para"]
    listed = {"t": "Div", "c": [["refs", [], []], [_entry(one) for one in references]]}
    every = [_para({"t": "Cite", "c": [[], _words(references)]}) for _ in cited]
    return [[*every, listed] for _ in told["meta"]["styles"]["c"]]


def _entry(reference: dict[str, Any]) -> Block:
    name = f"{ENTRY}{reference['id']['c']}"
    return {"t": "Div", "c": [[name, [], []], [_para(*_words([reference]))]]}


def _words(references: Sequence[dict[str, Any]]) -> list[Block]:
    return [{"t": "Str", "c": json.dumps(references, ensure_ascii=False)}]


def _para(*inlines: Block) -> Block:
    return {"t": "Para", "c": list(inlines)}

"""A session's board as parts of a page, each with the id of the element that it replaces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.services.views import SessionLive
from app.web.templating import environment

TEMPLATE = "sessions/_board.html"


@dataclass(frozen=True)
class Parts:
    """What screens show: HTML by the id of its element, and the rows of each table in their order."""

    html: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    state: str = ""


def parts_of(live: SessionLive) -> Parts:
    """The parts of a board. Template and page use the same macros, so that both show the same."""
    macros: Any = environment().get_template(TEMPLATE).module
    board = live.board
    html = {
        "status": macros.status(board, live.address, live.state, live.leads),
        "people": macros.people(board),
        "outcomes": macros.outcomes(board, live.address, live.leads, live.state),
        "heads": f'<thead id="heads">{macros.heads(board.personas, True)}</thead>',
        "worth-heads": f'<thead id="worth-heads">{macros.heads(board.worths, False)}</thead>',
    }
    if live.leads:
        html["leading"] = macros.leading(board, live.address)
        html["hidden"] = macros.hidden_ideas(board, live.address)
    rows: dict[str, list[str]] = {"ideas": [], "worths": []}
    group = ""
    for idea in board.ideas:
        if idea.group and idea.group != group:
            name = f"ideas-of-{idea.number}"
            html[name] = macros.group_row(idea.group, idea.number, len(board.personas), "ideas")
            rows["ideas"].append(name)
        group = idea.group
        html[f"idea-{idea.number}"] = macros.row(idea, live.address, live.may_write)
        rows["ideas"].append(f"idea-{idea.number}")
        if board.worths:
            html[f"worth-{idea.number}"] = macros.worth_row(idea, live.address)
            rows["worths"].append(f"worth-{idea.number}")
    return Parts({name: str(one).strip() for name, one in html.items()}, rows, live.state)

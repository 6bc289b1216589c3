"""What somebody who writes a specification does about a citation that stands otherwise than it did."""

from app.services.specifications.watching import Cited, State

ENDS = "Ask {whom} to ask its storyteller again before that day."
GATHERER, NOT_NAMED = "{}, who gathered the story,", "whoever gathered the story"
ENDS_OF_PERSONA = "Ask the stewards of this archive what happens to her after that day."
READ_BOTH = "Read both, and cite the words as they stand now, or take them off."
READ_ALONE = "Read it, and cite it as it stands now, or take it off."
GONE = "Take it off, or cite other words."
LOOK_AT_HER = "Look at her page, and cite her as she stands now, or take her off."
ANOTHER = "Cite another persona, and take her off."
STRIKE = "Strike {what} marked {mark} from every copy that has left. Then take it off here."
LOOK_UP = "Look at its source: nobody here sees whether that still says so."
MARKED = "In files that have left it is marked {mark}."
STRUCK = {"quote": "the quotation", "persona": "the persona", "idea": "the idea", "figure": "the figure"}


def what_to_do(cited: Cited) -> str:
    """In a sentence or two; empty where nothing has to be done."""
    mark = cited.row.id
    if cited.state in (State.NOT_ALLOWED, State.WITHDRAWN):
        return STRIKE.format(what=STRUCK[cited.row.kind], mark=mark)
    if cited.state is State.ENDS:
        return ENDS_OF_PERSONA if cited.row.kind == "persona" else ENDS.format(whom=_gatherer(cited))
    if cited.state is State.CHANGED:
        return f"{_of_changed(cited)} {MARKED.format(mark=mark)}"
    return LOOK_UP if cited.state is State.UNWATCHED else ""


def _gatherer(cited: Cited) -> str:
    """Whom the story's page names; whoever is told that a consent ends may read that page."""
    return GATHERER.format(cited.row.gatherer) if cited.row.gatherer else NOT_NAMED


def _of_changed(cited: Cited) -> str:
    if cited.row.kind == "persona":
        return LOOK_AT_HER if may_recite(cited) else ANOTHER
    if cited.row.kind == "idea":
        return READ_ALONE
    return READ_BOTH if may_recite(cited) else GONE


def may_recite(cited: Cited) -> bool:
    """Whether it can be cited as it stands now, in the place of what was cited."""
    row = cited.row
    if cited.state is not State.CHANGED:
        return False
    if row.kind == "persona":
        return not row.persona_retired and not row.persona_merged_into
    return row.kind == "idea" or (bool(cited.words) and row.mark_removed is None)

"""One requirement: its words, what is cited under it, and what a design team answers."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.errors import EditConflict, NotFound, StoryholdError
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.gathering.differing import side_by_side
from app.services.specifications.access import Who, requirement_address, specification_address
from app.services.specifications.answering import answer, take_answer_back
from app.services.specifications.citing import (
    AlteredQuotation,
    cite,
    cite_as_now,
    stands_beside,
    take_citation_off,
)
from app.services.specifications.passages import NoQuoteNamed, with_quote
from app.services.specifications.reading import is_asked, read_requirement, read_specification
from app.services.specifications.requirements import (
    change_requirement,
    hold_against,
    move_requirement,
    remove_requirement,
    undo,
)
from app.services.specifications.returning import read_taken_away
from app.services.views import Choice, CitationForm, RequirementPage, Undo, WorthForm
from app.web.errors import status_of
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer
from app.web.numbers import posted, written
from app.web.pages.specifications import MEANWHILE
from app.web.specifying import (
    MOST_TYPED,
    NOT_KEPT,
    Specifies,
    brought_along,
    citation_form,
    requirement_form,
)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
SEE_OTHER, UNCLEAR = HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY
PAGE = "specifications/requirement.html"
SAID = {
    "kept": "Kept.",
    "added": "The requirement is there. Now cite what it rests on.",
    "heading": "The heading is there.",
    "cited": "It is cited.",
    "beside": "It is cited. The same passage stood there already: look whether you want both.",
    "answered": "Your answer is kept.",
    "undone": "It is undone.",
}
GONE = "Somebody has taken this requirement away meanwhile. What you typed is below: add it, or leave it."
Here = tuple[str, str]  # ids of specification and requirement
Done = tuple[bool, str]  # whether she stays at the requirement, and what the address tells


@router.get("/specifications/{specification_id}/requirements/{requirement_id}")
def one(
    request: Request, archive: TheArchive, who: Specifies, specification_id: str, requirement_id: str
) -> Response:
    try:
        page = _page(request, archive, who, specification_id, requirement_id)
    except NotFound:
        return _away(request, archive, who, (specification_id, requirement_id))
    return private_answer(request, PAGE, page)


def _away(request: Request, archive: Archive, who: Who, here: Here) -> Response:
    """That it was taken away, to who writes it; to anybody else it never was. Raises NotFound."""
    page = read_taken_away(archive, who, *here)
    return private_answer(request, "specifications/away.html", page, HTTPStatus.GONE)


def _page(
    request: Request, archive: Archive, who: Who, specification_id: str, requirement_id: str
) -> RequirementPage:
    asked = request.query_params
    step, off = asked.get("step", "")[:40], asked.get("off", "")[:40]
    page = read_requirement(archive, who, specification_id, requirement_id, step=step)
    brought = brought_along(asked)
    citation = CitationForm(quote=brought.quote, wording=brought.words)
    said = asked.get("said", "")
    said = "heading" if said == "added" and page.requirement.heading else said
    page = replace(page, said=SAID.get(said, ""), citation=citation)
    if off and page.writes:
        undo_it = Undo(
            "The citation is taken off.", "Put it back", [("do", "uncite-back"), ("citation", off)]
        )
        page = replace(page, undo=undo_it)
    return page


@router.post("/specifications/{specification_id}/requirements/{requirement_id}")
def change(
    request: Request,
    archive: TheArchive,
    who: Specifies,
    specification_id: str,
    requirement_id: str,
    form: Posted,
) -> Response:
    """One change of a requirement; or its page again, and why it was not made."""
    (do,) = fields(form, "do")
    if do not in DOING:
        raise HTTPException(UNCLEAR)
    here = (specification_id, requirement_id)
    try:
        stays, told = DOING[do](archive, who, here, form)
    except NotFound:
        if do != "text" or not who.writes:
            return _away(request, archive, who, here)
        return _gone(request, archive, who, specification_id, form)
    except NOT_KEPT as wrong:
        page = _page(request, archive, who, specification_id, requirement_id)
        return private_answer(request, PAGE, _again(page, do, form, wrong), status_of(wrong))
    address = requirement_address(*here) if stays else specification_address(specification_id)
    return RedirectResponse(f"{address}?{told}", SEE_OTHER)


def _again(page: RequirementPage, do: str, form: dict[str, str], wrong: StoryholdError) -> RequirementPage:
    """The page with what was typed still in it; in a conflict beside what somebody else has saved."""
    page = replace(page, problem=str(wrong), wrong=do)
    if do == "text":
        conflict = isinstance(wrong, EditConflict)
        typed = replace(requirement_form(form), edition=page.form.edition)
        theirs = page.form if conflict else None
        page = replace(page, problem=MEANWHILE if conflict else str(wrong), form=typed, theirs=theirs)
        return replace(
            page, priorities=[replace(one, current=one.value == typed.priority) for one in page.priorities]
        )
    if do == "cite":
        page = replace(page, citation=citation_form(form))
    if isinstance(wrong, AlteredQuotation):
        before, after = side_by_side(wrong.source, wrong.wording)
        page = replace(page, before=before, after=after)
    if isinstance(wrong, NoQuoteNamed):
        story = wrong.story
        led_to = Choice("", story.heading, story_address(story.slug), False) if story is not None else None
        page = replace(page, traced=story is None, led_to=led_to)
    if do == "hold":
        said = MEANWHILE if isinstance(wrong, EditConflict) else str(wrong)
        worth, note = form.get("worth", "")[:40], form.get("note", "")[:MOST_TYPED]
        return replace(page, problem=said, typed_worth=worth, typed_note=note)
    return replace(page, answer=form.get("words", "")[:MOST_TYPED])


def _gone(
    request: Request, archive: Archive, who: Who, specification_id: str, form: dict[str, str]
) -> Response:
    """Somebody took the requirement away while she wrote: what she typed can be added again."""
    page = read_specification(archive, who, specification_id, 1)
    page = replace(page, problem=GONE, wrong="add", new=requirement_form(form))
    return private_answer(request, "specifications/page.html", page, HTTPStatus.CONFLICT)


def _text(archive: Archive, who: Who, here: Here, form: dict[str, str]) -> Done:
    fields(form, "text", "rationale", "edition")
    step = change_requirement(archive, who, *here, requirement_form(form))
    return True, f"step={step}" if step else "said=kept"


def _move(archive: Archive, who: Who, here: Here, form: dict[str, str]) -> Done:
    """With `tree`, the page of the list on which she moves it, she is led back to that."""
    (way,) = fields(form, "way")
    step, tree = move_requirement(archive, who, *here, way), written(form.get("tree", ""))
    return tree is None, f"step={step}{f'&page={tree}' if tree and tree > 1 else ''}"


def _remove(archive: Archive, who: Who, here: Here, _form: dict[str, str]) -> Done:
    return False, f"step={remove_requirement(archive, who, *here)}"


def _hold(archive: Archive, who: Who, here: Here, form: dict[str, str]) -> Done:
    worth, verdict, note, edition = fields(form, "worth", "verdict", "note", "edition")
    hold_against(archive, who, *here, WorthForm(worth, verdict, note, posted(edition)))
    return True, "said=kept"


def _cite(archive: Archive, who: Who, here: Here, form: dict[str, str]) -> Done:
    fields(form, "kind")
    made = cite(archive, who, *here, with_quote(archive, who, *here, citation_form(form)))
    return True, "said=beside" if stands_beside(archive, made) else "said=cited"


def _recite(archive: Archive, who: Who, here: Here, form: dict[str, str]) -> Done:
    (citation,) = fields(form, "citation")
    cite_as_now(archive, who, here[0], citation)
    return True, "said=cited"


def _uncite(archive: Archive, who: Who, here: Here, form: dict[str, str]) -> Done:
    (citation,) = fields(form, "citation")
    take_citation_off(archive, who, here[0], citation)
    return True, f"off={citation}"


def _uncite_back(archive: Archive, who: Who, here: Here, form: dict[str, str]) -> Done:
    (citation,) = fields(form, "citation")
    take_citation_off(archive, who, here[0], citation, back=True)
    return True, "said=undone"


def _answer(archive: Archive, who: Who, here: Here, form: dict[str, str]) -> Done:
    verdict, words = fields(form, "verdict", "words")
    answer(archive, who, *here, verdict, words)
    return True, "said=answered"


def _unanswer(archive: Archive, who: Who, here: Here, form: dict[str, str]) -> Done:
    (answer_id,) = fields(form, "answer")
    take_answer_back(archive, who, *here, answer_id)
    return True, "said=undone"


def _undo(archive: Archive, who: Who, here: Here, form: dict[str, str]) -> Done:
    """She stays where she is, unless the requirement itself is away by it."""
    (step,) = fields(form, "step")
    undo(archive, who, here[0], step)
    return is_asked(archive, who, *here), "said=undone"


DOING: Mapping[str, Callable[[Archive, Who, Here, dict[str, str]], Done]] = {
    "text": _text,
    "move": _move,
    "remove": _remove,
    "hold": _hold,
    "cite": _cite,
    "recite": _recite,
    "uncite": _uncite,
    "uncite-back": _uncite_back,
    "answer": _answer,
    "unanswer": _unanswer,
    "undo": _undo,
}

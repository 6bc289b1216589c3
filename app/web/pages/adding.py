"""`/add`: a story comes in, is looked through beside its source, and is saved."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.errors import DiskRefused, EditConflict, ImportRefused, JobsWait
from app.services.archive import Archive
from app.services.disk import disk_named
from app.services.gathering.adding import ADD, bring_many, bring_one, is_one, paste, read_add
from app.services.gathering.editing import EditRefused
from app.services.gathering.form_view import preview
from app.services.gathering.intaking import drop_text, intake_for
from app.services.gathering.reviewing import (
    Sent,
    decided_speakers,
    keep_review,
    pictures_of,
    read_review,
    review_address,
    save_review,
    set_speakers,
    speakers_in,
    speakers_typed,
)
from app.services.gathering.story_form import Filled, read_form
from app.web.desk import AtDesk
from app.web.errors import STATUS, status_of
from app.web.forms import StoryPosted, fields
from app.web.frame import TheArchive, private_answer
from app.web.numbers import addressed
from app.web.sessions import account_asking, acting
from app.web.uploads import Uploaded

router = APIRouter(include_in_schema=False)
PAGE, REVIEW = "gathering/add.html", "gathering/review.html"
NOTHING = "Paste a text, or choose a file."
Form = dict[str, str]
MEANWHILE = "This text was changed in another window, so nothing was changed. What is kept now is shown."
KEPT, SPOKEN = (
    "Kept. It waits for you at “Add a story”.",
    "The names are as you chose. Read the text through.",
)


Key = Annotated[int, Depends(addressed)]


@router.get("/add")
def add(request: Request, archive: TheArchive, actor: AtDesk) -> Response:
    guide = request.query_params.get("guide", "")
    page = read_add(archive, actor, account_asking(request), guide=guide)
    return private_answer(request, PAGE, page)


@router.post("/add")
def bring(request: Request, archive: TheArchive, actor: AtDesk, sent: Uploaded) -> Response:
    """One text goes to be looked through; many become drafts, one job."""
    account, text = account_asking(request), sent.fields.get("text", "")
    files = [(one.name, one.content) for one in sent.files]
    try:
        with disk_named():
            if is_one(files):
                return _onward(bring_one(archive, actor, account, *files[0]))
            if files:
                return _onward(f"/desk/jobs/{bring_many(archive, account, files)}")
            if text.strip():
                return _onward(review_address(paste(archive, account, text)))
        problem, status = sent.problem or NOTHING, HTTPStatus.UNPROCESSABLE_ENTITY
    except (ImportRefused, JobsWait, DiskRefused) as refused:
        problem, status = str(refused), status_of(refused)
    page = read_add(archive, actor, account, text=text, problem=problem)
    return private_answer(request, PAGE, page, status)


@router.get("/add/{key}")
def review(request: Request, archive: TheArchive, actor: AtDesk, key: Key) -> Response:
    row = intake_for(archive, actor, account_asking(request), key)
    said = {"kept": KEPT, "spoken": SPOKEN}.get(request.query_params.get("said", ""), "")
    return private_answer(request, REVIEW, read_review(archive, actor, row, said=said))


@router.post("/add/{key}")
def decide(request: Request, archive: TheArchive, actor: AtDesk, key: Key, form: StoryPosted) -> Response:
    """Name the speakers, look, keep it for later, save it as a story, or drop it."""
    row = intake_for(archive, actor, account_asking(request), key)
    do, _ = fields(form, "do", "digest")
    if do not in DOING:
        raise HTTPException(422)
    filled = read_form(form) if "body" in form else None
    try:
        with disk_named():
            return DOING[do](request, archive, actor, row, form)
    except EditRefused as refused:
        said = refused.problems.get("", "What to look at is said at each field.")
        speakers = speakers_typed(decided_speakers(row), form)
        page = read_review(archive, actor, row, filled, speakers, problems=refused.problems, problem=said)
        return private_answer(request, REVIEW, page, HTTPStatus.UNPROCESSABLE_ENTITY)
    except DiskRefused as full:
        speakers = speakers_typed(decided_speakers(row), form)
        page = read_review(archive, actor, row, filled, speakers, problem=str(full))
        return private_answer(request, REVIEW, page, STATUS[DiskRefused])
    except EditConflict:
        now = intake_for(archive, actor, account_asking(request), key)
        return private_answer(
            request, REVIEW, read_review(archive, actor, now, problem=MEANWHILE), STATUS[EditConflict]
        )


def _drop(_request: Request, archive: Archive, _actor: Actor, row: AnyRow, _form: Form) -> Response:
    drop_text(archive, row)
    return _onward(ADD)


def _speakers(_request: Request, archive: Archive, _actor: Actor, row: AnyRow, form: Form) -> Response:
    if "body" in form:
        keep_review(archive, row, replace(_sent(row, form), anew=True))
    else:
        set_speakers(archive, row, speakers_in(decided_speakers(row), form), form["digest"])
    return _onward(f"{review_address(row.key)}?said=spoken")


def _filled(form: Form) -> Filled:
    fields(form, "body", "title", "status")
    return read_form(form)


def _sent(row: AnyRow, form: Form) -> Sent:
    """What was filled in, also of those who speak where the form says something of them."""
    return Sent(_filled(form), speakers_in(decided_speakers(row), form), form["digest"])


def _look(request: Request, archive: Archive, actor: Actor, row: AnyRow, form: Form) -> Response:
    return private_answer(
        request,
        REVIEW,
        read_review(archive, actor, row, _filled(form), speakers_typed(decided_speakers(row), form)),
    )


def _keep(_request: Request, archive: Archive, _actor: Actor, row: AnyRow, form: Form) -> Response:
    keep_review(archive, row, _sent(row, form))
    return _onward(f"{review_address(row.key)}?said=kept")


def _save(request: Request, archive: Archive, actor: Actor, row: AnyRow, form: Form) -> Response:
    note, who = form.get("note", ""), acting(request)
    made = save_review(archive, actor, who, row, _sent(row, form), note)
    return _onward(f"/s/{made.record_id}/names?saved")


DOING = {"drop": _drop, "speakers": _speakers, "look": _look, "keep": _keep, "save": _save}


@router.post("/add/{key}/preview")
def look(request: Request, archive: TheArchive, actor: AtDesk, key: Key, form: StoryPosted) -> Response:
    """The text as it will look, alone."""
    row = intake_for(archive, actor, account_asking(request), key)
    (body,) = fields(form, "body")
    text, title = body.replace("\r\n", "\n"), form.get("title", "")
    with archive.engine.connect() as connection:
        html, _ = preview(archive, connection, actor, text, slug="", title=title, pictures=pictures_of(row))
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def _onward(address: str) -> Response:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)

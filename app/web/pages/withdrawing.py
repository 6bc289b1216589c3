"""Taking a story back: the impact report with its form, and what was done."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.errors import InvalidText
from app.services.finishing import finish_in_background
from app.services.impact import read_withdrawal
from app.services.telling import job_for, read_taken_back, tell, told_before
from app.services.views import Wanted
from app.services.withdrawing import Outcome, lift, reopen, withdraw
from app.services.withdrawing import Request as Asked
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import Reader, TheArchive, private_answer
from app.web.sessions import signed_in

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PAGE, DONE = "stories/withdraw.html", "stories/taken_back.html"


@router.get("/s/{story_id}/withdraw")
def ask(request: Request, archive: TheArchive, reader: Reader, story_id: str) -> Response:
    """The form; of a story that is no more, or was done just now, how far that is."""
    if "done" not in request.query_params:
        page = read_withdrawal(archive, reader, story_id)
        if page is not None:
            return private_answer(request, PAGE, page)
    return private_answer(request, DONE, read_taken_back(archive, reader, job_for(archive, reader, story_id)))


@router.post("/s/{story_id}/withdraw")
def take_back(request: Request, archive: TheArchive, reader: Reader, story_id: str, form: Posted) -> Response:
    """What `do` says: take back, lift, or open closed passages again."""
    (do,) = fields(form, "do")
    if do == "take back":
        return _taken_back(request, archive, reader, story_id, form)
    if do not in ("lift", "reopen"):
        raise HTTPException(422)
    (lift if do == "lift" else reopen)(archive, reader, story_id, by=_account(request))
    return RedirectResponse(f"/s/{story_id}", 303)


def _account(request: Request) -> int | None:
    who = signed_in(request)
    return who.account if who else None


def _taken_back(
    request: Request, archive: TheArchive, reader: Reader, story_id: str, form: dict[str, str]
) -> Response:
    told = {name: form.get(name, "") for name in ("outcome", "replacement", "slug", "text")}
    typed = Wanted(**told)
    if typed.outcome not in set(Outcome):
        raise HTTPException(422)
    content = typed.text.replace("\r\n", "\n").encode()
    asked = Asked(Outcome(typed.outcome), typed.replacement, content, typed.slug, _account(request))
    before = told_before(archive, reader, story_id)
    try:
        job = withdraw(archive, reader, story_id, tell(archive, reader, story_id, asked))
    except InvalidText as error:
        page = read_withdrawal(archive, reader, story_id, typed=typed, problem=str(error))
        return private_answer(request, PAGE, page, STATUS[InvalidText])
    done = read_taken_back(archive, reader, job, before)
    if asked.outcome is not Outcome.KEEP:
        finish_in_background(archive)
    return private_answer(request, DONE, done)

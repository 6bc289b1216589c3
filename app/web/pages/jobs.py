"""Jobs over many files at the desk: watched, stopped, gone on with, undone."""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from app.errors import InvalidText, JobsWait
from app.services.archive import Archive
from app.services.gathering.bulk import digests_now
from app.services.gathering.jobs import job_for, resume, stop, try_again, undo
from app.services.gathering.showing import job_address, read_job_page, read_jobs
from app.services.paging import page_number
from app.web.desk import AtDesk, desk_answer
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive
from app.web.numbers import addressed
from app.web.sessions import signed_in

router = APIRouter(prefix="/desk/jobs", include_in_schema=False)
LIST, PAGE = "jobs/list.html", "jobs/page.html"


def account_at_desk(request: Request) -> int | None:
    """Whose jobs these are: hers who signed in, or of whoever sits at the machine."""
    who = signed_in(request)
    return who.account if who else None


@router.get("")
def jobs(request: Request, archive: TheArchive, actor: AtDesk) -> Response:
    number, account = page_number(request.query_params.get("page")), account_at_desk(request)
    page = read_jobs(archive, actor, account, number)
    page = page if number <= page.pager.pages else read_jobs(archive, actor, account, page.pager.pages)
    return desk_answer(request, LIST, page)


@router.get("/{key}")
def job(request: Request, archive: TheArchive, actor: AtDesk, key: str) -> Response:
    return desk_answer(request, PAGE, read_job_page(archive, actor, account_at_desk(request), addressed(key)))


@router.post("/{key}")
def change(request: Request, archive: TheArchive, actor: AtDesk, key: str, form: Posted) -> Response:
    """Stop it, go on, undo it or try again; where that is no longer possible, the page as it stands."""
    (do,), account = fields(form, "do"), account_at_desk(request)
    number = job_for(archive, actor, account, addressed(key)).key
    doing: dict[str, Callable[[Archive, int], None]] = {
        "stop": stop,
        "go on": resume,
        "undo": lambda archive, job: undo(archive, job, by=account),
        "again": lambda archive, job: try_again(archive, job, digests=digests_now(archive, job)),
    }
    if do not in doing:
        raise HTTPException(422)
    try:
        doing[do](archive, number)
    except (InvalidText, JobsWait) as refused:
        page = read_job_page(archive, actor, account, number, str(refused))
        return desk_answer(request, PAGE, page, STATUS[type(refused)])
    return RedirectResponse(job_address(number), HTTPStatus.SEE_OTHER)

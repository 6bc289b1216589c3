"""A forgotten password: who may sign in is mailed a link, and everybody gets the same answer."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask

from app.errors import NotFound, TooManyTries
from app.services.forgotten import may_ask, send_forgotten
from app.services.mailing import mails
from app.services.views import ForgottenPage
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer
from app.web.pages.signing_in import reason, waiting
from app.web.sessions import client_address

PAGE = "people/forgotten.html"


def only_with_mail(archive: TheArchive) -> None:
    """Raises NotFound where no link could be mailed."""
    if not mails(archive.settings):
        raise NotFound


router = APIRouter(include_in_schema=False, dependencies=[Depends(only_with_mail)])


@router.get("/login/forgotten")
def forgotten(request: Request) -> Response:
    return private_answer(request, PAGE, ForgottenPage())


@router.post("/login/forgotten")
def ask(request: Request, archive: TheArchive, form: Posted) -> Response:
    """The same answer whoever asks for whom; accounts are looked at after it."""
    (email,) = fields(form, "email")
    try:
        folded = may_ask(archive, email, client_address(request))
    except TooManyTries as error:
        page = ForgottenPage(problem=reason(error))
        return private_answer(request, PAGE, page, STATUS[TooManyTries], waiting(error))
    answer = private_answer(request, PAGE, ForgottenPage(asked=True))
    if folded is not None:
        answer.background = BackgroundTask(send_forgotten, archive, folded)
    return answer

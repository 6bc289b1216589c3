"""The pictures of stories: shown to who may read what they stand in, and added where a story is written."""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response

from app.database.visibility import Role
from app.services.gathering.adding_pictures import FIELD, Added, add_to_review, add_to_story
from app.services.gathering.edit_page import read_with_picture
from app.services.gathering.editing import EditRefused
from app.services.gathering.intaking import intake_for
from app.services.gathering.picturing import read_coming_picture, read_picture, read_team_picture
from app.services.gathering.reviewing import review_with_picture
from app.web.desk import AtDesk, desk_actor
from app.web.forms import fields
from app.web.frame import Reader, TheArchive, private_answer
from app.web.pages.adding import REVIEW, Key
from app.web.pages.editing import NO_STORE, PAGE, asked_of
from app.web.picture_answers import picture_answer
from app.web.sessions import account_asking
from app.web.uploads import PictureSent, Sent

router = APIRouter(include_in_schema=False)
ALONE = "alone"  # a field: not the page is wanted, but what is to stand in the text
Told = Added | EditRefused


@router.get("/media/{digest}")
def picture(request: Request, archive: TheArchive, reader: Reader, digest: str) -> Response:
    """A picture that stands in the open text of a story which this reader may read now."""
    at_desk = desk_actor(request, {Role.STEWARD, Role.GATHERER})
    return picture_answer(read_picture(archive, at_desk or reader, digest))


@router.get("/s/{story_id}/pictures/{digest}")
def of_story(archive: TheArchive, actor: AtDesk, story_id: str, digest: str) -> Response:
    """Any picture that is kept for a story, for its team."""
    return picture_answer(read_team_picture(archive, actor, story_id, digest), NO_STORE)


@router.get("/add/{key}/pictures/{digest}")
def of_text(request: Request, archive: TheArchive, actor: AtDesk, key: Key, digest: str) -> Response:
    """A picture of a text that is being looked through."""
    row = intake_for(archive, actor, account_asking(request), key)
    return picture_answer(read_coming_picture(archive, row, digest), NO_STORE)


@router.post("/s/{story_id}/pictures")
def add_to(
    request: Request, archive: TheArchive, actor: AtDesk, story_id: str, sent: PictureSent
) -> Response:
    """Keep a picture and put it into the text that is being written; the text is not saved by it."""

    def show(told: Told) -> Response:
        asked = asked_of(sent.fields)
        if asked.filled is None:
            raise HTTPException(422)
        page = read_with_picture(archive, actor, story_id, asked, told, _words(sent))
        return private_answer(request, PAGE, page, _status(told))

    told = _told(lambda: add_to_story(archive, actor, story_id, _content(sent), _words(sent)))
    return _answer(sent, told, show)


@router.post("/add/{key}/pictures")
def add_to_text(
    request: Request, archive: TheArchive, actor: AtDesk, key: Key, sent: PictureSent
) -> Response:
    """The same of a text that is being looked through."""
    account = account_asking(request)
    row = intake_for(archive, actor, account, key)

    def show(told: Told) -> Response:
        fields(sent.fields, "body", "title", "status")
        now = intake_for(archive, actor, account, key)
        page = review_with_picture(archive, actor, now, sent.fields, told, _words(sent))
        return private_answer(request, REVIEW, page, _status(told))

    told = _told(lambda: add_to_review(archive, row, _content(sent), _words(sent)))
    return _answer(sent, told, show)


def _told(add: Callable[[], Added]) -> Told:
    try:
        return add()
    except EditRefused as refused:
        return refused


def _answer(sent: Sent, told: Told, show: Callable[[Told], Response]) -> Response:
    """The page with the picture in its text; or, for its script, the line alone and what is to be said."""
    if ALONE not in sent.fields:
        return show(told)
    lines = [told.problems[FIELD]] if isinstance(told, EditRefused) else [told.markdown, *told.said]
    return PlainTextResponse("\n".join(lines), _status(told), NO_STORE)


def _status(told: Told) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(told, EditRefused) else HTTPStatus.OK


def _content(sent: Sent) -> bytes:
    return sent.files[0].content if sent.files else b""


def _words(sent: Sent) -> str:
    return sent.fields.get("picture_words", "")

"""The storyteller's own door: she needs the link, and nothing else."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from app.database.gathering import DOOR_ENTRY
from app.errors import EditConflict, InvalidText, LinkDead, NotFound, RecordLocked, TooManyTries, Withdrawn
from app.services.archive import Archive
from app.services.gathering.at_door import (
    ended_in,
    is_gone,
    read_back,
    read_door,
    read_gone,
    read_later,
    read_passage,
    read_since,
    read_uses,
)
from app.services.gathering.closing import close_passage
from app.services.gathering.doors import Door, door_path, note_opened, open_door, speak
from app.services.gathering.entries import Kind, Said, State, keep, take_off
from app.services.gathering.hearing import NOBODY_NOW, STILL, WILL_READ, among
from app.services.gathering.her_choice import (
    HERSELF,
    Answer,
    AskedBack,
    ChoiceRefused,
    Chosen,
    StillTicked,
    choose,
)
from app.services.gathering.leaving import take_back
from app.services.gathering.numbering import key_at
from app.services.gathering.picturing import read_own_picture
from app.services.gathering.plain_words import use_boxes
from app.services.gathering.wording import FIRST, LANGUAGES, Words, later, words_in
from app.services.sessions.telling import take_off_table
from app.services.views import DoorEndedPage, WhoHears
from app.web.contacting import contact_of
from app.web.door_frame import HEADERS, door_answer
from app.web.forms import Posted
from app.web.frame import TheArchive
from app.web.numbers import posted, written
from app.web.picture_answers import picture_answer
from app.web.sessions import client_address

router = APIRouter(include_in_schema=False)
MESSAGES = {
    "kept": later("Thank you. What you wrote is kept."),
    "off": later("It is taken off again."),
    "closed": later("The passage is closed. It holds from now on."),
    "not-closed": later(
        "This passage has changed since you opened it, so it could not be closed. Please look at it again. "
        "What you want is kept."
    ),
    "recorded": later("Thank you. What you said is recorded, and holds from now on."),
    "asked": later("Thank you. What you want is kept."),
    "table": later("Your story is off that table. Nothing else has changed."),
    "waits": later("Thank you. What you took away holds from now on."),
}
YOU_SAID_NO = later("You said no, and these are still ticked: %(uses)s. Which do you mean?")
YOU_SAID_NOT_YET = later("You said not yet, and these are still ticked: %(uses)s. Which do you mean?")
BUSY = later("Somebody else saves this story at this very moment. Please press the button once more.")
TOO_OFTEN = later("Very much was sent from here in a short time. Please wait an hour, then send it again.")
GONE_NOW = later("This story was taken back while you wrote. Here are your words, to copy.")
PASSAGE = re.compile(r"p-[0-9a-z]{6}(-\d{1,6})?")
MOST_SHOWN = 100_000  # characters of what she typed that are shown again
KINDS = {
    "comment": Kind.COMMENT,
    "words": Kind.WORDS,
    "later": Kind.ADDITION,
    "answer": Kind.ANSWER,
}


@dataclass(frozen=True)
class _Came:
    """Somebody at an open door."""

    request: Request
    archive: Archive
    token: str
    door: Door
    form: Mapping[str, str]

    @property
    def words(self) -> Words:
        return words_in(self.door.language)

    @property
    def revision(self) -> int:
        """The version that she read, as the form carries it."""
        return written(self.form.get("v", "")) or 0

    @property
    def text(self) -> str:
        return self.form.get("text", "")[:MOST_SHOWN]


@router.get("/door/{token}")
def come_in(request: Request, archive: TheArchive, token: str) -> Response:
    """Her story; or the part of her door that the address asks for."""
    try:
        door = open_door(archive, token, address=client_address(request))
    except LinkDead:
        return ended(request)
    note_opened(archive, door)
    asked = request.query_params
    if "picture" in asked:
        return picture_answer(read_own_picture(archive, door.row, asked["picture"]), HEADERS)
    came = _Came(request, archive, token, door, {})
    if is_gone(door):
        return _gone(came)
    return _part(came, asked.get("p", ""), asked.get("to", ""))


def _part(came: _Came, anchor: str, to: str) -> Response:
    archive, door = came.archive, came.door
    passage = read_passage(archive, door, anchor) if anchor else None
    if passage is not None:
        return _shown(came, "passage.html", passage)
    if to == "uses":
        return _shown(came, "uses.html", read_uses(archive, door))
    if to == "since":
        return _shown(came, "since.html", read_since(archive, door))
    if to == "later":
        return _shown(came, "later.html", read_later(archive, door))
    if to == "back":
        return _shown(came, "back.html", read_back(archive, door, contact_of(archive.settings.contact)))
    said = came.request.query_params.get("said", "")
    at = came.request.query_params.get("at", "") if said in MESSAGES else ""
    page = read_door(archive, door, at)
    return _shown(came, "home.html", replace(page, message=_message(came, said, page.who)))


def _message(came: _Came, said: str, who: WhoHears) -> str:
    """What came of it, and of what has to wait for whom it waits."""
    whole = came.words.say(MESSAGES[said]) if said in MESSAGES else ""
    if said == "kept":
        return f"{whole} {came.words.say(NOBODY_NOW if who.nobody else WILL_READ)}"
    return f"{whole} {who.waits}" if said in ("asked", "waits") else whole


def _shown(
    came: _Came,
    template: str,
    page: Any,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page of hers, which names whom to ask where nobody who looks after her story can see it."""
    contact = contact_of(came.archive.settings.contact) if page.who.nobody else None
    page = replace(page, who=replace(page.who, contact=contact))
    return door_answer(came.request, template, page, came.words, status, headers)


@router.post("/door/{token}")
def say(request: Request, archive: TheArchive, token: str, form: Posted) -> Response:
    """What `do` says. What can not be taken is shown again with why, so that no word is lost."""
    try:
        door = open_door(archive, token, address=client_address(request))
    except LinkDead:
        return ended(request, form)
    came = _Came(request, archive, token, door, form)
    if is_gone(door):
        return _at_gone(came)
    doing = DOING.get(form.get("do", ""))
    if doing is None:
        raise HTTPException(422)
    try:
        archive.throttle.speak(door.key)
        return doing(came)
    except TooManyTries as error:
        return _again(came, TOO_OFTEN, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(error.seconds)})
    except ChoiceRefused:
        raise  # its own page says it
    except InvalidText as error:
        return _again(came, str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    except (EditConflict, RecordLocked):
        return _again(came, BUSY, HTTPStatus.CONFLICT)
    except NotFound:
        return ended(request, form)
    except Withdrawn:
        return _gone(came, came.words.say(GONE_NOW), status=HTTPStatus.CONFLICT)


def _onward(came: _Came, said: str, anchor: str = "") -> Response:
    """Her story with what came of it, which stands below the passage where she was and has the focus."""
    at = f"&at={anchor}" if PASSAGE.fullmatch(anchor) else ""
    return RedirectResponse(f"{door_path(came.token)}?said={said}{at}#now", HTTPStatus.SEE_OTHER)


def _keep(came: _Came) -> Response:
    """A comment, other words, an addition or an answer."""
    kind = KINDS[came.form["do"]]
    anchor = came.form.get("anchor", "")[:40] if kind in (Kind.COMMENT, Kind.WORDS) else ""
    keep(came.archive, came.door.row.id, Said(kind, came.form.get("text", ""), anchor, came.revision))
    return _onward(came, "kept", anchor)


def _close(came: _Came) -> Response:
    said = Said(Kind.CLOSING, "", came.form.get("anchor", "")[:40], came.revision)
    state = close_passage(came.archive, came.door.actor, HERSELF, came.door.row.id, said)
    return _onward(came, "closed" if state is State.IN_FORCE else "not-closed", said.anchor)


def _choose(came: _Came) -> Response:
    chosen = _chosen(came)
    try:
        outcome = choose(came.archive, came.door.row.id, chosen)
    except StillTicked:
        asks = _which(came.words, chosen)
        return _choices(came, chosen, {}, HTTPStatus.UNPROCESSABLE_ENTITY, asks=asks)
    except AskedBack as asked:
        left = came.words.say(STILL[among(asked.left)])
        return _choices(came, chosen, {}, HTTPStatus.UNPROCESSABLE_ENTITY, closes=asked.closes, left=left)
    except ChoiceRefused as refused:
        problems = {field: came.words.say(reason) for field, reason in refused.problems.items()}
        return _choices(came, chosen, problems, HTTPStatus.UNPROCESSABLE_ENTITY)
    except (EditConflict, RecordLocked):
        return _choices(came, chosen, {"": came.words.say(BUSY)}, HTTPStatus.CONFLICT)
    if not outcome.waits:
        return _onward(came, "recorded")
    return _onward(came, "waits" if outcome.narrowed else "asked")


def _chosen(came: _Came) -> Chosen:
    form = came.form
    uses = tuple(name.removeprefix("use-") for name in form if name.startswith("use-"))
    told = (form.get("until", "")[:100], form.get("not_for", "")[:MOST_SHOWN])
    sure = frozenset(form.get("closes", "")[:100].split())
    answer = form.get("mean") or form.get("answer", "")
    return Chosen(answer, uses, *told, came.revision, "mean" in form or "asked" in form, sure)


def _which(words: Words, chosen: Chosen) -> str:
    """Her answer and what is ticked, which do not go together."""
    ticked = "; ".join(box.label for box in use_boxes(words, chosen.uses) if box.chosen)
    return words.say(YOU_SAID_NO if chosen.answer == Answer.NO else YOU_SAID_NOT_YET, uses=ticked)


def _choices(
    came: _Came, chosen: Chosen, problems: dict[str, str], status: HTTPStatus, **asked: Any
) -> Response:
    page = replace(read_uses(came.archive, came.door, chosen), problems=problems, **asked)
    return _shown(came, "uses.html", page, status)


def _take_off(came: _Came) -> Response:
    key = posted(came.form.get("key", ""))
    number = key_at(came.archive, DOOR_ENTRY, came.door.row.id, key)
    take_off(came.archive, came.door.row.id, number)
    return _onward(came, "off", came.form.get("anchor", "")[:40])


def _speak(came: _Came) -> Response:
    speak(came.archive, came.door, came.form.get("language", "")[:10])
    return RedirectResponse(door_path(came.token), HTTPStatus.SEE_OTHER)


def _take_back(came: _Came) -> Response:
    take_back(came.archive, came.door)
    return RedirectResponse(door_path(came.token), HTTPStatus.SEE_OTHER)


def _off_table(came: _Came) -> Response:
    take_off_table(came.archive, came.door.row.id, posted(came.form.get("table", "")))
    return _onward(came, "table")


DOING: Mapping[str, Callable[[_Came], Response]] = {
    **dict.fromkeys(KINDS, _keep),
    "close": _close,
    "uses": _choose,
    "off": _take_off,
    "language": _speak,
    "back": _take_back,
    "table": _off_table,
}


def _again(
    came: _Came, problem: str, status: HTTPStatus, headers: Mapping[str, str] | None = None
) -> Response:
    """The page that she wrote on, with her words and why they were not taken."""
    said, do = came.words.say(problem), came.form.get("do", "")
    archive, door = came.archive, came.door
    if do in ("comment", "words"):
        page = read_passage(archive, door, came.form.get("anchor", "")[:40], came.revision)
        if page is not None:
            shown = replace(page, typed={do: came.text}, problem=said, wrong=do)
            return _shown(came, "passage.html", shown, status, headers)
    if do == "later":
        added = replace(read_later(archive, door), typed=came.text, problem=said)
        return _shown(came, "later.html", added, status, headers)
    if do == "answer":
        since = replace(read_since(archive, door), typed=came.text, problem=said)
        return _shown(came, "since.html", since, status, headers)
    home = replace(read_door(archive, door), problem=said, typed=came.text)
    return _shown(came, "home.html", home, status, headers)


def _at_gone(came: _Came) -> Response:
    """At the door of a story that was taken back she can ask for more, and change the language."""
    do = came.form.get("do", "")
    if do == "language":
        return _speak(came)
    if do == "erase":
        keep(came.archive, came.door.row.id, Said(Kind.ERASING))
        return RedirectResponse(door_path(came.token), HTTPStatus.SEE_OTHER)
    if do == "back":
        return RedirectResponse(door_path(came.token), HTTPStatus.SEE_OTHER)
    return _gone(came, came.words.say(GONE_NOW) if came.text else "", status=HTTPStatus.CONFLICT)


def _gone(came: _Came, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    page = read_gone(came.archive, came.door, contact_of(came.archive.settings.contact))
    page = replace(page, typed=came.text, problem=problem)
    return _shown(came, "gone.html", page, status)


def ended(request: Request, form: Mapping[str, str] | None = None) -> Response:
    """The same for every link that opens nothing, in each language; with what was typed, to be copied."""
    archive = request.app.state.archive
    typed = [(form or {}).get(name, "")[:MOST_SHOWN] for name in ("text", "not_for")]
    contact = contact_of(archive.settings.contact)
    said = [ended_in(words_in(code)) for code in LANGUAGES]
    page = DoorEndedPage([text for text in typed if text.strip()], said, contact)
    return door_answer(request, "ended.html", page, words_in(FIRST), HTTPStatus.GONE)

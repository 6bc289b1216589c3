"""A story's door from the gatherer's side: the link, what she said, what has come of it, paper and table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Table

from app.database.gathering import DOOR, DOOR_ENTRY, WHAT_CAME
from app.database.visibility import Actor
from app.errors import EditConflict, InvalidText
from app.rendering.qr import qr_svg
from app.services.archive import Archive
from app.services.gathering.answering import add_note, decide, take_note_off, use_words
from app.services.gathering.bringing import FOR_STEWARDS, STALE, bring_choice, bring_table, take_in
from app.services.gathering.door_desk import anchor_of_number, read_door_desk, read_letter, read_table
from app.services.gathering.doors import desk_path, door_path, end_door, make_door
from app.services.gathering.entries import Kind, Said, State, Way
from app.services.gathering.her_choice import AskedBack, Chosen, confirm
from app.services.gathering.numbering import key_at
from app.services.gathering.wording import words_in
from app.services.recording import By, is_open_to
from app.web.contacting import contact_of
from app.web.desk import AtDesk, closed_address
from app.web.door_frame import door_answer
from app.web.errors import STATUS
from app.web.forms import PostedWithFile, fields
from app.web.frame import TheArchive, opens_here_alone, private_answer, whole_address
from app.web.numbers import posted, written
from app.web.sessions import acting
from app.web.table import table_answer

router = APIRouter(include_in_schema=False)
PAGE = "door/desk.html"
SAVED = {
    "ended": "The link opens nothing any more.",
    "done": "It is marked as done. She reads your answer at her door.",
    "declined": "It is marked as not now. She reads your answer at her door.",
    "used": "Her words stand in the story now, as a new version.",
    "there": "The story says that already. It is marked as done.",
    "recorded": "What she wants is recorded, and holds from now on.",
    "noted": "The note is there. She reads it at her door.",
    "off": "The note is taken off.",
    "brought": "What she said is taken in. It stands below.",
    "waits": FOR_STEWARDS,
    "stale": STALE,
}
CONFLICT = (
    "Somebody has changed this meanwhile, so nothing was changed. Here it is as it is now; what you typed "
    "is still there."
)
LINK_CONFLICT = (
    "A link was made or ended meanwhile, perhaps because this page was loaded again. Nothing was changed: "
    "the link that was made last still opens her door."
)
NO_PASSAGE = "There is no passage with this number in the story as it is now."
NO_NUMBER = "Write the number of the passage, as it stands beside it in the letter."


@dataclass(frozen=True)
class _Asked:
    """A form that somebody of the story team has sent."""

    request: Request
    archive: Archive
    actor: Actor
    story_id: str
    form: Mapping[str, str]

    @property
    def by(self) -> By:
        return acting(self.request)

    @property
    def sure(self) -> frozenset[str]:
        """Who could see the story no more, as the form said, and she wants it so."""
        return frozenset(self.form.get("closes", "")[:100].split())

    def number(self, name: str) -> int:
        return posted(self.form.get(name, ""))

    def key(self, table: Table, name: str = "key") -> int:
        """The row that the form means by its number."""
        return key_at(self.archive, table, self.story_id, self.number(name))


@router.get("/s/{story_id}/door")
def look_after(request: Request, archive: TheArchive, actor: AtDesk, story_id: str) -> Response:
    saved = SAVED.get(request.query_params.get("saved", ""), "")
    return private_answer(request, PAGE, replace(read_door_desk(archive, actor, story_id), saved=saved))


@router.get("/s/{story_id}/door/letter")
def letter(request: Request, archive: TheArchive, actor: AtDesk, story_id: str) -> Response:
    """The story on paper, with a slip to answer on."""
    language = request.query_params.get("language", "")[:10]
    contact = contact_of(archive.settings.contact)
    page = read_letter(archive, actor, story_id, language, contact)
    spoken = next(one.code for one in page.languages if one.current)
    return door_answer(request, "letter.html", page, words_in(spoken))


@router.get("/s/{story_id}/door/table.html")
def table(request: Request, archive: TheArchive, actor: AtDesk, story_id: str) -> Response:
    """One file to go through together where there is no connection."""
    language = request.query_params.get("language", "")[:10]
    return table_answer(request, read_table(archive, actor, story_id, language))


@router.post("/s/{story_id}/door")
def change(
    request: Request, archive: TheArchive, actor: AtDesk, story_id: str, form: PostedWithFile
) -> Response:
    """What `do` says; a refusal shows the page as it is, with what was typed and why."""
    asked = _Asked(request, archive, actor, story_id, form)
    (do,) = fields(form, "do")
    read_door_desk(archive, actor, story_id)  # who may not see it learns nothing of what the form says
    doing = DOING.get(do)
    if doing is None:
        raise HTTPException(422)
    try:
        return doing(asked)
    except EditConflict:
        return _again(asked, LINK_CONFLICT if do == "make" else CONFLICT, STATUS[EditConflict])
    except AskedBack as back:
        return _again(asked, str(back), STATUS[InvalidText], back.closes)
    except InvalidText as error:
        return _again(asked, str(error), STATUS[InvalidText])


def _again(asked: _Asked, problem: str, status: HTTPStatus, closes: tuple[str, ...] = ()) -> Response:
    page = replace(read_door_desk(asked.archive, asked.actor, asked.story_id), closes=closes)
    do, key = asked.form["do"], asked.form.get("key", "")
    wrong = f"entry-{key}" if do in ("done", "declined", "use", "confirm") else do
    typed = {name: value[:20_000] for name, value in asked.form.items() if name != "file"}
    return private_answer(
        asked.request, PAGE, replace(page, problem=problem, wrong=wrong, typed=typed), status
    )


def _onward(asked: _Asked, saved: str) -> Response:
    if not is_open_to(asked.archive, asked.actor, asked.story_id):
        return RedirectResponse(closed_address(asked.actor), HTTPStatus.SEE_OTHER)
    return RedirectResponse(f"{desk_path(asked.story_id)}?saved={saved}", HTTPStatus.SEE_OTHER)


def _make(asked: _Asked) -> Response:
    """A fresh link, shown this once."""
    told = (asked.archive, asked.actor, asked.by, asked.story_id)
    language = asked.form.get("language", "")[:10]
    token = make_door(*told, language=language, before=asked.key(DOOR, "before"))
    link = whole_address(asked.request, door_path(token))
    page = read_door_desk(asked.archive, asked.actor, asked.story_id)
    return private_answer(
        asked.request, PAGE, replace(page, link=link, here_alone=opens_here_alone(link), qr_html=qr_svg(link))
    )


def _end(asked: _Asked) -> Response:
    end_door(asked.archive, asked.actor, asked.by, asked.story_id)
    return _onward(asked, "ended")


def _decide(asked: _Asked) -> Response:
    state = State.DONE if asked.form["do"] == "done" else State.DECLINED
    told = (asked.story_id, asked.key(DOOR_ENTRY), state, asked.form.get("reply", ""))
    decide(asked.archive, asked.actor, asked.by, *told)
    return _onward(asked, asked.form["do"])


def _use(asked: _Asked) -> Response:
    told = (asked.story_id, asked.key(DOOR_ENTRY), asked.form.get("reply", ""))
    made = use_words(asked.archive, asked.actor, asked.by, *told)
    return _onward(asked, "used" if made else "there")


def _confirm(asked: _Asked) -> Response:
    key, digest = asked.key(DOOR_ENTRY), asked.form.get("digest", "")
    confirm(asked.archive, asked.actor, asked.by, asked.story_id, key, expected=digest)
    return _onward(asked, "recorded")


def _note(asked: _Asked) -> Response:
    kind, text = asked.form.get("kind", ""), asked.form.get("text", "")
    add_note(asked.archive, asked.actor, asked.by, asked.story_id, kind, text)
    return _onward(asked, "noted")


def _note_off(asked: _Asked) -> Response:
    take_note_off(asked.archive, asked.actor, asked.by, asked.story_id, asked.key(WHAT_CAME))
    return _onward(asked, "off")


def _paper(asked: _Asked) -> Response:
    """One thing that she wrote on the slip."""
    kind = asked.form.get("kind", "")
    if kind not in (Kind.COMMENT, Kind.WORDS, Kind.CLOSING, Kind.ADDITION, Kind.ANSWER):
        raise HTTPException(422)
    anchor, revision = "", 0
    if kind in (Kind.COMMENT, Kind.WORDS, Kind.CLOSING):
        number = written(asked.form.get("number", "").strip())
        if number is None:
            raise InvalidText(NO_NUMBER)
        anchor, revision = anchor_of_number(asked.archive, asked.actor, asked.story_id, number)
        if not anchor:
            raise InvalidText(NO_PASSAGE)
    said = Said(Kind(kind), asked.form.get("text", ""), anchor, revision, Way.PAPER, asked.by.account)
    take_in(asked.archive, asked.actor, asked.by, asked.story_id, said)
    return _onward(asked, "brought")


def _paper_choice(asked: _Asked) -> Response:
    form = asked.form
    uses = tuple(name.removeprefix("use-") for name in form if name.startswith("use-"))
    chosen = Chosen(form.get("answer", ""), uses, form.get("until", ""), form.get("not_for", ""))
    chosen = replace(chosen, sure_closes=asked.sure)
    told = (asked.archive, asked.actor, asked.by, asked.story_id, chosen)
    waits = bring_choice(*told, expected=form.get("digest", ""))
    return _onward(asked, "waits" if waits else "recorded")


def _table(asked: _Asked) -> Response:
    text = asked.form.get("file", "") or asked.form.get("text", "")
    brought = bring_table(asked.archive, asked.actor, asked.by, asked.story_id, text, sure=asked.sure)
    if brought.problem:
        return _onward(asked, "stale")
    return _onward(asked, "waits" if brought.waits else "brought")


DOING: Mapping[str, Callable[[_Asked], Response]] = {
    "make": _make,
    "end": _end,
    "done": _decide,
    "declined": _decide,
    "use": _use,
    "confirm": _confirm,
    "note": _note,
    "note-off": _note_off,
    "paper": _paper,
    "paper-choice": _paper_choice,
    "table": _table,
}

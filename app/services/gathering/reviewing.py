"""Looking a text through before it is saved: its source beside it, who speaks, what is known about it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from filelock import FileLock
from sqlalchemy import select

from app.database.gathering import INTAKE
from app.database.tables import AnyRow
from app.database.visibility import Actor, Role, fold_name
from app.errors import EditConflict, InvalidText
from app.imports.model import Report
from app.records.edit import change_keys
from app.records.ids import PREFIX, mint
from app.records.model import RecordKind, Story
from app.records.replace import digest_of
from app.records.stories import parse_story
from app.services.archive import Archive
from app.services.gathering.adding_pictures import NOT_TAKEN, TAKEN, Added, Pictures, with_picture
from app.services.gathering.addressing import no_name, slug_of_story
from app.services.gathering.choosing_names import Chosen
from app.services.gathering.creating import Made, New, create_all, story_made
from app.services.gathering.editing import Edit, EditRefused, Placed, edited, one_line_note
from app.services.gathering.foreseeing import foresee
from app.services.gathering.form_view import form_view
from app.services.gathering.intaking import change_intake, drop_intake, original_of, reports_of, turns_of
from app.services.gathering.originals import Original, brought_before
from app.services.gathering.pseudonyms import keep_names, usable
from app.services.gathering.speaking import Part, Speaker, speakers_of
from app.services.gathering.story_form import Filled, read_form, shown
from app.services.gathering.waiting import note_saved
from app.services.intents import EDITOR, Intent
from app.services.recording import By
from app.services.saving import bring_search_up_to_date
from app.services.sealing import seal
from app.services.views import ReviewPage, SpeakerRow

SEALED = "names of a text on its way in"
MOST_SHOWN = 400_000  # characters of a source on the page
KEY_PURPOSE = "review"
MOST_SPEAKERS = 250  # who are given names in one form
MORE_SPEAK = (
    "Another {:,} people speak, more than there is room for here. Their words stay under the names that came "
    "with the file; the check of names asks about them."
)
ONE_NAME = (
    "{} are to have one name: readers take them for one person. If they are not, give each a name of her own."
)
MEANWHILE = (
    "This file was brought in meanwhile, and is a story already. "
    "Drop this text; a steward can name you on that story if it is not among yours."
)


def review_address(key: int) -> str:
    """Where a text is looked through."""
    return f"/add/{key}"


def review_digest(archive: Archive, row: AnyRow) -> str:
    """What the form carries, so that two windows do not overwrite each other."""
    return archive.keyed(KEY_PURPOSE, sha256(row.content).hexdigest())


def story_of(archive: Archive, row: AnyRow) -> Story:
    """A text that is being looked through as the story that it would be."""
    today = archive.now().date()
    return parse_story(row.content, slug=no_name(today), file=row.name, today=today).story


def filled_of(archive: Archive, row: AnyRow) -> Filled:
    """The form of a text as it came or was kept."""
    filled = shown(story_of(archive, row))
    titled = {} if filled.texts["title"] != no_name(archive.now().date()) else {"title": ""}
    return replace(filled, texts={**filled.texts, **titled})


def read_review(
    archive: Archive,
    actor: Actor,
    row: AnyRow,
    filled: Filled | None = None,
    speakers: Sequence[Speaker] | None = None,
    **said: object,
) -> ReviewPage:
    """The page, with what was filled in where something was."""
    filled = filled or filled_of(archive, row)
    speakers = decided_speakers(row) if speakers is None else speakers
    problems = said.pop("problems", None) or {}
    assert isinstance(problems, Mapping)
    with archive.engine.connect() as connection:
        form = form_view(
            archive,
            connection,
            actor,
            filled,
            slug=no_name(archive.now().date()),
            preview_address=f"{review_address(row.key)}/preview",
            problems=problems,
            settable=False,
            pictures=pictures_of(row, str(said.pop("words", ""))),
        )
        foreseen = foresee(archive, connection, filled.body, speakers)
    page = ReviewPage(
        key=row.key,
        name=row.name,
        address=review_address(row.key),
        source=row.source[:MOST_SHOWN],
        cut=len(row.source) > MOST_SHOWN,
        reports=[*map(_sentence, reports_of(row.data)), *_unnamed(speakers), *_shared(speakers)],
        speakers=_rows(speakers[:MOST_SPEAKERS]),
        form=form,
        digest=review_digest(archive, row),
        foreseen=foreseen,
    )
    return replace(page, **said)  # type: ignore[arg-type]


def review_with_picture(
    archive: Archive,
    actor: Actor,
    row: AnyRow,
    form: Mapping[str, str],
    told: Added | EditRefused,
    words: str,
) -> ReviewPage:
    """The page with a picture at the text's end; or why it was not taken, and the words that describe it."""
    filled, speakers = read_form(form), speakers_typed(decided_speakers(row), form)
    if isinstance(told, EditRefused):
        why = told.problems
        return read_review(
            archive, actor, row, filled, speakers, problems=why, problem=NOT_TAKEN, words=words
        )
    filled = replace(filled, body=with_picture(filled.body, told.markdown))
    return read_review(archive, actor, row, filled, speakers, said=" ".join([TAKEN, *told.said]))


def pictures_of(row: AnyRow, words: str = "") -> Pictures:
    """The pictures of a text that is being looked through; `words` describe one that was not taken."""
    return Pictures(row.data.get("becomes", ""), f"{review_address(row.key)}/pictures", words)


def _sentence(one: Report) -> str:
    return f"{one.place}: {one.reason} {one.remedy}" if one.place else f"{one.reason} {one.remedy}"


def _unnamed(speakers: Sequence[Speaker]) -> list[str]:
    more = len(speakers) - MOST_SPEAKERS
    return [MORE_SPEAK.format(more)] if more > 0 else []


def _shared(speakers: Sequence[Speaker]) -> list[str]:
    called: dict[str, list[str]] = {}
    for one in speakers:
        if one.shown.strip() and one.name:
            called.setdefault(fold_name(one.shown), []).append(one.name)
    return [ONE_NAME.format(" and ".join(names)) for names in called.values() if len(names) > 1]


def _rows(speakers: Sequence[Speaker]) -> list[SpeakerRow]:
    return [
        SpeakerRow(number, one.name, _said(one), one.part.value, one.shown, one.kept)
        for number, one in enumerate(speakers)
    ]


def _said(one: Speaker) -> str:
    turns = "1 turn" if one.turns == 1 else f"{one.turns:,} turns"
    return f"{turns}, {one.words:,} words"


def decided_speakers(row: AnyRow) -> list[Speaker]:
    """Everybody who speaks, as it was decided so far."""
    decided = {one["name"]: one for one in row.data.get("speakers", ())}
    return [_decided(one, decided.get(one.name)) for one in speakers_of(turns_of(row.data))]


def _decided(one: Speaker, told: Mapping[str, object] | None) -> Speaker:
    if told is None:
        return one
    return replace(one, part=Part(str(told["part"])), shown=str(told["shown"]), kept=bool(told["kept"]))


def speakers_in(speakers: Sequence[Speaker], form: Mapping[str, str]) -> list[Speaker]:
    """What was chosen of each speaker. Raises EditRefused where a name can be none."""
    try:
        return [
            replace(one, shown=usable(one.shown) if one.shown.strip() else "")
            for one in speakers_typed(speakers, form)
        ]
    except InvalidText as error:
        raise EditRefused({"": str(error)}) from None


def speakers_typed(speakers: Sequence[Speaker], form: Mapping[str, str]) -> list[Speaker]:
    """What was chosen of each speaker, as it was typed; as it was where the form says nothing of them."""
    if not any(name.startswith("speaker-") for name in form):
        return list(speakers)
    typed = [_typed(one, number, form) for number, one in enumerate(speakers[:MOST_SPEAKERS])]
    return [*typed, *speakers[MOST_SPEAKERS:]]


def _typed(one: Speaker, number: int, form: Mapping[str, str]) -> Speaker:
    told = form.get(f"speaker-{number}-part", one.part.value)
    wanted = form.get(f"speaker-{number}-shown", one.shown)
    part = Part(told) if told in tuple(Part) else one.part
    return replace(one, part=part, shown=wanted, kept=f"speaker-{number}-kept" in form)


@dataclass(frozen=True)
class Sent:
    """What a form says of a text, with the digest that it was made from; `anew` writes the text anew."""

    filled: Filled
    speakers: Sequence[Speaker]
    expected: str
    anew: bool = False


def keep_review(archive: Archive, row: AnyRow, sent: Sent) -> None:
    """Keep what was changed, without making a story of it. Raises EditRefused or EditConflict."""
    content, key = _content(archive, row, sent)
    change_intake(archive, row.key, content=content, data=_data(archive, row, sent.speakers, key))


def _data(
    archive: Archive, row: AnyRow, speakers: Sequence[Speaker], key: Mapping[str, str]
) -> dict[str, object]:
    """What is known of the text: who speaks in it, and sealed, which name stands for whom."""
    kept = [{"name": s.name, "part": s.part.value, "shown": s.shown, "kept": s.kept} for s in speakers]
    return {**row.data, "speakers": kept, "key": seal(archive, SEALED, json.dumps(dict(key)))}


def _content(archive: Archive, row: AnyRow, sent: Sent) -> tuple[bytes, Mapping[str, str]]:
    """The file as it was filled in, under the names that were chosen, and which stands for whom."""
    if review_digest(archive, row) != sent.expected:
        raise EditConflict(row.key)
    place = Placed("", no_name(archive.now().date()), row.name)
    filled, key = _with_speakers(archive, row, sent)
    return edited(archive, place, row.content, Edit(sent.expected, filled=filled)), key


def _with_speakers(archive: Archive, row: AnyRow, sent: Sent) -> tuple[Filled, Mapping[str, str]]:
    filled, turns = sent.filled, turns_of(row.data)
    if not turns:
        return filled, {}
    before = decided_speakers(row) if "speakers" in row.data else None
    chosen = Chosen(turns, before, sent.speakers)
    texts, teller = dict(filled.texts), chosen.teller
    if teller and texts.get("storyteller", "") == (story_of(archive, row).storyteller or ""):
        texts["storyteller"] = teller.shown
    told = replace(filled, texts=texts, body=chosen.body(filled.body, anew=sent.anew))
    return told, chosen.key(own_name=filled.own_name)


def set_speakers(archive: Archive, row: AnyRow, speakers: Sequence[Speaker], expected: str) -> None:
    """Write the conversation anew under the names that were chosen. Raises EditConflict."""
    keep_review(archive, row, Sent(filled_of(archive, row), speakers, expected, anew=True))


def save_review(archive: Archive, actor: Actor, by: By, row: AnyRow, sent: Sent, note: str) -> Made:
    """Make a story of it; its original comes with it. Raises EditRefused, EditConflict, OSError.

    A text becomes one story, however often this is asked for and whatever a crash cut off.
    """
    (content, key), note = _content(archive, row, sent), one_line_note(note)
    with FileLock(archive.settings.state / "review.lock"):
        story_id = _becomes(archive, row)
        made = story_made(archive, story_id)
        if made is None:
            _refuse_twice(archive, row)
            new = _new(archive, by, row, content, key, story_id, note)
            (made,) = create_all(archive, [new], named=None if Role.STEWARD in actor.roles else by.account)
        with archive.writing() as connection:
            if key:
                keep_names(archive, connection, made.record_id, key)
            note_saved(connection, row, made.record_id)
            connection.commit()
        drop_intake(archive, row)
    bring_search_up_to_date(archive)
    return made


def _becomes(archive: Archive, row: AnyRow) -> str:
    """The id of the story that a text becomes, given once. Raises EditConflict where it has become one."""
    with archive.engine.connect() as connection:
        now = connection.execute(select(INTAKE.c.data).where(INTAKE.c.key == row.key)).first()
    if now is None:
        raise EditConflict(row.key)
    if "becomes" not in now.data:
        now.data["becomes"] = mint(PREFIX[RecordKind.STORY])
        change_intake(archive, row.key, data=now.data)
    return str(now.data["becomes"])


def _new(
    archive: Archive,
    by: By,
    row: AnyRow,
    content: bytes,
    key: Mapping[str, str],
    story_id: str,
    note: str,
) -> New:
    return New(
        record_id=story_id,
        slug=slug_of_story(content, key, archive.now().date()),
        content=change_keys(content, {"id": story_id}),
        original=_original(archive, row),
        intent=Intent("import" if row.digest else EDITOR, by.name, note, by.account),
    )


def _refuse_twice(archive: Archive, row: AnyRow) -> None:
    """The same file may have been brought in another way while this waited."""
    with archive.writing() as connection:
        there = brought_before(connection, [row.digest]).get(row.digest, "") if row.digest else ""
        connection.commit()
    if there:
        raise EditRefused({"": MEANWHILE})


def _original(archive: Archive, row: AnyRow) -> Original | None:
    if not row.digest:
        return None
    content = original_of(archive, row.digest)
    return Original(content, digest_of(content), row.name, row.format)

"""A persona's portrait: drawn anew, kept below her id, described in words and named in her file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.database.visibility import Actor
from app.errors import ImportRefused, InvalidText
from app.imports.pictures import drawn_anew
from app.records.model import Digest, Portrait
from app.records.portraits import LONGEST_WORDS, PORTRAIT, as_written
from app.services.archive import Archive
from app.services.building.asked import Asked, Change, PersonaStale, Scene, words_of
from app.services.building.loading import LoadedPersona, load_persona
from app.services.disk import disk_named
from app.services.gathering.pictures import keep_pictures, path_of
from app.services.portraits import LONGEST_SIDE
from app.services.recording import form_digest
from app.services.views import BuildPage, BuildPortrait, PortraitView

GIVE, TAKE = "portrait", "no-portrait"  # what a form asks for
PICTURE, WORDS, FOR_GOOD = "picture", "picture_words", "for_good"  # its fields
ASK = "Say in words what it shows: somebody who can not see it will read this."
NO_FILE = "Choose a picture first."
SAME, NONE = "This is her portrait already.", "She has no portrait."


class PortraitRefused(InvalidText):
    """Why a portrait was not taken, and the field to which that belongs; `kept` is a picture that was."""

    def __init__(self, field: str, why: str, kept: str = "") -> None:
        super().__init__(why)
        self.field, self.kept = field, kept


@dataclass(frozen=True)
class Taken:
    """A step to be saved, and what somebody should know of its picture."""

    asked: Asked
    said: Sequence[str] = ()


def take_picture(archive: Archive, actor: Actor, who: str, asked: Asked, content: bytes) -> Taken:
    """Keep a picture that somebody sent for a persona; the step that gives it to her.

    Raises NotFound, PortraitRefused, DiskRefused.
    """
    with archive.engine.connect() as connection:
        loaded = load_persona(archive, connection, actor, who)
    digest, said = _kept(archive, loaded, content) if content else (_earlier(loaded, asked), [])
    if not digest:
        raise PortraitRefused(PICTURE, NO_FILE)
    try:
        _described(asked.text(WORDS))
    except InvalidText as wrong:
        raise PortraitRefused(WORDS, str(wrong), digest) from None
    return Taken(replace(asked, fields={**asked.fields, PICTURE: digest}), said)


def _kept(archive: Archive, loaded: LoadedPersona, content: bytes) -> tuple[str, list[str]]:
    """The digest of a picture as it is kept. It is named by no version yet: without one it goes again."""
    try:
        picture = drawn_anew(content, LONGEST_SIDE)
        with disk_named():
            keep_pictures(archive, loaded.row.id, [picture.content])
    except ImportRefused as refused:
        raise PortraitRefused(PICTURE, str(refused)) from None
    return picture.digest, [f"{one.reason} {one.remedy}" for one in picture.reports]


def _earlier(loaded: LoadedPersona, asked: Asked) -> str:
    """The picture that was sent with a form before, else the one that she has."""
    hers = loaded.persona.portrait if loaded.persona else None
    return asked.text(PICTURE) or (hers.picture if hers else "")


def _described(text: str) -> str:
    if not text.strip():
        raise InvalidText(ASK)
    return words_of(text, "What it shows", LONGEST_WORDS)


def give_portrait(scene: Scene) -> Change:
    """A picture that is kept for her becomes her portrait, or the one that she has gets other words."""
    before, digest = _persona_portrait(scene), scene.asked.text(PICTURE)
    if path_of(scene.archive, scene.loaded.row.id, digest) is None:
        raise InvalidText(NO_FILE)
    others = before.other_keys if before else {}
    portrait = Portrait(Digest(digest), _described(scene.asked.text(WORDS)), others)
    if portrait == before:
        raise InvalidText(SAME)
    return Change("Her portrait", keys={PORTRAIT: as_written(portrait)})


def take_portrait(scene: Scene) -> Change:
    """The woven pattern stands in its place again."""
    if not names_one(scene.loaded):
        raise InvalidText(NONE)
    return Change("Her portrait taken away", keys={PORTRAIT: None})


def _persona_portrait(scene: Scene) -> Portrait | None:
    return scene.loaded.persona.portrait if scene.loaded.persona else None


def names_one(loaded: LoadedPersona) -> bool:
    """Whether her file has the key, also where what it says can not be understood."""
    if loaded.parsed is None:
        return False
    return loaded.parsed.persona.portrait is not None or any(
        problem.key == PORTRAIT for problem in loaded.parsed.problems
    )


def portrait_now(archive: Archive, actor: Actor, who: str, expected: str) -> str:
    """The digest of the portrait of which a form spoke. Raises NotFound, PersonaStale."""
    with archive.engine.connect() as connection:
        loaded = load_persona(archive, connection, actor, who)
    if form_digest(archive, loaded.digest) != expected:
        raise PersonaStale(loaded)
    portrait = loaded.persona.portrait if loaded.persona else None
    return portrait.picture if portrait else ""


def delete_picture(archive: Archive, who: str, digest: str) -> None:
    """Nothing is left of a picture: earlier versions that name it show the woven pattern."""
    path = path_of(archive, who, digest)
    if path:
        path.unlink(missing_ok=True)


def portrait_part(archive: Archive, loaded: LoadedPersona) -> BuildPortrait:
    """Her portrait as the workbench shows it."""
    portrait = loaded.persona.portrait if loaded.persona else None
    address = f"/p/{loaded.row.id}/portrait"
    if portrait is None:
        return BuildPortrait(address, named=names_one(loaded))
    there = path_of(archive, loaded.row.id, portrait.picture) is not None
    view = PortraitView(f"/media/{portrait.picture}", portrait.words) if there else None
    return BuildPortrait(address, view, named=True, words=portrait.words)


def portrait_again(page: BuildPage, asked: Asked, refused: InvalidText) -> BuildPage:
    """The page with what was typed and kept, and why nothing was changed, at its field."""
    field = refused.field if isinstance(refused, PortraitRefused) else PICTURE
    kept = refused.kept if isinstance(refused, PortraitRefused) else ""
    words = asked.text(WORDS)[: LONGEST_WORDS * 2]
    part = replace(page.portrait, words=words, problem=str(refused), field=field, picture=kept)
    return replace(page, problem=str(refused), portrait=part)


PORTRAITS: Mapping[str, Callable[[Scene], Change]] = {GIVE: give_portrait, TAKE: take_portrait}

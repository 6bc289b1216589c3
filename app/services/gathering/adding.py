"""`/add`: a text that is pasted or dropped, on its way to being looked through."""

import shutil
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from app.database.people import ACCOUNT
from app.database.visibility import Actor
from app.errors import ImportRefused, NotFound, Withdrawn
from app.imports.convert import convert
from app.imports.model import Converted
from app.imports.names import ending_of
from app.records.paths import make_folders
from app.records.replace import digest_of, replace_file
from app.services.archive import Archive
from app.services.dates import moment_label
from app.services.gathering.drafting import Wishes
from app.services.gathering.editing import load_for_edit
from app.services.gathering.forgetting import INCOMING
from app.services.gathering.guides import guide_address, list_guides, read_guide, text_to_start_from
from app.services.gathering.importing import Source, begin_import, sources
from app.services.gathering.intaking import take_to_review, waiting_for
from app.services.gathering.originals import brought_before
from app.services.gathering.reviewing import review_address
from app.services.views import AddPage, GuideLink, WaitingText

ADD = "/add"
FORMATS = "Word, OpenDocument, RTF, HTML, PDF, text, Markdown, subtitles (.vtt, .srt), or a .zip of them"
PASTED = "Pasted text"
BEFORE = "This file was brought in before, by somebody else."
ASK = "Ask a steward to name you on its story."


def read_add(
    archive: Archive, actor: Actor, account: int | None, *, guide: str = "", text: str = "", problem: str = ""
) -> AddPage:
    """The page, with what a guide begins with or what was pasted before."""
    begun = ""
    if guide and not text:
        with suppress(NotFound):
            found = read_guide(archive, guide)
            text, begun = text_to_start_from(found), found.title
    language = archive.settings.language
    waiting = [
        WaitingText(review_address(row.key), row.name, moment_label(row.changed, language))
        for row in waiting_for(archive, actor, account)
    ]
    guides = [GuideLink(one.title, guide_address(one.slug)) for one in list_guides(archive)]
    nameless = account is not None and not gathers_as(archive, account)
    return AddPage(text, waiting, guides, FORMATS, "50 MB", nameless, problem, begun)


def gathers_as(archive: Archive, account: int | None) -> str:
    """The name that an account's stories carry."""
    if account is None:
        return ""
    with archive.engine.connect() as connection:
        found = connection.execute(select(ACCOUNT.c.gathers_as).where(ACCOUNT.c.key == account)).scalar()
    return str(found or "")


def paste(archive: Archive, account: int | None, text: str) -> int:
    """A text that somebody pasted, to be looked through; its key. Raises ImportRefused."""
    content = text.replace("\r\n", "\n").encode()
    converted = _of_pasted(content)
    wishes = Wishes(gatherer=gathers_as(archive, account))
    return take_to_review(archive, account, PASTED, content, converted, wishes, original=False)


def _of_pasted(content: bytes) -> Converted:
    """A transcript where it has the shape of one; else Markdown, as it is written in the editor."""
    spoken = convert("pasted.txt", content)
    return spoken if spoken.turns else convert("pasted.md", content)


def bring_one(archive: Archive, actor: Actor, account: int | None, name: str, content: bytes) -> str:
    """Where a file is looked through; where it led to, if it was brought before.

    Raises ImportRefused, OSError.
    """
    digest = digest_of(content)
    before = _brought_before(archive, actor, digest) or _waits_already(archive, actor, account, digest)
    return before or review_address(_taken(archive, account, name, content))


def _brought_before(archive: Archive, actor: Actor, digest: str) -> str:
    """The editor of the story that a file was made into; ImportRefused where that is not hers to know."""
    with archive.writing() as connection:
        story_id = brought_before(connection, [digest]).get(digest, "")
        connection.commit()
    if not story_id:
        return ""
    try:
        load_for_edit(archive, actor, story_id)
    except (NotFound, Withdrawn):
        raise ImportRefused(BEFORE, ASK) from None
    return f"/s/{story_id}/edit?before"


def _waits_already(archive: Archive, actor: Actor, account: int | None, digest: str) -> str:
    waiting = (row.key for row in waiting_for(archive, actor, account) if row.digest == digest)
    return next((review_address(key) for key in waiting), "")


def _taken(archive: Archive, account: int | None, name: str, content: bytes) -> int:
    converted = convert(name, content)
    return take_to_review(
        archive, account, name, content, converted, Wishes(gatherer=gathers_as(archive, account))
    )


def is_one(files: Sequence[tuple[str, bytes]]) -> bool:
    """Whether there is one file, and no zip of many."""
    return len(files) == 1 and ending_of(files[0][0]) != "zip"


def bring_many(archive: Archive, account: int | None, files: Sequence[tuple[str, bytes]]) -> int:
    """Files to be brought in as drafts; the key of the job. Raises ImportRefused, JobsWait, OSError."""
    folder = archive.settings.state / INCOMING / uuid.uuid4().hex
    try:
        staged = [_staged(archive, folder, number, *one) for number, one in enumerate(files, 1)]
        found = [one for source in staged for one in _entries(source)]
        wishes = Wishes(gatherer=gathers_as(archive, account))
        return begin_import(archive, found, wishes, by=account, folder=folder, by_file=False)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _staged(archive: Archive, folder: Path, number: int, name: str, content: bytes) -> Source:
    """A file where the job finds it, under a name of ours."""
    make_folders(folder, archive.settings.state)
    folder.parent.chmod(0o700)
    path = folder / (f"{number}.zip" if ending_of(name) == "zip" else str(number))
    replace_file(path, content)
    return Source(name, str(path))


def _entries(source: Source) -> list[Source]:
    path = Path(source.path)
    if path.suffix != ".zip":
        return [source]
    try:
        found = [Source(f"{source.name}/{one.entry}", one.path, one.entry) for one in sources([path])]
    except ImportRefused as refused:
        raise ImportRefused(f"{source.name}: {refused.reason}", refused.remedy) from None
    if not found:
        raise ImportRefused("There is nothing in this zip to bring in.", "Look what is in it.")
    return found

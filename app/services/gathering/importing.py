"""Bringing in many files: one journalled job, a draft for each, the same file never twice."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from app.errors import ImportRefused
from app.imports.convert import convert
from app.imports.model import Converted, Report
from app.imports.names import kind_of, slug_for
from app.imports.packs import Entry, entries
from app.records.ids import PREFIX, mint
from app.records.model import RecordKind
from app.records.paths import read_settled
from app.records.problems import SetAside
from app.records.replace import digest_of
from app.services.archive import Archive
from app.services.gathering.addressing import slug_of_story
from app.services.gathering.creating import Made, New, create_all
from app.services.gathering.drafting import Wishes, draft
from app.services.gathering.jobs import start
from app.services.gathering.journal import Item, Job, Outcome, Planned, State
from app.services.gathering.kinds import Words, register_many
from app.services.gathering.originals import Original, brought_before, forget_original
from app.services.gathering.putting_back import Worker, put_back, worker_for
from app.services.gathering.waiting import take_from_review, to_review
from app.services.intents import Intent, OfJob
from app.services.saving import bring_search_up_to_date

KIND = "import"
TITLE = "Bring in files"
AT_ONCE = 50  # files in one transaction
LARGEST = 50 * 1024 * 1024  # bytes of one file
SEARCHED_EACH = 500  # files, after which search follows
NOT_KEPT = "What was sent is not kept here any more. Bring those files in once more."
BEFORE = "It was brought in before."


@dataclass(frozen=True)
class Source:
    """A file to bring in: of the disk, or an entry of a folder or zip."""

    name: str  # as it is shown
    path: str
    entry: str = ""


def sources(paths: Iterable[Path]) -> Iterator[Source]:
    """Every file of these paths, in order. Raises ImportRefused for a folder or zip that is too much."""
    for path in paths:
        if path.is_dir() or (path.suffix.lower() == ".zip" and path.is_file()):
            yield from (Source(f"{path}/{one.name}", str(path), one.name) for one in entries(path))
        else:
            yield Source(str(path), str(path))


def begin_import(
    archive: Archive,
    found: Iterable[Source],
    wishes: Wishes,
    *,
    by: int | None,
    folder: Path | None = None,
    by_file: bool = True,
) -> int:
    """Write the job down; its key. `folder` holds what was sent, and goes at the end. `by_file`: a story's
    address is what its file is called. Raises JobsWait.
    """
    planned = [Planned(name=one.name, data={"path": one.path, "entry": one.entry}) for one in found]
    data = {"wishes": asdict(wishes), "folder": str(folder) if folder else "", "by file": by_file}
    return start(archive, KIND, planned, by=by, data=data)


@dataclass(frozen=True)
class _Read:
    """A file of the job with what was found out about it."""

    item: Item
    content: bytes
    digest: str


def bring_in(archive: Archive, job: Job, items: Sequence[Item]) -> Sequence[Outcome]:
    """One batch. What can not be read or converted is an outcome of its own, and holds up no other."""
    worker, wishes = worker_for(archive, job.account), _wishes(job.data)
    outcomes: dict[int, Outcome] = {}
    read = list(_unknown(archive, _readable(items, outcomes), outcomes))
    news: list[tuple[_Read, New, Converted]] = []
    for one in read:
        try:
            converted = convert(one.item.name, one.content)
            if converted.must_review:
                told = (one.item, one.content, converted, wishes)
                outcomes[one.item.number] = to_review(archive, worker.account, *told)
            else:
                new = _new(archive, worker, one, converted, wishes)
                new = new if job.data.get("by file", True) else _addressed(archive, new, converted)
                news.append((one, new, converted))
        except ImportRefused as refused:
            outcomes[one.item.number] = _refused(Report("", refused.reason, refused.remedy))
    made = create_all(archive, [new for _, new, _ in news], named=_named(worker))
    for (one, _, converted), story in zip(news, made, strict=True):
        outcomes[one.item.number] = _done(story, converted.reports)
    _search_follows(archive, job, len(items))
    return [outcomes[item.number] for item in items]


def _wishes(data: Mapping[str, Any]) -> Wishes:
    told = data["wishes"]
    return Wishes(tuple(told["uses"]), told["site"], told["gatherer"])


def _named(worker: Worker) -> int | None:
    """Who is named on what she brings in, so that it is hers to read."""
    return None if worker.steward else worker.account


def _readable(items: Sequence[Item], outcomes: dict[int, Outcome]) -> Iterator[_Read]:
    packs: dict[str, dict[str, Entry]] = {}
    for item in items:
        try:
            content = _content(item, packs)
            yield _Read(item, content, digest_of(content))
        except ImportRefused as refused:
            outcomes[item.number] = _refused(Report("", refused.reason, refused.remedy))


def _content(item: Item, packs: dict[str, dict[str, Entry]]) -> bytes:
    path, name = Path(item.data["path"]), item.data["entry"]
    if not name:
        return _of_disk(path)
    if str(path) not in packs:
        packs[str(path)] = {one.name: one for one in entries(path)}
    found = packs[str(path)].get(name)
    if found is None:
        raise ImportRefused("It is not there any more.", "Look where it went, and bring it in again.")
    return found.read()


def _of_disk(path: Path) -> bytes:
    if not path.exists():
        raise ImportRefused("There is no such file.", "Look whether its name is spelt as on the disk.")
    try:
        return read_settled(path.resolve(), LARGEST)
    except SetAside as aside:
        raise ImportRefused(aside.problems[0].reason, aside.problems[0].remedy) from None


def _unknown(archive: Archive, read: Iterable[_Read], outcomes: dict[int, Outcome]) -> Iterator[_Read]:
    """Those that were never brought in, also not a moment ago under another name."""
    listed = list(read)
    with archive.writing() as connection:
        before = brought_before(connection, {one.digest for one in listed})
        connection.commit()
    for one in listed:
        if one.digest in before:
            outcomes[one.item.number] = Outcome(State.UNCHANGED, record_id=before[one.digest], said=BEFORE)
        else:
            before[one.digest] = ""
            yield one


def _new(archive: Archive, worker: Worker, one: _Read, converted: Converted, wishes: Wishes) -> New:
    name = one.item.data["entry"] or Path(one.item.name).name
    told = {"name": name, "digest": one.digest, "story_id": mint(PREFIX[RecordKind.STORY])}
    content = draft(archive, converted, wishes=wishes, **told)
    original = Original(one.content, one.digest, Path(name).name, converted.format or kind_of(name))
    item = OfJob(one.item.job, one.item.number, State.DONE.value)
    intent = Intent("import", worker.name, "", worker.account, item=item)
    return New(told["story_id"], slug_for(name), content, original, intent, converted.pictures)


def _addressed(archive: Archive, new: New, converted: Converted) -> New:
    """The same under an address of what the story says of itself; what a file was called may be a name."""
    spoken = {turn.speaker: turn.speaker for turn in converted.turns if turn.speaker}
    return replace(new, slug=slug_of_story(new.content, spoken, archive.now().date()))


def _done(made: Made, reports: Sequence[Report]) -> Outcome:
    said = "\n".join(_sentence(one) for one in reports[:20])  # a line each
    return Outcome(State.DONE, record_id=made.record_id, after=made.digest, said=said)


def _refused(report: Report) -> Outcome:
    return Outcome(State.FAILED, said=_sentence(report))


def _sentence(report: Report) -> str:
    place = f"{report.place}: " if report.place else ""
    return f"{place}{report.reason} {report.remedy}".strip()


def _search_follows(archive: Archive, job: Job, now: int) -> None:
    """Search follows at the end and now and then: a commit costs as much for one story as for hundreds."""
    done = job.done + now
    if done >= job.total or done // SEARCHED_EACH > job.done // SEARCHED_EACH:
        bring_search_up_to_date(archive)


def take_back(archive: Archive, job: Job, item: Item) -> Outcome:
    """Undo one: the file that was made goes, unless somebody worked on it, and its original with it."""
    if item.state == State.REVIEW:
        return take_from_review(archive, item)
    outcome = put_back(archive, job, item)
    if outcome.state is State.UNDONE:
        forget_original(archive, item.record_id)
    return outcome


def _forget_sent(job: Job) -> None:
    if folder := job.data.get("folder"):
        shutil.rmtree(folder, ignore_errors=True)


def _gone(job: Job) -> str:
    """What was sent is kept no longer than its job works."""
    folder = job.data.get("folder")
    return NOT_KEPT if folder and not Path(folder).is_dir() else ""


WORDS = Words(lambda _job: TITLE, gone=_gone)
register_many(KIND, bring_in, at_once=AT_ONCE, title=WORDS, undo=take_back, ended=_forget_sent)

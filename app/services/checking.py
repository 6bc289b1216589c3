"""Looking through files without an archive: what `storyhold check` says."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from os.path import relpath
from pathlib import Path

from app.config import Settings
from app.database.visibility import ANONYMOUS, Action, Answer, Facts, decide
from app.records.folder import FileStat, survey
from app.records.model import Problem, RecordKind, Story, Use
from app.records.paths import read_record
from app.records.problems import SetAside
from app.records.slugs import slug_of
from app.records.store import LARGEST_FILE
from app.services.cataloguing import Origin, persona_rows, story_rows
from app.services.problems import hidden_of
from app.services.reading_files import Examined, examine, unread
from app.services.settling import shared_id

Progress = Callable[[int, int], None]


@dataclass
class Checked:
    """What was found in the files. `hidden` is what of whole stories readers do not see."""

    files: int = 0
    problems: list[Problem] = field(default_factory=list)
    hidden: list[Problem] = field(default_factory=list)


def check_archive(settings: Settings, now: datetime, progress: Progress | None = None) -> Checked:
    """Check both folders of the settings."""
    folders = [(settings.stories, RecordKind.STORY), (settings.personas, RecordKind.PERSONA)]
    return _check(folders, settings, now, progress)


def check_paths(
    paths: Sequence[Path], settings: Settings, now: datetime, progress: Progress | None = None
) -> Checked:
    """Check files, and whole folders; what lies in the folder of personas is a persona, the rest stories."""
    personas = settings.personas
    folders = [
        (path, RecordKind.PERSONA if path.absolute().is_relative_to(personas) else RecordKind.STORY)
        for path in paths
    ]
    return _check(folders, settings, now, progress)


def _check(
    places: Iterable[tuple[Path, RecordKind]],
    settings: Settings,
    now: datetime,
    progress: Progress | None,
) -> Checked:
    checked = Checked()
    listed = [(file, kind) for place, kind in places for file in _files(place, checked)]
    ids: dict[str, list[Examined]] = defaultdict(list)
    unstated = frozenset(Use(use) for use in settings.unstated_uses)
    for number, (file, kind) in enumerate(listed, 1):
        examined = _examined(file, kind, now)
        checked.problems.extend(examined.problems)
        checked.hidden.extend(_hidden(examined, unstated, now))
        if examined.stated_id:
            ids[examined.stated_id].append(examined)
        if progress:
            progress(number, len(listed))
    checked.files = len(listed)
    checked.problems.extend(_contested(ids))
    return checked


def _files(place: Path, checked: Checked) -> Iterator[FileStat]:
    if place.is_dir():
        found = survey(place)
        checked.problems.extend(found.problems)
        yield from found.files
        return
    status = place.stat()
    yield FileStat(
        slug_of(Path(place.name)), place, str(place), status.st_size, status.st_mtime_ns, status.st_ino
    )


def _examined(file: FileStat, kind: RecordKind, now: datetime) -> Examined:
    path = relpath(file.path)
    try:
        content = read_record(file.path, LARGEST_FILE)
    except SetAside as refused:
        return unread(path, file.slug, kind, refused)
    return examine(content, path=path, slug=file.slug, kind=kind, today=now.date())


def _hidden(examined: Examined, unstated: frozenset[Use], now: datetime) -> list[Problem]:
    if examined.record is None:
        return []
    origin = Origin("s-00000000", examined.slug, examined.path, examined.digest, 1)
    if isinstance(examined.record, Story):
        row = story_rows(examined.record, origin, unstated=unstated, now=now).own
    else:
        row = persona_rows(examined.record, origin, unstated=unstated).own
    facts = Facts(origin.id, row["uses"], row["status"], row["until"], row["understood"])
    visible = decide(ANONYMOUS, facts, Action.READ, now) is Answer.ALLOWED
    return hidden_of(row, visible=visible)


def _contested(ids: dict[str, list[Examined]]) -> Iterator[Problem]:
    for rivals in ids.values():
        if len(rivals) > 1:
            paths = [one.path for one in rivals]
            for path in paths:
                yield shared_id(path, [other for other in paths if other != path])

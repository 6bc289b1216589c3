"""Looking through files without an archive: what `storyhold check` says."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from app.config import Settings
from app.database.visibility import ANONYMOUS, Action, Answer, Facts, decide
from app.records.folder import FileStat, survey
from app.records.model import Problem, RecordKind, Story, Use
from app.records.paths import read_record, shown_path
from app.records.problems import SetAside, not_read
from app.records.slugs import is_other_text, slug_of
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
    """Check both folders of the settings; one that is absent holds nothing."""
    return check_paths([settings.stories, settings.personas], settings, now, progress)


def check_paths(
    paths: Sequence[Path], settings: Settings, now: datetime, progress: Progress | None = None
) -> Checked:
    """Check files, and whole folders; what lies in the folder of personas is a persona, the rest stories."""
    checked, ids = Checked(), defaultdict[str, list[Examined]](list)
    listed = {file.path.absolute(): file for path in paths for file in _files(path, checked)}
    unstated = frozenset(Use(use) for use in settings.unstated_uses)
    for number, (path, file) in enumerate(listed.items(), 1):
        kind = RecordKind.PERSONA if path.is_relative_to(settings.personas) else RecordKind.STORY
        for examined in _examined(file, kind, now):
            checked.files += 1
            checked.problems.extend(examined.problems)
            checked.hidden.extend(_hidden(examined, unstated, now))
            if examined.stated_id:
                ids[examined.stated_id].append(examined)
        if progress:
            progress(number, len(listed))
    checked.problems.extend(_contested(ids))
    return checked


def _files(place: Path, checked: Checked) -> Iterator[FileStat]:
    if not place.is_file():
        found = survey(place)
        problems = (*found.problems, *found.passed_over)
        checked.problems.extend(replace(problem, file=shown_path(problem.file)) for problem in problems)
        yield from found.files
        return
    if is_other_text(place.name):
        checked.problems.append(not_read(shown_path(place)))
        return
    status = place.stat()
    yield FileStat(slug_of(place.name), str(place), status.st_size, status.st_mtime_ns, status.st_ino)


def _examined(file: FileStat, kind: RecordKind, now: datetime) -> Iterator[Examined]:
    """What a file is; nothing where it has gone meanwhile."""
    path = shown_path(file.path)
    try:
        content = read_record(file.path, LARGEST_FILE)
    except FileNotFoundError:
        return
    except SetAside as refused:
        yield unread(path, file.slug, kind, refused)
    else:
        yield examine(content, path=path, slug=file.slug, kind=kind, today=now.date())


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
        for one in rivals if len(rivals) > 1 else ():
            yield shared_id(one, [other.path for other in rivals if other is not one])

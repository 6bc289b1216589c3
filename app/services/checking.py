"""Looking through files without an archive: what `storyhold check` says."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from app.config import Settings
from app.database.engine import open_engine
from app.database.ledgers import DENIAL
from app.database.tables import FILE
from app.database.visibility import ANONYMOUS, Action, Answer, Facts, decide
from app.records.folder import FileStat, reserved_address, survey
from app.records.ids import derived_id
from app.records.model import Problem, RecordKind, Story, Use
from app.records.paths import read_record, shown_path
from app.records.problems import SetAside, not_read
from app.records.slugs import RESERVED, is_other_text, slug_of
from app.records.store import LARGEST_FILE
from app.services.archive import keyed_digest, read_key
from app.services.broken_evidence import Known, broken_evidence
from app.services.cataloguing import Origin, persona_rows, story_rows
from app.services.denying import Denials
from app.services.narrowing import narrowed_rows
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
    known = Known(every=settings.stories in paths)
    listed = {file.path.absolute(): file for path in paths for file in _files(path, checked, settings)}
    unstated = frozenset(Use(use) for use in settings.unstated_uses)
    with standing_denials(settings) as denials:
        for number, (path, file) in enumerate(listed.items(), 1):
            kind = RecordKind.PERSONA if path.is_relative_to(settings.personas) else RecordKind.STORY
            for examined in _examined(file, kind, now):
                checked.files += 1
                known.note(examined)
                checked.problems.extend(examined.problems)
                _look(checked, examined, denials, unstated, now)
                if examined.stated_id:
                    ids[examined.stated_id].append(examined)
            if progress:
                progress(number, len(listed))
        checked.problems.extend(broken_evidence(known, denials.connection if denials else None))
    checked.problems.extend(_contested(ids))
    return checked


def _files(place: Path, checked: Checked, settings: Settings) -> Iterator[FileStat]:
    personas = settings.personas.absolute()
    if not place.is_file():
        at_top = place.absolute() == personas
        found = survey(place, RESERVED[RecordKind.PERSONA] if at_top else ())
        problems = (*found.problems, *found.passed_over)
        checked.problems.extend(replace(problem, file=shown_path(problem.file)) for problem in problems)
        yield from found.files
        return
    if is_other_text(place.name):
        checked.problems.append(not_read(shown_path(place)))
        return
    if place.absolute().parent == personas and slug_of(place.name) in RESERVED[RecordKind.PERSONA]:
        checked.problems.append(reserved_address(shown_path(place)))
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


@contextmanager
def standing_denials(settings: Settings) -> Iterator[Denials | None]:
    """What was taken back in the archive of these settings; None where there is no archive yet."""
    path = settings.database_path
    if not settings.secret_key_file.is_file() or (path is not None and not path.is_file()):
        yield None
        return
    engine = open_engine(settings.database_url)
    try:
        key = read_key(settings)
        with engine.connect() as connection:
            known = inspect(connection).has_table(DENIAL.name)
            yield Denials(connection, partial(keyed_digest, key)) if known else None
    finally:
        engine.dispose()


def _look(
    checked: Checked, examined: Examined, denials: Denials | None, unstated: frozenset[Use], now: datetime
) -> None:
    """What of one file readers do not see, and what it claims beyond what was left of it."""
    if examined.record is None:
        return
    origin = Origin(_id_of(examined, denials), examined.slug, examined.path, examined.digest, 1)
    if not isinstance(examined.record, Story):
        checked.hidden += _hidden(persona_rows(examined.record, origin, unstated=unstated).own, now)
    elif denials is None:
        checked.hidden += _hidden(story_rows(examined.record, origin, unstated=unstated, now=now).own, now)
    else:
        narrowed = narrowed_rows(denials, examined.record, origin, unstated=unstated, now=now)
        checked.problems += narrowed.problems
        checked.hidden += _hidden(narrowed.rows.own, now) if narrowed.rows else []


def _id_of(examined: Examined, denials: Denials | None) -> str:
    """The id of a file's record: as it states it, as the archive knows it, or as it would be derived."""
    if examined.stated_id or denials is None:
        return examined.stated_id or "s-00000000"
    where = (FILE.c.slug == examined.slug, FILE.c.kind == examined.kind.value, FILE.c.record_id != "")
    known = denials.connection.execute(select(FILE.c.record_id).where(*where)).scalar()
    return str(known or derived_id(examined.kind, examined.slug))


def _hidden(row: dict[str, Any], now: datetime) -> list[Problem]:
    origin_id = str(row["id"])
    facts = Facts(origin_id, row["uses"], row["status"], row["until"], row["understood"])
    visible = decide(ANONYMOUS, facts, Action.READ, now) is Answer.ALLOWED
    return hidden_of(row, visible=visible)


def _contested(ids: dict[str, list[Examined]]) -> Iterator[Problem]:
    for rivals in ids.values():
        for one in rivals if len(rivals) > 1 else ():
            yield shared_id(one, [other.path for other in rivals if other is not one])

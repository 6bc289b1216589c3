"""What a person should mend in the files, and which stories readers do not see, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.database.tables import PERSONA, PROBLEM, STORY
from app.database.visibility import ANONYMOUS, PUBLIC, Actor, visible_to
from app.records.model import Problem, Status
from app.services.archive import Archive
from app.services.masking import Mask
from app.services.missing_evidence import missing_evidence
from app.services.record_names import addresses_of
from app.services.references import FOLDERS
from app.services.views import ProblemsPage
from app.services.withholding import WAITS, withheld

COMMENT = "It holds a comment, which stays in the file and is shown to nobody."
COMMENT_REMEDY = "Nothing, if that is meant; a name in a comment is still a name in the file."
MORE = "Nothing to do, unless the storyteller agrees to more."
CONFIRM = "A steward confirms the restore at /desk/restored; the file says what holds then."
ASK = "Ask the storyteller, and write her answer under consent.uses."


def read_problems(archive: Archive, actor: Actor) -> ProblemsPage:
    """All problems that the last reconcile found, and the texts that it passed over.

    A steward whose organisation a story is not for finds nothing of it here either.
    """
    with archive.engine.connect() as connection:
        rows = connection.execute(select(PROBLEM).order_by(PROBLEM.c.path, PROBLEM.c.line)).all()
        mask = Mask(archive, connection, actor)
        closed = mask.hidden
        addresses = addresses_of(archive, connection, actor)
        found = [mask.problem(row) for row in rows if row.path not in closed]
        evidence = missing_evidence(archive, connection, actor)
    set_aside = [p for p in found if p.set_aside]
    of_keys = [p for p in found if not p.set_aside]
    passed_over = _passed_over(archive)
    total = len(found) + len(passed_over) + len(evidence)
    hidden = [one for one in hidden_records(archive) if one.file not in closed]
    return ProblemsPage(set_aside, of_keys, hidden, total, passed_over, addresses, evidence)


def _passed_over(archive: Archive) -> list[Problem]:
    """Texts in the folders now that are no Markdown; the catalogue knows of none of them."""
    return [
        replace(problem, file=FOLDERS[kind] + problem.file.removeprefix(store.folder.as_posix()))
        for kind, store in archive.stores.items()
        for problem in store.survey().passed_over
    ]


def hidden_records(archive: Archive) -> Sequence[Problem]:
    """Records that are whole and that not everybody may read, each with the reason; and hidden parts."""
    now = archive.now()
    found: list[Problem] = []
    with archive.engine.connect() as connection:
        restored = withheld(connection) is not None
        for table in (STORY, PERSONA):
            waits = restored and table is STORY
            visible = visible_to(ANONYMOUS, now, table).label("visible")
            rows = connection.execute(
                select(table, visible).where(table.c.set_aside.is_(False)).order_by(table.c.path)
            )
            for row in rows.mappings():
                found.extend(hidden_of(dict(row), visible=bool(row["visible"]), waits=waits))
    return found


def hidden_of(row: Mapping[str, Any], *, visible: bool, waits: bool = False) -> list[Problem]:
    """What of one story or persona readers do not see, and why; `waits`: a restore is to be confirmed."""
    found = [] if visible else [Problem(row["path"], None, *_why(row, waits=waits))]
    if row.get("comments"):
        found.append(Problem(row["path"], None, "comment", COMMENT, COMMENT_REMEDY))
    return found


def _why(row: Mapping[str, Any], *, waits: bool) -> tuple[str, str, str]:
    """The key, the reason and what opens it."""
    if row["status"] == Status.WITHDRAWN:
        return "status", "The storyteller has taken it back.", "Nothing to do: it stays closed."
    if row["status"] == Status.DRAFT:
        return "status", "It is a draft.", "Set status: ready when its storyteller has agreed."
    if not row["understood"]:
        return "consent", "Its consent can not be understood.", "Mend what is listed for this file."
    if not row.get("stated", True) and not row["uses"]:
        return "consent", "No consent is recorded.", ASK
    if waits and not row["uses"]:
        return "consent.uses", WAITS, CONFIRM
    if not row["uses"]:
        return "consent.uses", "No use has been agreed.", ASK
    if not row["uses"] & PUBLIC:
        return "consent.uses", "It may be used, but not published.", MORE
    return (
        "consent.until",
        f"Its consent ended after {row['until']}.",
        "Ask whether it may stay.",
    )

"""Bringing a specification in from Word or Markdown: a draft, whose requirements people look through."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert

from app.database.specifications import SPECIFICATION_STEP
from app.errors import ImportRefused, InvalidText, NotFound
from app.imports.names import ending_of, title_for
from app.imports.outlining import Item, outline
from app.records.ids import mint
from app.services.accounts import LONGEST_NAME
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.specifications.access import Who
from app.services.specifications.making import checked, insert_specification
from app.services.specifications.requirements import FILED, insert_requirement
from app.services.views import SpecificationForm

KINDS = ("docx", "md", "markdown")
NOT_THIS = ImportRefused(
    "A specification is brought in from Word or Markdown.", "Save it as .docx or .md, and bring that in."
)
UNTITLED = "Brought in"


def bring_in(archive: Archive, who: Who, name: str, content: bytes) -> tuple[str, str]:
    """A draft made of a file: its id, and that of the step that tells what is otherwise now, or empty.

    Raises ImportRefused, with a reason and a remedy; NotFound.
    """
    if not who.writes:
        raise NotFound
    if ending_of(name) not in KINDS:
        raise NOT_THIS
    found = outline(name, content)
    title = (" ".join(found.title.split()) or title_for(name))[:LONGEST_NAME].strip() or UNTITLED
    try:
        told = checked(SpecificationForm(title=title, about=found.about))
        items = [_tidied(one) for one in found.items]
    except InvalidText as wrong:
        raise ImportRefused(str(wrong), "Save it again where it was made, and bring that in.") from None
    made_id = str(mint("spec"))
    with archive.writing() as connection:
        key = insert_specification(archive, connection, who, made_id, told)
        _insert(archive, connection, who, key, items)
        told_by = _note(archive, connection, who, key, found.reports) if found.reports else ""
        connection.commit()
    return made_id, told_by


def _note(
    archive: Archive, connection: Connection, who: Who, specification: int, reports: Sequence[str]
) -> str:
    step_id = str(mint("step"))
    told = {"id": step_id, "specification": specification, "kind": FILED, "at": archive.now()}
    kept = {"before": {}, "after": {"reports": [*reports]}, "account": who.by.account}
    connection.execute(insert(SPECIFICATION_STEP).values(**told, **kept))
    return step_id


def _tidied(one: Item) -> Item:
    return Item(tidied(one.text, 10_000), one.depth, one.heading, [tidied(one.rationale, 10_000)])


def _insert(
    archive: Archive, connection: Connection, who: Who, specification: int, items: Sequence[Item]
) -> None:
    parents: list[int] = []  # keys of those that stand open
    for place, one in enumerate(items):
        del parents[one.depth :]
        parent = parents[-1] if parents else None
        values: dict[str, Any] = {"specification": specification, "parent": parent, "place": place}
        values |= {"text": one.text, "rationale": one.rationale, "heading": one.heading, "priority": ""}
        parents.append(insert_requirement(archive, connection, who, str(mint("req")), values))

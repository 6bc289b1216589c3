"""A specification with planted words: a requirement for each story, which cites it and says why."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from app.database.marking import QUOTE
from app.database.specifications import CITATION, PROMISE, REQUIREMENT, SPECIFICATION
from app.database.tables import STORY
from app.rendering.wording import digest_of_words
from tests.proofs.canaries.planting import Planted

ID = "spec-planted0"
PATH = f"/specifications/{ID}"
CITABLE = ("publication", "commissioning", "until Wednesday", "not for Northgate")  # when they were cited

GETS: dict[str, tuple[str, ...]] = {
    "/specifications": ("/specifications", "/specifications?removed=spec-planted0&quote={quote}"),
    "/specifications/import": ("/specifications/import",),
    "/specifications/{specification_id}": (PATH, f"{PATH}?page=2&step=step-00000000"),
    "/specifications/{specification_id}/about": (f"{PATH}/about",),
    "/specifications/{specification_id}/access": (f"{PATH}/access",),
    "/specifications/{specification_id}/requirements/{requirement_id}": (
        PATH + "/requirements/{requirement}?quote={quote}",
    ),
    "/specifications/{specification_id}/health": (f"{PATH}/health", f"{PATH}/health?page=2"),
    "/specifications/{specification_id}/health.json": (f"{PATH}/health.json",),
    "/specifications/{specification_id}/badge.svg": (f"{PATH}/badge.svg",),
    "/specifications/{specification_id}/matrix": (f"{PATH}/matrix",),
    "/specifications/{specification_id}/matrix.csv": (f"{PATH}/matrix.csv",),
    "/specifications/{specification_id}/file.{form}": (
        f"{PATH}/file.md",
        f"{PATH}/file.csv?part=annex",
        f"{PATH}/file.docx",
        f"{PATH}/file.pdf?part=annex",
    ),
}
GETS |= {
    "/api/v1/specifications": ("/api/v1/specifications", "/api/v1/specifications?size=1"),
    "/api/v1/specifications/{specification_id}/health": (f"/api/v1{PATH}/health",),
}
POSTS: dict[str, tuple[str, ...]] = {
    "/specifications": ("/specifications",),
    "/specifications/import": ("/specifications/import",),
    "/specifications/{specification_id}": (PATH,),
    "/specifications/{specification_id}/about": (f"{PATH}/about",),
    "/specifications/{specification_id}/access": (f"{PATH}/access",),
    "/specifications/{specification_id}/requirements/{requirement_id}": (
        PATH + "/requirements/{requirement}",
    ),
    "/specifications/{specification_id}/health": (f"{PATH}/health",),
}


def plant_specification(connection: Connection, now: datetime) -> None:
    """One that is open to design teams: each reader sees of it what she may."""
    told = {"key": 1, "id": ID, "title": "Planted", "access": "team", "made": now, "changed": now}
    connection.execute(
        insert(SPECIFICATION).values(**told, worths=[{"key": "v", "name": "Value"}], badge=False)
    )
    promise = {"id": "p-planted0", "specification": 1, "words": "We promise", "at": now, "done": False}
    connection.execute(insert(PROMISE).values(**promise, day="", happened="", edition=1))


def plant_requirement(connection: Connection, one: Planted, quote: int, now: datetime) -> None:
    """A requirement of which all but its words rests on this story's quote."""
    word = one["quote requirement"]
    held = {"v": {"verdict": "keeps", "note": f"As {word} says."}}
    asked = _ask(connection, now, one, rationale=f"Because of {word}.", worths=held)
    row = connection.execute(select(QUOTE).where(QUOTE.c.key == quote)).one()
    uses = connection.execute(select(STORY.c.uses).where(STORY.c.id == one.id)).scalar_one()
    told: dict[str, Any] = {
        "requirement": asked,
        "kind": "quote",
        "quote": quote,
        "story_id": one.id,
        "at": now,
    }
    told |= {name: getattr(row, name) for name in ("anchor", "start", "size", "revision")}
    told |= {"digest": digest_of_words(row.exact), "uses": uses if one.state in CITABLE else 0}
    told |= {"note": f"See {word}.", "wording": "", "persona_id": "", "figure": "", "source": ""}
    limited = one.state.startswith("not for")
    connection.execute(
        insert(CITATION).values(
            id=one.requirement.replace("req", "c"), challenges=False, limited=limited, **told
        )
    )


def plant_bare(connection: Connection, one: Planted, now: datetime) -> None:
    """The same where this story is not, and nobody has cited it."""
    _ask(connection, now, one, rationale="", worths={})


def _ask(connection: Connection, now: datetime, one: Planted, **told: Any) -> int:
    asked = {"id": one.requirement, "specification": 1, "text": "Asked", "priority": "must", "changed": now}
    made = insert(REQUIREMENT).values(**asked, **told, place=0, heading=False, edition=1)
    return int(connection.execute(made.returning(REQUIREMENT.c.key)).scalar_one())

"""Two people at one persona: what was wanted and what stands there now, beside each other."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Connection, select

from app.database.tables import REVISION
from app.database.visibility import Actor
from app.services.archive import Archive
from app.services.building.asked import Asked, PersonaStale
from app.services.building.going_back import BACK
from app.services.building.portraits import GIVE, TAKE, WORDS
from app.services.building.workbench import Bench, read_build
from app.services.dates import moment_label
from app.services.views import Both, BuildConflict, BuildPage

WANTED = {
    "for": "put evidence for a statement",
    "against": "put evidence against a statement",
    "write": "write a statement",
    "reword": "change a statement",
    "up": "move a statement up",
    "down": "move a statement down",
    "remove": "take a statement away",
    "off": "take a piece of evidence off",
    "turn": "turn a piece of evidence round",
    "heading": "add a heading",
    "rename": "rename a heading",
    "earlier": "move a heading up",
    "later": "move a heading down",
    "drop": "take a heading away",
    "under": "put a heading above the statements",
    "details": "change what stands at her head",
    "quote": "give her another quote",
    "reviewed": "say that she was reviewed today",
    "link": "link a story",
    "unlink": "take a story off",
    GIVE: "give her a portrait",
    TAKE: "take her portrait away",
    BACK: "bring an earlier version back",
}
LABELS = {"name": "Name", "tagline": "The line below it", "quote": "Her quote", "reviewed": "Reviewed"}
GONE = "It is not there any more, or says something else."
NOTHING = "nothing"
OF_FORM = ("do", "digest", "from")


def in_conflict(
    archive: Archive, actor: Actor, who: str, bench: Bench, asked: Asked, stale: PersonaStale
) -> BuildPage:
    """The workbench as it is now, above it what was wanted; with a form that does it now, where that is."""
    page = read_build(archive, actor, who, bench)
    with archive.engine.connect() as connection:
        by, when = _newest(archive, connection, stale.loaded.row.id)
    both = list(_both(page, asked))
    again = _again(page, asked) if not any(one.now == GONE for one in both) else ()
    address = page.portrait.address if asked.do in (GIVE, TAKE) else page.address
    conflict = BuildConflict(by, when, WANTED[asked.do], both, again, address)
    return replace(page, conflict=conflict, ticked=tuple(asked.chosen))


def _newest(archive: Archive, connection: Connection, record_id: str) -> tuple[str, str]:
    columns = (REVISION.c.who, REVISION.c.observed)
    newest = select(*columns).where(REVISION.c.record_id == record_id).order_by(REVISION.c.number.desc())
    row = connection.execute(newest.limit(1)).one()
    return row.who or "somebody in the folder", moment_label(row.observed, archive.settings.language)


def _again(page: BuildPage, asked: Asked) -> list[tuple[str, str]]:
    """All that the form sent, made from the file as it is now."""
    sent = [(name, value) for name, value in asked.fields.items() if name not in OF_FORM]
    return [*sent, ("digest", page.digest), ("from", page.source.kept), ("do", asked.do)]


def _both(page: BuildPage, asked: Asked) -> Iterator[Both]:
    if asked.do == "details":
        now = _details_now(page)
        for name, label in LABELS.items():
            if asked.text(name).strip() != now[name]:
                yield Both(label, asked.text(name).strip() or NOTHING, now[name] or NOTHING)
        return
    if asked.do == GIVE:
        yield Both("Her portrait", asked.text(WORDS), page.portrait.words or NOTHING)
    elif "statement" in asked.fields:
        texts = {one.key: one.text for group in page.groups for one in group.statements}
        yield Both(
            "The statement", asked.text("words") or WANTED[asked.do], texts.get(asked.text("statement"), GONE)
        )
    elif asked.do in ("rename", "earlier", "later", "drop"):
        names = {group.key: group.heading for group in page.groups}
        yield Both(
            "The heading", asked.text("name") or WANTED[asked.do], names.get(asked.text("heading"), GONE)
        )
    elif asked.text("words") or asked.text("name"):
        yield Both("What you wrote", asked.text("words") or asked.text("name"), NOTHING)


def _details_now(page: BuildPage) -> Mapping[str, str]:
    told = page.details
    return {"name": told.name, "tagline": told.tagline, "quote": told.quote, "reviewed": told.reviewed}

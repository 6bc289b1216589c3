"""How long the watch takes: `python -m benchmarks.specifications --stories 10000 --citations 500`.

The health of one specification as page and as JSON, the specification's own page, and its matrix. One core.
Other programs may run beside it: so medians, and processor time.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable

from sqlalchemy import insert, select

from app.database.marking import QUOTE
from app.database.specifications import CITATION
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Actor, Role, citable
from app.exports.specification_word import specification_document
from app.exports.specified import Specified
from app.records.ids import mint
from app.rendering.wording import digest_of_words
from app.services.archive import Archive
from app.services.citing.styles import STYLES, Style
from app.services.marking.reports import word_file
from app.services.recording import By
from app.services.specifications.access import Who
from app.services.specifications.health import health_json, read_health
from app.services.specifications.leaving import what_leaves
from app.services.specifications.making import make_specification
from app.services.specifications.matrix import read_matrix
from app.services.specifications.reading import read_specification
from app.services.specifications.requirements import add_requirement
from app.services.specifications.tree import nodes_of
from app.services.views import NavigationItem, RequirementForm, Site, SpecificationForm
from app.web.templating import render_page
from benchmarks import files

ROUNDS, UNDER_EACH = 30, 5
WHO = Who(Actor(frozenset({Role.COMMISSIONER}), "Here", signed_in=True), By(1, "Cy"))
SITE = Site("Storyhold", "en-GB", [NavigationItem("Stories", "/stories")])
WANTED = 200  # milliseconds for a specification's health
clock = time.process_time


def main() -> None:
    """Print what each takes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stories", type=int, default=10_000)
    asked.add_argument("--citations", type=int, default=500)
    given = asked.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with files.filled_archive(given.stories) as archive:
        specification = _fill(archive, given.citations)
        print(f"stories {given.stories:,}, citations {given.citations:,}, one core")
        _say(f"health, as a page (wanted: under {WANTED})", lambda: _health(archive, specification))
        _say("health, for programs", lambda: health_json(archive, WHO, specification, ""))
        _say("the specification’s first page", lambda: _page(archive, specification))
        _say("traceability", lambda: _matrix(archive, specification))
        for style in STYLES:
            _say_files(archive, specification, style)


def _say(name: str, what: Callable[[], object]) -> None:
    what()
    taken = []
    for _ in range(ROUNDS):
        began = clock()
        what()
        taken.append((clock() - began) * 1000)
    print(f"{name}: {statistics.median(taken):.1f} ms")


def _say_files(archive: Archive, specification: str, style: Style) -> None:
    """By the clock, as Pandoc is a program apart: for the first time, again, and as a Word file."""
    taken = []
    for made in (_left, _left, lambda *given: word_file(specification_document(_left(*given)))):
        began = time.perf_counter()
        made(archive, specification, style)
        taken.append((time.perf_counter() - began) * 1000)
    cold, warm, word = (f"{one:,.0f} ms" for one in taken)
    print(f"{style.label}: references {cold}, again {warm}, Word file {word}")


def _left(archive: Archive, specification: str, style: Style) -> Specified:
    return what_leaves(archive, WHO, specification, "https://stories.example.org", annex=True, style=style)


def _health(archive: Archive, specification: str) -> str:
    page = read_health(archive, WHO, specification, 1)
    return render_page("specifications/health.html", site=SITE, page=page)


def _page(archive: Archive, specification: str) -> str:
    page = read_specification(archive, WHO, specification, 1)
    return render_page("specifications/page.html", site=SITE, page=page)


def _matrix(archive: Archive, specification: str) -> str:
    page = read_matrix(archive, WHO, specification, 1)
    return render_page("specifications/matrix.html", site=SITE, page=page)


def _fill(archive: Archive, count: int) -> str:
    """A specification that cites so many passages, each of another story as far as there are so many."""
    specification = make_specification(archive, WHO, SpecificationForm(title="All of it"))
    for number in range(-(-count // UNDER_EACH)):
        add_requirement(archive, WHO, specification, RequirementForm(text=f"Number {number}"))
    with archive.writing() as connection:
        columns = (PASSAGE.c.anchor, PASSAGE.c.text, STORY.c.id, STORY.c.revision, STORY.c.uses)
        joined = PASSAGE.join(STORY, STORY.c.id == PASSAGE.c.story_id)
        wanted = select(*columns).select_from(joined).where(citable(archive.now()))
        rows = connection.execute(wanted.order_by(PASSAGE.c.number, STORY.c.id).limit(count)).all()
        requirements = [one.row.key for one in nodes_of(connection, 1)]
        for number, row in enumerate(rows):
            _cite(archive, connection.execute, requirements[number // UNDER_EACH], row)
        connection.commit()
    return specification


def _cite(archive: Archive, execute: Callable[..., object], requirement: int, row: AnyRow) -> None:
    now, place = archive.now(), {"anchor": row.anchor, "start": 0, "size": len(row.text)}
    words = {"exact": row.text, "revision": row.revision, "located": row.revision}
    quote = {"id": str(mint("q")), "story_id": row.id, "made": now, "changed": now, **place, **words}
    key = execute(insert(QUOTE).values(quote).returning(QUOTE.c.key)).scalar_one()  # type: ignore[attr-defined]
    cited = {"id": str(mint("c")), "requirement": requirement, "kind": "quote", "quote": key, "at": now}
    pinned = {"story_id": row.id, "revision": row.revision, "uses": row.uses, **place}
    execute(insert(CITATION).values(**cited, **pinned, digest=digest_of_words(row.text)))


if __name__ == "__main__":
    main()

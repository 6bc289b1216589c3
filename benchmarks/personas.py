"""How long a persona's page takes: `python -m benchmarks.personas --stories 500`.

A persona on whose page two hundred quotes of forty stories stand, beside the page of a long interview and
that of a short story, turn by turn; and what else is made of her. One core. Other programs may run beside
it: so medians of processor time.
"""

import argparse
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from app.database.tables import PASSAGE, PERSONA, STORY
from app.database.visibility import ANONYMOUS, Actor, Role
from app.services.archive import Archive
from app.services.building.workbench import Bench, read_build
from app.services.coverage.reading import read_coverage
from app.services.indexing import update_search
from app.services.marking.asking import AskedQuotes
from app.services.marking.quotes import About, Chosen, mark
from app.services.persona_comparing import compare_personas
from app.services.personas import read_persona
from app.services.reading import read_story
from app.services.reconcile import reconcile
from app.services.recording import By
from app.services.views import NavigationItem, Site
from app.web.templating import render_page
from benchmarks import corpus, files

STORIES, EACH = 40, 5  # behind her, and quotes of each
HEADINGS, STATEMENTS = 4, 10  # under each heading, with as many quotes as make two hundred together
TURNS = 15
LONG = 30  # stories whose passages make one long interview
READER = Actor(frozenset({Role.MEMBER, Role.STEWARD}), "Here", signed_in=True)
SITE = Site("Storyhold", "en-GB", [NavigationItem("Stories", "/stories")])
clock = time.process_time


def main() -> None:
    """Print what each takes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stories", type=int, default=500)
    given = asked.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with files.filled_archive(given.stories) as archive:
        behind = _behind(archive)
        who = _persona(archive, _quotes(archive, behind))
        print(f"stories {given.stories:,}, quotes of the persona {STORIES * EACH}, one core")
        for name, reader in (("a reader", ANONYMOUS), ("somebody who works here", READER)):
            for kind, stories in (("an interview", ["long"]), ("a short story", behind)):
                _pages(archive, name, reader, who.slug, kind, stories)
        _others(archive, who)


def _behind(archive: Archive) -> list[str]:
    """The slugs of the stories on which she rests."""
    with archive.engine.connect() as connection:
        named = select(STORY.c.slug).order_by(STORY.c.slug).limit(STORIES)
        return list(connection.execute(named).scalars())


def _quotes(archive: Archive, slugs: list[str]) -> list[str]:
    """So many passages of each story marked; the ids of their quotes."""
    with archive.engine.connect() as connection:
        joined = PASSAGE.join(STORY, STORY.c.id == PASSAGE.c.story_id)
        columns = (PASSAGE.c.story_id, PASSAGE.c.anchor, STORY.c.revision)
        rows = connection.execute(
            select(*columns)
            .select_from(joined)
            .where(STORY.c.slug.in_(slugs))
            .order_by(PASSAGE.c.story_id, PASSAGE.c.number)
        ).all()
    passages = defaultdict(list)
    for row in rows:
        passages[row.story_id].append(row)
    chosen = [row for each in passages.values() for row in each[:EACH]]
    return [
        mark(archive, READER, By(), row.story_id, [Chosen(row.anchor)], row.revision, About())[0]
        for row in chosen
    ]


def _persona(archive: Archive, quotes: list[str]):  # type: ignore[no-untyped-def]
    """Her row, once her file is read."""
    per = len(quotes) // (HEADINGS * STATEMENTS)
    lines = ["---", "name: Benchmark", "uses: [publication]", "statements:"]
    for heading in range(HEADINGS):
        lines.append(f"  Heading {heading}:")
        for number in range(STATEMENTS):
            first = (heading * STATEMENTS + number) * per
            named = ", ".join(quotes[first : first + per])
            lines.append(f"    - {{statement: Statement {heading} {number}, evidence: [{named}]}}")
    file = Path(archive.settings.personas) / "benchmark.md"
    file.write_text("\n".join([*lines, "---", "Of many.", ""]), "utf-8")
    parts = [passage.text for number in range(LONG) for passage in corpus.story(number).passages]
    text = "---\nstoryteller: Long\nconsent: {uses: [publication]}\n---\n" + "\n\n".join(parts) + "\n"
    (Path(archive.settings.stories) / "long.md").write_text(text, "utf-8")
    reconcile(archive)
    update_search(archive)
    with archive.engine.connect() as connection:
        return connection.execute(select(PERSONA).where(PERSONA.c.slug == "benchmark")).one()


def _pages(archive: Archive, name: str, reader: Actor, slug: str, what: str, stories: list[str]) -> None:
    """Both pages one after the other, so that what runs beside them slows both."""
    times: dict[str, list[float]] = defaultdict(list)
    for turn in range(TURNS + 1):
        story = stories[turn % len(stories)]
        for kind, show in (("story", _story), ("persona", _persona_page)):
            took = _timed(lambda show=show, at=story if kind == "story" else slug: show(archive, reader, at))  # type: ignore[misc]
            times[kind] += [took] * (turn > 0)  # the first turn warms
    story, persona = (1000 * statistics.median(times[kind]) for kind in ("story", "persona"))
    words = statistics.mean(_words(archive, one) for one in stories)
    print(f"for {name}: {what} of {words:,.0f} words {story:.1f} ms, the persona's page {persona:.1f} ms")
    print(f"  ratio {persona / story:.2f} (wanted: at most 1.3; processor time, {TURNS} turns)")


def _words(archive: Archive, slug: str) -> int:
    with archive.engine.connect() as connection:
        joined = PASSAGE.join(STORY, STORY.c.id == PASSAGE.c.story_id)
        texts = select(PASSAGE.c.text).select_from(joined).where(STORY.c.slug == slug)
        return sum(len(text.split()) for text in connection.execute(texts).scalars())


def _story(archive: Archive, reader: Actor, slug: str) -> str:
    return render_page("stories/page.html", site=SITE, page=read_story(archive, reader, slug))


def _persona_page(archive: Archive, reader: Actor, slug: str) -> str:
    return render_page("personas/page.html", site=SITE, page=read_persona(archive, reader, slug))


def _others(archive: Archive, who) -> None:  # type: ignore[no-untyped-def]
    bench = Bench(AskedQuotes("", size=24))
    each: dict[str, Callable[[], object]] = {
        "the workbench": lambda: read_build(archive, READER, who.id, bench),
        "comparing three": lambda: compare_personas(archive, READER, ["benchmark", "elena", "dev"]),
        "whose voices are missing": lambda: read_coverage(archive, READER),
    }
    for name, show in each.items():
        show()
        took = statistics.median(_timed(show) for _ in range(5))
        print(f"{name}: {1000 * took:.0f} ms")


def _timed(do: Callable[[], object]) -> float:
    start = clock()
    do()
    return clock() - start


if __name__ == "__main__":
    main()

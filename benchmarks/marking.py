"""How long marks take: `python -m benchmarks.marking --stories 10000 --quotes 100000`.

A story's page with its margin beside the same page without, and a theme's first fifty quotes. One core.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable

from sqlalchemy import insert, select

from app.database.marking import CODEBOOK, QUOTE, QUOTE_THEME
from app.database.tables import PASSAGE, STORY
from app.database.visibility import Actor, Role
from app.records.ids import mint
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.marking.asking import AskedQuotes
from app.services.marking.finding import SIZE, find_quotes
from app.services.marking.margin import Marker
from app.services.marking.of_theme import read_theme_quotes
from app.services.marking.words import write_missing_words
from app.services.reading import read_story
from app.services.searching import Asked, search
from app.services.views import NavigationItem, Site
from app.web.templating import render_page
from benchmarks import files

ROUNDS, THEMES = 60, 200
WORDS = ("waiting", "waiting -door", '"the door"', "wait*", "nurse theme:code-3")
READER = Actor(frozenset({Role.MEMBER, Role.STEWARD}), "Here", signed_in=True)
SITE = Site("Storyhold", "en-GB", [NavigationItem("Stories", "/stories")])
clock = time.perf_counter


def main() -> None:
    """Print what each takes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stories", type=int, default=10_000)
    asked.add_argument("--quotes", type=int, default=100_000)
    given = asked.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with files.filled_archive(given.stories) as archive:
        slugs = _slugs(archive)
        without = _page(archive, slugs, None)
        _fill(archive, given.quotes)
        print(f"stories {given.stories:,}, quotes {given.quotes:,}, themes {THEMES}, one core")
        _story(archive, slugs, without)
        _theme(archive)
        _find(archive)


def _slugs(archive: Archive) -> list[str]:
    with archive.engine.connect() as connection:
        found = connection.execute(select(STORY.c.slug).order_by(STORY.c.slug)).scalars().all()
    return random.Random(1).sample(list(found), min(ROUNDS, len(found)))


def _fill(archive: Archive, number: int) -> None:
    """Quotes at random places, a dozen words each, with two themes."""
    chance = random.Random(2)
    now = archive.now()
    with archive.writing() as connection:
        themes = [
            {"slug": f"code-{n}", "name": f"Code {n}", "written": now, "adopted": now} for n in range(THEMES)
        ]
        connection.execute(insert(CODEBOOK), themes)
        keys = list(connection.execute(select(CODEBOOK.c.key)).scalars())
        rows = connection.execute(
            select(PASSAGE.c.story_id, PASSAGE.c.anchor, PASSAGE.c.text, STORY.c.revision).join(
                STORY, STORY.c.id == PASSAGE.c.story_id
            )
        ).all()
        rows = [row for row in rows if len(row.text) > 80]
        quotes = [_quote(chance, chance.choice(rows), now) for _ in range(number)]
        for part in chunks(range(number)):
            connection.execute(insert(QUOTE), quotes[part[0] : part[-1] + 1])
        of = [
            {"quote": quote, "theme": theme}
            for quote in range(1, number + 1)
            for theme in chance.sample(keys, 2)
        ]
        connection.execute(insert(QUOTE_THEME), of)
        connection.commit()


def _quote(chance: random.Random, row, now) -> dict[str, object]:  # type: ignore[no-untyped-def]
    start = chance.randrange(len(row.text) - 70)
    words = row.text[start : start + 60]
    return {
        "id": mint("q"),
        "story_id": row.story_id,
        "anchor": row.anchor,
        "start": start,
        "size": len(words),
        "located": row.revision,
        "revision": row.revision,
        "exact": words,
        "made": now,
        "changed": now,
    }


def _timed(do: Callable[[], object]) -> float:
    start = clock()
    do()
    return clock() - start


def _page(archive: Archive, slugs: list[str], marker: Marker | None) -> float:
    def shown(slug: str) -> str:
        return render_page("stories/page.html", site=SITE, page=read_story(archive, READER, slug, marker))

    for slug in slugs:
        shown(slug)
    return statistics.median(_timed(lambda slug=slug: shown(slug)) for slug in slugs)  # type: ignore[misc]


def _story(archive: Archive, slugs: list[str], without: float) -> None:
    margin = _page(archive, slugs, Marker(1))
    print(f"story page without marks {1000 * without:.1f} ms, with them {1000 * margin:.1f} ms")
    print(f"ratio {margin / without:.2f} (wanted: at most 1.3)")


def _theme(archive: Archive) -> None:
    first = [_timed(lambda n=n: read_theme_quotes(archive, READER, f"code-{n}", 1)) for n in range(40)]  # type: ignore[misc]
    print(f"a theme's first fifty quotes {1000 * statistics.median(first):.0f} ms (wanted: under 50)")


def _find(archive: Archive) -> None:
    """The page of quotes for some words, beside the page of stories for the same."""
    write_missing_words(archive)
    quotes = statistics.median(
        _timed(lambda q=q: find_quotes(archive, READER, AskedQuotes(q, size=SIZE)))  # type: ignore[misc]
        for q in WORDS * 3
    )
    stories = statistics.median(
        _timed(lambda q=q: search(archive, READER, Asked(q)))  # type: ignore[misc]
        for q in WORDS * 3
    )
    print(f"quotes found by their words {1000 * quotes:.0f} ms (wanted: under 150)")
    print(f"ratio to finding stories by them {quotes / stories:.2f}")


if __name__ == "__main__":
    main()

"""How long marks take: `python -m benchmarks.marking --stories 10000 --quotes 100000`.

A story's page with its margin and the same page without, turn by turn; a theme's first fifty quotes; which of
two hundred themes occur together. One core. Other programs may run beside it: so medians, and processor time.
"""

import argparse
import os
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable

from sqlalchemy import insert, select

from app.database.marking import CODEBOOK, QUOTE, QUOTE_THEME
from app.database.tables import PASSAGE, STORY
from app.database.visibility import ANONYMOUS, Actor, Role
from app.records.ids import mint
from app.services import reading
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.marking.asking import AskedQuotes
from app.services.marking.finding import SIZE, find_quotes
from app.services.marking.margin import Margin, Marker, read_margin
from app.services.marking.of_theme import read_theme_quotes
from app.services.marking.words import write_missing_words
from app.services.patterns.asking import BY_SITE, BY_STORY, TOGETHER, Asked
from app.services.patterns.counting import WAYS, carried
from app.services.patterns.grid import read_by_story
from app.services.patterns.lines import read_by_line
from app.services.patterns.together import read_patterns
from app.services.reading import read_story
from app.services.searching import Asked as AskedStories
from app.services.searching import search
from app.services.themes import read_theme
from app.services.views import NavigationItem, Site
from app.web.templating import render_page
from benchmarks import files

ROUNDS, THEMES = 60, 200
WORDS = ("waiting", "waiting -door", '"the door"', "wait*", "nurse theme:code-3")
READER = Actor(frozenset({Role.MEMBER, Role.STEWARD}), "Here", signed_in=True)
SITE = Site("Storyhold", "en-GB", [NavigationItem("Stories", "/stories")])
PEOPLE, TURNS = 20, 5
WANTED = {"quotes": " (wanted: under 300)"}
clock = time.process_time


def main() -> None:
    """Print what each takes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stories", type=int, default=10_000)
    asked.add_argument("--quotes", type=int, default=100_000)
    given = asked.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with files.filled_archive(given.stories) as archive:
        _fill(archive, given.quotes)
        print(f"stories {given.stories:,}, quotes {given.quotes:,}, themes {THEMES}, one core")
        slugs = _slugs(archive)
        _story("somebody who works here", archive, slugs, READER, Marker(1))
        _story("a reader", archive, slugs, ANONYMOUS, None)
        _theme(archive)
        _find(archive)
        _together(archive)


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
        passages = defaultdict(list)
        for row in rows:
            passages[row.story_id].append(row)
        each = list(passages.values())  # ten in each story of ten thousand
        quotes = [_quote(chance, chance.choice(each[n % len(each)]), now, n) for n in range(number)]
        for part in chunks(range(number)):
            connection.execute(insert(QUOTE), quotes[part[0] : part[-1] + 1])
        of = [
            {"quote": quote, "theme": theme}
            for quote in range(1, number + 1)
            for theme in chance.sample(keys, 2)
        ]
        connection.execute(insert(QUOTE_THEME), of)
        connection.commit()


def _quote(chance: random.Random, row, now, number: int) -> dict[str, object]:  # type: ignore[no-untyped-def]
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
        "account": number % PEOPLE + 1,
        "made": now,
        "changed": now,
    }


def _timed(do: Callable[[], object]) -> float:
    start = clock()
    do()
    return clock() - start


def _shown(archive: Archive, reader: Actor, slug: str, marker: Marker | None) -> str:
    return render_page("stories/page.html", site=SITE, page=read_story(archive, reader, slug, marker))


def _without(_archive, _connection, _reader, _row, html: str, _marker) -> Margin:  # type: ignore[no-untyped-def]
    """In the place of read_margin: a page as it was before there were marks."""
    return Margin(html, (), None)


def _story(who: str, archive: Archive, slugs: list[str], reader: Actor, marker: Marker | None) -> None:
    """Both pages of each story one after the other, so that what runs beside them slows both."""
    times: dict[object, list[float]] = defaultdict(list)
    for turn in range(TURNS + 1):
        for slug in slugs:
            for read in (_without, read_margin) if turn % 2 else (read_margin, _without):
                reading.read_margin = read
                took = _timed(lambda slug=slug: _shown(archive, reader, slug, marker))  # type: ignore[misc]
                times[read] += [took] * (turn > 0)  # the first turn warms
    without, margin = (statistics.median(times[read]) for read in (_without, read_margin))
    print(f"story page for {who}: without its margin {1000 * without:.1f} ms, with it {1000 * margin:.1f} ms")
    print(f"  ratio {margin / without:.2f} (wanted: at most 1.3; processor time, {TURNS} turns)")


def _theme(archive: Archive) -> None:
    first = [_timed(lambda n=n: read_theme_quotes(archive, READER, f"code-{n}", 1)) for n in range(40)]  # type: ignore[misc]
    print(f"a theme's first fifty quotes {1000 * statistics.median(first):.0f} ms (wanted: under 50)")
    whole = [_timed(lambda n=n: read_theme(archive, READER, f"code-{n}", 1)) for n in range(20)]  # type: ignore[misc]
    print(f"a theme's page {1000 * statistics.median(whole):.0f} ms")


def _together(archive: Archive) -> None:
    for by in WAYS:
        with archive.engine.connect() as connection:
            pairs = lambda by=by, on=connection: carried(archive, on, READER, by).pairs()  # type: ignore[misc]  # noqa: E731
            times = [_timed(pairs) for _ in range(15)]
        took, least = 1000 * statistics.median(times), 1000 * min(times)
        print(f"themes together, by {by}, every pair: {took:.0f} ms (least {least:.0f}){WANTED.get(by, '')}")
    for read, path in ((read_patterns, TOGETHER), (read_by_story, BY_STORY), (read_by_line, BY_SITE)):
        page = lambda read=read, path=path: read(archive, READER, Asked(path))  # type: ignore[misc]  # noqa: E731
        took = statistics.median(_timed(page) for _ in range(5))
        print(f"the page {path}: {1000 * took:.0f} ms")


def _find(archive: Archive) -> None:
    """The page of quotes for some words, beside the page of stories for the same."""
    write_missing_words(archive)
    quotes = statistics.median(
        _timed(lambda q=q: find_quotes(archive, READER, AskedQuotes(q, size=SIZE)))  # type: ignore[misc]
        for q in WORDS * 3
    )
    stories = statistics.median(
        _timed(lambda q=q: search(archive, READER, AskedStories(q)))  # type: ignore[misc]
        for q in WORDS * 3
    )
    print(f"quotes found by their words {1000 * quotes:.0f} ms (wanted: under 150)")
    print(f"ratio to finding stories by them {quotes / stories:.2f}")


if __name__ == "__main__":
    main()

"""How fast the archive reads its folder and answers: `python -m benchmarks.catalogue --stories 10000`."""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.config import Settings, load_settings
from app.database.visibility import ANONYMOUS
from app.search.whoosh_index import WhooshIndex
from app.services.archive import Archive, open_archive
from app.services.home import read_home
from app.services.indexing import update_search
from app.services.listing import list_stories
from app.services.reading import read_story
from app.services.reconcile import reconcile, reconcile_named
from app.services.searching import Asked, readable_classes, search
from app.services.spelling import complete, did_you_mean
from app.services.themes import read_theme
from app.services.views import Site
from app.web.templating import render_page
from benchmarks import corpus, files
from benchmarks.serving import Server

clock = time.perf_counter
SITE = Site("Storyhold", "en-GB", ())
ROUNDS = 100
MISSPELT = ("recieve", "morningg", "seperate", "desing", "computre", "writting", "beleive", "keybord")
BEGUN = ("wa", "har", "elen", "telling", "theme 1", "the com", "a quie", "soft")


def main() -> None:
    """Make the archive, read it, ask it, serve it; print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stories", type=int, default=10_000)
    asked.add_argument("--cpu", action="store_true", help="this process's time only, on a busy machine")
    given = asked.parse_args()
    if given.cpu:
        global clock
        clock = time.process_time
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder), given.stories)


def _run(folder: Path, count: int) -> None:
    _print("stories", f"{count:,}")
    files.write_archive(folder, count)
    environment = files.environment(folder)
    settings = load_settings(environment)
    archive = open_archive(settings, WhooshIndex(settings.search_index))
    _read_folder(archive, count)
    _ask(archive, count)
    _one_more(archive, count)
    archive.close()
    _serve(settings, environment, count)


def _read_folder(archive: Archive, count: int) -> None:
    reading = _seconds(lambda: reconcile(archive))
    _print("first reconcile, files a second", f"{count / reading:.0f} ({reading:.0f} s)")
    indexing = _seconds(lambda: update_search(archive))
    _print("search built from the catalogue, stories a second", f"{count / indexing:.0f}")
    again = statistics.median(_seconds(lambda: reconcile(archive)) for _ in range(3))
    _print("re-scan of unchanged files (target 3 s)", f"{again:.2f} s")


def _ask(archive: Archive, count: int) -> None:
    """Each page's service, and its template, as every request asks them."""
    slug = files.slug_of
    _times("story page", lambda n: _story(archive, slug(n * 37 % count)))
    _times("search page, a question for the first time", lambda n: _search(archive, n), len(corpus.QUESTIONS))
    _times("search page", lambda n: _search(archive, n))
    _times(
        "stories list",
        lambda n: _page("stories/list.html", list_stories(archive, ANONYMOUS, Asked(page=n + 1))),
    )
    _times("home", lambda _: _page("home.html", read_home(archive, ANONYMOUS)))
    _times(
        "theme page", lambda n: _page("themes/page.html", read_theme(archive, ANONYMOUS, f"theme-{n % 8}", 1))
    )
    _times("completions (target 50 ms)", lambda n: _complete(archive, BEGUN[n % len(BEGUN)]))
    _times("did you mean, for the first time", lambda n: _spell(archive, n), 1)
    _times("did you mean", lambda n: _spell(archive, n))


def _story(archive: Archive, slug: str) -> None:
    _page("stories/page.html", read_story(archive, ANONYMOUS, slug))


def _search(archive: Archive, number: int) -> None:
    number %= len(corpus.QUESTIONS)
    asked = Asked(corpus.QUESTIONS[number], corpus.filters(number))
    _page("search.html", search(archive, ANONYMOUS, asked))


def _page(template: str, page: Any) -> None:
    render_page(template, site=SITE, page=page)


def _complete(archive: Archive, typed: str) -> None:
    with archive.engine.connect() as connection:
        classes = readable_classes(archive, connection, ANONYMOUS)
        complete(archive, ANONYMOUS, classes, connection, typed)


def _spell(archive: Archive, number: int) -> None:
    word = MISSPELT[number % len(MISSPELT)]
    with archive.engine.connect() as connection:
        did_you_mean(archive, connection, readable_classes(archive, connection, ANONYMOUS), word, [word])


def _one_more(archive: Archive, count: int) -> None:
    times = []
    for number in range(count, count + 20):
        files.write_story(archive.settings.stories, number)
        times.append(_seconds(lambda number=number: _take_in(archive, number)))
    _print_times("one more story searchable, from the watcher's notice on (target 300 ms)", times)


def _take_in(archive: Archive, number: int) -> None:
    """What the watcher's notice of one new file sets going."""
    reconcile_named(archive, [str(archive.settings.stories / f"{files.slug_of(number)}.md")])
    update_search(archive)
    assert search(archive, ANONYMOUS, Asked(sort="newest")).total == number + 1


def _serve(settings: Settings, environment: dict[str, str], count: int) -> None:
    """A real server: whole answers over HTTP, a file dropped into the folder, memory."""
    with Server(environment) as server:
        starting = server.seconds_to_be_ready()
        _print("server ready after", f"{starting:.1f} s")
        addresses = [f"/stories/{files.slug_of(n * 53 % count)}" for n in range(140)]
        addresses += [f"/search?q={question}" for question in corpus.QUESTIONS[:56]]
        addresses += ["/", "/stories", "/themes", "/personas"]
        _print_times("answers over HTTP", [_seconds(lambda a=a: server.get(a)) for a in addresses])
        _print("server's memory after 200 pages (target 200 MB)", f"{server.megabytes():.0f} MB")
        _dropped(server, settings.stories, count + 100)
        _print("server's memory at the end", f"{server.megabytes():.0f} MB")


def _dropped(server: Server, stories: Path, first: int) -> None:
    times = []
    for number in range(first, first + 10):
        files.write_story(stories, number)
        times.append(_seconds(lambda number=number: _wait_for(server, number)))
        time.sleep(1)
    _print_times("file dropped to story found, with the watcher", times)


def _wait_for(server: Server, number: int) -> None:
    while files.slug_of(number) not in server.get(f"/search?q=%22{files.token_of(number)}%22"):
        time.sleep(0.01)


def _times(name: str, work: Callable[[int], object], rounds: int = ROUNDS) -> None:
    _print_times(name, [_seconds(lambda number=number: work(number)) for number in range(rounds)])


def _seconds(work: Callable[[], object]) -> float:
    start = clock()
    work()
    return clock() - start


def _print(name: str, value: str) -> None:
    print(f"{name:66} {value}", flush=True)


def _print_times(name: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    middle, high = statistics.median(ordered) * 1e3, ordered[int(len(ordered) * 0.95)] * 1e3
    _print(name, f"p50 {middle:.1f} ms, p95 {high:.1f} ms, most {ordered[-1] * 1e3:.1f} ms")


if __name__ == "__main__":
    main()

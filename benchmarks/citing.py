"""How long references take: `python -m benchmarks.citing`.

Every format of stories of the sample archive, asked for the first time and again; the page with five styles;
a story's page with all that it tells programs; an interview of 25,000 words as text. By the clock, since
somebody waits, and by the processor, since others work on the machine.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from app.services.citing import styles
from benchmarks import corpus
from tests.archives import take_in
from tests.web.asking import Web
from tests.web.people import look
from tests.web.serving import ROOT, served, story, write

FORMATS = ("/cite", ".csl.json", ".bib", ".ris", ".jsonld", ".dc.xml", ".md", ".txt")
ID, LONG = "s-7k3fq2mx", 34  # stories of the corpus: together some 25,000 words
COLD, CACHED = 500, 50  # milliseconds


def main() -> None:
    """Print what each takes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stories", type=int, default=10)
    many = asked.parse_args().stories
    with tempfile.TemporaryDirectory() as folder:
        for name in ("stories", "personas"):
            shutil.copytree(ROOT / name, Path(folder) / name)
        with served(Path(folder)) as web:
            print(f"{os.cpu_count()} cores, {many} stories, by the clock, load {os.getloadavg()[0]:.1f}")
            listed = web.get("/api/v1/stories?size=100").json["items"][:many]
            for form in FORMATS:
                _say(web, form, [f"/s/{item['id']}{form}" for item in listed])
            _long(web, Path(folder) / "stories")
            pages = [f"/stories/{item['slug']}" for item in listed]
            _print("a story's page", _times(pages * 5, lambda at: _ask(web, at)), None)


def _say(web: Web, form: str, addresses: list[str]) -> None:
    def cold(address: str) -> None:
        styles._formatted.cache_clear()
        _ask(web, address)

    _ask(web, addresses[0])  # the first of all pays for what is loaded once
    _print(f"{form} the first time", _times(addresses, cold), COLD)
    for address in addresses:
        _ask(web, address)
    _print(f"{form} again", _times(addresses * 3, lambda at: _ask(web, at)), CACHED)


def _long(web: Web, stories: Path) -> None:
    """The whole text of an interview that is longer than any other here."""
    passages = (one.text for number in range(LONG) for one in corpus.story(number).passages)
    write(stories, {"long.md": story("\n\n".join(passages), f"id: {ID}", "title: Long", "storyteller: M")})
    take_in(web.archive)
    for form in (".md", ".txt"):
        _ask(web, f"/s/{ID}{form}")
        taken = _times([f"/s/{ID}{form}"] * 10, lambda at: _ask(web, at))
        _print(f"a long interview as {form} again", taken, CACHED)


def _ask(web: Web, address: str) -> None:
    assert look(web, address).status == 200, address


def _times(addresses: Iterable[str], ask: Callable[[str], None]) -> list[tuple[float, float]]:
    """Milliseconds by the clock and of the processor. Pandoc's, a program apart, count by the clock alone."""
    taken = []
    for address in addresses:
        begun, worked = time.perf_counter(), time.process_time()
        ask(address)
        taken.append(((time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000))
    return taken


def _print(name: str, taken: Sequence[tuple[float, float]], wanted: int | None) -> None:
    clock, processor = (_told(each) for each in zip(*taken, strict=True))
    limit = f" (wanted: within {wanted} ms)" if wanted else ""
    print(f"{name}: {clock}; of the processor {processor}{limit}")


def _told(each: Sequence[float]) -> str:
    return f"median {statistics.median(each):.0f} ms, at most {max(each):.0f} ms"


if __name__ == "__main__":
    main()

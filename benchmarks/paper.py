"""How long sheets of paper take: `python -m benchmarks.paper`.

A poster as a PDF file, and a pack of forty cards, of the sample archive; slides of the same. Each is made
by a program of its own, its start included. By the clock, since somebody waits; other programs may run too.
"""

import argparse
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.services.archive import Archive
from app.services.paper.keeping import forget_files
from tests.web.asking import Web
from tests.web.people import look, someone
from tests.web.serving import ROOT, served

POSTERS = {
    "poster of a story": "/s/s-c7m1xz5b/poster.pdf",
    "poster of a persona": "/p/who-8n4xw1ce/poster.pdf",
}
WANTED = {"poster of a story": 3.0, "poster of a persona": 3.0, "pack of forty cards": 15.0}
CARDS = 40


def main() -> None:
    """Print what each takes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    rounds = asked.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        for name in ("stories", "personas"):
            shutil.copytree(ROOT / name, Path(folder) / name)
        _many(Path(folder) / "personas")
        with served(Path(folder), at_loopback=True) as web:
            load = os.getloadavg()[0]
            print(f"{os.cpu_count()} cores, {rounds} rounds, medians by the clock, load {load:.1f}")
            who = someone(web.archive, "Ann", "member", organisation="Here")
            for name, address in POSTERS.items():
                _say(name, _times(web.archive, rounds, lambda at=address: look(web, at, who)))
            cards = "&".join(f"card=who-{number:08d}" for number in range(CARDS))
            _say(
                "pack of forty cards",
                _times(web.archive, max(1, rounds // 2), lambda: _pack(web, cards, who)),
            )
            _say(
                "forty slides", _times(web.archive, 1, lambda: look(web, f"/paper/sheets.pptx?{cards}", who))
            )


def _many(folder: Path) -> None:
    """The personas of the sample again and again, until there are enough for a pack."""
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.md"))]
    for number in range(CARDS):
        lines = texts[number % len(texts)].splitlines()
        named = [f"id: who-{number:08d}" if line.startswith("id: ") else line for line in lines]
        (folder / f"again-{number}.md").write_text("\n".join(named), "utf-8")


def _times(archive: Archive, rounds: int, ask: Callable[[], object]) -> list[tuple[float, float]]:
    taken = []
    for _ in range(rounds):
        forget_files(archive)
        begun, worked = time.perf_counter(), _worked()
        ask()
        taken.append((time.perf_counter() - begun, _worked() - worked))
    return taken


def _worked() -> float:
    """Seconds of the processor, of this process and those that ended below it."""
    used = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _pack(web: Web, cards: str, who: tuple[str, str]) -> None:
    answer = look(web, f"/paper/sheets.pdf?{cards}", who)
    while answer.status == 303:
        time.sleep(0.2)
        page = look(web, answer["location"], who)
        if "The file is ready" in page.text:
            answer = look(web, f"/paper/sheets.pdf?{cards}", who)
    assert answer.content.startswith(b"%PDF"), answer.text


def _say(name: str, taken: list[tuple[float, float]]) -> None:
    wanted = f" (wanted: under {WANTED[name]:.0f} s)" if name in WANTED else ""
    waited, worked = ([one[at] for one in taken] for at in (0, 1))
    told = f"{statistics.median(waited):.2f} s, at most {max(waited):.2f} s{wanted}"
    print(f"{name}: {told}; of the processor {statistics.median(worked):.2f} s")


if __name__ == "__main__":
    main()

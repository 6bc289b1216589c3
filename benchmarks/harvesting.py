"""A full harvest by OAI-PMH, the first page of a feed and a part of the sitemap, over HTTP, on one core.

`taskset -c 0 .venv/bin/python -m benchmarks.harvesting` gives server and harvester one core between them.
"""

import argparse
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree as ET

from app.config import load_settings, variable
from app.search.memory import MemoryIndex
from app.services.archive import open_archive
from app.services.reconcile import reconcile
from benchmarks.serving import Server

OAI = "{http://www.openarchives.org/OAI/2.0/}"
TEXT = "She rang back, and it was the same person, who knew what had been said before. " * 6


def make(folder: Path, count: int) -> None:
    """So many public stories; every twentieth is taken back by hand."""
    for number in range(count):
        status = "status: withdrawn\n" if number % 20 == 19 else ""
        themes = f"themes: [theme {number % 60}, theme {number % 7}]\nsite: Site {number % 9}"
        head = f"id: s-{number:08}\ntitle: Story {number}\nstoryteller: Ann {number}\n{themes}\n{status}"
        path = folder / "stories" / str(number // 1_000) / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        consent = "consent: {uses: [publication]}"
        path.write_text(f"---\n{head}summary: About {number}.\n{consent}\n---\n{TEXT}\n")


def harvest(server: Server, verb: str) -> tuple[int, float, float]:
    """Records of a list, its seconds, and by how many megabytes the server grew after the first part."""
    began, asked, found, first = time.perf_counter(), "metadataPrefix=oai_dc", 0, 0.0
    while asked:
        root = ET.fromstring(server.get(f"/oai?verb={verb}&{asked}"))
        found += sum(1 for _ in root.iter(f"{OAI}header"))
        first = first or server.megabytes()
        token = root.findtext(f"{OAI}{verb}/{OAI}resumptionToken")
        asked = f"resumptionToken={token}" if token else ""
    return found, time.perf_counter() - began, server.megabytes() - first


def timed(server: Server, address: str) -> float:
    """Milliseconds of the second of two answers."""
    server.get(address)
    began = time.perf_counter()
    server.get(address)
    return 1_000 * (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=10_000)
    count = parser.parse_args().stories
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, count)
        places = ("stories", "personas", "search_index", "state")
        told = {variable(place): str(folder / place) for place in places}
        began = time.perf_counter()
        archive = open_archive(load_settings(told), MemoryIndex())
        reconcile(archive)
        archive.close()
        print(f"{count} stories read in {time.perf_counter() - began:.0f} s")
        with Server(told | {variable("search"): "memory"}) as server:
            server.seconds_to_be_ready()
            for verb in ("ListRecords", "ListIdentifiers"):
                found, seconds, grown = harvest(server, verb)
                print(f"{verb}: {found} records in {seconds:.1f} s; the server grew by {grown:.1f} MB")
            for address in ("/feed.xml", "/themes/theme-1/feed.xml", "/sitemap.xml", "/sitemap-2.xml"):
                print(f"{address}: {timed(server, address):.0f} ms")


if __name__ == "__main__":
    main()

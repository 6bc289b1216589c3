"""The stories of the benchmarks' corpus as files of an archive."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import load_settings
from app.search.model import Document
from app.search.whoosh_index import WhooshIndex
from app.services.archive import Archive, open_archive
from app.services.indexing import update_search
from app.services.reconcile import reconcile
from benchmarks import corpus

FOLDERS = 40  # sub-folders: nobody keeps ten thousand files in one


def environment(folder: Path) -> dict[str, str]:
    """The settings of the archive in a folder."""
    names = {"STORIES": "stories", "PERSONAS": "personas", "STATE": "state", "SEARCH_INDEX": "search_index"}
    return {f"STORYHOLD_{name}": str(folder / below) for name, below in names.items()}


@contextmanager
def filled_archive(count: int) -> Iterator[Archive]:
    """An archive of so many stories, catalogued and in Whoosh's index; gone at the end."""
    with tempfile.TemporaryDirectory() as name:
        write_archive(Path(name), count)
        settings = load_settings(environment(Path(name)))
        archive = open_archive(settings, WhooshIndex(settings.search_index))
        reconcile(archive)
        update_search(archive)
        yield archive
        archive.close()


def write_archive(folder: Path, count: int) -> None:
    """So many stories, and the personas that they name."""
    for number in range(count):
        write_story(folder / "stories", number)
    (folder / "personas").mkdir()
    for name in ("elena", "dev", "ruth", "sam", "grace", "omar"):
        text = f"---\nname: {name.title()}\ntagline: one of many\nuses: [publication]\n---\nA persona.\n"
        (folder / "personas" / f"{name}.md").write_text(text, "utf-8")


def write_story(stories: Path, number: int) -> None:
    """The story of this number, with a word of its own."""
    path = stories / f"{slug_of(number)}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_markdown(corpus.story(number), token_of(number)), "utf-8")


def slug_of(number: int) -> str:
    """The address of the story of this number."""
    return f"{number % FOLDERS:02}/story-{number:05}"


def token_of(number: int) -> str:
    """A word that is in no other story."""
    letters = str.maketrans("0123456789", "abcdefghij")
    return "zq" + f"{number:05}".translate(letters)


def as_markdown(story: Document, token: str) -> str:
    """A story file that any one may read."""
    lists = {"kind": story.kinds, "themes": story.themes, "personas": [n.lower() for n in story.personas]}
    texts = {"title": story.title, "storyteller": story.storyteller, "summary": story.summary}
    texts |= {"site": story.site, "gathered": story.gathered}
    keys = {**texts, **{name: list(values) for name, values in lists.items()}}
    head = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in keys.items())
    body = "\n\n".join(f"> {p.text}" if p.quotation else p.text for p in story.passages)
    return f"---\n{head}consent: {{uses: [publication, design]}}\n---\n{body}\n\nKnown as {token}.\n"

"""Interview guides: questions, prompts and a closing, each one Markdown file.

Four come with the archive; STORYHOLD_GUIDES names a folder of others, one of which takes the place of a
shipped one of the same name. They hold no story, so that every gatherer and steward may read all.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import NotFound
from app.records.frontmatter import split
from app.records.model import RecordKind
from app.records.paths import read_record
from app.records.problems import SetAside
from app.records.slugs import value_slug
from app.records.yaml_guard import read_mapping
from app.rendering.markdown import render
from app.services.archive import Archive
from app.services.references import ReferenceTargets
from app.services.views import GuideCard, GuidePage, GuideProblem, GuideQuestion, GuidesPage

SHIPPED = Path(__file__).parent / "guides"
ADDRESS = "/guides"
LARGEST = 256 * 1024  # bytes of a guide's file
MOST = 200  # files of the folder
DASHES = re.compile("-{2,}")
KEYS = "title, for_whom, minutes, questions and closing"
NO_QUESTIONS = f"It has no questions. A guide has the keys {KEYS}; docs/gathering.md shows one."
NO_ASK = "A question is no text and has no ‘ask’."
NO_MINUTES = "‘minutes’ is no whole number."


@dataclass(frozen=True)
class Question:
    """A question, what may help where nothing comes, and the heading of its answer in the story."""

    ask: str
    heading: str = ""
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guide:
    """An interview guide. `before` is Markdown for the gatherer, to be read before she goes."""

    slug: str
    title: str
    for_whom: str
    minutes: int  # 0 where it says nothing
    questions: tuple[Question, ...]
    closing: tuple[str, ...]
    before: str
    shipped: bool


def list_guides(archive: Archive) -> list[Guide]:
    """All guides that can be read, by title."""
    return sorted(_read(archive)[0].values(), key=lambda guide: (guide.title.casefold(), guide.slug))


def read_guide(archive: Archive, slug: str) -> Guide:
    """One guide. Raises NotFound."""
    found = _read(archive)[0].get(slug)
    if found is None:
        raise NotFound
    return found


def text_to_start_from(guide: Guide) -> str:
    """The Markdown of a story that has yet to be written: a heading for each question.

    What to ask stands in comments, which no reader of the story is shown.
    """
    parts = [f"## {one.heading or one.ask}\n\n<!-- {_noted(one)} -->\n" for one in guide.questions]
    return "\n".join(parts)


def _noted(question: Question) -> str:
    lines = [question.ask, *(f"- {prompt}" for prompt in question.prompts)]
    return "\n".join(DASHES.sub("–", line).replace(">", "›") for line in lines)


def _read(archive: Archive) -> tuple[dict[str, Guide], list[GuideProblem]]:
    """Guides by slug, those of the folder in the place of shipped ones; and files that are none."""
    found: dict[str, Guide] = {}
    problems: list[GuideProblem] = []
    for path in _files(SHIPPED):
        guide = _guide(path, shipped=True)
        found[guide.slug] = guide
    folder = archive.settings.guides
    for path in _files(folder) if folder else ():
        try:
            guide = _guide(path, shipped=False)
            found[guide.slug] = guide
        except SetAside as error:
            reasons = " ".join(f"{one.reason} {one.remedy}" for one in error.problems)
            problems.append(GuideProblem(path.name, reasons))
        except (ValueError, OSError) as error:
            reason = error.strerror or "" if isinstance(error, OSError) else str(error)
            problems.append(GuideProblem(path.name, reason))
    return found, problems


def _files(folder: Path) -> Iterator[Path]:
    """Markdown files of a folder, not of folders in it; one that is not there holds none."""
    if folder.is_dir():
        named = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".md", ".markdown"))
        yield from [path for path in named if not path.name.startswith(".")][:MOST]


def _guide(path: Path, *, shipped: bool) -> Guide:
    """Raises SetAside, or ValueError with a sentence."""
    parts = split(read_record(path, LARGEST), path.name)
    keys = read_mapping(parts, path.name).value
    keys = keys if isinstance(keys, Mapping) else {}
    questions = tuple(_question(one) for one in _listed(keys.get("questions")))
    if not questions:
        raise ValueError(NO_QUESTIONS)
    minutes = _text(keys.get("minutes"))
    if minutes and not re.fullmatch("[0-9]{1,3}", minutes):
        raise ValueError(NO_MINUTES)
    return Guide(
        slug=value_slug(path.stem),
        title=_text(keys.get("title")) or path.stem,
        for_whom=_text(keys.get("for_whom")),
        minutes=int(minutes or 0),
        questions=questions,
        closing=tuple(text for one in _listed(keys.get("closing")) if (text := _text(one))),
        before=parts.body,
        shipped=shipped,
    )


def _question(value: object) -> Question:
    if isinstance(value, str) and value.strip():
        return Question(_text(value))
    if not isinstance(value, Mapping) or not _text(value.get("ask")):
        raise ValueError(NO_ASK)
    prompts = tuple(text for one in _listed(value.get("prompts")) if (text := _text(one)))
    return Question(_text(value["ask"]), _text(value.get("heading")), prompts)


def _listed(value: object) -> Sequence[object]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str) else []


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def read_guides_page(archive: Archive) -> GuidesPage:
    """All guides, and the files of the folder that are none."""
    problems = _read(archive)[1]
    cards = [
        GuideCard(guide_address(one.slug), one.title, one.for_whom, one.minutes, len(one.questions))
        for one in list_guides(archive)
    ]
    return GuidesPage(cards, problems)


def read_guide_page(archive: Archive, slug: str) -> GuidePage:
    """One guide to take along. Raises NotFound."""
    guide = read_guide(archive, slug)
    targets = ReferenceTargets(RecordKind.STORY, guide.slug)
    return GuidePage(
        slug=guide.slug,
        title=guide.title,
        for_whom=guide.for_whom,
        minutes=guide.minutes,
        before_html=render(guide.before, links=targets).html if guide.before.strip() else "",
        questions=[GuideQuestion(one.ask, one.prompts) for one in guide.questions],
        closing=guide.closing,
        start_address=f"/add?guide={guide.slug}",
    )


def guide_address(slug: str) -> str:
    """The path of a guide's page."""
    return f"{ADDRESS}/{slug}"

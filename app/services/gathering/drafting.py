"""From what an importer gives to the file of a story that nobody reads yet but its team."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.errors import ImportRefused, InvalidRecord
from app.imports.model import Converted
from app.records.edit import change_keys
from app.records.frontmatter import split
from app.records.model import Slug, Status, Story
from app.records.problems import SetAside
from app.records.stories import parse_story
from app.records.yaml_guard import read_mapping
from app.services.archive import Archive
from app.services.gathering.originals import KEY, written

UNWRITABLE = "Its front matter can not be written in. Mend the file where it was made."
LONGEST_TITLE = 200  # characters of a title that was found in a text


@dataclass(frozen=True)
class Wishes:
    """What is said of all files that come together."""

    uses: tuple[str, ...] = ()
    site: str = ""
    gatherer: str = ""


def draft(
    archive: Archive, converted: Converted, *, name: str, digest: str, wishes: Wishes, story_id: str = ""
) -> bytes:
    """The story file of what was brought in: a draft without use where it says nothing else itself.

    A Markdown file keeps its own front matter, byte for byte, and gains what it lacks; an id of its own
    gives way to `story_id`. Raises ImportRefused for front matter that can not be read.
    """
    content = converted.front if converted.front is not None else converted.body.encode()
    try:
        story = parse_story(content, slug=Slug("draft"), file=name, today=archive.now().date()).story
        named = {"id": story_id} if story_id else {}
        return change_keys(content, {**named, **_missing(story, content, converted, digest, wishes)})
    except SetAside as aside:
        first = aside.problems[0]
        where = f"Line {first.line}: " if first.line else ""
        raise ImportRefused(f"{where}{first.reason}", first.remedy) from None
    except InvalidRecord:
        raise ImportRefused("Its front matter is of a kind that can not be added to.", UNWRITABLE) from None


def _missing(
    story: Story, content: bytes, converted: Converted, digest: str, wishes: Wishes
) -> Mapping[str, object]:
    """Keys that the file lacks. A title of its own is kept, also where it stands as a heading."""
    told: dict[str, object] = {}
    if converted.front is None and converted.title and story.title != converted.title:
        told["title"] = converted.title[:LONGEST_TITLE]
    if wishes.site and not story.site:
        told["site"] = wishes.site
    if wishes.gatherer and not story.gatherer:
        told["gatherer"] = wishes.gatherer
    if not _says(content, ("status", "draft", "published")) and not story.consent.stated:
        told["status"] = Status.DRAFT.value
    if not story.consent.stated and story.consent.understood:
        told["consent"] = {"uses": list(wishes.uses)}
    return {**told, KEY: written(digest)} if digest else told


def _says(content: bytes, keys: Collection[str]) -> bool:
    """Whether the front matter has one of these keys."""
    return bool((read_mapping(split(content, ""), "").entries or {}).keys() & set(keys))

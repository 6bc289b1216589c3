"""A public story in Dublin Core."""

from app.services.archive import Archive
from app.services.harvesting.reading import Words

INTERVIEW = "interview"


def described(archive: Archive, base: str, story_id: str, words: Words) -> list[tuple[str, str]]:
    """What everybody may know of a story: names of elements and their values.

    `base` is the beginning of the archive's addresses.
    """
    told = [
        ("title", words.title),
        ("creator", words.storyteller),
        *(("subject", label) for _, label in words.themes),
        ("description", words.summary),
        ("publisher", archive.settings.title),
        ("date", words.gathered),
        ("type", INTERVIEW),
        ("format", "text/html"),
        ("identifier", f"{base}/s/{story_id}"),
        ("identifier", story_id),
        ("language", words.language),
        ("coverage", words.site),
        ("rights", words.rights),
        ("rights", f"{base}/help/consent"),
    ]
    return [(name, " ".join(text.split())) for name, text in told if text.strip()]

"""A public story as Dublin Core has it."""

from app.exports.dublin_core import Described
from app.services.archive import Archive
from app.services.harvesting.reading import Words


def described(archive: Archive, base: str, story_id: str, words: Words) -> Described:
    """What everybody may know of a story. `base` is the beginning of the archive's addresses."""
    return Described(
        title=words.title,
        teller=words.storyteller,
        themes=[label for _, label in words.themes],
        description=words.summary,
        archive=archive.settings.title,
        gathered=words.gathered,
        address=f"{base}/s/{story_id}",
        identifier=story_id,
        language=words.language,
        site=words.site,
        rights=words.rights,
        consent_address=f"{base}/help/consent",
    )

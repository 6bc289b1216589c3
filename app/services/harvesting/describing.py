"""A public story in Dublin Core."""

from app.exports.dublin_core import DublinCore
from app.records.model import Use
from app.services.archive import Archive
from app.services.harvesting.reading import Words
from app.services.reading import USE_LABELS

RIGHTS = "The storyteller allows this story to be used for {}, and may take it back at any time."
INTERVIEW = "interview"


def rights_of(words: Words) -> str:
    """What the story may be used for, in one sentence."""
    return RIGHTS.format(", ".join(USE_LABELS[Use(use)] for use in words.uses))


def described(archive: Archive, base: str, story_id: str, words: Words) -> DublinCore:
    """What everybody may know of a story, as a record. `base` is the beginning of the archive's addresses."""
    language = words.language or archive.settings.language
    return DublinCore(
        title=(words.title,),
        creator=(words.storyteller,),
        subject=tuple(label for _, label in words.themes),
        description=(words.summary,),
        publisher=(archive.settings.title,),
        date=(words.gathered,),
        type=(INTERVIEW, "Text"),
        format=("text/html",),
        identifier=(f"{base}/s/{story_id}", story_id),
        language=(language,),
        coverage=(words.site,),
        rights=(rights_of(words),),
    )

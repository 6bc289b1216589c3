"""A Word file of a report, made by Pandoc: a program apart, without the network, with limits."""

from app.errors import ImportRefused, InvalidText
from app.exports.pandoc_tree import WORD_STYLES
from app.imports.documents import HEAP, pandoc
from app.imports.limited import run

STYLED = f"--reference-doc={WORD_STYLES}"
SECONDS = 30  # of the processor: 5,000 quotes take a few
NOT_MADE = (
    "The Word report could not be made. Take fewer quotes out at once, or take them as Markdown, "
    "which Word and LibreOffice open too."
)


def word_file(tree: bytes) -> bytes:
    """The file that Pandoc makes of its own tree. Raises InvalidText where it can not."""
    options = ("--sandbox", "--from=json", "--to=docx", "--standalone", "--output=-", STYLED)
    try:
        outcome = run([pandoc(), "+RTS", f"-M{HEAP}", "-RTS", *options], tree, seconds=SECONDS)
    except ImportRefused:
        raise InvalidText(NOT_MADE) from None
    if outcome.code or not outcome.output.startswith(b"PK"):
        raise InvalidText(NOT_MADE)
    return outcome.output

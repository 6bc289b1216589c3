"""Words that someone said, as pages set them: the template adds the quotation marks."""

PAIRS = {"“": "”", '"': '"', "‘": "’", "«": "»", "„": "“"}
ENDS = ".,;:!?…"


def is_speech(text: str) -> bool:
    """Whether a passage begins as speech does; a gatherer's sentence about her is none."""
    return text[:1] in PAIRS


def bare(text: str) -> str:
    """The words without the marks around the whole; marks inside them stay as they are.

    A full stop set outside the closing mark comes inside with the words.
    """
    words = text.strip()
    closing = PAIRS.get(words[:1])
    if closing is None or closing not in words[1:]:
        return words
    stem = words.rstrip(ENDS)
    if not stem.endswith(closing) or len(stem) < 2:
        return words
    return stem[1 : -len(closing)] + words[len(stem) :]

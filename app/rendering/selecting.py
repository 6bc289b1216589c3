"""Where words that somebody chose stand in a passage."""

from rapidfuzz.distance import Postfix, Prefix

from app.rendering.passages import normalised_text

AROUND = 32  # characters on each side of a quote that are kept to tell it from others


def place_of(text: str, exact: str, prefix: str = "", suffix: str = "") -> int | None:
    """Where these words begin in a passage's normalised text; of several places the one in this company.

    None where they do not stand there.
    """
    words = normalised_text(exact)
    if not words:
        return None
    before, after = normalised_text(prefix), normalised_text(suffix)
    places = [at for at in range(len(text)) if text.startswith(words, at)] if words in text else []

    def company(at: int) -> int:
        """How many characters around it are those that were around it when it was chosen."""
        ahead, behind = text[:at].rstrip(), text[at + len(words) :].lstrip()
        return int(Postfix.similarity(ahead, before) + Prefix.similarity(behind, after))

    return max(places, key=lambda at: (company(at), -at), default=None)


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a quote, inside its passage."""
    return text[max(0, start - AROUND) : start], text[end : end + AROUND]

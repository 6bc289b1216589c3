"""Times as transcripts write them."""

from app.imports.turns import clock

TIME = r"(?P<time>(?:\d{1,3}:)?\d{1,2}:\d{2})(?:[.,]\d{1,3})?"


def time_of(written: str) -> str:
    """'0:03' or '1:02:03' as '00:00:03' or '01:02:03'."""
    seconds = 0
    for part in written.split(":"):
        seconds = seconds * 60 + int(part)
    return clock(seconds)

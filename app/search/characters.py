"""Where a text may be cut: between what people see as characters."""

import unicodedata


def back_to_whole(text: str, at: int) -> int:
    """The last place at or before this one that parts no character."""
    while 0 < at < len(text) and _joins(text, at):
        at -= 1
    return at


def on_to_whole(text: str, at: int) -> int:
    """The first place at or after this one that parts no character."""
    while 0 < at < len(text) and _joins(text, at):
        at += 1
    return at


def _joins(text: str, at: int) -> bool:
    """Whether the characters before and at a place are parts of one that people see."""
    before, here = text[at - 1], text[at]
    if here.isascii() and before != "\u200d":
        return before == "\r" and here == "\n"
    if unicodedata.category(here) in ("Mn", "Me", "Mc") or here in "\u200d\ufe0f":
        return True
    tone, flag = "\U0001f3fb" <= here <= "\U0001f3ff", "\U0001f1e6" <= here <= "\U0001f1ff"
    return before == "\u200d" or tone or (flag and _flags_before(text, at) % 2 == 1)


def _flags_before(text: str, at: int) -> int:
    """How many letters of flags stand before a place: two of them are one flag."""
    first = at
    while first > 0 and "\U0001f1e6" <= text[first - 1] <= "\U0001f1ff":
        first -= 1
    return at - first

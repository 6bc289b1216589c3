"""Names of themes in one field, with commas between them; one that has a comma stands in quotation marks."""

import re
from collections.abc import Iterable, Iterator

COMMAS = ",،、，"  # of Latin, Arabic and East Asian writing: between two names they all mean the same
OPENING = '"“”„«'
_QUOTED = re.compile(rf'\s*(?:"((?:[^"]|"")*)"|[“”„]([^“”„]*)[“”]|«([^»]*)»)\s*(?=[{COMMAS}]|$)')
_PLAIN = re.compile(f"[^{COMMAS}]*")


def names_listed(text: str) -> Iterator[str]:
    """The names as they stand in a field. What is in quotation marks is one name, whatever it holds."""
    at = 0
    while at <= len(text):
        quoted = _QUOTED.match(text, at)
        if quoted:
            yield next(part for part in quoted.groups() if part is not None).replace('""', '"')
        found = quoted or _PLAIN.match(text, at)
        if found is None:
            return
        if not quoted:
            yield found[0]
        at = found.end() + 1


def listed(names: Iterable[str]) -> str:
    """Names as one field holds them: read again they are the same names."""
    return ", ".join(map(in_list, names))


def in_list(name: str) -> str:
    """One of them; in quotation marks where it would be taken apart, or for what it is not."""
    apart = any(comma in name for comma in COMMAS)
    return f'"{name.replace(chr(34), chr(34) * 2)}"' if apart or name[:1] in OPENING else name

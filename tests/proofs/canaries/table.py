"""Who may read what, written down from docs/consent.md: by hand, so that it can disagree with the code."""

from enum import StrEnum

READ, HERS, NOTICE, LEDGER, ABSENT = "R", "o", "n", "L", "-"
READERS = (
    "anonymous",
    "no role",
    "member",
    "commissioner",
    "gatherer",  # of other stories
    "own gatherer",
    "steward",
    "member and commissioner",
    "Northgate member",
    "Northgate steward",
    "Northgate own gatherer",
    "member of nowhere",
)
# R reads; o reads what she gathered, else finds nothing; n gets the notice; L has the ledger, and may read.
TABLE = {
    #                        an no me co ga ow st mc Nm Ns No nw
    "publication":           "R  R  R  R  R  R  R  R  R  R  R  R",
    "design":                "-  -  R  -  R  R  R  R  R  R  R  R",
    "learning":              "-  -  R  -  R  R  R  R  R  R  R  R",
    "commissioning":         "-  -  -  R  -  o  R  R  -  R  o  -",
    "no use":                "-  -  -  -  -  o  R  -  -  R  o  -",
    "draft":                 "-  -  -  -  -  o  R  -  -  R  o  -",
    "expired":               "-  -  -  -  -  o  R  -  -  R  o  -",
    "not understood":        "-  -  -  -  -  o  R  -  -  R  o  -",
    "set aside":             "-  -  -  -  -  o  R  -  -  R  o  -",
    "until Wednesday":       "R  R  R  R  R  R  R  R  R  R  R  R",
    "not for Northgate":     "R  R  R  R  R  R  R  R  -  -  -  -",
    "withdrawn, was public": "n  n  n  n  n  n  L  n  n  L  n  n",
    "withdrawn, was design": "-  -  n  -  n  n  L  n  n  L  n  n",
    "erased":                "n  n  n  n  n  n  n  n  n  n  n  n",
    "gone":                  "-  -  -  -  -  -  -  -  -  -  -  -",
}  # fmt: skip


class Kind(StrEnum):
    """For whom a place's words are, among those who may read the story."""

    OPEN = "open"  # for all of them
    WORK = "work"  # for those of them who work here: not for who reads only what is public
    KEPT = "kept"  # for its own gatherers and stewards
    NEVER = "never"  # in the file, and nowhere else


def cell(state: str, reader: str) -> str:
    """What the table says of a story in this state to this reader."""
    return TABLE[state].split()[READERS.index(reader)]


def reads(state: str, reader: str, *, hers: bool) -> bool:
    """Whether she may read a story in this state; `hers` is one that `own gatherer` gathered."""
    found = cell(state, reader)
    return found in (READ, LEDGER) or (found == HERS and hers)


def meets(state: str, reader: str, *, hers: bool) -> bool:
    """Whether she must find it. What a steward does with a withdrawn story is another page's matter."""
    return reads(state, reader, hers=hers) and cell(state, reader) != LEDGER


def status(state: str, reader: str, *, hers: bool) -> int:
    """What the story's address answers."""
    if reads(state, reader, hers=hers):
        return 200
    return 410 if cell(state, reader) == NOTICE else 404


def may_know(kind: Kind, state: str, reader: str, *, hers: bool) -> bool:
    """Whether a word of this kind of place may reach her."""
    if kind is Kind.NEVER or not reads(state, reader, hers=hers):
        return False
    own = (hers and "own gatherer" in reader) or "steward" in reader
    works = kind is Kind.WORK and reader not in ("anonymous", "no role")
    return kind is Kind.OPEN or works or own

"""What a harvester asks for, read as strictly as the protocol does: each slip has an error of its own."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.exports.oai_pmh import PREFIX
from app.services.archive import Archive
from app.services.harvesting.reading import Range
from app.services.harvesting.tokens import Place, place_of

Pairs = Sequence[tuple[str, str]]
LISTS = ("ListIdentifiers", "ListRecords")
TOKEN = "resumptionToken"
NEEDED = {
    "GetRecord": {"identifier", "metadataPrefix"},
    "ListIdentifiers": {"metadataPrefix"},
    "ListRecords": {"metadataPrefix"},
    "Identify": set[str](),
    "ListMetadataFormats": set[str](),
    "ListSets": set[str](),
}
ALLOWED = {
    "GetRecord": {"identifier", "metadataPrefix"},
    "ListIdentifiers": {"metadataPrefix", "from", "until", "set", TOKEN},
    "ListRecords": {"metadataPrefix", "from", "until", "set", TOKEN},
    "Identify": set[str](),
    "ListMetadataFormats": {"identifier"},
    "ListSets": {TOKEN},
}
DAY, SECOND = (
    re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
    re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII),
)
NAME = re.compile(r"[\w.!~*'():-]+", re.ASCII)  # of a set or a format
_CHAR = r"(?:[A-Za-z0-9_.!~*'();/?:@&=+$,-]|%[0-9A-Fa-f]{2})"
URI = re.compile(  # a scheme with what is its own, a web address, or what stands for neither
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?!//){_CHAR}*|https?://[A-Za-z0-9.-]+(?::[0-9]{{1,5}})?(?:/{_CHAR}*)?"
    rf"|(?![^/]*:|//){_CHAR}*"
)
NO_URI = "identifier is no URI."
NO_VERB = "The request names no verb, more than one, or none of the six."
NO_TOKEN = "This resumptionToken was not given here, belongs to another verb, or is more than a week old."
OTHER_FORMAT = f"Records are given as {PREFIX} alone."
WRONG_DATE = "from and until are days (2026-03-04) or moments in UTC to the second (2026-03-04T09:30:00Z)."


class ProtocolError(Exception):
    """What the protocol calls an error: its code, and words for whoever reads the answer."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


@dataclass(frozen=True)
class Request:
    """A request that was understood, with its arguments as they were given."""

    verb: str
    given: Mapping[str, str]

    @property
    def identifier(self) -> str:
        return self.given.get("identifier", "")


def understood(pairs: Pairs) -> Request:
    """The request in these arguments. Raises ProtocolError for a wrong verb or argument."""
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in ALLOWED:
        raise ProtocolError("badVerb", NO_VERB)
    verb = verbs[0]
    given = _arguments(verb, [pair for pair in pairs if pair[0] != "verb"])
    for name in ("metadataPrefix", "set"):
        if name in given and not NAME.fullmatch(given[name]):
            raise ProtocolError("badArgument", f"{name} holds what no name may hold.")
    if not URI.fullmatch(given.get("identifier", "")):
        raise ProtocolError("badArgument", NO_URI)
    _range(given)
    return Request(verb, given)


def refuse_format(asked: Request) -> None:
    """Raises ProtocolError where another format is asked for than ours."""
    if asked.given.get("metadataPrefix", PREFIX) != PREFIX:
        raise ProtocolError("cannotDisseminateFormat", OTHER_FORMAT)


def place_in(archive: Archive, asked: Request) -> Place | None:
    """Where a list begins or goes on; None for a verb that lists no records. Raises ProtocolError."""
    if TOKEN in asked.given:
        place = place_of(archive, asked.given[TOKEN])
        if place is None or place.verb != asked.verb:
            raise ProtocolError("badResumptionToken", NO_TOKEN)
        return place
    if asked.verb not in LISTS:
        return None
    wanted = _range(asked.given)
    return Place(asked.verb, wanted.since, wanted.until, wanted.spec)


def _arguments(verb: str, pairs: Pairs) -> dict[str, str]:
    times = Counter(name for name, _ in pairs)
    if unknown := times.keys() - ALLOWED[verb]:
        raise ProtocolError("badArgument", f"{verb} takes no argument of this name: {_named(unknown)}.")
    if twice := {name for name, number in times.items() if number > 1}:
        raise ProtocolError("badArgument", f"Given more than once: {_named(twice)}.")
    given = dict(pairs)
    if TOKEN in given:
        if len(given) > 1:
            raise ProtocolError("badArgument", f"{TOKEN} stands alone.")
        return given
    if missing := {name for name in NEEDED[verb] if not given.get(name)}:
        raise ProtocolError("badArgument", f"{verb} needs: {_named(missing)}.")
    return given


def _named(names: set[str]) -> str:
    return ", ".join(sorted(name[:40] for name in names))


def _range(given: Mapping[str, str]) -> Range:
    since, until = given.get("from"), given.get("until")
    for text in (since, until):
        if text is not None and not _is_moment(text):
            raise ProtocolError("badArgument", WRONG_DATE)
    if since and until:
        if len(since) != len(until):
            raise ProtocolError("badArgument", "from and until have different granularities.")
        if since > until:
            raise ProtocolError("badArgument", "from is later than until.")
    whole_day = until is not None and len(until) == len("2026-03-04")
    return Range(since or "", f"{until}T23:59:59Z" if whole_day else until or "", given.get("set", ""))


def _is_moment(text: str) -> bool:
    try:
        if DAY.fullmatch(text):
            return bool(date.fromisoformat(text))
        return bool(SECOND.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False

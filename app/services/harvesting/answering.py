"""Answering harvesters: OAI-PMH 2.0 over what is public, and what was."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from sqlalchemy import Connection, func, select

from app.database.harvesting import HARVEST
from app.database.tables import AnyRow
from app.exports.dublin_core import dublin_core_elements
from app.exports.oai_pmh import (
    Asked,
    Header,
    Identity,
    Resumption,
    answer,
    harvested_set,
    header,
    identity,
    metadata_format,
    record,
    refusal,
    resumption,
)
from app.records.ids import normal_id
from app.services.archive import Archive
from app.services.harvesting.asking import (
    Pairs,
    ProtocolError,
    Request,
    place_in,
    refuse_format,
    understood,
)
from app.services.harvesting.describing import described
from app.services.harvesting.keeping import keep_ended, stamp_of
from app.services.harvesting.reading import (
    Harvested,
    Range,
    Words,
    after,
    condition,
    count,
    harvested,
    rows_of,
)
from app.services.harvesting.sets import public_sets
from app.services.harvesting.tokens import Place, expiry, token_of

AT_ONCE = {"ListRecords": 100, "ListIdentifiers": 500}
NO_SUCH = "There is no record of this identifier."
NONE = "No record matches."


@dataclass(frozen=True)
class Here:
    """Where the archive stands: the beginning of its addresses, and who answers for it, as a mail address."""

    base: str
    mail: str

    @property
    def host(self) -> str:
        """The name of the archive's host as identifiers have it."""
        return (urlsplit(self.base).hostname or "localhost").replace(":", ".")

    @property
    def address(self) -> str:
        return f"{self.base}/oai"

    def identifier(self, story_id: str) -> str:
        """A record's identifier."""
        return f"oai:{self.host}:{story_id}"


def harvest(archive: Archive, here: Here, pairs: Pairs) -> Iterator[bytes]:
    """The answer to a request with these arguments, one part at a time."""
    keep_ended(archive)
    at = stamp_of(archive.now())
    try:
        asked = understood(pairs)
    except ProtocolError as error:
        return refusal(at, Asked(here.address, {}), [(error.code, error.words)])
    told = Asked(here.address, {"verb": asked.verb, **asked.given})
    try:
        return answer(at, told, asked.verb, _parts(archive, here, asked))
    except ProtocolError as error:
        return refusal(at, told, [(error.code, error.words)])


def _parts(archive: Archive, here: Here, asked: Request) -> Iterable[Element]:
    if asked.verb == "Identify":
        return identity(_identity(archive, here))
    refuse_format(asked)
    place = place_in(archive, asked)
    with archive.engine.connect() as connection:
        if asked.verb == "ListSets":
            return [harvested_set(one.spec, one.label) for one in public_sets(archive, connection)]
        if place is not None:
            return _listed(archive, connection, here, place)
        if asked.verb == "ListMetadataFormats" and not asked.identifier:
            return [metadata_format()]
        row = _row(connection, here, asked.identifier)
        if asked.verb == "ListMetadataFormats":
            return [metadata_format()]
        return _elements(archive, here, "GetRecord", harvested(archive, connection, [row]))


def _identity(archive: Archive, here: Here) -> Identity:
    with archive.engine.connect() as connection:
        earliest = connection.execute(select(func.min(HARVEST.c.stamp))).scalar()
    return Identity(
        name=archive.settings.title,
        address=here.address,
        mail=here.mail,
        earliest=earliest or stamp_of(archive.now()),
        host=here.host,
        sample=here.identifier("s-00000000"),
    )


def _row(connection: Connection, here: Here, identifier: str) -> AnyRow:
    """The row of an identifier, its id however it is spelled. Raises ProtocolError."""
    before = here.identifier("")
    wanted = normal_id(identifier[len(before) :][:40]) if identifier.lower().startswith(before) else None
    row = connection.execute(select(HARVEST).where(HARVEST.c.story_id == (wanted or ""))).first()
    if row is None:
        raise ProtocolError("idDoesNotExist", NO_SUCH)
    return row


def _listed(archive: Archive, connection: Connection, here: Here, place: Place) -> list[Element]:
    """One part of a list, and where it goes on. Raises ProtocolError where there is nothing in it."""
    most, where = AT_ONCE[place.verb], condition(archive, Range(place.since, place.until, place.spec))
    begun = bool(place.story_id)
    rows = rows_of(connection, where & after(place.stamp, place.story_id) if begun else where, most + 1)
    if not rows and not begun:
        raise ProtocolError("noRecordsMatch", NONE)
    given = rows[:most]
    parts = list(_elements(archive, here, place.verb, harvested(archive, connection, given)))
    if begun or len(rows) > most:
        parts.append(_resumption(archive, count(connection, where), place, given, more=len(rows) > most))
    return parts


def _resumption(archive: Archive, size: int, place: Place, given: Sequence[AnyRow], *, more: bool) -> Element:
    expires = expiry(archive.now())
    token = ""
    if more:
        last, cursor = given[-1], place.cursor + len(given)
        now = {"stamp": last.stamp, "story_id": last.story_id, "cursor": cursor, "expires": expires}
        token = token_of(archive, replace(place, **now))
    return resumption(Resumption(token, expires, max(size, place.cursor + len(given)), place.cursor))


def _elements(archive: Archive, here: Here, verb: str, found: Iterable[Harvested]) -> Iterator[Element]:
    """Records or headers, made as they are written."""
    for one in found:
        said = Header(here.identifier(one.id), one.stamp, one.sets, deleted=one.words is None)
        words = one.words
        if verb == "ListIdentifiers":
            yield header(said)
        else:
            yield record(said, _told(archive, here, one.id, words))


def _told(archive: Archive, here: Here, story_id: str, words: Words | None) -> Iterator[tuple[str, str]]:
    """Of a record that is gone there are none."""
    if words is not None:
        yield from dublin_core_elements(described(archive, here.base, story_id, words))

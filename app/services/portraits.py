"""Portraits of personas: a picture in the place of the weave, for whoever may see the persona.

A picture is kept below the persona's own id, as those of stories are: nobody makes another's her own by
writing down its digest, and of what is not kept there nothing is shown but the weave.
"""

from pathlib import Path

from sqlalchemy import Connection, select

from app.database.tables import PERSONA, AnyRow
from app.database.visibility import Actor, visible_to
from app.services.archive import Archive
from app.services.cards import persona_address
from app.services.gathering.pictures import path_of
from app.services.views import Face, PortraitView

LONGEST_SIDE = 600  # pixels: 46 mm on a poster, in the round
OF_FACE = tuple(PERSONA.c[name] for name in ("id", "slug", "name", "tagline", "portrait", "portrait_words"))


def portrait_view(archive: Archive, row: AnyRow) -> PortraitView | None:
    """The portrait of a row of PERSONA that this reader may see; None where the weave stands."""
    if not row.portrait or path_of(archive, row.id, row.portrait) is None:
        return None
    return PortraitView(f"/media/{row.portrait}", row.portrait_words)


def persona_face(archive: Archive, row: AnyRow) -> Face:
    """A persona in one line, from a row with the columns OF_FACE that was selected with visible_to."""
    portrait = portrait_view(archive, row)
    return Face(row.id, row.slug, row.name, persona_address(row.slug), row.tagline, portrait)


def portrait_open_to(archive: Archive, connection: Connection, actor: Actor, digest: str) -> Path | None:
    """The file of a picture that is the portrait of a persona which this reader may see now."""
    where = (PERSONA.c.portrait == digest, visible_to(actor, archive.now(), PERSONA))
    rows = connection.execute(select(PERSONA.c.id).where(*where).order_by(PERSONA.c.id)).scalars().all()
    return next((path for one in rows if (path := path_of(archive, one, digest))), None)


def portrait_bytes(archive: Archive, persona_id: str, portrait: PortraitView) -> bytes | None:
    """The bytes of a portrait that this reader is shown; None where it has gone meanwhile."""
    path = path_of(archive, persona_id, portrait.digest)
    try:
        return path.read_bytes() if path else None
    except FileNotFoundError:
        return None

"""An archive of one story that was told in three versions."""

import pytest

from app.database.visibility import ANONYMOUS
from app.search.whoosh_index import WhooshIndex
from app.services.tracing.tracing import Tracer
from tests.archives import make_archive, story_file, take_in, write

ID = "s-4hd8n0qe"
FIRST = """The kettle was always on, and whoever came in from the rain had a chair.

Nobody asked what I had wanted, and the form had no box for it."""
SECOND = """The kettle was always on, and whoever came in from the rain had a chair.

Nobody asked what I would have liked instead; there was no box for it."""
THIRD = """The kettle stood there.

Nobody asked what I would have liked instead; there was no box for it."""
OTHER = "A boat came up the canal on Tuesdays with post for the lock keeper."


def told(body, **keys):
    return {"stories/marisa.md": story_file(body, id=ID, storyteller="Marisa", **keys)}


@pytest.fixture
def archive(tmp_path):
    files = told(FIRST) | {"stories/boat.md": story_file(OTHER, id="s-7k3fq2mx", storyteller="Bo")}
    index = WhooshIndex(tmp_path / "search_index")
    index.rebuild([])
    made = make_archive(tmp_path, files, index=index)
    take_in(made)
    yield made
    made.close()


@pytest.fixture
def edited(archive, tmp_path):
    """It was edited twice since."""
    for body in (SECOND, THIRD):
        edit(archive, tmp_path, body)
    return archive


def edit(archive, folder, body, **keys):
    """The story is told anew by a hand that edits its file."""
    write(folder, told(body, **keys))
    take_in(archive)


def traced(archive, text, actor=ANONYMOUS):
    with archive.engine.connect() as connection:
        return Tracer(archive, connection, actor).trace(text)


def where(archive, text, actor=ANONYMOUS):
    """The story and version of the first place, and whether it is the current one; None without any."""
    found = traced(archive, text, actor)
    if not found.found:
        return None
    place = found.places[0]
    return place.story_id, place.version, place.current

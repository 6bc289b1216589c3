"""Pictures as a browser sends them, for the tests."""

from functools import cache

from app.imports.pictures import drawn_anew
from app.services.gathering.pictures import keep_pictures
from tests.web.asking import Answer, Web
from tests.web.posting import post

drawn = cache(drawn_anew)


def add(web: Web, who, address, content, words="A chair", *, name="x.png", kind="image/png") -> Answer:
    """A picture alone, as the editor's script sends it."""
    fields = {"picture_words": words, "alone": "1"}
    return post(web, address, who, fields, [("picture", name, kind, content)])


def kept(web: Web, story_id: str, content: bytes) -> str:
    """The digest of a picture that is kept for a story."""
    picture = drawn(content)
    keep_pictures(web.archive, story_id, [picture.content])
    return picture.digest


def image(digest: str, words: str = "A chair") -> str:
    """How a text shows it."""
    return f"![{words}](/media/{digest})"

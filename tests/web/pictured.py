"""Pictures as a browser sends them, for the tests."""

from functools import cache

from app.imports.pictures import drawn_anew
from app.services.gathering.pictures import keep_pictures
from tests.web.asking import Answer, Web
from tests.web.people import FROM_HERE

drawn = cache(drawn_anew)


def multipart(fields, files=()):
    """A form with files: its bytes, as a browser writes them."""
    parts = [(f'name="{name}"', "", text.encode()) for name, text in fields.items()]
    parts += [
        (f'name="{field}"; filename="{name}"', f"\r\nContent-Type: {kind}", data)
        for field, name, kind, data in files
    ]
    whole = (
        b"--edge\r\nContent-Disposition: form-data; "
        + head.encode()
        + kind.encode()
        + b"\r\n\r\n"
        + data
        + b"\r\n"
        for head, kind, data in parts
    )
    return b"".join(whole) + b"--edge--\r\n"


def post(web: Web, address: str, who, fields, files=()) -> Answer:
    """A form with files, sent."""
    named = [("content-type", "multipart/form-data; boundary=edge"), FROM_HERE, *([who] if who else [])]
    return web.ask("POST", address, headers=named, body=multipart(fields, files))


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

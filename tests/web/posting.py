"""Forms with files, as a browser sends them."""

from tests.web.asking import Answer, Web
from tests.web.people import FROM_HERE


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


def add_files(web: Web, who, files, **fields) -> Answer:
    """What a gatherer chose at /add, each by its name, as a browser sends it."""
    return post(web, "/add", who, fields, [("files", name, "x/y", content) for name, content in files])

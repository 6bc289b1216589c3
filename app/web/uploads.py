"""Files in a form: read whole, under names that are only ever shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from app.web.forms import LARGEST_FIELD, MOST_FIELDS

MOST_FILES = 200
LONGEST_NAME = 200  # characters


@dataclass(frozen=True)
class Brought:
    """A file as a browser sent it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Sent:
    """A form's fields and its files; a file without a name is a field that was left empty."""

    fields: dict[str, str]
    files: Sequence[Brought]


async def sent(request: Request) -> Sent:
    """What was sent. What is no form, has too many parts, or is no text in the script it claims is 422."""
    limits = {"max_files": MOST_FILES, "max_fields": MOST_FIELDS, "max_part_size": LARGEST_FIELD}
    try:
        async with request.form(**limits) as form:
            found = {name: value for name, value in form.items() if isinstance(value, str)}
            "".join([*found, *found.values()]).encode()
            files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
            return Sent(found, [Brought(_name(one), await one.read()) for one in files])
    except (UnicodeError, MultiPartException):
        raise HTTPException(422) from None


def _name(file: UploadFile) -> str:
    """A name that can be shown: the end of a path, without what nobody can read."""
    plain = (file.filename or "").encode("utf-8", "replace").decode()
    last = plain.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(char for char in last if char.isprintable())[-LONGEST_NAME:] or "file"


Uploaded = Annotated[Sent, Depends(sent)]

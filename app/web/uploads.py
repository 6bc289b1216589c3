"""Files in a form: read whole, under names that are only ever shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from app.web.forms import LARGEST_FIELD, MOST_FIELDS, MOST_OF_A_STORY, plain

MOST_FILES = 200
TOO_MANY = f"These are more than {MOST_FILES} files. Pack them as a .zip, or bring them in part by part."
LONGEST_NAME = 200  # characters


@dataclass(frozen=True)
class Brought:
    """A file as a browser sent it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Sent:
    """A form's fields and its files; a file without a name is a field that was left empty.

    `problem` says why none of it was taken.
    """

    fields: dict[str, str] = field(default_factory=dict)
    files: Sequence[Brought] = ()
    problem: str = ""


async def sent(request: Request) -> Sent:
    """What was sent. What is no form, has too many fields, or is no text in the script it claims is 4xx."""
    return await _sent(request, _Wanted("files", MOST_FILES, MOST_FIELDS))


async def picture_sent(request: Request) -> Sent:
    """The same of a story's form with a picture."""
    return await _sent(request, _Wanted("picture", 1, MOST_OF_A_STORY))


@dataclass(frozen=True)
class _Wanted:
    """The field of a form in which files are, and how many of them and of other fields it may have."""

    field: str
    most_files: int
    most_fields: int


async def _sent(request: Request, wanted: _Wanted) -> Sent:
    try:
        found = await plain(request, wanted.most_fields)
        return await _with_files(request, wanted) if found is None else Sent(_readable(found))
    except UnicodeError:
        raise HTTPException(422) from None
    except HTTPException as error:
        if str(error.detail).startswith("Too many files"):
            return Sent(problem=TOO_MANY)
        raise


async def _with_files(request: Request, wanted: _Wanted) -> Sent:
    if not await _is_whole(request):
        raise HTTPException(400)
    most = {"max_files": wanted.most_files, "max_fields": wanted.most_fields}
    limits = {**most, "max_part_size": LARGEST_FIELD}
    async with request.form(**limits) as form:
        found = _readable({name: value for name, value in form.items() if isinstance(value, str)})
        files = [one for one in form.getlist(wanted.field) if isinstance(one, UploadFile) and one.filename]
        return Sent(found, [Brought(_name(one), await one.read()) for one in files])


async def _is_whole(request: Request) -> bool:
    """Whether the form's last line is there: of one that was cut off, nothing is taken."""
    _, told = parse_options_header(request.headers.get("content-type", ""))
    edge = told.get(b"boundary", b"")
    return not edge or b"--" + edge + b"--" in await request.body()


def _readable(found: dict[str, str]) -> dict[str, str]:
    """Raises UnicodeError for half a character, which could stand on no page."""
    "".join([*found, *found.values()]).encode()
    return found


def _name(file: UploadFile) -> str:
    """A name that can be shown: the end of a path, without what nobody can read."""
    plain = (file.filename or "").encode("utf-8", "replace").decode()
    last = plain.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(char for char in last if char.isprintable()).strip()[-LONGEST_NAME:] or "file"


PictureSent = Annotated[Sent, Depends(picture_sent)]
Uploaded = Annotated[Sent, Depends(sent)]

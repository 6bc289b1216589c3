"""The fields of a form that was posted."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool

from app.errors import TooLarge

URL_ENCODED = "application/x-www-form-urlencoded"
MOST_FIELDS = 30
MOST_OF_A_STORY = 1_700  # a hundred rows in each of its lists, and whoever speaks in it
NO_TEXT = "\0"  # no file that a form takes begins so
LARGEST_FIELD = 8 * 1024 * 1024  # bytes, in a form with files; changes.py holds the whole to less


async def posted(request: Request) -> dict[str, str]:
    """The fields of a form; files in it are passed over. What is no text in the script it claims is 422."""
    return await _posted(request, MOST_FIELDS)


async def posted_story(request: Request) -> dict[str, str]:
    """The same of a form with all that a story's file may say."""
    return await _posted(request, MOST_OF_A_STORY)


async def _posted(request: Request, most: int) -> dict[str, str]:
    try:
        found = await plain(request, most)
        if found is None:
            form = await request.form(max_files=0, max_fields=most, max_part_size=LARGEST_FIELD)
            found = {name: value for name, value in form.items() if isinstance(value, str)}
        "".join([*found, *found.values()]).encode()  # half a character could stand on no page
    except UnicodeError:
        raise HTTPException(422) from None
    return found


async def plain(request: Request, most: int) -> dict[str, str] | None:
    """The fields of a form without files; None for another kind. What has more than `most` is 400.

    Read beside the loop that answers everybody: a story of which each character is escaped takes a while.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URL_ENCODED:
        return None
    body = await request.body()
    if len(body) > LARGEST_FIELD:
        raise TooLarge
    try:
        pairs = await run_in_threadpool(_pairs, body, most)
    except ValueError:
        raise HTTPException(400) from None
    return dict(pairs)


def _pairs(body: bytes, most: int) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=most)


async def posted_with_file(request: Request) -> dict[str, str]:
    """The same, with the text of one file as a further field: NO_TEXT stands for one that is no UTF-8."""
    try:
        found = await plain(request, MOST_FIELDS)
        if found is None:
            found = {}
            async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
                for name, value in form.items():
                    found[name] = value if isinstance(value, str) else _text_of(await value.read())
        "".join([*found, *found.values()]).encode()
    except UnicodeError:
        raise HTTPException(422) from None
    return found


def _text_of(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return NO_TEXT


PostedWithFile = Annotated[dict[str, str], Depends(posted_with_file)]
Posted = Annotated[dict[str, str], Depends(posted)]
StoryPosted = Annotated[dict[str, str], Depends(posted_story)]


def fields(form: dict[str, str], *names: str) -> list[str]:
    """The values of these fields. A form without one of them is not taken for an empty one: 422."""
    if not set(names) <= form.keys():
        raise HTTPException(422)
    return [form[name] for name in names]

"""The fields of a form that was posted."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request

MOST_FIELDS = 30


async def posted(request: Request) -> dict[str, str]:
    """The fields of a form; files in it are passed over. What is no text in the script it claims is 422."""
    try:
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        found = {name: value for name, value in form.items() if isinstance(value, str)}
        "".join([*found, *found.values()]).encode()  # half a character could stand on no page
    except UnicodeError:
        raise HTTPException(422) from None
    return found


Posted = Annotated[dict[str, str], Depends(posted)]


def fields(form: dict[str, str], *names: str) -> list[str]:
    """The values of these fields. A form without one of them is not taken for an empty one: 422."""
    if not set(names) <= form.keys():
        raise HTTPException(422)
    return [form[name] for name in names]

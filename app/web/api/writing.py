"""What a program sends: JSON, read as strictly as everything else."""

import json
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

LONGEST_NOTE = 120
Sent = TypeVar("Sent", bound=BaseModel)


class StoryPut(BaseModel):
    """A story as a program would have it. What is left out stays.

    In `front_matter` a key that was shown and is left out goes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    front_matter: dict[str, Any] | None = None
    markdown: str | None = None
    note: str = Field("", max_length=LONGEST_NOTE, description="why, in one line, for the history")


async def json_of(request: Request) -> Any:
    """The body as JSON.

    Raises RequestValidationError for what is none, a key that stands twice, and half a character.
    """
    try:
        return _read(await request.body())
    except (ValueError, RecursionError) as error:
        place = {"type": "json_invalid", "loc": ("body",), "msg": _reason(error)}
        raise RequestValidationError([place]) from None


def _read(body: bytes) -> Any:
    read = json.loads(body, object_pairs_hook=_once, parse_constant=_no_number)
    json.dumps(read, ensure_ascii=False).encode()
    return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A key stands twice.")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number.")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "It is nested too deep."
    if isinstance(error, UnicodeError):
        return "It is no text in UTF-8."
    return str(error) if type(error) is ValueError else "It is no JSON."


def checked(read: Any, model: type[Sent]) -> Sent:
    """What was sent, as it is described. Raises RequestValidationError."""
    try:
        return model.model_validate(read)
    except ValidationError as error:
        found = [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(found) from None


def described(model: type[BaseModel]) -> dict[str, Any]:
    """What OpenAPI says of a body that is read here and not by the framework."""
    schema = {"schema": model.model_json_schema()}
    return {"requestBody": {"required": True, "content": {"application/json": schema}}}

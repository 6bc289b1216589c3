"""The API's documentation as a page of the archive: no script, no other host."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from app.web.frame import page_answer


@dataclass(frozen=True)
class ApiOperation:
    """One thing that a program may ask. Parameters are name, place and type."""

    method: str
    path: str
    description: str
    parameters: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class ApiPage:
    """Everything templates/api.html may use."""

    version: str
    operations: Sequence[ApiOperation]


router = APIRouter(include_in_schema=False)
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token that somebody made at /account: the program reads what she may read. Nobody "
    "needs one to read what everybody may.",
}


def describe_tokens(app: FastAPI) -> None:
    """Say in the OpenAPI document that a request may bring a token, and need not."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        document = plain()
        document.setdefault("components", {})["securitySchemes"] = {"bearer": BEARER}
        document["security"] = [{}, {"bearer": []}]
        return document

    app.openapi = described  # type: ignore[method-assign]


@router.get("/api/docs")
def documentation(request: Request) -> Response:
    document = request.app.openapi()
    operations = [
        _operation(path, method.upper(), operation)
        for path, methods in sorted(document["paths"].items())
        for method, operation in methods.items()
    ]
    return page_answer(request, "api.html", ApiPage(document["info"]["version"], operations))


def _operation(path: str, method: str, operation: dict[str, Any]) -> ApiOperation:
    parameters = [
        (one["name"], one["in"], str(one["schema"].get("type", "list")))
        for one in operation.get("parameters", ())
    ]
    return ApiOperation(method, path, operation.get("description", ""), [*parameters, *_body(operation)])


def _body(operation: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What is sent as JSON."""
    sent = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    for name, schema in sent.get("schema", {}).get("properties", {}).items():
        kinds = [schema.get("type"), *(one.get("type") for one in schema.get("anyOf", ()))]
        yield name, "body", " or ".join(kind for kind in kinds if kind)

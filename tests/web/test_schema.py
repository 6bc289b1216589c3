"""The API keeps to its OpenAPI description, whatever is asked of it."""

import shutil

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests.proof_scale import scaled
from tests.web.conftest import SAMPLE
from tests.web.serving import ROOT, served

CALM = settings(
    max_examples=scaled(25, 1_000),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """The sample archive's own description of its API; schemathesis asks as `testserver`."""
    folder = tmp_path_factory.mktemp("described")
    for name in SAMPLE:
        shutil.copytree(ROOT / name, folder / name)
    with served(folder, allowed_hosts="testserver,localhost") as web:
        config = SchemathesisConfig()
        yield schemathesis.openapi.from_asgi("/api/openapi.json", started(web.app), config=config)


def started(app):
    """The application without its beginning and end, which schemathesis would ask for at each call."""

    async def answer(scope, receive, send):
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    return answer


PATHS = [
    "/api/v1/complete",
    "/api/v1/personas",
    "/api/v1/personas/{slug}",
    "/api/v1/quotes",
    "/api/v1/quotes/{quote_id}",
    "/api/v1/search",
    "/api/v1/specifications",
    "/api/v1/specifications/{specification_id}/health",
    "/api/v1/stories",
    "/api/v1/stories/{slug}",
    "/api/v1/themes",
    "/api/v1/themes/{slug}",
    "/api/v1/trace",
]
ASKED_BY_POST = ("/api/v1/trace",)
TOO_LONG = 413
ANY_TEXT = (
    "/api/v1/personas/{slug}",
    "/api/v1/quotes/{quote_id}",
    "/api/v1/specifications/{specification_id}/health",
    "/api/v1/stories/{slug}",
)  # whose slug can not be wrong, only absent


def test_no_operation_is_left_out(described):
    assert sorted(described) == PATHS


def asked(described, path: str, mode: GenerationMode):
    method = "POST" if path in ASKED_BY_POST else "GET"
    return described[path][method].as_strategy(generation_mode=mode)


@pytest.mark.proof
@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_as_described_and_nothing_breaks(described, path):
    @given(case=asked(described, path, GenerationMode.POSITIVE))
    @CALM
    def check(case):
        case.call_and_validate()

    check()


@pytest.mark.proof
@pytest.mark.parametrize("path", [path for path in PATHS if path not in ANY_TEXT])
def test_what_is_not_as_described_is_refused_as_described(described, path):
    @given(case=asked(described, path, GenerationMode.NEGATIVE))
    @CALM
    def check(case):
        answer = case.call()
        if answer.status_code != TOO_LONG:  # of which nothing is read
            case.validate_response(answer)

    check()


@pytest.mark.parametrize("name", ["stories", "personas", "themes"])
def test_each_record_of_the_sample_is_as_described(described, name):
    listed = described[f"/api/v1/{name}"]["GET"].Case(query={"size": 100}).call().json()
    assert listed["items"]
    for item in listed["items"]:
        described[f"/api/v1/{name}/{{slug}}"]["GET"].Case(
            path_parameters={"slug": item["slug"]}
        ).call_and_validate()

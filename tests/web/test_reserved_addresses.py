"""Files whose names would hide them behind a page of the archive have another address, and say so."""

import pytest
from fastapi.routing import iter_route_contexts

from app.config import load_settings
from app.records.model import RecordKind
from app.records.slugs import RESERVED
from app.services.checking import check_paths
from app.services.reconcile import reconcile_named
from app.services.references import FOLDERS
from tests.web.people import look, someone
from tests.web.serving import served, story

FACE = "---\nid: who-c0mpare0\nname: Compare\nuses: [publication]\n---\nShe compares.\n"


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, {"a.md": story("She.", "id: s-0pen0000")}, {"compare.md": FACE}) as web:
        yield web


def test_every_page_below_the_folder_of_a_kind_is_reserved(web):
    """Whoever adds a page there is told by this test to reserve its name."""
    for kind, folder in FOLDERS.items():
        paths = [context.path for context in iter_route_contexts(web.app.routes)]
        below = {path.removeprefix(f"/{folder}/") for path in paths if path.startswith(f"/{folder}/")}
        assert {name for name in below if not name.startswith("{")} == set(RESERVED[kind])
    assert RESERVED[RecordKind.STORY] == frozenset()


def test_a_persona_whose_file_is_named_as_a_page_is_found_at_another_address(web):
    page = look(web, "/personas/compare-2")
    assert page.status == 200 and "She compares." in page.text
    assert '<a href="/personas/compare-2">Compare</a>' in look(web, "/personas").text
    assert look(web, "/p/who-c0mpare0")["location"] == "/personas/compare-2"
    assert (
        look(web, "/personas/compare").status == 200
        and "She compares" not in look(web, "/personas/compare").text
    )


def test_its_problem_is_at_the_desk_and_on_the_terminal(web, tmp_path):
    sue = someone(web.archive, "Sue", "steward")
    assert "its address ends in ‘compare-2’" in look(web, "/desk/problems", sue).text
    places = {f"STORYHOLD_{name.upper()}": str(tmp_path / name) for name in ("stories", "personas", "state")}
    settings, now = load_settings(places), web.archive.now()
    for path in (settings.personas, settings.personas / "compare.md"):
        (problem,) = check_paths([path], settings, now).problems
        assert problem.file.endswith("personas/compare.md") and "a page of its own" in problem.reason
        assert problem.remedy == "Give the file another name."


def test_one_that_comes_later_is_noticed_and_a_change_of_it_is_saved(web):
    path = web.archive.settings.personas / "build.md"
    path.write_text(FACE.replace("c0mpare0", "b0000000"))
    reconcile_named(web.archive, [str(path)])
    assert look(web, "/personas/build-2").status == 200
    sue = someone(web.archive, "Sue", "steward")
    assert look(web, "/p/who-b0000000/build", sue).status == 200

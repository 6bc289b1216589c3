"""What the long runs share: the real material beside the project, and an archive of it."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import Settings, load_settings, variable
from app.records.folder import survey
from app.search.whoosh_index import WhooshIndex
from app.services.archive import open_archive
from app.web.app import create_app
from tests.proof_scale import scaled
from tests.web.asking import Web

DATA = Path(__file__).parents[3] / "shared" / "data"
SAMPLE = 40  # files of about 1,600
READ_SECONDS = 900


def _sampled(folder: Path) -> Path:
    """The real material, or every so many-th file of it."""
    files = survey(DATA).files
    step = max(1, len(files) // scaled(SAMPLE, len(files)))
    if step == 1:
        return DATA
    for file in files[::step]:
        copy = folder / "stories" / file.path.relative_to(DATA)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.path, copy)
    return folder / "stories"


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Settings:
    """The settings under which a team opens a folder that nobody tidied."""
    if not DATA.is_dir():
        pytest.skip(f"the real material is not there: {DATA}")
    folder = tmp_path_factory.mktemp("real")
    (folder / "personas").mkdir()
    places = {"stories": _sampled(folder), "personas": folder / "personas", "state": folder / "state"}
    places |= {"search_index": folder / "search_index"}
    given = {variable(name): str(place) for name, place in places.items()}
    return load_settings(given | {"STORYHOLD_UNSTATED_USES": "publication"})


@pytest.fixture(scope="module")
def reader(real) -> Iterator[Web]:
    """Somebody who reads the served archive; it is complete before she begins."""
    archive = open_archive(real, WhooshIndex(real.search_index))
    app = create_app(archive, watching=False)
    app.state.keeper.start()
    with asyncio.Runner() as runner:
        assert app.state.keeper.complete.wait(READ_SECONDS)
        yield Web(app, archive, runner)
        app.state.keeper.stop()
        archive.close()

"""Archives that several modules ask."""

import shutil
from collections.abc import Iterator

import pytest

from tests.archives import Clock
from tests.web.asking import Web
from tests.web.audited import PERSONAS, STORIES, as_nobody_used_it
from tests.web.people import someone
from tests.web.serving import ROOT, served, story

SAMPLE = ("stories", "personas")


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Iterator[Web]:
    """The sample archive as a fresh clone serves it."""
    folder = tmp_path_factory.mktemp("sample")
    for name in SAMPLE:
        shutil.copytree(ROOT / name, folder / name)
    with served(folder, at_loopback=True) as web:
        yield web


@pytest.fixture(scope="session")
def empty(tmp_path_factory) -> Iterator[Web]:
    """An archive with nothing in it."""
    with served(tmp_path_factory.mktemp("empty")) as web:
        yield web


@pytest.fixture(scope="module")
def audited_once(tmp_path_factory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("audited")
    with served(folder, STORIES, PERSONAS, at_loopback=True, clock=Clock()) as web:
        yield web


@pytest.fixture
def audited(audited_once) -> Web:
    """An archive that nobody has used yet."""
    as_nobody_used_it(audited_once)
    return audited_once


@pytest.fixture(scope="session")
def closed_off(tmp_path_factory) -> Iterator[Web]:
    """One story that everyone may read, and stories that are hidden for each reason there is."""
    stories = {
        "open.md": story("Open to all.", "id: s-0pen0000", "themes: [waiting]"),
        "draft.md": story("Unfinished.", "id: s-draft000", "status: draft"),
        "design.md": story("For the teams.", "id: s-des1gn00", "themes: [hidden theme]", uses="design"),
        "unasked.md": "---\nid: s-vnasked0\n---\nNobody asked her.\n",
        "expired.md": "---\nid: s-exp1red0\nconsent: {uses: [publication], until: 2020-01-01}\n---\nOver.\n",
        "aside.md": "---\nid: s-as1de000\nconsent: {uses: [publication]\n---\nNever closed.\n",
        "unclear.md": "---\nid: s-vnc1ear0\nconsent: yes\n---\nYes to what?\n",
        "taken-back.md": story("Hers again.", "id: s-taken000", "title: Zinnia", "status: withdrawn"),
        "taken-back-design.md": story("Hers.", "id: s-taken111", "status: withdrawn", uses="design"),
    }
    personas = {"hidden.md": "---\nid: who-h1dden00\nname: Hidden\nuses: [design]\n---\nFor the teams.\n"}
    with served(tmp_path_factory.mktemp("closed"), stories, personas, at_loopback=True) as web:
        yield web


@pytest.fixture
def web(tmp_path) -> Iterator[Web]:
    """One story that everyone may read, on a machine of its own."""
    with served(tmp_path, {"open.md": story("Open.", "id: s-0pen0000")}, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web) -> tuple[str, str]:
    """A gatherer there."""
    return someone(web.archive, "Ann", "gatherer", gathers_as="Ann Reed")

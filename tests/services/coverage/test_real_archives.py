"""Whose voices are missing in the sample archive, and in folders that nobody wrote for this."""

from collections import Counter
from pathlib import Path

import pytest

from app.config import load_settings, variable
from app.database.visibility import TERMINAL, Actor, Role
from app.exports.coverage_csv import coverage_csv
from app.search.memory import MemoryIndex
from app.services.archive import open_archive
from app.services.coverage.reading import coverage_rows, read_coverage
from app.services.coverage.tellers import counted_tellers
from app.services.reconcile import reconcile

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data"
WORKS_HERE = [
    Actor(roles=frozenset({role}), organisation="Here", signed_in=True) for role in Role
]  # of each role


def opened(tmp_path, stories, **settings):
    (tmp_path / "none").mkdir()
    personas = ROOT / "personas" if stories == ROOT / "stories" else tmp_path / "none"
    places = {
        "stories": stories,
        "personas": personas,
        "state": tmp_path / "s",
        "search_index": tmp_path / "i",
    }
    index = MemoryIndex()
    index.rebuild([])
    given = {variable(name): str(value) for name, value in (places | settings).items()}
    archive = open_archive(load_settings(given), index)
    reconcile(archive)
    return archive


def figures(page):
    for trait in page.traits:
        for row in trait.rows:
            if row.told.startswith("at least"):
                yield trait.trait, row.label, int(row.told.removeprefix("at least ").replace(",", ""))


@pytest.fixture
def samples(tmp_path):
    archive = opened(tmp_path, ROOT / "stories")
    yield archive
    archive.close()


def test_of_the_sample_archive_no_group_under_five_is_told_to_anybody(samples):
    for actor in (TERMINAL, *WORKS_HERE):
        page = read_coverage(samples, actor)
        tellers = counted_tellers(samples, actor)
        assert page.total <= len(tellers) < page.total + 5
        for trait, label, figure in figures(page):
            said = Counter(one for teller in tellers for one in teller.answers[trait])
            words = {"Not asked": "not asked", "Not stated in the story": "not asked"}.get(label, label)
            assert 5 <= figure <= said[words]
        told = "".join(coverage_csv(coverage_rows(samples, actor)))
        assert "Sudanese" not in told and "non-binary" not in told


def test_each_persona_of_the_sample_archive_stands_there_once(samples):
    page = read_coverage(samples, TERMINAL)
    assert len({one.address for one in page.personas}) == len(page.personas) == 6
    for one in page.personas:
        assert not {"1", "2", "3", "4"} & set(one.stories + one.sites + one.kinds + one.years)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real material is not there: {DATA}")
def test_practitioners_who_were_not_asked_are_said_to_be_not_asked(tmp_path):
    archive = opened(tmp_path, DATA / "storybook", unstated_uses="publication")
    page = read_coverage(archive, TERMINAL)
    rows = {row.label: row.told for row in page.traits[0].rows}
    assert page.total == 5 and set(rows) == {"Not asked", "Would rather not say"}
    archive.close()

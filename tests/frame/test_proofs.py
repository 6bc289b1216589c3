"""The long runs' figures reach their page, from any worker and without losing one another."""

from datetime import date

import pytest

from tests.figures import FigureCollector
from tests.proof_scale import scaled

TODAY = date(2026, 3, 4)


@pytest.fixture
def report():
    def made(*figures, when="call", outcome="passed"):
        properties = [("figure", figure) for figure in figures]
        return pytest.TestReport("t", ("t", 1, "t"), {}, outcome, None, when, user_properties=properties)

    return made


def collected(page, *reports, scale=1.0):
    collector = FigureCollector(page, scale, TODAY)
    for each in reports:
        collector.pytest_runtest_logreport(each)
    collector.pytest_sessionfinish()
    return page.read_text(encoding="utf-8") if page.exists() else None


def test_a_figure_stands_on_the_page_with_its_scale_and_day(tmp_path, report):
    page = collected(tmp_path / "proof.md", report(("kills survived", "100")))
    assert page.endswith("| kills survived | 100 | 100 | 2026-03-04 |\n")


def test_a_run_of_some_proofs_keeps_the_figures_of_the_others(tmp_path, report):
    collected(tmp_path / "proof.md", report(("kills", "100"), ("links", "812")))
    page = collected(tmp_path / "proof.md", report(("kills", "10")), scale=0.1)
    assert page.count("| kills |") == 1
    assert "| kills | 10 | 10 | 2026-03-04 |" in page
    assert "| links | 812 | 100 | 2026-03-04 |" in page


def test_a_proof_that_failed_leaves_no_figure(tmp_path, report):
    assert collected(tmp_path / "proof.md", report(("kills", "3"), outcome="failed")) is None


def test_a_long_run_is_small_unless_a_scale_is_set(monkeypatch):
    monkeypatch.delenv("PROOF_SCALE", raising=False)
    assert scaled(3, 100) == 3
    monkeypatch.setenv("PROOF_SCALE", "100")
    assert scaled(3, 100) == 100
    monkeypatch.setenv("PROOF_SCALE", "10")
    assert scaled(3, 100) == 10
    monkeypatch.setenv("PROOF_SCALE", "0.1")
    assert scaled(3, 100) == 1

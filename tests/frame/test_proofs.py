"""The long runs' figures reach their page, from any worker and without losing one another."""

from datetime import date

import pytest

from tests.figures import TABLE, FigureCollector
from tests.proof_scale import scaled

TODAY = date(2026, 3, 4)


@pytest.fixture
def report():
    def made(*figures, when="call", outcome="passed"):
        properties = [("figure", figure if len(figure) == 3 else ("proof", *figure)) for figure in figures]
        return pytest.TestReport("t", ("t", 1, "t"), {}, outcome, None, when, user_properties=properties)

    return made


def collected(docs, *reports, scale=1.0, page="proof.md"):
    collector = FigureCollector(docs, scale, TODAY)
    for each in reports:
        collector.pytest_runtest_logreport(each)
    return (docs / page).read_text(encoding="utf-8") if (docs / page).exists() else None


def test_a_figure_stands_on_the_page_with_its_scale_and_day(tmp_path, report):
    page = collected(tmp_path, report(("kills survived", "100")))
    assert page.endswith("| kills survived | 100 | 100 | 2026-03-04 |\n")


def test_a_run_of_some_proofs_keeps_the_figures_of_the_others(tmp_path, report):
    collected(tmp_path, report(("kills", "100"), ("links", "812")))
    page = collected(tmp_path, report(("kills", "10")), scale=0.1)
    assert page.count("| kills |") == 1
    assert "| kills | 10 | 10 | 2026-03-04 |" in page
    assert "| links | 812 | 100 | 2026-03-04 |" in page


def test_a_proof_names_its_page_and_what_is_written_around_the_table_stays(tmp_path, report):
    table = f"{TABLE}| routes | 3 | 100 | 2026-01-01 |\n"
    (tmp_path / "security.md").write_text(f"# Security\n\n{table}\n## After\n\n| a | b | c | d |\n")
    found = report(("kills", "100"), ("security", "leaks", "0"))
    page = collected(tmp_path, found, page="security.md")
    assert page.startswith("# Security\n\n| figure |") and page.endswith(
        "\n\n## After\n\n| a | b | c | d |\n"
    )
    assert "| leaks | 0 | 100 | 2026-03-04 |\n| routes | 3 | 100 | 2026-01-01 |\n\n" in page
    assert "kills" not in page and "leaks" not in (tmp_path / "proof.md").read_text()


def test_a_proof_that_failed_leaves_no_figure(tmp_path, report):
    assert collected(tmp_path, report(("kills", "3"), outcome="failed")) is None


def test_a_long_run_is_small_unless_a_scale_is_set(monkeypatch):
    monkeypatch.delenv("PROOF_SCALE", raising=False)
    assert scaled(3, 100) == 3
    monkeypatch.setenv("PROOF_SCALE", "100")
    assert scaled(3, 100) == 100
    monkeypatch.setenv("PROOF_SCALE", "10")
    assert scaled(3, 100) == 10
    monkeypatch.setenv("PROOF_SCALE", "0.1")
    assert scaled(3, 100) == 1

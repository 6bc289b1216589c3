"""A folder that nobody tidied, served as it is."""

from collections import Counter
from urllib.parse import quote

import pytest

from app.records.folder import survey
from app.records.paths import shown_path
from app.services.archive import utc_now
from app.services.checking import check_archive
from tests.proof_scale import scaled
from tests.proofs.crawling import crawl

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def checked(real):
    return check_archive(real, utc_now())


def test_every_file_has_its_page_or_a_reason_why_not(real, reader, checked, figures):
    aside = {problem.file for problem in checked.problems if problem.set_aside}
    hidden = {problem.file for problem in checked.hidden if problem.key != "comment"}
    outcomes = Counter()
    for file in survey(real.stories).files:
        status = reader.get("/stories/" + quote(file.slug)).status
        path = shown_path(file.path)
        outcome = "a page" if status == 200 else "set aside" if path in aside else "hidden"
        assert status == 200 or (status == 404 and path in aside | hidden), f"{file.path}: {status}"
        outcomes[outcome] += 1
    assert sum(outcomes.values()) == checked.files > 0
    for outcome in ("a page", "set aside", "hidden"):
        figures(f"real files: {outcome}", outcomes[outcome])


def test_every_problem_names_its_place_and_a_remedy(checked, figures):
    for problem in (*checked.problems, *checked.hidden):
        assert problem.file and problem.reason.endswith(".") and problem.remedy.endswith(".")
    figures("real files: problems listed by check", len(checked.problems))


def test_every_story_that_has_a_page_is_found_by_search(reader, figures):
    total = reader.get("/api/v1/stories").json["total"]
    assert reader.get("/api/v1/search").json["total"] == total
    figures("real files: stories in search", total)


def test_every_link_in_the_real_archive_leads_somewhere(reader, figures):
    found = crawl(reader.get, most=scaled(60, 20_000))
    assert found.broken == []
    figures("real files: pages crawled", found.pages)
    figures("real files: links followed", found.links)

"""What stewards find at /desk/consent: what ends, what is missing, names that match nobody."""

import csv
import html
import io
import re

import pytest

from app.database.ledgers import AUDIT
from app.services.consent_desk import LISTS, ROWS_A_PAGE
from tests.archives import rows
from tests.web.people import look, someone
from tests.web.serving import always, served

TODAY = "2026-05-04T12:00:00+00:00"


def told(name, consent, *keys):
    return "\n".join(["---", f"title: {name}", *keys, consent, "---", "Told.", ""])


def uses(more):
    return f"consent: {{uses: [design], {more}}}"


FILES = {
    "last-day.md": told("Last day", uses("until: 2026-05-04, co_crafted: 2026-01-01")),
    "ninety.md": told("Ninety", uses("until: 2026-08-02, co_crafted: 2026-01-01")),
    "ninety-one.md": told("Ninety-one", uses("until: 2026-08-03, co_crafted: 2026-01-01")),
    "over.md": told("Over", uses("until: 2026-05-03, co_crafted: 2026-01-01")),
    "long-over.md": told("Long over", uses("until: 2020-01-01, co_crafted: 2026-01-01")),
    "unasked.md": told("Unasked", ""),
    "unclear.md": told("Unclear", "consent: yes"),
    "no-use.md": told("No use", "consent: {uses: [], co_crafted: 2026-01-01}"),
    "alone.md": told("Alone", uses("given: 2026-03-04")),
    "taken.md": told("Taken", uses("until: 2026-05-05, not_for: [Nowhere]"), "status: withdrawn"),
    "known.md": told("Known", uses("not_for: [northgate TRUST], co_crafted: 2026-01-01")),
    "unknown.md": told("=1+1", uses("not_for: [Nrothgate Trust], co_crafted: 2026-01-01")),
}


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    with served(tmp_path_factory.mktemp("desk"), FILES, clock=always(TODAY)) as web:
        yield web


@pytest.fixture(scope="module")
def sue(web):
    return someone(web.archive, "Sue", "steward", organisation="The archive")


@pytest.fixture(scope="module", autouse=True)
def northgate(web):
    return someone(web.archive, "Nor", "steward", organisation="Northgate Trust")


def names(answer):
    page = html.unescape(answer.text).partition('id="shown"')[2]
    return [part.partition("<")[0] for part in page.split("<strong>")[1:]]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("ending", ["Last day", "Ninety"]),
        ("ended", ["Over", "Long over"]),
        ("missing", ["No use", "Unasked", "Unclear"]),
        ("not-gone-through", ["Alone", "Unasked", "Unclear"]),
        ("organisations", ["=1+1"]),
    ],
)
def test_each_list_holds_what_it_says_sorted_by_its_dates(web, sue, shown, expected):
    answer = look(web, f"/desk/consent?list={shown}", sue)
    assert answer.status == 200 and names(answer) == expected
    assert f"<b>{len(expected)}</b> {LISTS[shown].label}" in answer.text


def test_each_row_leads_to_the_story_and_to_its_consent(web, sue):
    answer = look(web, "/desk/consent?list=ended", sue)
    assert answer.text.count('href="/stories/') == 2 and answer.text.count('/consent"') >= 2
    assert "until 3 May 2026" in answer.text


def test_a_steward_without_an_organisation_is_told_that_not_all_stories_are_in_her_lists(web):
    nobody = someone(web.archive, "Non", "steward")
    answer = look(web, "/desk/consent?list=organisations", nobody)
    assert "No organisation stands at your account" in answer.text and "All is well" not in answer.text
    assert "open to you" in answer.text and "nrothgate" not in answer.text.lower()
    sheet = look(web, "/desk/consent/organisations.csv", nobody).text
    assert len(sheet.splitlines()) == 1


def test_a_steward_finds_nothing_here_of_a_story_that_is_not_for_her_organisation(web, northgate):
    page = look(web, "/desk/consent?list=not-gone-through", northgate).text
    assert "Known" not in page
    ours = someone(web.archive, "Pat", "steward", organisation="The archive")
    pages = [look(web, "/desk/consent", cookie).text for cookie in (northgate, ours)]
    counted = [re.search(r"(\d+) stories", page)[1] for page in pages]
    assert counted == ["11", "12"]
    assert len(names(look(web, "/desk/consent?list=organisations", northgate))) == 1


@pytest.mark.parametrize("name", LISTS)
def test_each_list_can_be_taken_along_and_no_spreadsheet_runs_it(web, sue, name):
    answer = look(web, f"/desk/consent/{name}.csv", sue)
    assert (answer.status, answer["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer["cache-control"] == "no-store"
    read = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert len(read) == len(names(look(web, f"/desk/consent?list={name}", sue)))
    if name == "organisations":
        assert [(row["title"], row["why"]) for row in read] == [("'=1+1", "not for nrothgate trust")]
    last = rows(web.archive, AUDIT)[-1]
    assert (last["event"], last["data"]) == ("downloaded", {"what": f"consent: {name}", "rows": len(read)})


@pytest.mark.parametrize("role", ["gatherer", "member", "commissioner"])
def test_the_lists_are_for_stewards_alone(web, role):
    cookie = someone(web.archive, role.capitalize(), role)
    nowhere = look(web, "/desk/never-was", cookie)
    for address in ("/desk/consent", "/desk/consent?list=ended", "/desk/consent/ended.csv"):
        assert look(web, address, cookie) == nowhere
        assert look(web, address).status == 303


@pytest.mark.parametrize("query", ["?list=;drop", "?page=0", "?page=99999", "?page=x", "?list=&page="])
def test_what_is_no_list_or_page_is_the_first(web, sue, query):
    assert look(web, f"/desk/consent{query}", sue).status == 200


def test_a_list_that_is_none_can_not_be_taken_along(web, sue):
    assert look(web, "/desk/consent/drop.csv", sue).status == 404


def test_a_long_list_has_pages(tmp_path):
    many = {f"s{n:03}.md": told(f"Story {n:03}", "") for n in range(ROWS_A_PAGE + 3)}
    with served(tmp_path, many) as web:
        sue = someone(web.archive, "Sue", "steward")
        first = look(web, "/desk/consent?list=missing", sue)
        last = look(web, "/desk/consent?list=missing&page=2", sue)
        assert (len(names(first)), len(names(last))) == (ROWS_A_PAGE, 3)
        assert names(look(web, "/desk/consent?list=missing&page=9", sue)) == names(last)


def test_an_archive_in_which_all_is_well_says_so(tmp_path):
    files = {"a.md": told("A", uses("given: 2026-01-01, co_crafted: 2026-01-02"))}
    with served(tmp_path, files, clock=always(TODAY)) as web:
        sue = someone(web.archive, "Sue", "steward", organisation="The archive")
        for name, told_of in LISTS.items():
            assert html.escape(told_of.well) in look(web, f"/desk/consent?list={name}", sue).text

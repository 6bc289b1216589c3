"""What a file says about consent."""

import pytest

from tests.records.reading import keys


def test_everything_that_is_wrong_with_a_consent_is_said_at_once():
    written = "uses: [everyone], given: soon, until: nope, co_crafted: 2026-13-01, not_for: {a: b}"
    parsed = keys(f"title: x\nconsent: {{{written}}}")
    wrong = {problem.key for problem in parsed.problems}
    assert wrong == {f"consent.{key}" for key in ("uses", "given", "until", "co_crafted", "not_for")}
    assert not parsed.story.consent.understood


@pytest.mark.parametrize(
    "written",
    [
        "consent: {uses: [everyone], not_for: [Northgate Trust]}",
        "consent: {uses: [publication], given: soon, not_for: Northgate Trust}",
        "consent: {uses: [publication], not-for: [Northgate Trust]}",
        "consent: {uses: [publication], Not_For: [Northgate Trust]}",
        "consent: {uses: [publication], notfor: [Northgate Trust]}",
        "consents: {uses: [publication], not_for: [Northgate Trust]}",
        "Consent: {not_for: [Northgate Trust]}",
        "not_for: [Northgate Trust]",
        "consent: {uses: [publication]}\nConsent: {not_for: [Northgate Trust]}",
    ],
)
def test_whom_a_consent_keeps_out_it_keeps_out_whatever_else_is_wrong_with_it(written):
    consent = keys(f"title: x\n{written}").story.consent
    assert (consent.uses, consent.understood, consent.not_for) == (frozenset(), False, ("Northgate Trust",))


def test_a_mapping_of_organisations_names_nobody_and_closes_the_story():
    consent = keys("consent: {uses: [publication], not_for: {Northgate: true}}").story.consent
    assert (consent.uses, consent.understood, consent.not_for) == (frozenset(), False, ())

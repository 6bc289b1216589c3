"""What a file says about consent."""

from tests.records.reading import keys


def test_everything_that_is_wrong_with_a_consent_is_said_at_once():
    written = "uses: [everyone], given: soon, until: nope, co_crafted: 2026-13-01, not_for: {a: b}"
    parsed = keys(f"title: x\nconsent: {{{written}}}")
    wrong = {problem.key for problem in parsed.problems}
    assert wrong == {f"consent.{key}" for key in ("uses", "given", "until", "co_crafted", "not_for")}
    assert not parsed.story.consent.understood

"""A stranger opens the archive that ships with Storyhold: twenty-four people, and what each agreed to."""

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from app.records.model import MomentKind, Status, Use
from tests.samples.conftest import ROOT, TODAY, rendered, rows_under
from tests.samples.reading_ease import reading_ease, sentences, told, words

REAL = ROOT.parent / "shared/data"
EASE = (54, 83)  # any 700 words of the eight real stories; docs/sample-archive.md has the table
MEAN_SENTENCE = (11.4, 28.4)
RUN = 8  # words in a row that nobody happens to share


def published(stories):
    return [
        name
        for name, story in stories.items()
        if Use.PUBLICATION in story.consent.uses
        and story.status is Status.READY
        and not (story.consent.until and story.consent.until < TODAY.isoformat())
    ]


def only(stories, *uses):
    return [name for name, story in stories.items() if story.consent.uses == set(uses)]


def test_a_reader_finds_twenty_four_people_in_three_places(stories):
    assert len(stories) == 24
    assert len({story.storyteller for story in stories.values()}) == 24
    assert {story.site for story in stories.values()} == {"Harbour", "Eastmere", "Northgate"}


def test_every_story_has_an_id_of_its_own(stories):
    assert len({story.id for story in stories.values() if story.id}) == 24


def test_each_story_takes_a_sitting_and_no_longer(files):
    lengths = {name: len(words(told(text))) for name, text in files.items()}
    assert all(700 <= length <= 1_600 for length in lengths.values()), lengths


def test_the_stories_read_as_people_talk(files):
    measured = {name: reading_ease(text) for name, text in files.items()}
    assert all(EASE[0] <= ease <= EASE[1] for ease, _ in measured.values()), measured
    assert all(MEAN_SENTENCE[0] <= mean <= MEAN_SENTENCE[1] for _, mean in measured.values()), measured


def test_people_agreed_to_everything_that_an_archive_has_to_know(stories):
    assert len(published(stories)) >= 14
    assert only(stories, Use.DESIGN) and only(stories, Use.LEARNING) and only(stories, Use.COMMISSIONING)
    assert [name for name, story in stories.items() if not story.consent.stated]
    assert [name for name, s in stories.items() if s.consent.until and s.consent.until < "2026-07-01"]
    assert [name for name, s in stories.items() if len(s.consent.uses) > 1 and name not in published(stories)]
    assert [name for name, story in stories.items() if story.consent.not_for]
    states = Counter(story.status for story in stories.values())
    assert (states[Status.WITHDRAWN], states[Status.DRAFT]) == (1, 2)


def test_nothing_in_the_samples_closes_by_itself_one_day(stories):
    assert not [n for n, s in stories.items() if s.consent.until and s.consent.until > "2026-06-30"]
    assert not [n for n, s in stories.items() if s.gathered and s.gathered.iso > "2026-06-30"]


def test_two_people_are_there_under_their_own_names_by_choice(stories):
    assert sum(story.own_name for story in stories.values()) == 2


def test_one_passage_is_closed_and_two_people_speak_another_language(stories, files):
    assert [name for name, text in files.items() if re.search(r"^::: ?closed", text, re.MULTILINE)]
    assert len([name for name, text in files.items() if "{lang=" in text]) == 2
    closed = [name for name, story in stories.items() if rendered(story).closed]
    assert len(closed) == 1


def test_every_kind_of_moment_has_happened_to_somebody(stories):
    kinds = Counter(moment.kind for story in stories.values() for moment in story.moments)
    assert set(kinds) == set(MomentKind)
    assert all(3 <= len(story.moments) <= 8 for story in stories.values())


def test_every_story_says_what_somebody_can_do_and_hopes_for(stories):
    assert not [name for name, story in stories.items() if not (story.strengths and story.hopes)]
    assert not [
        name for name, s in stories.items() if not (s.summary and s.role and s.gatherer and s.gathered)
    ]


def test_context_is_told_by_some_and_not_by_others(stories):
    given = [set(story.context) for story in stories.values()]
    assert {"age_band", "ethnicity", "gender", "faith", "disability"} <= set().union(*given)
    assert not all("ethnicity" in one for one in given)


def test_every_theme_is_on_the_list_some_often_and_some_once(stories, vocabulary):
    counted = Counter(theme for story in stories.values() for theme in story.themes)
    assert set(counted) == vocabulary
    assert 28 <= len(counted) <= 36
    assert max(counted.values()) >= 6 and min(counted.values()) == 1


def test_suicide_abuse_and_self_harm_come_after_a_note(stories, files):
    hard = re.compile(
        r"took (?:his|her|their) own life|suicide|hurting (?:him|her|them)sel|hit me", re.IGNORECASE
    )
    told_of = [name for name, text in files.items() if hard.search(told(text))]
    assert told_of
    assert not [name for name in told_of if not stories[name].content_notes]


def test_thirty_people_of_many_origins_are_named(files, page):
    section = page.split("\n## Names\n", 1)[1].split("\n## ", 1)[0]
    names = set(re.findall(r"[A-Z][\w’]+", re.sub(r"\([^)]*\)", "", section)))
    everything = "\n".join(files.values())
    named = {name for name in names if re.search(rf"\b{re.escape(name)}\b", everything)}
    origins = {o for row in re.findall(r"\(([^;)]*)", section) for o in [row.strip()] if o[:1].isupper()}
    assert len(named) >= 30
    assert len(origins) >= 10


def test_no_sentence_stands_in_two_stories(files):
    seen: dict[str, str] = {}
    twice = []
    for name, text in files.items():
        own = {" ".join(words(s.lower())) for s in sentences(told(text)) if len(words(s)) >= 4}
        twice += [(seen[one], name, one) for one in own if one in seen]
        seen |= dict.fromkeys(own, name)
    assert twice == []


def test_every_pull_quote_is_in_the_story_and_would_fit_a_wall(files):
    pulls = {
        name: re.findall(r"^::: ?pull\n(.*?)^:::", text, re.DOTALL | re.MULTILINE)
        for name, text in files.items()
    }
    assert sum(map(bool, pulls.values())) >= 20
    for name, found in pulls.items():
        for pull in found:
            plain = " ".join(words(pull))
            assert plain in " ".join(words(told(files[name]))), (name, pull)
            assert len(words(pull)) <= 40


def _runs(text):
    plain = [word.lower().replace("’", "'") for word in words(text)]
    return {" ".join(plain[at : at + RUN]) for at in range(len(plain) - RUN + 1)}


@pytest.mark.skipif(not REAL.is_dir(), reason="the real stories in ../shared/data are not here")
def test_nothing_was_taken_from_the_real_stories(files):
    ours = {run: name for name, text in files.items() for run in _runs(told(text))}
    shared = set()
    for path in Path(REAL).rglob("*.md"):
        shared |= {
            (ours[run], path.name, run) for run in _runs(path.read_text("utf-8", "replace")) & ours.keys()
        }
    assert shared == set()


def test_the_page_tells_of_every_story(files, page):
    listed = {row[0]: row[1] for row in rows_under(page, "## The twenty-four")}
    assert set(listed) == set(files)
    assert not [name for name, one_id in listed.items() if f"id: {one_id}" not in files[name]]


def test_no_two_stories_open_alike(files):
    openings = [(name, words(told(text))[:3]) for name, text in files.items()]
    assert not [(a, b) for (a, one), (b, other) in combinations(openings, 2) if one == other]

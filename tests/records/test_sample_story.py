"""A story written as the contract shows it is understood whole."""

from datetime import date

from app.records.model import Consent, Moment, MomentKind, PartialDate, Status, Use
from app.records.slugs import Slug
from app.records.stories import parse_story

TODAY = date(2026, 7, 1)

CONTRACT = """\
---
id: s-7k3fq2mx
title: The eleven months
storyteller: Marisa              # the name she chose to be known by here
own_name: false
role: Looks after her nephew
kind: lived experience
site: Northgate
gathered: 2026-03-04
gatherer: J. O.
language: en-GB
summary: Three assessments, and the person who rang back.
themes: [telling it twice, waiting]
personas: [elena]
content_notes: [self-harm]
status: ready
moments:
  - {when: "2019", what: Loses her sister, kind: low}
strengths: [keeps the nephew fed and laughing]
hopes: [one person who rings back]
context: {age_band: 30-49, ethnicity: White British, gender: woman}
consent:
  uses: [design, commissioning]
  given: 2026-03-04
  until: 2029-03-04
  co_crafted: 2026-04-01
  not_for: [Northgate Trust]
credits: [Sam]
---
The first thing Marisa does is move the chair.
"""


def test_a_story_as_the_contract_shows_it_is_understood_without_a_problem():
    parsed = parse_story(CONTRACT.encode(), slug=Slug("marisa"), file="marisa.md", today=TODAY)
    story = parsed.story
    assert parsed.problems == ()
    assert (story.id, story.title, story.heading) == ("s-7k3fq2mx", "The eleven months", "Marisa")
    assert story.own_name is False
    assert story.kinds == ("lived experience",)
    assert story.gathered == PartialDate("2026-03-04")
    assert story.themes == ("telling it twice", "waiting")
    assert story.content_notes == ("self-harm",)
    assert story.folded
    assert story.status is Status.READY
    assert story.moments == (Moment("Loses her sister", "2019", MomentKind.LOW),)
    assert story.strengths == ("keeps the nephew fed and laughing",)
    assert story.context == {"age_band": "30-49", "ethnicity": "White British", "gender": "woman"}
    assert story.other_keys == {"credits": ["Sam"]}
    assert story.body == "The first thing Marisa does is move the chair.\n"


def test_its_consent_says_what_was_agreed_and_for_how_long():
    parsed = parse_story(CONTRACT.encode(), slug=Slug("marisa"), file="marisa.md", today=TODAY)
    assert parsed.story.consent == Consent(
        uses=frozenset({Use.DESIGN, Use.COMMISSIONING}),
        stated=True,
        given="2026-03-04",
        until="2029-03-04",
        co_crafted="2026-04-01",
        not_for=("Northgate Trust",),
    )

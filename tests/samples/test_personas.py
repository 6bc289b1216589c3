"""A design team opens the samples' personas: each stands on what somebody said, or says that it does not."""

from datetime import UTC, datetime, time

import pytest

from app.database.visibility import ANONYMOUS
from app.records.model import Use
from app.services.checking import check_archive
from app.services.personas import read_persona
from tests.archives import Clock, make_archive, new_memory, take_in
from tests.samples.conftest import ROOT, TODAY, rendered

NOW = datetime.combine(TODAY, time(12), UTC)


def statements(persona):
    return [statement for group in persona.groups for statement in group.statements]


def references(persona):
    """Every passage that a persona's file names: its quote, its evidence, what speaks against it."""
    found = [persona.quote] if persona.quote and "#p-" in persona.quote else []
    for statement in statements(persona):
        found += [*statement.evidence, *statement.against]
    return found


@pytest.fixture(scope="session")
def anchors(stories):
    return {story.id: {p.anchor: p for p in rendered(story).passages} for story in stories.values()}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    made = make_archive(folder, stories=ROOT / "stories", personas=ROOT / "personas", index=new_memory())
    made.clock = Clock(NOW)
    take_in(made)
    yield made
    made.close()


def test_a_design_team_meets_six_personas_four_of_them_published(personas):
    assert len(personas) == 6
    assert sum(Use.PUBLICATION in persona.uses for persona in personas.values()) == 4


def test_each_rests_on_three_to_nine_stories_that_exist(personas, stories):
    known = {story.id for story in stories.values()}
    for name, persona in personas.items():
        assert 3 <= len(persona.stories) <= 9, name
        assert set(persona.stories) <= known, name


def test_each_has_a_tagline_and_two_to_five_headings(personas):
    for name, persona in personas.items():
        assert persona.tagline, name
        assert 2 <= len(persona.groups) <= 5, name


def test_every_evidence_leads_to_a_passage(personas, anchors):
    lost = [
        (name, reference)
        for name, persona in personas.items()
        for reference in references(persona)
        if reference.partition("#")[2] not in anchors.get(reference.partition("#")[0], {})
    ]
    assert lost == []


def test_most_statements_have_evidence_some_nobody_has_made_and_some_are_spoken_against(personas):
    everything = [statement for persona in personas.values() for statement in statements(persona)]
    assert sum(bool(s.evidence) for s in everything) > len(everything) / 2
    assert sum(not s.evidence for s in everything) >= 2
    assert any(s.against for s in everything)


def test_evidence_comes_from_stories_that_the_persona_rests_on(personas):
    for name, persona in personas.items():
        cited = {reference.partition("#")[0] for reference in references(persona)}
        assert cited <= set(persona.stories), name


def test_some_evidence_is_from_a_story_that_only_design_teams_may_read(personas, stories):
    design_only = {story.id for story in stories.values() if story.consent.uses == {Use.DESIGN}}
    cited = {r.partition("#")[0] for persona in personas.values() for r in references(persona)}
    assert cited & design_only


def test_each_quote_is_something_that_somebody_said(personas, anchors, stories):
    by_id = {story.id: story for story in stories.values()}
    for name, persona in personas.items():
        one_id, _, anchor = persona.quote.partition("#")
        passage = anchors[one_id][anchor]
        assert "“" in passage.text or passage.quotation, name
        assert not passage.closed and not by_id[one_id].content_notes, name


def test_no_two_have_a_statement_in_common(personas):
    texts = [statement.text for persona in personas.values() for statement in statements(persona)]
    assert len(texts) == len(set(texts))


def test_a_passer_by_sees_the_four_with_a_quote_and_evidence(archive, personas):
    for slug, persona in personas.items():
        if Use.PUBLICATION in persona.uses:
            page = read_persona(archive, ANONYMOUS, slug)
            assert page.spoken and any(s.evidence for group in page.groups for s in group.statements), slug


def test_check_has_nothing_to_say_of_them(archive):
    report = check_archive(archive.settings, NOW)
    assert [(p.file, p.key, p.reason) for p in report.problems] == []

"""A persona that is cited is watched: her page, and what she rests on."""

import pytest

from app.services.reconcile import reconcile
from tests.web.people import look, send, someone
from tests.web.serving import served, story
from tests.web.specifications.doing import asked, begun, cited, states, text_of

TOLD = {"one": "publication", "two": "publication", "hers": "design"}
HEAD = "name: Elena\nid: who-3m2xa8qd\ntagline: who keeps starting again\nuses: [design, commissioning]"


def body(name):
    return f"The chair of {name} was moved to the window in March.\n\nNobody asked {name} about it."


def persona(*keys):
    statements = [("Asks once.", ["s-0ne00000"]), ("Waits long.", ["s-0ne00000", "s-tw000000"])]
    statements += [("Is kept out.", ["s-hers0000"])]
    lines = [f"    - statement: {text}\n      evidence: [{', '.join(some)}]" for text, some in statements]
    groups = "statements:\n  What she does:\n" + "\n".join(lines)
    return "\n".join(["---", HEAD, *keys, groups, "---", "Elena.", ""])


IDS = {"one": "s-0ne00000", "two": "s-tw000000", "hers": "s-hers0000"}


def told(name, *keys):
    return story(body(name), f"id: {IDS[name]}", *keys, uses=TOLD[name])


@pytest.fixture
def web(tmp_path):
    stories = {f"{name}.md": told(name) for name in IDS}
    with served(tmp_path, stories, {"elena.md": persona()}, at_loopback=True) as web:
        yield web


@pytest.fixture
def cy(web):
    return someone(web.archive, "Cy", "commissioner", organisation="Here")


@pytest.fixture
def requirement(web, cy):
    requirement = asked(web, cy, begun(web, cy))
    assert cited(web, cy, requirement, "", kind="persona", persona="elena").status == 303
    return requirement


def spec_of(requirement):
    return requirement.partition("/requirements")[0]


def written(web, folder, name, text):
    (getattr(web.archive.settings, folder) / name).write_text(text)
    reconcile(web.archive)


def test_a_persona_that_stands_as_she_was_cited_is_current(web, cy, requirement):
    assert states(web, cy, spec_of(requirement)) == ["current"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("reviewed: 2026-05-01",), "Her page was changed: version 1 was cited, and version 2 stands now."),
        (("retired: 2026-05-01",), "She was retired on 1 May 2026"),
    ],
)
def test_a_page_that_became_another_is_told(web, cy, requirement, keys, said):
    written(web, "personas", "elena.md", persona(*keys))
    assert states(web, cy, spec_of(requirement)) == ["text changed"]
    page = look(web, requirement, cy)
    assert said in text_of(page) and "Changed since she was cited" in page.text
    may = "retired" not in keys[0]
    assert ("Cite it as it stands now" in page.text) is may
    assert said in text_of(look(web, f"{spec_of(requirement)}/health", cy))


def test_statements_that_lost_all_that_they_rest_on_are_counted(web, cy, requirement):
    written(web, "stories", "one.md", told("one", "status: withdrawn"))
    assert states(web, cy, spec_of(requirement)) == ["text changed"]
    page = text_of(look(web, requirement, cy))
    assert "1 of 2 statements about her rests on evidence that is no longer there." in page
    written(web, "stories", "two.md", told("two", "status: withdrawn"))
    page = text_of(look(web, requirement, cy))
    assert "2 of 2 statements about her rest on evidence that is no longer there." in page
    assert "is not as she was" in look(web, f"{spec_of(requirement)}/file.md", cy).text


def test_nobody_is_told_of_evidence_that_she_could_never_read(web, cy, requirement):
    written(web, "stories", "hers.md", told("hers", "status: withdrawn"))
    assert states(web, cy, spec_of(requirement)) == ["current"]
    sue = someone(web.archive, "Sue", "steward", organisation="Here")
    assert "1 of 3 statements" in text_of(look(web, requirement, sue))


def test_whoever_cites_her_anew_has_seen_what_she_rests_on(web, cy, requirement):
    written(web, "stories", "one.md", told("one", "status: withdrawn"))
    (one,) = look(web, f"{spec_of(requirement)}/health.json", cy).json["citations"]
    assert send(web, requirement, {"do": "recite", "citation": one["id"]}, cy).status == 303
    assert states(web, cy, spec_of(requirement)) == ["current"]

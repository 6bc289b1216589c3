"""What changed in a story, who reads an older version, and going back to one."""

import html
import re
from itertools import count

import pytest
from sqlalchemy import insert, update

from app.database.gathering import NAME_DECISION
from app.database.tables import REVISION
from app.services.finishing import finish_jobs
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.people import hidden, look, send, someone
from tests.web.serving import served, write

PUBLIC = "consent: {uses: [publication], given: 2026-01-01}"


def file(story, body, *keys, consent=PUBLIC, gatherer="J. O."):
    head = [f"id: {story}", f"gatherer: {gatherer}", *keys, consent]
    return "\n".join(["---", *head, "---", body, ""])


NUMBERS = count(1)
FIRST = "By lamplight the harbour is quiet.\n\nNobody rang for eleven months."
SECOND = "By lamplight the harbour is quiet.\n\nNobody rang for a whole year."


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    with served(tmp_path_factory.mktemp("history"), {"other.md": file("s-0ther000", "Other.")}) as web:
        yield web


@pytest.fixture(scope="module")
def cookies(web):
    archive = web.archive
    return {
        "steward": someone(archive, "Sue", "steward", organisation="The archive"),
        "gatherer": someone(archive, "Ga", "gatherer", gathers_as="J. O."),
        "other gatherer": someone(archive, "Gi", "gatherer", gathers_as="N. N."),
        "member": someone(archive, "Mo", "member"),
        "commissioner": someone(archive, "Co", "commissioner"),
    }


@pytest.fixture
def begun(web):
    """A story with an id and a name of its own for each test: `name` and a way to write its file."""
    number = next(NUMBERS)
    story = f"s-{number:08d}"

    def put(body, *keys, **how):
        write(web.archive.settings.stories, {f"story-{number}.md": file(story, body, *keys, **how)})
        reconcile(web.archive)
        return story

    put.slug, put.id = f"story-{number}", story
    return put


def page(web, address, cookie=None):
    return html.unescape(re.sub(r"<[^>]+>", "", look(web, address, cookie).text))


def test_the_history_lists_each_version_with_when_whence_and_what_changed(web, cookies, begun):
    begun(FIRST)
    story = begun(SECOND, "role: Aunt")
    told = page(web, f"/s/{story}/history", cookies["gatherer"])
    assert "2 versions" in told and "from the folder" in told
    assert re.search(r"3 words came · 2 words went · changed: role", told)
    shown = look(web, f"/s/{story}/history?from=1&to=2", cookies["gatherer"]).text
    assert "<del>eleven months</del><ins>a whole year</ins>" in shown
    assert "<ins>Aunt</ins>" in shown
    assert look(web, f"/s/{story}/history?from=2&to=1", cookies["gatherer"]).text == shown


def test_a_story_that_never_changed_says_so(web, cookies, begun):
    story = begun(FIRST)
    told = page(web, f"/s/{story}/history", cookies["steward"])
    assert "1 version" in told and "Nothing has changed yet" in told


@pytest.mark.parametrize("address", ["history", "history?from=1&to=2"])
def test_the_list_is_for_the_story_team_alone(web, cookies, begun, address):
    begun(FIRST)
    story = begun(SECOND)
    for reader in ("member", "commissioner", "other gatherer"):
        assert absent(web, f"/s/{story}/{address}", cookies[reader])
    assert look(web, f"/s/{story}/{address}").status == 303


def test_readers_read_an_older_version_that_says_that_it_is_one(web, cookies, begun):
    begun(FIRST)
    story = begun(SECOND)
    answer = look(web, f"/s/{story}/v/1")
    assert answer.status == 200
    assert "eleven months" in answer.text and "whole year" not in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    told = page(web, f"/s/{story}/v/1")
    assert "This is an older version." in told and "version 2" in told
    assert f'href="/stories/{begun.slug}"' in answer.text
    assert "from the folder" not in told and "Go back" not in told
    assert "eleven months" in look(web, f"/s/{story}/v/1", cookies["member"]).text
    assert "holds now" in page(web, f"/s/{story}/v/2")


def test_the_anchors_are_those_of_that_version(web, begun):
    begun(FIRST)
    now = look(web, f"/stories/{begun.slug}").text
    story = begun(SECOND)
    then = look(web, f"/s/{story}/v/1").text
    anchors = re.compile(r'id="(p-[^"]+)"')
    assert anchors.findall(then) == anchors.findall(now) != []
    assert anchors.findall(then) != anchors.findall(look(web, f"/stories/{begun.slug}").text)


def absent(web, address, cookie=None):
    answer, nothing = (look(web, one, cookie) for one in (address, "/nowhere"))
    return answer == nothing and answer.status == 404


@pytest.mark.parametrize("number", ["9", "0", "-1", "01", "x", "99999999999999999999", "1.0", "%D9%A1"])
def test_a_version_that_never_was_is_like_any_page_that_never_was(web, cookies, begun, number):
    story = begun(FIRST)
    assert absent(web, f"/s/{story}/v/{number}")
    assert absent(web, f"/s/{story}/v/{number}", cookies["steward"])
    assert absent(web, f"/s/{story}/history?from=1&to={number}", cookies["steward"])


def team_alone(web, cookies, story, number=1):
    """Whether this version is there for its gatherer and stewards, and for nobody else as if it never was."""
    address = f"/s/{story}/v/{number}"
    others = [None, *(cookies[name] for name in ("member", "commissioner", "other gatherer"))]
    assert all(absent(web, address, cookie) for cookie in others)
    return [look(web, address, cookies[name]).status for name in ("gatherer", "steward")] == [200, 200]


def test_what_was_written_before_it_was_published_is_for_the_team_alone(web, cookies, begun):
    begun(FIRST, "status: draft")
    story = begun(SECOND)
    assert team_alone(web, cookies, story)


def test_who_could_not_have_read_it_then_does_not_read_it_now(web, cookies, begun):
    begun(FIRST, consent="consent: {uses: [design]}")
    story = begun(SECOND, consent="consent: {uses: [design, publication]}")
    assert absent(web, f"/s/{story}/v/1")
    assert absent(web, f"/s/{story}/v/1", cookies["commissioner"])
    assert look(web, f"/s/{story}/v/1", cookies["member"]).status == 200


def test_who_does_not_read_it_now_does_not_read_what_it_was(web, cookies, begun):
    begun(FIRST)
    story = begun(SECOND, consent="consent: {uses: [design]}")
    assert absent(web, f"/s/{story}/v/1") and absent(web, f"/s/{story}/v/2")
    assert look(web, f"/s/{story}/v/1", cookies["member"]).status == 200


CLOSED = "By lamplight the harbour is quiet.\n\n::: closed\n{}\n:::"


@pytest.mark.parametrize(
    "words", ["Nobody rang for eleven months.", "She would rather not say how long nobody rang."]
)
def test_closing_a_passage_takes_every_version_before_out_of_sight(web, cookies, begun, words):
    begun(FIRST)
    begun(SECOND)
    story = begun(CLOSED.format(words))
    assert team_alone(web, cookies, story, 1)
    assert team_alone(web, cookies, story, 2)
    assert look(web, f"/s/{story}/v/3").status == 200


def test_taking_the_closed_passage_out_brings_no_version_back(web, cookies, begun):
    begun(FIRST)
    begun(CLOSED.format("Nobody rang."))
    story = begun("By lamplight the harbour is quiet.")
    assert team_alone(web, cookies, story, 1)
    assert look(web, f"/s/{story}/v/2").status == 200


def test_a_passage_that_was_closed_all_along_closes_no_version(web, begun):
    begun(CLOSED.format("What she said."))
    story = begun(CLOSED.format("What she said.") + "\n\nThen somebody did.")
    answer = look(web, f"/s/{story}/v/1")
    assert answer.status == 200 and "What she said" not in answer.text


def test_a_version_under_a_name_that_was_replaced_is_for_the_team_alone(web, cookies, begun):
    begun(FIRST, "storyteller: Marisa Whitcombe")
    story = begun(SECOND, "storyteller: Marisa")
    assert team_alone(web, cookies, story)
    assert "Names were replaced since" in page(web, f"/s/{story}/v/1", cookies["gatherer"])


def test_a_version_from_before_names_were_replaced_is_for_the_team_alone(web, cookies, begun):
    story = begun(FIRST)
    told = {"digest": "x", "kind": "name", "decision": "replaced", "sealed": "", "at": web.archive.now()}
    with web.archive.writing() as connection:
        connection.execute(insert(NAME_DECISION).values(story_id=story, **told))
        connection.commit()
    begun(SECOND)
    begun(SECOND + " Then somebody did.")
    assert team_alone(web, cookies, story, 1)
    assert look(web, f"/s/{story}/v/2").status == 200


def test_a_persona_that_is_none_for_her_is_not_named(web, cookies, begun):
    person = "---\nname: {}\nuses: [{}]\n---\nSomebody.\n"
    people = {
        "seen.md": person.format("Seen", "design"),
        "unseen.md": person.format("Unseen", "commissioning"),
    }
    write(web.archive.settings.personas, people)
    begun(FIRST)
    story = begun(FIRST, "personas: [seen, unseen, never-was]")
    told = page(web, f"/s/{story}/history?from=1&to=2", cookies["gatherer"])
    assert "seen, 2 not known here" in told and "never-was" not in told
    assert "seen, unseen, 1 not known here" in page(
        web, f"/s/{story}/history?from=1&to=2", cookies["steward"]
    )


def test_a_version_that_can_not_be_read_is_no_page(web, cookies, begun):
    begun(FIRST)
    story = begun(SECOND)
    with web.archive.writing() as connection:
        first = (REVISION.c.record_id == story, REVISION.c.number == 1)
        connection.execute(update(REVISION).where(*first).values(content=b"---\n\xff"))
        connection.commit()
    assert absent(web, f"/s/{story}/v/1", cookies["steward"])
    assert look(web, f"/s/{story}/history?from=1&to=2", cookies["steward"]).status == 200


HERS = "What her brother said on the last evening was this, and she has told nobody else."


def elsewhere(web, words, outcome, cookie):
    """Another story with these words, which is taken back."""
    number = next(NUMBERS)
    story = f"s-{number:06d}er"
    write(web.archive.settings.stories, {f"elsewhere-{number}.md": file(story, words)})
    reconcile(web.archive)
    send(web, f"/s/{story}/withdraw", {"do": "take back", "outcome": outcome}, cookie)
    finish_jobs(web.archive)
    assert look(web, f"/s/{story}").status == 410


def test_words_that_were_taken_back_elsewhere_are_in_no_version_for_readers(web, cookies, begun):
    begun(f"{FIRST}\n\n{HERS}")
    story = begun(FIRST)
    assert look(web, f"/s/{story}/v/1").status == 200
    elsewhere(web, HERS, "keep", cookies["steward"])
    assert team_alone(web, cookies, story)


def test_words_that_were_erased_elsewhere_are_in_no_version_for_anybody(web, cookies, begun):
    words = HERS.replace("brother", "sister")
    begun(f"{FIRST}\n\n{words}")
    story = begun(FIRST)
    elsewhere(web, words, "erase", cookies["steward"])
    for cookie in (None, cookies["gatherer"], cookies["steward"]):
        assert absent(web, f"/s/{story}/v/1", cookie)


def test_of_a_story_that_was_taken_back_nobody_reads_a_version(web, cookies, begun):
    begun(FIRST)
    story = begun(SECOND)
    send(web, f"/s/{story}/withdraw", {"do": "take back", "outcome": "keep"}, cookies["steward"])
    for address in (f"/s/{story}/v/1", f"/s/{story}/v/77", f"/s/{story}/history"):
        assert look(web, address, cookies["steward"]).status == 410
        assert look(web, address, cookies["gatherer"]).status == 410
    assert look(web, f"/s/{story}/v/1").body == look(web, f"/s/{story}").body


def go_back(web, story, number, cookie, **more):
    asked = look(web, f"/s/{story}/v/{number}", cookie)
    fields = {"version": str(number), "digest": hidden(asked, "digest"), **more}
    return send(web, f"/s/{story}/history", fields, cookie)


def content(web, begun):
    return (web.archive.settings.stories / f"{begun.slug}.md").read_text()


def newest(web, story):
    found = [row for row in rows(web.archive, REVISION) if row["record_id"] == story]
    return max(found, key=lambda row: row["number"])


def test_an_older_version_comes_back_as_a_new_one_and_that_can_be_undone(web, cookies, begun):
    begun(FIRST, "role: Aunt  # she says")
    story = begun(SECOND, "role: Carer")
    answer = go_back(web, story, 1, cookies["gatherer"])
    assert (answer.status, answer["location"]) == (303, f"/s/{story}/history?restored=1")
    assert content(web, begun) == file(story, FIRST, "role: Aunt  # she says")
    last = newest(web, story)
    assert (last["number"], last["source"], last["note"], last["who"]) == (
        3,
        "restored",
        "as in version 1",
        "Ga",
    )
    told = page(web, answer["location"], cookies["gatherer"])
    assert "Version 1 is back" in told and "restored" in told and "as in version 1" in told
    assert "eleven months" in look(web, f"/stories/{begun.slug}").text
    go_back(web, story, 2, cookies["steward"])
    assert content(web, begun) == file(story, SECOND, "role: Carer")
    assert newest(web, story)["number"] == 4


def test_going_back_never_widens_what_was_agreed(web, cookies, begun):
    begun(FIRST, gatherer="J. O.")
    narrow = "consent: {uses: [design], until: 2029-03-04}  # asked again"
    story = begun(SECOND, "status: draft", consent=narrow)
    assert go_back(web, story, 1, cookies["gatherer"]).status == 303
    text = content(web, begun)
    assert "eleven months" in text and narrow in text and "status: draft" in text
    assert absent(web, f"/stories/{begun.slug}")


def test_going_back_opens_no_closed_passage_unless_that_is_said(web, cookies, begun):
    begun(FIRST)
    story = begun(CLOSED.format("Nobody rang for eleven months."))
    before = content(web, begun)
    assert "have been closed since" in page(web, f"/s/{story}/v/1", cookies["gatherer"])
    refused = go_back(web, story, 1, cookies["gatherer"])
    assert refused.status == 422 and "Nothing was changed" in refused.text
    assert content(web, begun) == before
    assert go_back(web, story, 1, cookies["gatherer"], agreed="on").status == 303
    assert absent(web, f"/stories/{begun.slug}")  # readers do not see it until a steward says so


def test_a_file_that_changed_meanwhile_is_not_written_over(web, cookies, begun):
    begun(FIRST)
    story = begun(SECOND)
    asked = look(web, f"/s/{story}/v/1", cookies["gatherer"])
    begun("Third.")
    fields = {"version": "1", "digest": hidden(asked, "digest")}
    answer = send(web, f"/s/{story}/history", fields, cookies["gatherer"])
    assert answer.status == 409 and "changed this story meanwhile" in answer.text
    assert content(web, begun) == file(story, "Third.")
    again = {"version": "1", "digest": hidden(answer, "digest")}
    assert send(web, f"/s/{story}/history", again, cookies["gatherer"]).status == 303


def test_a_file_that_can_not_be_read_is_not_written_over(web, cookies, begun):
    story = begun(FIRST)
    begun(SECOND)
    broken = "---\nconsent: [\n---\nBroken.\n"
    path = web.archive.settings.stories / f"{begun.slug}.md"
    path.write_text(broken)
    reconcile(web.archive)
    answer = go_back(web, story, 1, cookies["steward"])
    assert answer.status == 422 and "Mend the file first" in answer.text
    assert path.read_text() == broken


@pytest.mark.parametrize("fields", [{}, {"version": "1"}, {"digest": "x"}])
def test_a_form_without_its_fields_is_not_understood(web, cookies, begun, fields):
    story = begun(FIRST)
    assert send(web, f"/s/{story}/history", fields, cookies["steward"]).status == 422


def test_only_the_team_goes_back(web, cookies, begun):
    begun(FIRST)
    story = begun(SECOND)
    before = content(web, begun)
    fields = {"version": "1", "digest": "x"}
    for reader in ("member", "commissioner", "other gatherer"):
        assert send(web, f"/s/{story}/history", fields, cookies[reader]).status == 404
    assert send(web, f"/s/{story}/history", fields).status == 303  # to sign in
    assert content(web, begun) == before


def test_what_somebody_writes_in_a_version_is_text_and_no_markup(web, cookies, begun):
    begun("One <script>alert(1)</script> two.\n\n<!-- her real name -->")
    story = begun("One <script>alert(2)</script> three.\n\n<!-- another -->", "odd: <b>x</b>")
    shown = look(web, f"/s/{story}/history?from=1&to=2", cookies["steward"]).text
    assert "<script>alert" not in shown and "<b>x" not in shown
    assert "her real name" not in shown and "another" not in shown


def test_many_versions_are_listed_page_by_page(web, cookies, begun):
    for number in range(23):
        story = begun(f"Passage {number}.")
    first, second = (look(web, f"/s/{story}/history?page={n}", cookies["steward"]).text for n in (1, 2))
    assert first.count('name="from"') == 20 and second.count('name="from"') == 3
    assert "Page 1 of 2" in first and "The first that was seen." in second
    assert look(web, f"/s/{story}/history?page=99", cookies["steward"]).text.count('name="from"') == 3

"""Recording what a storyteller agreed to, by role; what is wrong is said at its field."""

import html
import re

import pytest

from app.records.replace import digest_of
from app.services.reconcile import reconcile
from app.services.recording import form_digest
from tests.web.people import hidden, look, send, someone
from tests.web.serving import served, write

OPEN, HERS = "s-0pen0000", "s-hers0000"
NOW = "consent: {uses: [publication], given: 2026-01-01}"
FILES = {
    "open.md": f"---\nid: {OPEN}\ntitle: Open  # hers\nsurprise: kept\n{NOW}\n---\nBy lamplight.\n",
    "hers.md": f"---\nid: {HERS}\ngatherer: J. O.\nstatus: draft\n---\nBy moonlight.\n",
}


@pytest.fixture(scope="module")
def served_once(tmp_path_factory):
    with served(tmp_path_factory.mktemp("consent"), FILES) as web:
        yield web


@pytest.fixture(scope="module")
def cookies(served_once):
    archive = served_once.archive
    return {
        "steward": someone(archive, "Sue", "steward", organisation="The archive"),
        "gatherer": someone(archive, "Ga", "gatherer", gathers_as="J. O."),
        "other gatherer": someone(archive, "Gi", "gatherer", gathers_as="N. N."),
        "member": someone(archive, "Mo", "member"),
    }


@pytest.fixture
def web(served_once):
    return served_once


def address(story):
    return f"/s/{story}/consent"


def filled(web, story, cookie, *ticked, **fields):
    page = look(web, address(story), cookie)
    empty = dict.fromkeys(("given", "until", "co_crafted", "not_for", "basis", "sheet", "note"), "")
    return {**empty, **dict.fromkeys(ticked, "on"), "digest": hidden(page, "digest"), **fields}


def record(web, story, cookie, *ticked, **fields):
    return send(web, address(story), filled(web, story, cookie, *ticked, **fields), cookie)


def test_a_steward_records_what_was_agreed_and_it_holds_at_once(web, cookies):
    write(web.archive.settings.stories, FILES)
    assert look(web, "/stories/open").status == 200
    told = {"given": "2026-02-03", "basis": "public task", "sheet": "Sheet 3", "note": "On the phone."}
    answer = record(web, OPEN, cookies["steward"], "use-design", "use-learning", "medium-audio", **told)
    assert (answer.status, answer["location"]) == (303, f"{address(OPEN)}?saved")
    assert look(web, "/stories/open").status == 404
    assert look(web, "/api/v1/search?q=lamplight").json["total"] == 0
    assert look(web, "/api/v1/complete?q=lampl").json["items"] == []
    assert look(web, "/stories/open", cookies["member"]).status == 200
    page = html.unescape(look(web, address(OPEN), cookies["steward"]).text)
    for words in ("design sessions and learning", "Sue", "public task", "Sheet 3", "On the phone.", "audio"):
        assert words in page
    assert page.index("recorded in the archive") < page.index("first seen in a file")
    content = (web.archive.settings.stories / "open.md").read_text()
    assert "consent: {uses: [design, learning], given: 2026-02-03}\n" in content
    assert content.replace("uses: [design, learning], given: 2026-02-03", NOW[10:-1]) == FILES["open.md"]


def test_that_a_published_story_is_open_to_everybody_is_said_where_somebody_is_kept_out(web, cookies):
    write(web.archive.settings.stories, FILES)
    reconcile(web.archive)
    plain = "<strong>Everybody may read a published story"
    assert plain not in look(web, address(OPEN), cookies["steward"]).text
    record(web, OPEN, cookies["steward"], "use-publication", not_for="Northgate Trust")
    assert plain in look(web, f"{address(OPEN)}?saved", cookies["steward"]).text


def content(web, name="open"):
    return (web.archive.settings.stories / f"{name}.md").read_bytes()


@pytest.mark.parametrize(
    ("reader", "story", "status"),
    [
        ("steward", OPEN, 200),
        ("steward", HERS, 200),
        ("steward", "s-never000", 404),
        ("gatherer", HERS, 200),
        ("gatherer", OPEN, 404),
        ("other gatherer", HERS, 404),
        ("member", OPEN, 404),
        ("member", HERS, 404),
    ],
)
def test_stewards_record_for_every_story_and_gatherers_for_their_own(web, cookies, reader, story, status):
    before = content(web, "open"), content(web, "hers")
    assert look(web, address(story), cookies[reader]).status == status
    if status == 404:
        fields = dict.fromkeys(("given", "until", "co_crafted", "not_for", "basis", "sheet", "note"), "")
        assert send(web, address(story), {**fields, "digest": "x"}, cookies[reader]).status == 404
        assert (content(web, "open"), content(web, "hers")) == before


@pytest.mark.usefixtures("cookies")
def test_whoever_has_not_signed_in_is_asked_to_whatever_story_it_is(web):
    for story in (OPEN, HERS, "s-never000"):
        answer = look(web, address(story))
        assert (answer.status, answer["location"]) == (303, f"/login?next=%2Fs%2F{story}%2Fconsent")
        assert send(web, address(story), {"digest": "x"}).status == 303


def test_what_is_absent_is_the_same_as_a_page_that_never_was(web, cookies):
    never = look(web, address("s-never000"), cookies["gatherer"])
    assert look(web, address(OPEN), cookies["gatherer"]) == never


def test_a_gatherer_records_what_was_agreed_for_her_own_story(web, cookies):
    assert record(web, HERS, cookies["gatherer"], "use-design", given="2026-02-03").status == 303
    assert b"consent:\n  uses: [design]\n  given: 2026-02-03\n" in content(web, "hers")
    assert "Ga" in look(web, address(HERS), cookies["gatherer"]).text


@pytest.mark.parametrize(
    ("field", "fields", "said"),
    [
        ("given", {"given": "2199-01-01"}, "still to come"),
        ("given", {"given": "2024-20-03"}, "This is no day"),
        ("given", {"given": "x" * 5000}, "This is no day"),
        ("until", {"given": "2026-02-03", "until": "2026-02-02"}, "end before it is given"),
        ("until", {"until": "2024-02-30"}, "This is no day"),
        ("co_crafted", {"co_crafted": "2199-01-01"}, "still to come"),
        ("uses", {"use-public": "on"}, "none that the archive knows"),
        ("uses", {"use-": "on"}, "none that the archive knows"),
        ("medium", {"medium-video": "on"}, "none that the archive knows"),
        ("basis", {"basis": "yes"}, "none that the archive knows"),
        ("not_for", {"not_for": "x" * 121}, "120 characters"),
        ("not_for", {"not_for": "\n".join(f"Trust {n}" for n in range(41))}, "room for 40"),
        ("not_for", {"not_for": "Trust\x07"}, "can not be read"),
        ("sheet", {"sheet": "3\u202e"}, "can not be read"),
        ("note", {"note": "x" * 2001}, "2,000 is the most"),
        ("note", {"note": "bell\x07"}, "can not be read"),
    ],
)
def test_what_check_would_call_a_problem_is_refused_at_its_field(web, cookies, field, fields, said):
    before = content(web)
    answer = record(web, OPEN, cookies["steward"], **{"note": "Kept words.", **fields})
    page = html.unescape(answer.text)
    assert answer.status == 422 and content(web) == before
    told = re.search(rf'<span class="wrong" id="wrong-{field}">([^<]*)</span>', page)
    assert told and said in told[1]
    assert f"wrong-{field}" in page.split('id="wrong-')[0]  # the field says what describes it
    if "note" not in fields:
        assert "Kept words." in page


def test_a_form_made_from_an_older_file_changes_nothing_and_keeps_the_words(web, cookies):
    fields = filled(web, OPEN, cookies["steward"], "use-publication", note="What I typed.")
    file = web.archive.settings.stories / "open.md"
    file.write_bytes(file.read_bytes().replace(b"By lamplight", b"By candlelight"))
    before = content(web)
    answer = send(web, address(OPEN), fields, cookies["steward"])
    assert answer.status == 409 and content(web) == before
    assert "What I typed." in answer.text and "Somebody has changed this story meanwhile" in answer.text
    again = {**fields, "digest": hidden(answer, "digest")}
    assert send(web, address(OPEN), again, cookies["steward"]).status == 303
    assert b"candlelight" in content(web) and b"publication" in content(web)


def test_a_form_without_one_of_its_fields_is_no_empty_one(web, cookies):
    fields = filled(web, OPEN, cookies["steward"])
    for name in fields:
        short = {key: value for key, value in fields.items() if key != name}
        assert send(web, address(OPEN), short, cookies["steward"]).status == 422


def test_a_form_from_elsewhere_is_refused(web, cookies):
    fields, before = filled(web, OPEN, cookies["steward"]), content(web)
    elsewhere = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")]
    assert send(web, address(OPEN), fields, cookies["steward"], headers=elsewhere).status == 403
    assert content(web) == before


def test_the_form_carries_no_digest_of_the_file(web, cookies):
    digest = hidden(look(web, address(OPEN), cookies["steward"]), "digest")
    assert digest != digest_of(content(web))


@pytest.mark.parametrize(
    "consent", ["consent: yes", "consent: off", "consent: public", "consent:", "Consent: {}"]
)
def test_a_consent_that_is_not_understood_is_recorded_anew_or_refused_whole(web, cookies, consent):
    name = "odd-" + re.sub(r"\W", "", consent)
    story = f"s-0dd{abs(hash(consent)) % 10**5:05d}"
    write(web.archive.settings.stories, {f"{name}.md": f"---\nid: {story}\n{consent}\n---\nOdd.\n"})
    reconcile(web.archive)
    before = content(web, name)
    answer = record(web, story, cookies["steward"], "use-design")
    if consent.startswith("Consent"):
        assert answer.status == 422 and content(web, name) == before
        assert "may be about consent" in answer.text
    else:
        assert answer.status == 303 and look(web, f"/stories/{name}", cookies["member"]).status == 200


def test_a_file_that_can_not_be_read_shows_its_ledger_and_no_form(web, cookies):
    write(web.archive.settings.stories, {"broken.md": f"---\nid: s-brok0000\n{NOW}\n---\nWhole.\n"})
    reconcile(web.archive)
    write(web.archive.settings.stories, {"broken.md": "---\nid: s-brok0000\nconsent: {\n---\nBroken.\n"})
    reconcile(web.archive)
    page = look(web, address("s-brok0000"), cookies["steward"])
    assert page.status == 200 and "Mend the file first" in page.text and "first seen" in page.text
    assert 'name="digest"' not in page.text


def test_the_ledger_of_a_story_whose_file_is_gone_is_for_stewards(web, cookies):
    story = "---\nid: s-g0ne0000\nconsent: {uses: [design], not_for: [Northgate Trust]}\n---\nGone.\n"
    write(web.archive.settings.stories, {"gone.md": story})
    reconcile(web.archive)
    (web.archive.settings.stories / "gone.md").unlink()
    reconcile(web.archive)
    page = look(web, address("s-g0ne0000"), cookies["steward"])
    assert page.status == 200 and "no story here any more" in page.text and "1 organisation" in page.text
    theirs = someone(web.archive, "Nor", "steward", organisation="NORTHGATE trust")
    nobodys = someone(web.archive, "Al", "steward")
    never = look(web, address("s-never000"), theirs)
    assert look(web, address("s-g0ne0000"), theirs) == never
    assert look(web, address("s-g0ne0000"), nobodys).status == 404
    assert look(web, address("s-g0ne0000"), cookies["gatherer"]).status == 404


def test_for_a_story_that_was_taken_back_nothing_is_recorded(web, cookies):
    back = "---\nid: s-back0000\ngatherer: J. O.\nconsent: {uses: [publication]}\n---\nTaken back.\n"
    write(web.archive.settings.stories, {"back.md": back})
    reconcile(web.archive)
    form = filled(web, "s-back0000", cookies["gatherer"], "use-design")
    taken = back.replace("gatherer:", "status: withdrawn\ngatherer:")
    write(web.archive.settings.stories, {"back.md": taken})
    reconcile(web.archive)
    digest = form_digest(web.archive, digest_of(taken.encode()))
    for cookie in (cookies["gatherer"], cookies["steward"]):
        assert send(web, address("s-back0000"), form | {"digest": digest}, cookie).status == 410
    assert content(web, "back") == taken.encode()
    assert look(web, address("s-back0000"), cookies["gatherer"]).status == 410


def test_the_desk_shows_a_gatherer_the_way_to_its_parts_for_her_alone(web, cookies):
    ways = [f'href="/desk/{part}"' for part in ("codebook", "audit", "people", "problems")]
    shown = [look(web, address(HERS), cookies[who]).text for who in ("steward", "gatherer")]
    assert [[way in page for way in ways] for page in shown] == [[True] * 4, [True, False, False, False]]


def test_a_story_whose_file_has_just_gone_has_no_form(web, cookies):
    write(web.archive.settings.stories, {"just.md": f"---\nid: s-m1ssed00\n{NOW}\n---\nJust gone.\n"})
    reconcile(web.archive)
    form = filled(web, "s-m1ssed00", cookies["steward"], "use-design")
    (web.archive.settings.stories / "just.md").unlink()
    assert look(web, address("s-m1ssed00"), cookies["steward"]).status == 404
    assert send(web, address("s-m1ssed00"), form, cookies["steward"]).status == 404


def test_the_form_begins_with_what_was_recorded_last_but_its_note(web, cookies):
    told = {"basis": "public task", "sheet": "Sheet 7", "note": "Only then."}
    assert record(web, OPEN, cookies["steward"], "use-publication", "medium-image", **told).status == 303
    form = look(web, address(OPEN), cookies["steward"]).text.partition('id="ledger"')[0]
    assert 'name="medium-image" checked' in form and 'value="Sheet 7"' in form
    assert '<option value="public task" selected>' in form and "Only then." not in form


def test_a_story_leads_whoever_may_record_to_its_consent(web, cookies):
    assert address(OPEN) in look(web, "/stories/open", cookies["steward"]).text
    assert address(OPEN) not in look(web, "/stories/open", cookies["gatherer"]).text
    assert address(OPEN) not in look(web, "/stories/open").text

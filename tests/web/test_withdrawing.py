"""Taking a story back in a browser: who may, what she is shown, and what everybody else finds afterwards."""

import re

import pytest

from app.database.ledgers import AUDIT
from app.database.visibility import TERMINAL
from app.errors import NotFound
from app.services.accounts import disable
from app.services.auditing import Event, note
from app.services.denying import keyed_names
from app.services.finishing import finish_jobs
from app.services.limits import Limits, set_limits, write_limits
from app.services.reconcile import reconcile
from app.services.telling import read_taken_back
from app.services.withholding import withhold
from tests.archives import rows
from tests.web.people import account, look, send, session, someone
from tests.web.serving import served, story

A, B, D = "s-7k3fq2mx", "s-2m9tb3rw", "s-4hd8n0qe"
WORD = "lamplighter"
BODY = f"The {WORD} counted eleven boats before she went home again that night."
HERS = ("title: Lantern", "storyteller: Marisa", "gatherer: J. O.", "themes: [dusk]")
STORIES = {
    "a.md": story(
        BODY, f"id: {A}", "title: Lantern", "storyteller: Marisa", "gatherer: J. O.", "themes: [dusk]"
    ),
    "b.md": story(f"See [her](a.md).\n\nThe {WORD}’s sister.", f"id: {B}", "themes: [waiting]"),
    "d.md": story("For the teams.", f"id: {D}", uses="design"),
}
PERSONAS = {
    "elena.md": f"---\nname: Elena\nuses: [publication]\nstories: [{A}]\nstatements:\n  What helps:\n"
    f"    - {{statement: Counts boats, evidence: [{A}#p-xxxxxx]}}\n---\nElena counts.\n"
}
PLACES = ["/", "/stories", "/search?q=lamplighter", "/themes", "/themes/dusk", "/personas/elena"]
PLACES += ["/stories/b", "/api/v1/stories", "/api/v1/search?q=lamplighter", "/api/v1/complete?q=lamp"]
PLACES += ["/api/v1/themes", "/api/v1/personas/elena"]
ADDRESS = f"/s/{A}/withdraw"
KEEP = {"do": "take back", "outcome": "keep"}


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, STORIES, PERSONAS, contact="mailto:stories@example.org") as web:
        yield web


@pytest.fixture
def steward(web):
    return someone(web.archive, "Sue", "steward")


def test_the_impact_report_says_what_leans_on_it_and_who_has_to_know(web, steward):
    account(web.archive, "Joan", "gatherer", gathers_as="j. o.")
    account(web.archive, "Moira", "member")
    text = look(web, ADDRESS, steward).text
    assert "Sue" in text and "Moira" not in text
    for said in ("Take this story back", "Elena", "Dusk", 'href="/stories/b"', "Joan", "joan@example.org",
                 "gathered it", "Printed copies", "1 version is"):  # fmt: skip
        assert said in text, said


def test_the_report_names_to_a_gatherer_nothing_that_she_may_not_see(tmp_path):
    draft = "---\nstoryteller: Odalys\nstatus: draft\nthemes: [dusk]\n---\nSee [her](a.md).\n"
    persona = f"---\nname: Ursa\nuses: [commissioning]\nstories: [{A}]\n---\nUrsa.\n"
    with served(tmp_path, STORIES | {"e.md": draft}, PERSONAS | {"ursa.md": persona}) as web:
        own = someone(web.archive, "Joan", "gatherer", gathers_as="J. O.")
        steward = someone(web.archive, "Sue", "steward")
        hers, whole = look(web, ADDRESS, own), look(web, ADDRESS, steward)
    names = ("Elena", "/stories/b", "Ursa", "Odalys")
    assert [name for name in names if name in whole.text] == list(names)
    assert [name for name in names if name in hers.text] == list(names[:2])
    assert [">Dusk<" in page.text for page in (hers, whole)] == [
        True,
        False,
    ]  # another carries it: not for her


def test_a_steward_takes_a_story_back_with_one_button(web, steward):
    answer = send(web, ADDRESS, KEEP, steward)
    assert answer.status == 200 and "The story is taken back" in answer.text
    assert answer["cache-control"] == "no-store"
    for place in PLACES:
        found = web.get(place).text
        assert not [word for word in ("Lantern", "Marisa", A, "/stories/a") if word in found], place
    assert web.get("/themes/dusk") == web.get("/themes/never-was")
    assert WORD in web.get("/api/v1/complete?q=lamp").text  # the other story's word stays


def test_nothing_stands_in_its_place_that_whoever_takes_it_back_may_not_see(tmp_path):
    draft = "---\nid: s-5ecret00\nstatus: draft\n---\nNot yet.\n"
    with served(tmp_path, STORIES | {"e.md": draft}) as web:
        own = someone(web.archive, "Joan", "gatherer", gathers_as="J. O.")
        there, never = (
            send(web, ADDRESS, KEEP | {"replacement": one}, own) for one in ("s-5ecret00", "s-9z9z9z9z")
        )
        assert (there.status, never.status) == (422, 422)
        assert there.text.replace("s-5ecret00", "") == never.text.replace("s-9z9z9z9z", "")
        assert web.get("/stories/a").status == 200


def test_what_was_taken_back_is_not_taken_back_again(web, steward):
    assert send(web, ADDRESS, KEEP, steward).status == 200
    assert send(web, ADDRESS, KEEP | {"replacement": B}, steward).status == 410
    assert len([row for row in rows(web.archive, AUDIT) if row["event"] == Event.WITHDRAWN]) == 1
    assert B not in web.get("/stories/a").text


def test_its_place_holds_a_notice_that_says_nothing_of_it(web, steward):
    send(web, ADDRESS, KEEP | {"replacement": B}, steward)
    answer = web.get("/stories/a")
    assert answer.status == 410 and answer == web.get(f"/s/{A}")
    for said in (A, "stories@example.org", f'href="/s/{B}"'):
        assert said in answer.text
    for word in ("Lantern", "Marisa", WORD, "J. O.", "dusk"):
        assert word not in answer.text
    told = web.get("/api/v1/stories/a").json
    assert (told["id"], told["replacement"], told["status"]) == (A, f"/s/{B}", 410)


def test_a_replacement_that_a_reader_may_not_see_is_not_named_to_her(web, steward):
    send(web, ADDRESS, KEEP | {"replacement": D}, steward)
    assert D not in web.get("/stories/a").text
    assert f"/s/{D}" in look(web, "/stories/a", someone(web.archive, "Mo", "member")).text


def test_who_could_not_have_read_it_gets_a_page_that_never_was(web, steward):
    send(web, f"/s/{D}/withdraw", KEEP, steward)
    assert web.get("/stories/d") == web.get(f"/s/{D}") == web.get("/stories/never-was")
    member, commissioner = someone(web.archive, "Mo", "member"), someone(web.archive, "Cy", "commissioner")
    assert look(web, "/stories/d", member).status == 410
    assert look(web, "/stories/d", commissioner) == look(web, "/stories/never-was", commissioner)


def test_a_steward_still_reads_it_with_a_note_and_gives_it_back(web, steward):
    send(web, ADDRESS, KEEP, steward)
    assert "It was taken back on" in look(web, "/stories/a", steward).text
    assert "This story was taken back" in look(web, ADDRESS, steward).text
    assert send(web, ADDRESS, {"do": "lift"}, steward)["location"] == f"/s/{A}"
    assert web.get("/stories/a").status == 200
    assert "Marisa" in web.get("/search?q=lamplighter").text


def test_its_page_wears_no_colour_of_permission_when_it_was_taken_back(web, steward):
    assert 'class="badge ok">May be used' in look(web, "/stories/a", steward).text
    send(web, ADDRESS, KEEP, steward)
    text = look(web, "/stories/a", steward).text
    assert 'class="badge">Taken back on ' in text and "May be used for" not in text
    assert "May be used for" not in look(web, f"/s/{A}/consent", steward).text.partition("first seen")[0]
    assert "publication" in look(web, "/api/v1/stories/a", steward).text


def test_its_gatherer_takes_it_back_and_can_do_no_more(web):
    joan = session(web.archive, account(web.archive, "Joan", "gatherer", gathers_as="J. O."))
    assert f'href="{ADDRESS}"' in look(web, "/stories/a", joan).text
    assert "Erase this story" not in look(web, ADDRESS, joan).text
    for outcome in ("erase", "anonymise"):
        assert send(web, ADDRESS, {"do": "take back", "outcome": outcome}, joan).status == 404
    done = send(web, ADDRESS, KEEP, joan)
    assert done.status == 200 and "The story’s page" not in done.text
    assert look(web, "/stories/a", joan).status == 410
    assert send(web, ADDRESS, {"do": "lift"}, joan).status == 410
    assert web.get("/stories/a").status == 410


@pytest.mark.parametrize("role", ["", "member", "commissioner", "gatherer"])
def test_for_everybody_else_there_is_no_such_page(web, role):
    reader = someone(web.archive, "Ann", role) if role else None
    never = look(web, "/s/s-00000000/withdraw", reader)
    assert look(web, ADDRESS, reader) == never and never.status == 404
    assert send(web, ADDRESS, KEEP, reader) == send(web, "/s/s-00000000/withdraw", KEEP, reader)
    assert web.get("/stories/a").status == 200


def test_nobody_is_told_of_it_as_a_steward_whom_it_is_not_for_or_who_is_kept_out(tmp_path):
    """Whoever asked that her own provider know nothing does not want it told when she takes it back."""
    text = BODY.join([f"---\nid: {A}\nconsent: {{uses: [publication], not_for: [Trust]}}\n---\n", "\n"])
    with served(tmp_path, {"a.md": text}) as web:
        sue = someone(web.archive, "Sue", "steward", organisation="Other")
        someone(web.archive, "Tru", "steward", organisation="TRUST")
        someone(web.archive, "Non", "steward")
        disable(web.archive, account(web.archive, "Gone", "steward", organisation="Other"))
        before, answer = look(web, ADDRESS, sue).text, send(web, ADDRESS, KEEP, sue).text
        for text in (before, answer, look(web, f"{ADDRESS}?done", sue).text):
            told = re.findall(r"mailto:(\w+)@", text)
            assert told == ["sue"]


def test_nor_where_its_file_forgot_whom_it_is_not_for(tmp_path):
    with served(tmp_path, {"a.md": story("She rang back.", f"id: {A}")}) as web:
        sue = someone(web.archive, "Sue", "steward", organisation="Other")
        someone(web.archive, "Tru", "steward", organisation="TRUST")
        left = Limits(not_for=keyed_names(web.archive, ["Trust"]))
        write_limits(web.archive, A, left)
        with web.archive.writing() as connection:
            set_limits(web.archive, connection, A, left)
            connection.commit()
        reconcile(web.archive, again=True)
        assert re.findall(r"mailto:(\w+)@", look(web, ADDRESS, sue).text) == ["sue"]


def test_no_story_that_a_gatherer_may_not_see_is_named_among_those_that_link_to_hers(tmp_path):
    other = story("See [her](a.md).", "title: Quartzmarsh", "gatherer: A. N.", "status: draft")
    with served(tmp_path, STORIES | {"other.md": other}) as web:
        joan = someone(web.archive, "Joan", "gatherer", gathers_as="J. O.")
        hers, all_of_it = (
            look(web, ADDRESS, who).text for who in (joan, someone(web.archive, "Sue", "steward"))
        )
    assert 'href="/stories/b"' in hers and "/stories/other" not in hers and "Quartzmarsh" not in hers
    assert 'href="/stories/other"' in all_of_it


def test_whoever_is_named_on_it_or_downloaded_it_has_to_know(web, steward):
    """Each once, with the first reason; whoever downloaded it also where she may not read it any more."""
    joan = account(web.archive, "Joan", "gatherer", gathers_as="J. O.")
    named, loaded = account(web.archive, "Ned", "gatherer"), account(web.archive, "Lou")
    account(web.archive, "Nobody", "gatherer")
    assert send(web, f"/s/{A}/people", {"do": "name", "person": str(named)}, steward).status == 303
    with web.archive.writing() as connection:
        for by, story_id in ((joan, A), (loaded, A), (loaded, A), (None, A), (named, B)):
            note(web.archive, connection, Event.DOWNLOADED, by=by, record_id=story_id, format="epub")
        connection.commit()
    page, answer = look(web, ADDRESS, steward).text, send(web, ADDRESS, KEEP, steward).text
    for text in (page, answer):
        rows = re.findall(r'mailto:(\w+)@.*?<span class="meta">([^<]*)</span>', text)
        assert rows == [
            ("joan", "gathered it"),
            ("ned", "is named on it"),
            ("lou", "downloaded it"),
            ("sue", "looks after the archive"),
        ]
    assert "files that were downloaded (4 times)" in page


def test_a_steward_of_an_organisation_that_may_not_read_it_finds_nothing(tmp_path):
    text = BODY.join(["---\nid: s-7k3fq2mx\nconsent: {uses: [publication], not_for: [Trust]}\n---\n", "\n"])
    with served(tmp_path, {"a.md": text}) as web:
        hers = someone(web.archive, "Tru", "steward", organisation="TRUST")
        other = someone(web.archive, "Sue", "steward", organisation="Other")
        assert look(web, ADDRESS, hers).status == 404
        assert send(web, ADDRESS, {"do": "take back", "outcome": "erase"}, other).status == 200
        finish_jobs(web.archive)
        for address in (f"/s/{A}", "/stories/a", ADDRESS):
            assert look(web, address, hers).status == 404
        assert (
            look(web, "/stories/a", someone(web.archive, "Oth", "member", organisation="Other")).status == 410
        )
        assert look(web, "/stories/a", someone(web.archive, "Non", "member")).status == 404


def test_erasing_shows_how_far_it_is_and_leaves_a_notice(web, steward, tmp_path):
    answer = send(web, ADDRESS, {"do": "take back", "outcome": "erase"}, steward)
    assert answer.status == 200 and "J. O." in answer.text and "http-equiv" not in answer.text
    assert web.get("/stories/a").status == web.get(f"/s/{A}").status == 410
    page = look(web, f"{ADDRESS}?done", steward)
    while "http-equiv" in page.text:
        page = look(web, f"{ADDRESS}?done", steward)
    assert "The story is erased" in page.text and "Sue" in page.text and "J. O." not in page.text
    assert not (tmp_path / "stories/a.md").exists()
    assert look(web, "/stories/a", steward).status == 410
    assert look(web, ADDRESS, steward).status == 200
    assert web.get("/stories/a") == web.get(f"/s/{A}")


def test_another_text_takes_its_place(web, steward):
    new = story("A woman counted boats.", "title: A lamp").replace("\n", "\r\n")
    form = {"do": "take back", "outcome": "anonymise", "text": new, "slug": "lamp"}
    answer = send(web, ADDRESS, form, steward)
    assert answer.status == 200 and "J. O." in answer.text and "Nobody but stewards" not in answer.text
    finish_jobs(web.archive)
    assert "A woman counted boats." in web.get("/stories/lamp").text
    notice = web.get("/stories/a")
    assert notice.status == 410 and A not in notice.text and "lamp" not in notice.text
    assert web.get(f"/s/{A}")["location"] == "/stories/lamp"


def test_a_new_text_waits_like_every_story_after_a_restore(web, steward):
    with web.archive.writing() as connection:
        withhold(connection, "2026-03-04T09:12:00.000000+00:00", "2026-03-09T10:00:00.000000+00:00")
        connection.commit()
    form = {"do": "take back", "outcome": "anonymise", "text": story("A woman counted boats.")}
    answer = send(web, ADDRESS, form, steward)
    assert answer.status == 200 and "waits for a steward" in answer.text
    finish_jobs(web.archive)


@pytest.mark.parametrize("address", [f"/s/{B}/withdraw?done", "/s/s-00000000/withdraw?done"])
def test_what_nobody_took_back_has_no_page_of_how_far_it_is(web, steward, address):
    assert look(web, address, steward).status == 404
    with pytest.raises(NotFound):
        read_taken_back(web.archive, TERMINAL, 99)


def test_a_new_text_begins_empty_and_the_present_one_is_refused(web, steward):
    """The file holds comments and context, which go nowhere."""
    page = look(web, ADDRESS, steward).text
    assert page.partition('id="text"')[2].partition(">")[2].partition("</textarea>")[0].strip() == ""
    form = {"do": "take back", "outcome": "anonymise", "text": STORIES["a.md"], "slug": ""}
    answer = send(web, ADDRESS, form, steward)
    assert answer.status == 422 and "This is the text as it stands" in answer.text


def test_a_new_text_that_allows_nothing_is_said_to_be_read_by_nobody(web, steward):
    form = {"do": "take back", "outcome": "anonymise", "text": "A woman counted boats."}
    answer = send(web, ADDRESS, form, steward)
    assert answer.status == 200 and "Nobody but stewards and its own gatherers" in answer.text
    assert "no consent is recorded" in answer.text
    finish_jobs(web.archive)


@pytest.mark.parametrize(
    "more",
    [
        {"text": ""},
        {"text": "---\ntitle: [\n---\n"},
        {"text": "A.", "slug": "b"},
        {"text": "A.", "slug": "../x"},
    ],
)
def test_a_text_that_can_not_take_its_place_is_refused_and_nothing_is_done(web, steward, more):
    answer = send(web, ADDRESS, {"do": "take back", "outcome": "anonymise", **more}, steward)
    assert answer.status == 422 and "Not done." in answer.text
    assert web.get("/stories/a").status == 200


@pytest.mark.parametrize("form", [{}, {"do": "?"}, {"do": "take back", "outcome": "burn"}])
def test_a_form_that_says_nothing_known_does_nothing(web, steward, form):
    assert send(web, ADDRESS, form, steward).status == 422
    assert web.get("/stories/a").status == 200


def test_another_site_can_take_nothing_back(web, steward):
    from_elsewhere = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")]
    assert send(web, ADDRESS, KEEP, steward, headers=from_elsewhere).status == 403
    assert web.get("/stories/a").status == 200

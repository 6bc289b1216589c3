"""Each citation says whether it still stands, and never why it does not."""

from datetime import timedelta

import pytest

from app.database.specifications import SPECIFICATION
from app.services.merging import erase_words
from app.services.reconcile import reconcile
from app.services.specifications.digest import send_digests
from tests.archives import Clock, rows
from tests.postbox import a_postbox
from tests.web.people import look, send, someone
from tests.web.serving import served, story
from tests.web.specifications.doing import (
    BODY,
    WORDS,
    asked,
    begun,
    citations,
    cited,
    quoted,
    states,
    text_of,
)


@pytest.fixture
def spec(web, cy):
    """A specification that cites one quote."""
    spec = begun(web, cy)
    assert cited(web, cy, asked(web, cy, spec, rationale="Because of her."), quoted(web)).status == 303
    return spec


def rewritten(web, body=BODY, *keys, name="open.md", **told):
    """The story's file is another now."""
    path = web.archive.settings.stories / name
    path.write_text(story(body, "id: s-0pen0000", "storyteller: Marisa", *keys, **told))
    reconcile(web.archive)


def test_words_that_moved_are_current_and_words_that_changed_are_shown_with_the_difference(web, cy, spec):
    rewritten(web, f"Something new.\n\n{BODY}")
    assert states(web, cy, spec) == ["current"]
    rewritten(web, BODY.replace("so often that it stopped", "so many times that it ceased"))
    assert states(web, cy, spec) == ["text changed"]
    page = look(web, f"{spec}/health", cy)
    assert "<del>" in page.text and "<ins>" in page.text and "so often" in text_of(page)
    assert "so many times" in text_of(look(web, spec, cy)) and WORDS in look(web, spec, cy).text


def test_what_was_cited_is_not_shown_beside_the_words_now_where_something_was_closed_since(web, cy, spec):
    closed = BODY.replace("Nobody rang back for a week.", "::: closed\nNobody rang back for a week.\n:::")
    rewritten(web, closed.replace("so often", "so many times"))
    page = look(web, f"{spec}/health", cy)
    assert states(web, cy, spec) == ["text changed"] and "so many times" in page.text
    assert "so often" not in page.text and "<del>" not in page.text


def test_words_that_are_lost_are_shown_as_they_were_cited_and_said_to_be_in_the_story_no_more(web, cy, spec):
    rewritten(web, "Another story altogether, of a harbour.")
    assert states(web, cy, spec) == ["text changed"]
    page = look(web, spec, cy).text
    assert WORDS in page and "not in the story any more" in page and "harbour" not in page
    rewritten(web, "Another story altogether, of a harbour.", name="open.md", uses="commissioning")
    closed = "Another story altogether.\n\n::: closed\nOf a harbour.\n:::"
    rewritten(web, closed)
    page = look(web, spec, cy).text
    assert WORDS not in page and "not in the story any more" in page


@pytest.mark.parametrize(
    "told",
    [
        {"uses": "design"},
        {"uses": ""},
        {"uses": "nonsense"},
        {"uses": "publication], until: 2020-01-01, x: ["},
        {"keys": ("status: draft",)},
        {"body": f"The first thing.\n\n::: closed\n“{WORDS}”\n:::\n\nNobody rang back for a week."},
    ],
)
def test_words_that_may_be_used_no_longer_are_gone_everywhere_at_once(web, cy, spec, told):
    rewritten(web, told.get("body", BODY), *told.get("keys", ()), uses=told.get("uses", "publication"))
    assert states(web, cy, spec) == ["use no longer allowed"]
    assert_gone(web, cy, spec)
    assert "Use no longer allowed" in look(web, spec, cy).text


def assert_gone(web, who, spec, *words):
    requirement = look(web, spec, who).text.partition(f'href="{spec}/requirements/')[2].partition('"')[0]
    places = ("", "/health", "/health.json", "/matrix", "/matrix.csv", f"/requirements/{requirement}")
    files = [f"/file.{form}{part}" for form in ("md", "csv") for part in ("", "?part=annex")]
    for place in (*places, *files):
        answer = look(web, f"{spec}{place}", who)
        assert answer.status == 200, place
        for word in (WORDS, "Marisa", "told it so often", *words):
            assert word not in answer.text.replace("first thing Marisa", ""), (place, word)


def test_a_story_that_was_taken_back_is_gone_everywhere_at_once_and_nobody_is_told_why(web, cy, ann, spec):
    rewritten(web, BODY, "status: withdrawn")
    assert states(web, cy, spec) == ["withdrawn"]
    assert_gone(web, cy, spec)
    assert "Taken back" in look(web, spec, cy).text
    told = look(web, f"{spec}/health.json", cy).json["citations"][0]
    assert set(told) == {"id", "kind", "stance", "requirement", "number", "state"}


def test_whoever_never_could_read_it_is_told_nothing_when_it_is_taken_back(web, cy, ann):
    spec = begun(web, cy)
    requirement = asked(web, cy, spec, rationale="Because of what Kath said.")
    cited(web, cy, requirement, quoted(web, "Nobody rang back", "s-t01d0000"))
    send(web, f"{spec}/access", {"do": "people", "access": "team"}, cy)
    for keys in ((), ("status: withdrawn",)):
        path = web.archive.settings.stories / "told.md"
        path.write_text(story(BODY, "id: s-t01d0000", *keys, uses="commissioning"))
        reconcile(web.archive)
        assert states(web, ann, spec) == []
        page = look(web, spec, ann).text
        assert "Taken back" not in page and "Nobody rang back" not in page
        assert "Because of what Kath said." not in page


def test_a_story_that_was_erased_leaves_no_word_and_is_told_as_changed_or_taken_back(web, cy, spec):
    wording = "I had told [my story] so often"
    requirement = asked(web, cy, spec, "Another")
    cited(web, cy, requirement, quoted(web), wording, note="As she said to me")
    with web.archive.writing() as connection:
        erase_words(connection, "s-0pen0000")
        connection.commit()
    kept = [row for row in citations(web) if row["story_id"] == "s-0pen0000"]
    assert all(row["wording"] == row["note"] == row["digest"] == "" for row in kept)
    assert states(web, cy, spec) == ["text changed"] * 2
    assert "told" not in look(web, spec, cy).text.partition("What is asked")[2].partition("What we said")[0]


def test_a_file_that_is_gone_leaves_a_use_that_is_no_longer_allowed(web, cy, spec):
    (web.archive.settings.stories / "open.md").unlink()
    reconcile(web.archive)
    assert states(web, cy, spec) == ["use no longer allowed"]


def test_a_consent_that_ends_soon_is_told_with_its_day(tmp_path):
    clock = Clock()
    with served(tmp_path, {"open.md": until("2026-12-31")}, at_loopback=True, clock=clock) as web:
        cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
        spec = begun(web, cy)
        cited(web, cy, asked(web, cy, spec), quoted(web))
        assert states(web, cy, spec) == ["current"]
        clock.time += timedelta(days=200)
        cy = someone(web.archive, "Cyd", "commissioner", organisation="Here")
        assert states(web, cy, spec) == ["consent ends"]
        assert "Consent ends on 31 December 2026" in look(web, spec, cy).text
        clock.time += timedelta(days=60)
        cy = someone(web.archive, "Cyn", "commissioner", organisation="Here")
        assert states(web, cy, spec) == ["use no longer allowed"]
        assert_gone(web, cy, spec)


def until(day):
    return story(BODY, "id: s-0pen0000", uses=f"publication], until: {day}, x: [").replace(", x: []", "")


def test_a_mark_that_its_maker_takes_off_is_cited_still(web, cy, ann, spec):
    send(web, "/specifications", {"do": "make", "title": "Second"}, cy)
    told = {
        "revision": "1",
        "anchor": look(web, "/s/s-0pen0000/mark", ann).text.partition('name="anchor" value="')[2][:8],
    }
    answer = send(web, "/s/s-0pen0000/mark", told, ann)
    quote = answer["location"].rpartition("#")[2]
    cited(web, cy, asked(web, cy, spec, "Chairs"), quote)
    send(web, f"/q/{quote}/edit", {"do": "remove"}, ann)
    assert states(web, cy, spec) == ["current", "current"]
    assert "move the chair" in look(web, spec, cy).text


def test_the_badge_tells_the_worst_state_to_anybody_once_that_is_wanted_and_names_nothing(web, cy, spec):
    silent = look(web, "/specifications/spec-00000000/badge.svg")
    assert look(web, f"{spec}/badge.svg").body == silent.body and "not stated" in silent.text
    send(web, f"{spec}/access", {"do": "badge", "badge": "yes"}, cy)
    assert "all current" in look(web, f"{spec}/badge.svg").text
    rewritten(web, BODY, "status: withdrawn")
    badge = look(web, f"{spec}/badge.svg")
    assert "a story was taken back" in badge.text and badge["content-type"].startswith("image/svg+xml")
    assert "Waiting well" not in badge.text and "Marisa" not in badge.text
    send(web, f"{spec}/access", {"do": "badge"}, cy)
    assert look(web, f"{spec}/badge.svg").body == silent.body


def test_an_owner_gets_a_mail_once_a_week_while_something_does_not_stand(tmp_path):
    clock = Clock()
    with (
        a_postbox() as box,
        served(
            tmp_path,
            {"open.md": story(BODY, "id: s-0pen0000", "storyteller: Marisa")},
            at_loopback=True,
            clock=clock,
            smtp_url=f"smtp://127.0.0.1:{box.port}",
            base_url="http://localhost:8000",
        ) as web,
    ):
        cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
        spec = begun(web, cy)
        cited(web, cy, asked(web, cy, spec), quoted(web))
        assert send_digests(web.archive) == 0
        rewritten(web, BODY, "status: withdrawn")
        assert send_digests(web.archive) == 0  # she was looked after this week
        clock.time += timedelta(days=8)
        assert send_digests(web.archive) == 1
        (mail,) = box.mails
        text = mail.get_content()
        assert mail["To"] == "cy@example.org" and f"http://localhost:8000{spec}/health" in text
        mark = citations(web)[0]["id"]
        assert f"- 1 taken back: under 1 ({mark})" in text and "Marisa" not in text and "told" not in text
        assert send_digests(web.archive) == 0
        clock.time += timedelta(days=7)
        assert send_digests(web.archive) == 1


def test_no_mail_goes_where_there_is_no_mail_server_or_the_owner_may_not_see_it(web, cy, spec):
    rewritten(web, BODY, "status: withdrawn")
    assert send_digests(web.archive) == 0
    assert rows(web.archive, SPECIFICATION)[0]["told"] is None


def test_what_changed_is_cited_again_as_it_stands_now(web, cy, spec):
    rewritten(web, BODY.replace("so often", "so many times"))
    page = look(web, f"{spec}/health.json", cy).json["citations"][0]
    requirement = f"{spec}/requirements/{page['requirement']}"
    assert "Cite it as it stands now" in look(web, requirement, cy).text
    assert send(web, requirement, {"do": "recite", "citation": page["id"]}, cy).status == 303
    assert states(web, cy, spec) == ["current"]
    rewritten(web, BODY.replace("so often", "so many times"), uses="design")
    (now,) = look(web, f"{spec}/health.json", cy).json["citations"]
    assert send(web, requirement, {"do": "recite", "citation": now["id"]}, cy).status == 422


def test_whoever_takes_a_story_back_is_told_that_the_owner_of_what_cites_it_has_to_know(web, cy, sue, spec):
    page = text_of(look(web, "/s/s-0pen0000/withdraw", sue))
    assert "Cy" in page and "owns a specification that cites it" in page and "Waiting well" not in page
    assert "owns a specification" not in text_of(look(web, "/s/s-t01d0000/withdraw", sue))

"""A storyteller at her own door: she reads, says, closes, chooses and takes back, with the link alone."""

import io
import re
from contextlib import redirect_stderr

import pytest

from app.services.gathering.entries import MOST
from tests.web.asking import Web
from tests.web.doors import BODY, ID, Storyteller, her_story, storyteller
from tests.web.people import FORM, look, send, someone
from tests.web.serving import always, served, write

PERSONA = f"---\nname: Elena\nuses: [design]\nstories: [{ID}]\n---\nElena waits.\n"
OTHER = "---\nid: s-2m9tb3rw\nstoryteller: Dev\nconsent: {uses: [design]}\n---\nOf the kestrel.\n"
NOON = "2026-05-04T12:00:00+00:00"


@pytest.fixture
def web(tmp_path):
    stories = {"marisa.md": her_story("themes: [telling it twice]"), "dev.md": OTHER}
    with served(tmp_path, stories, {"elena.md": PERSONA}, clock=always(NOON), CONTACT="ring 01 23") as web:
        yield web


@pytest.fixture
def her(web) -> Storyteller:
    return storyteller(web)


def test_she_reads_her_story_and_what_may_be_done_with_it(her):
    page = her.look()
    assert page.status == 200
    for said in ("The first thing Marisa does", "For everybody to read", "Take my story back", "version 1"):
        assert said in page.text, said


def test_she_reads_a_draft_with_what_is_closed_in_it_and_no_comment_of_the_team(web, tmp_path):
    body = f"{BODY}\n<!-- zinnia -->\n\n::: closed\nOnly mine.\n:::\n"
    file = her_story("status: draft", "notes: {dahlia: 1}", consent="{uses: []}", body=body)
    with served(tmp_path / "draft", {"marisa.md": file}, watching=False) as drafts:
        page = storyteller(drafts).look()
    assert "It is not finished." in page.text and "Only mine." in page.text and "This is closed" in page.text
    assert "zinnia" not in page.text and "dahlia" not in page.text


def test_no_browser_keeps_it_no_engine_finds_it_and_its_address_goes_to_no_other_site(her):
    page = her.look()
    assert page["cache-control"] == "no-store" and "noindex" in page["x-robots-tag"]
    assert page["referrer-policy"] == "same-origin" and "set-cookie" not in dict(page.headers)
    assert her.token not in page.text  # so that a page that is kept or printed opens nothing
    assert "<script" not in page.text and 'name="robots" content="noindex' in page.text


def test_it_opens_her_story_and_no_other(her):
    assert "kestrel" not in "".join(her.look(to).text for to in ("", "?to=since", "?p=p-000000"))
    assert her.look("/s-2m9tb3rw").status == 404


def test_whoever_is_signed_in_acts_as_the_storyteller_there(web, her):
    steward = someone(web.archive, "Sue", "steward")
    answer = send(web, her.path, {"do": "answer", "text": "From me."}, steward)
    assert answer.status == 303
    assert "From me." in her.look("?to=since").text
    audit = look(web, "/desk/audit", steward).text
    assert "The storyteller said something about" in audit


def test_no_log_holds_a_link(tmp_path):
    said = io.StringIO()
    with redirect_stderr(said), served(tmp_path, {"marisa.md": her_story()}) as web:
        her = storyteller(web)
        her.look("?to=uses")
        her.says("comment", text="So.", anchor="p-000000", v="1")
        her.look("/x")
    assert her.token not in said.getvalue()


@pytest.mark.parametrize("token", ["A" * 43, "x", "A" * 44, "%00", "..%2f..", "%F0%9F%94%91", "A" * 5_000])
def test_every_link_that_opens_nothing_gets_the_same_kind_answer_in_each_language(web, her, token):
    ended = look(web, f"/door/{'B' * 43}")
    answer = look(web, f"/door/{token}")
    if answer.status == 404:  # an address with further parts
        return
    assert (answer.status, answer.headers, answer.body) == (410, ended.headers, ended.body)
    for said in ("This link does not open anything now", "Ten link teraz niczego nie otwiera", "ring 01 23"):
        assert said in answer.text


def test_too_many_wrong_links_are_slowed_down_and_hers_opens(web, her):
    statuses = {look(web, f"/door/{'A' * 43}").status for _ in range(120)}
    assert statuses == {410, 429} and her.look().status == 200


def test_what_she_typed_at_a_link_that_ended_meanwhile_is_shown_to_be_copied(web, her):
    storyteller(web, before=1)
    answer = her.send("comment", text="That was <b>in March</b>.", anchor="p-000000", v="1")
    assert answer.status == 410
    assert "That was &lt;b&gt;in March&lt;/b&gt;." in answer.text and "so that you can copy it" in answer.text


def test_a_comment_is_kept_once_and_can_be_taken_off(her):
    anchor = her.anchor("The first")
    for _ in range(2):
        page = her.says("comment", text="That was in March.", anchor=anchor, v="1")
    assert "Thank you." in page.text and page.text.count("That was in March.") == 1
    assert "That was in March." in her.look(f"?p={anchor}").text
    page = her.says("off", key="1")
    assert "That was in March." not in page.text


def test_a_comment_of_a_megabyte_is_refused_and_shown_again(her):
    anchor, words = her.anchor("The first"), "word " * 200_000
    answer = her.send("comment", text=words, anchor=anchor, v="1")
    assert answer.status == 422
    assert "longer than there is room for" in answer.text and "word word word" in answer.text
    assert her.send("comment", text="x" * (MOST + 1), anchor=anchor, v="1").status == 422


def test_words_that_are_the_same_are_not_sent_and_stay_in_their_field(her):
    anchor = her.anchor("The first")
    same = "  The first thing Marisa does\r\nis move the  chair. "
    answer = her.send("words", text=same, anchor=anchor, v="1")
    assert answer.status == 422
    assert "Nothing is different yet. Change the words, then send them." in answer.text
    assert "is move the  chair. </textarea>" in answer.text
    assert "other words" not in her.look().text.partition('id="said"')[2]
    assert her.send("words", text=same.replace("chair", "table"), anchor=anchor, v="1").status == 303


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31mred", "\ufdd0", "  ", ""])
@pytest.mark.parametrize("do", ["comment", "words", "later", "answer"])
def test_a_text_that_can_not_be_kept_is_refused_with_a_reason_and_stays_in_its_field(her, do, text):
    answer = her.send(do, text=text, anchor=her.anchor("The first"), v="1")
    assert answer.status == 422 and 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "nothing"},
        {},
        {"do": "off", "key": "x"},
        {"do": "off", "key": "9" * 30},
    ],
)
def test_a_form_that_is_none_of_hers_is_refused(web, her, fields):
    assert send(web, her.path, fields).status == 422


@pytest.mark.parametrize("v", ["", "x", "-1", "9" * 40, "٣", "0", "7"])
def test_a_version_that_is_none_loses_no_word(her, v):
    anchor = her.anchor("The first")
    assert "So it was." in her.says("comment", text="So it was.", anchor=anchor, v=v).text


def test_another_site_can_not_make_her_say_anything(web, her):
    for headers in ((FORM, ("sec-fetch-site", "cross-site")), (FORM, ("origin", "null"))):
        assert send(web, her.path, {"do": "back"}, headers=headers).status == 403
    assert look(web, "/stories/marisa").status == 200


def test_a_passage_is_closed_at_once_and_for_good(web, her, tmp_path):
    page = her.says("close", anchor=her.anchor("What she said"), v="1")
    assert "The passage is closed." in page.text
    assert "::: closed\nWhat she said about her brother.\n:::" in (tmp_path / "stories/marisa.md").read_text()
    for address in ("/stories/marisa", "/stories/marisa.md", "/api/v1/stories/marisa", "/search?q=brother"):
        assert "about her brother" not in look(web, address).text
    assert "brother" in her.look().text


def test_a_passage_that_changed_while_she_read_is_not_closed_and_her_words_are_kept(web, her, tmp_path):
    anchor = her.anchor("What she said")
    write(tmp_path / "stories", {"marisa.md": her_story(body=BODY.replace("brother", "sister"))})
    page = her.says("close", anchor=anchor, v="1")
    assert "has changed since you opened it" in page.text
    page = her.says("comment", text="Not my sister.", anchor=anchor, v="1")
    assert "What she said about her brother." in page.text


def test_how_a_day_is_written_is_said_only_by_browsers_that_have_none_to_pick(web, her):
    steward = someone(web.archive, "Sue", "steward")
    for page in (her.look("?to=uses").text, look(web, f"/s/{ID}/door/table.html", steward).text):
        (field,) = re.findall(r'<input id="until"[^>]*>', page)
        assert 'type="date"' in field and 'placeholder="2029-03-04"' in field
        assert "2029-03-04" not in page.replace(field, "")


def test_less_holds_at_once_and_more_waits(web, her):
    page = her.says("uses", answer="yes", v="1", **{"use-design": "on", "use-learning": "on"})
    assert "waits until the person" in page.text and "waits to be confirmed" in page.text
    assert look(web, "/stories/marisa").status == 404
    assert "For training people" in her.look("?to=uses").text


def test_a_no_holds_at_once(web, her):
    assert "is recorded, and holds from now on" in her.says("uses", answer="no", v="1").text
    assert look(web, "/stories/marisa").status == 404


@pytest.mark.parametrize(("answer", "said"), [("no", "You said no"), ("not yet", "You said not yet")])
def test_a_no_with_uses_ticked_still_is_asked_about_once(web, her, answer, said):
    told = {"answer": answer, "v": "1", "use-design": "on", "not_for": "Northgate", "until": "2027-01-01"}
    asked = her.send("uses", **told)
    assert asked.status == 422 and "Nothing is recorded yet." in asked.text
    assert f"{said}, and these are still ticked: For planning better services. Which" in asked.text
    assert "Northgate</textarea>" in asked.text and 'value="2027-01-01"' in asked.text
    assert re.search(r'id="use-design" name="use-design" checked', asked.text)
    assert look(web, "/stories/marisa").status == 200
    first = re.search(r"<button[^>]*>", asked.text)[0]  # also what Enter presses
    assert f'name="mean" value="{answer}"' in first and 'name="asked"' in asked.text
    assert "is recorded, and holds from now on" in her.says("uses", **told, mean=answer).text
    assert look(web, "/stories/marisa").status == 404


def test_whoever_was_asked_and_says_no_again_is_asked_no_more(web, her):
    her.says("uses", answer="no", v="1", asked="1", **{"use-design": "on"})
    assert look(web, "/stories/marisa").status == 404


def test_whoever_was_asked_may_mean_what_is_ticked(web, her):
    page = her.says("uses", answer="no", v="1", mean="yes", **{"use-design": "on"}).text
    assert "For planning better services" in page and look(web, "/stories/marisa").status == 404
    assert her.send("uses", answer="no", v="1", mean="perhaps", **{"use-design": "on"}).status == 422


def test_a_choice_that_can_not_be_taken_keeps_what_she_filled_in(her):
    answer = her.send("uses", answer="yes", until="soon", not_for="Northgate", **{"use-design": "on"})
    assert answer.status == 422 and "This is no day." in answer.text
    assert 'value="soon"' in answer.text and "Northgate</textarea>" in answer.text


def test_she_sees_where_her_words_have_gone_and_what_has_come_of_it_and_answers(web, her):
    steward = someone(web.archive, "Sue", "steward")
    send(web, f"/s/{ID}/door", {"do": "note", "kind": "promised", "text": "We ring back."}, steward)
    page = her.look("?to=since")
    for said in ("Elena", "elling it twice", "What we said we would do", "We ring back."):
        assert said in page.text, said
    assert "/personas/elena" not in page.text  # which not everybody may read
    assert "Nobody rang." in her.says("answer", text="Nobody rang.", v="1").text


def test_she_takes_her_story_back_with_one_press_and_one_confirmation(web, her):
    assert "Yes, take my story back" in her.look("?to=back").text
    page = her.says("back")
    for said in ("Your story is taken back", "4 May 2026", "can not be called back", "Have it erased"):
        assert said in page.text, said
    assert "brother" not in page.text and look(web, "/stories/marisa").status == 410
    assert her.send("back").status == 303
    assert "You asked for it to be erased" in her.says("erase").text


def test_what_she_writes_while_it_is_taken_back_elsewhere_is_shown_to_be_copied(web, her):
    steward = someone(web.archive, "Sue", "steward")
    send(web, f"/s/{ID}/withdraw", {"do": "take back", "outcome": "keep"}, steward)
    answer = her.send("comment", text="My own words.", anchor="p-000000", v="1")
    assert answer.status == 409 and "My own words." in answer.text
    assert "brother" not in answer.text


def test_an_erased_storys_door_opens_nothing(web, her):
    steward = someone(web.archive, "Sue", "steward")
    send(web, f"/s/{ID}/withdraw", {"do": "take back", "outcome": "erase"}, steward)
    assert her.look().status == 410 and "erased" not in her.look().text


def test_she_has_it_in_her_language(her):
    page = her.says("language", language="pl")
    assert (
        'lang="pl"' in page.text
        and "Zabieram swoją opowieść" in page.text
        and "Opowieść" not in page.text[:300]
    )
    assert "Do kiedy?" in her.look("?to=uses").text
    answer = her.send("uses", answer="yes", v="1")
    assert answer.status == 422 and "Zaznacz, do czego" in answer.text
    assert "English" in her.look().text


def test_a_story_of_ten_thousand_words_is_a_page_of_less_than_a_hundred_kilobytes(tmp_path):
    sentence = "She waited by the window for somebody who would ring her back that day. "
    body = "\n\n".join(f"{number}. {sentence * 5}" for number in range(154))
    with served(tmp_path, {"marisa.md": her_story(body=body)}) as web:
        page = storyteller(web).look()
    assert page.text.count("window") == 770
    assert len(page.text.encode()) < 100_000 and len(page.body) <= len(page.text.encode())


def test_somebody_who_sends_without_end_is_stopped_and_keeps_what_she_typed(her):
    for number in range(120):
        assert her.send("answer", text=f"No. {number}").status == 303
    answer = her.send("answer", text="One more")
    assert answer.status == 429 and "One more</textarea>" in answer.text and answer["retry-after"]


def test_nothing_of_hers_is_shown_while_a_restore_waits(web, her, monkeypatch):
    monkeypatch.setattr("app.services.gathering.doors.withheld", lambda _connection: object())
    assert her.look().status == 410


def test_the_door_is_open_to_no_other_method(web: Web, her):
    assert web.ask("PUT", her.path, headers=[("sec-fetch-site", "none")]).status == 405
    assert web.ask("HEAD", her.path).status == 200


def test_what_she_says_of_a_passage_stands_below_it_with_thanks_where_she_was(her):
    anchor = her.anchor("The first")
    answer = her.send("comment", text="In <b>March</b>.", anchor=anchor, v="1")
    assert answer["location"] == f"{her.path}?said=kept&at={anchor}#now"
    page = her.look(f"?said=kept&at={anchor}").text
    passage, thanks, words = (
        page.index("The first thing"),
        page.index('id="now"'),
        page.index("In &lt;b&gt;March"),
    )
    assert passage < thanks < words < page.index("I had told it so often") and page.count('id="now"') == 1
    assert "In &lt;b&gt;March" in her.look().text.partition('id="said"')[0]
    gone = her.says("off", key="1", anchor=anchor).text
    assert gone.index("It is taken off again") > gone.index("The first thing") and "March" not in gone


def test_closing_a_passage_keeps_her_place(her):
    anchor = her.anchor("What she said")
    answer = her.send("close", anchor=anchor, v="1")
    assert answer["location"].endswith(f"?said=closed&at={anchor}#now")
    page = her.look(f"?said=closed&at={anchor}").text
    assert page.index("The passage is closed.") > page.index("What she said about her brother")


@pytest.mark.parametrize("at", ["", "p-000000", "<b>", "p-" + "0" * 5_000])
def test_what_came_of_it_stands_at_the_top_where_there_is_no_such_passage(her, at):
    page = her.look(f"?said=kept&at={at}").text
    assert page.index("Thank you.") < page.index("The first thing") and "<b>" not in page
    answer = her.send("comment", text="So.", anchor=f"{at}#x", v="1")
    assert answer.status == 303 and answer["location"].endswith("?said=kept#now")

"""A gatherer looks after a storyteller's own door: the link, her words, notes, paper and the table."""

import base64
import json
import re
from hashlib import sha256

import pytest

from app.web.frame import opens_here_alone
from tests.web.doors import BODY, ID, Storyteller, her_story, storyteller
from tests.web.people import FROM_HERE, look, send, someone
from tests.web.serving import always, served

DOOR = f"/s/{ID}/door"
HIDDEN = "---\nid: s-2m9tb3rw\nstoryteller: Dev\nconsent: {uses: []}\n---\nOf the kestrel.\n"
PARTS = ("", "/letter", "/table.html")


@pytest.fixture
def web(tmp_path):
    stories = {"marisa.md": her_story("gatherer: J. O.", consent="{uses: [design]}"), "dev.md": HIDDEN}
    with served(tmp_path, stories, clock=always("2026-05-04T12:00:00+00:00")) as web:
        yield web


@pytest.fixture
def jo(web):
    return someone(web.archive, "Jo", "gatherer", organisation="Here", gathers_as="J. O.")


def desk(web, who, part=""):
    page = look(web, DOOR + part, who)
    assert page.status == 200, page.text
    return page.text


def does(web, who, do, **fields):
    return send(web, DOOR, {"do": do, **fields}, who)


def done(web, who, do, **fields):
    """What is sent is taken; the page that it leads to."""
    answer = does(web, who, do, **fields)
    assert answer.status == 303, answer.text
    return look(web, answer["location"], who).text


def field(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def upload(web, who, content: bytes):
    body = b'--x\r\nContent-Disposition: form-data; name="do"\r\n\r\ntable\r\n'
    body += b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n'
    body += b"Content-Type: application/json\r\n\r\n" + content + b"\r\n--x--\r\n"
    headers = [("content-type", "multipart/form-data; boundary=x"), FROM_HERE, who]
    return web.ask("POST", DOOR, headers=headers, body=body)


@pytest.mark.parametrize("part", PARTS)
def test_only_who_may_edit_the_story_finds_its_door(web, jo, part):
    nowhere = look(web, "/s/s-00000000/door" + part, jo)
    assert nowhere.status == 404 and look(web, DOOR + part, jo).status == 200
    for path in (f"/s/s-2m9tb3rw/door{part}", f"/s/%2e%2e/door{part}"):
        answer = look(web, path, jo)
        assert (answer.status, answer.headers, answer.body) == (404, nowhere.headers, nowhere.body)
    member = someone(web.archive, "Ann", "member", organisation="Here")
    assert look(web, DOOR + part, member).status == 404
    someone(web.archive, "Sue", "steward")
    assert look(web, DOOR + part)["location"].startswith("/login")


def test_who_may_not_edit_the_story_does_nothing_at_its_door(web, jo):
    for fields in (
        {"do": "make", "before": "0"},
        {"do": "note", "kind": "promised", "text": "x"},
        {"do": "x"},
    ):
        assert send(web, "/s/s-2m9tb3rw/door", fields, jo).status == 404


def test_a_link_is_shown_once_and_opens_her_door(web, jo):
    answer = does(web, jo, "make", before="0", language="pl")
    link = re.search(r'value="http://localhost:8000(/door/[\w-]{43})"', answer.text)[1]
    assert answer["cache-control"] == "no-store" and "<svg" in answer.text
    assert "Twoja opowieść" in look(web, link).text
    assert link not in desk(web, jo) and "It was last opened" in desk(web, jo)


def test_a_link_that_opens_on_this_computer_alone_says_so(web, jo, tmp_path):
    assert "opens on this computer alone" in does(web, jo, "make", before="0").text
    named = {"BASE_URL": "http://stories.example.org", "ALLOWED_HOSTS": "localhost"}
    with served(tmp_path / "named", {"marisa.md": her_story()}, **named) as there:
        steward = someone(there.archive, "Sue", "steward", organisation="Here")
        page = does(there, steward, "make", before="0").text
        assert "http://stories.example.org/door/" in page and "this computer alone" not in page


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:8000/door/x", True),
        ("http://127.8.9.1/x", True),
        ("http://[::1]:8000/x", True),
        ("http://localhost/x", True),
        ("http://192.168.0.4:8000/x", False),
        ("https://stories.example.org/localhost", False),
        ("x", False),
    ],
)
def test_an_address_is_known_to_open_here_alone(address, here):
    assert opens_here_alone(address) == here


def test_loading_the_answer_again_keeps_the_link_that_was_sent(web, jo):
    answer = does(web, jo, "make", before="0")
    link = re.search(r"/door/[\w-]{43}", answer.text)[0]
    again = does(web, jo, "make", before="0")
    assert again.status == 409 and "still opens her door" in again.text
    assert look(web, link).status == 200
    fresh = does(web, jo, "make", before=field(again.text, "before"))
    assert fresh.status == 200 and look(web, link).status == 410
    assert "opens nothing any more" in done(web, jo, "end")


def test_what_she_said_waits_at_mine_and_at_the_stewards_desk_until_it_is_answered(web, jo):
    her = storyteller(web)
    her.says("comment", text="In March.", anchor=her.anchor("The first"), v="1")
    assert "1 thing said at her door" in look(web, "/mine", jo).text
    steward = someone(web.archive, "Sue", "steward", organisation="Here")
    assert "waits for an answer" in look(web, "/desk/consent?list=said", steward).text
    page = done(web, jo, "declined", key=field(desk(web, jo), "key"), reply="When we meet.")
    assert "Not now" in page and "said at her door" not in look(web, "/mine", jo).text
    assert "When we meet." in her.look().text


def test_her_words_stand_in_the_story_with_one_press(web, jo, tmp_path):
    her = storyteller(web)
    her.says("words", text="First she moves the chair.", anchor=her.anchor("The first"), v="1")
    page = done(web, jo, "use", key=field(desk(web, jo), "key"), reply="")
    assert "Her words stand in the story now" in page
    assert "\nFirst she moves the chair.\n" in (tmp_path / "stories/marisa.md").read_text()
    again = does(web, jo, "use", key="1", reply="Kept")
    assert again.status == 409


def test_words_that_the_story_says_already_are_done_without_a_new_version(web, jo, tmp_path):
    her, path = storyteller(web), tmp_path / "stories/marisa.md"
    her.says("words", text="First she moves the chair.", anchor=her.anchor("The first"), v="1")
    her.says("later", text="And so it is.", v="1")
    new = path.read_text().replace(
        "The first thing Marisa does is move the chair.", "First she moves the chair."
    )
    path.write_text(f"{new}\nAnd so it is.\n")
    before = path.read_bytes()
    for key in ("1", "2"):
        page = done(web, jo, "use", key=key, reply="")
        assert "The story says that already. It is marked as done." in page and "new version" not in page
    assert path.read_bytes() == before and "badge warn" not in desk(web, jo)


def test_words_that_stand_elsewhere_in_the_story_are_put_in_their_place(web, jo, tmp_path):
    her = storyteller(web)
    her.says("words", text="What she said about her brother.", anchor=her.anchor("The first"), v="1")
    assert "as a new version" in done(web, jo, "use", key="1", reply="")
    assert (tmp_path / "stories/marisa.md").read_text().count("about her brother") == 2


def test_what_she_wants_is_recorded_with_one_press_unless_the_story_changed_meanwhile(web, jo, tmp_path):
    storyteller(web).says("uses", answer="yes", v="1", **{"use-design": "on", "use-publication": "on"})
    page = desk(web, jo)
    path = tmp_path / "stories/marisa.md"
    path.write_text(path.read_text().replace("chair", "table"))
    told = {"key": field(page, "key"), "digest": field(page, "digest"), "reply": "Kept here."}
    answer = does(web, jo, "confirm", **told)
    assert answer.status == 409 and "Kept here.</textarea>" in answer.text
    assert look(web, "/stories/marisa").status == 404
    page = done(web, jo, "confirm", **{**told, "digest": field(desk(web, jo), "digest")})
    assert "is recorded, and holds from now on" in page and look(web, "/stories/marisa").status == 200


def test_a_first_yes_with_an_end_and_an_organisation_is_recorded_by_her_gatherer(tmp_path):
    file = her_story("gatherer: J. O.", "status: draft", consent="{uses: []}")
    with served(tmp_path, {"marisa.md": file}, clock=always("2026-05-04T12:00:00+00:00")) as web:
        jo = someone(web.archive, "Jo", "gatherer", organisation="Here", gathers_as="J. O.")
        told = {"answer": "yes", "v": "1", "use-design": "on", "until": "2027-01-01", "not_for": "Northgate"}
        page = storyteller(web).says("uses", **told).text
        assert "What you want is kept" in page and "What you took away" not in page
        page = desk(web, jo)
        told = {"key": field(page, "key"), "digest": field(page, "digest"), "reply": ""}
        assert "is recorded, and holds from now on" in done(web, jo, "confirm", **told)
        assert "1 organisation may not read it." in look(web, f"/s/{ID}/consent", jo).text


def test_a_note_of_what_came_of_it_is_posted_and_taken_off(web, jo):
    page = done(web, jo, "note", kind="happened", text="The line is staffed.")
    assert "The line is staffed." in page
    assert "The line is staffed." in storyteller(web).look("?to=since").text
    key = re.search(r'name="key" value="(\d+)"><button class="btn quiet" name="do" value="note-off"', page)[1]
    assert "The line is staffed." not in done(web, jo, "note-off", key=key)
    bad = does(web, jo, "note", kind="happened", text="a\x00b")
    assert bad.status == 422 and "can not be read" in bad.text


def test_a_slip_is_entered_and_what_it_closes_is_closed_at_once(web, jo, tmp_path):
    assert "taken in" in done(web, jo, "paper", kind="closing", number="3", text="")
    assert "::: closed\nWhat she said about her brother." in (tmp_path / "stories/marisa.md").read_text()
    for number in ("", "x", "99", "-1", "9" * 9):
        answer = does(web, jo, "paper", kind="comment", number=number, text="Her words.")
        assert answer.status == 422 and "Her words.</textarea>" in answer.text
    assert does(web, jo, "paper", kind="consent", number="1", text="x").status == 422


def test_a_choice_on_paper_is_recorded_by_her_gatherer(web, jo):
    told = {"answer": "yes", "use-publication": "on", "until": "", "not_for": ""}
    bad = does(web, jo, "paper-choice", **{**told, "until": "soon"}, digest=field(desk(web, jo), "digest"))
    assert bad.status == 422 and "This is no day." in bad.text
    assert does(web, jo, "paper-choice", **told, digest="x").status == 409
    done(web, jo, "paper-choice", **told, digest=field(desk(web, jo), "digest"))
    assert look(web, "/stories/marisa").status == 200
    assert "She said yes on paper" in look(web, f"/s/{ID}/consent", jo).text


def test_answers_from_the_table_are_taken_in_and_a_file_that_is_none_is_named(web, jo):
    page = desk(web, jo, "/table.html")
    told = {name: re.search(rf'data-{name}="([^"]*)"', page)[1] for name in ("story", "revision", "digest")}
    whole = {
        "storyhold": "answers from the table",
        "version": 1,
        "day": "2026-05-04",
        "said": [{"kind": "answer", "anchor": "", "text": "Ring me."}],
        "consent": None,
        **told,
        "revision": int(told["revision"]),
    }
    assert upload(web, jo, json.dumps(whole).encode()).status == 303
    assert "Ring me." in desk(web, jo) and "at the table" in desk(web, jo)
    again = upload(web, jo, json.dumps(whole).encode())
    assert again.status == 422 and "already" in again.text
    strange = (b"", b"\xff\xfe", json.dumps(whole).encode("utf-16"), b"{}", b"x" * 1_000_000)
    for content in (*strange, json.dumps({**whole, "more": 1}).encode()):
        answer = upload(web, jo, content)
        assert answer.status == 422 and "no file of answers" in answer.text, content[:20]


def answers(web, who, *said, **consent):
    """A file of answers from the table, of the story as it is."""
    page = desk(web, who, "/table.html")
    told = {name: re.search(rf'data-{name}="([^"]*)"', page)[1] for name in ("story", "revision", "digest")}
    whole = {"storyhold": "answers from the table", "version": 1, "day": "2026-05-04", "said": list(said)}
    chosen = {"answer": "yes", "uses": ["design"], "until": "", "not_for": [], **consent}
    return json.dumps({**whole, **told, "revision": int(told["revision"]), "consent": chosen}).encode()


def test_a_gatherer_takes_in_answers_of_which_only_a_steward_may_widen_a_part(web, jo):
    her = storyteller(web)
    her.says("uses", answer="no", v="1")
    anchor = her.anchor("What she said")
    said = (
        {"kind": "closing", "anchor": anchor, "text": ""},
        {"kind": "answer", "anchor": "", "text": "Ring me."},
    )
    answer = upload(web, jo, answers(web, jo, *said))
    assert answer.status == 303
    page = look(web, answer["location"], jo).text
    assert "waits below until a steward records it" in page and "Ring me." in page
    assert "only a steward can record it" in page and "Record what she wants" not in page
    assert "::: closed" in look(web, f"/s/{ID}/edit", jo).text
    steward = someone(web.archive, "Sue", "steward", organisation="Here")
    assert "waits for an answer" in look(web, "/desk/consent?list=said", steward).text
    page = desk(web, steward)
    assert "Record what she wants" in page and "only a steward" not in page


def test_answers_of_a_story_that_changed_since_are_taken_in_and_it_is_said(web, jo, tmp_path):
    content = answers(web, jo, {"kind": "answer", "anchor": "", "text": "Ring me."}, uses=["publication"])
    path = tmp_path / "stories/marisa.md"
    path.write_text(path.read_text().replace("chair", "table"))
    desk(web, jo)
    answer = upload(web, jo, content)
    page = look(web, answer["location"], jo).text
    assert "The story has changed since this page was saved" in page and "Not done" not in page


def test_other_words_stand_beside_the_old_ones_with_what_comes_and_what_goes(web, jo):
    her = storyteller(web)
    her.says("words", text="First Marisa does move the chair.", anchor=her.anchor("The first"), v="1")
    page = desk(web, jo)
    assert "As she read it" in page and "In her other words" in page
    assert re.search(r"<del>The first thing ?</del><ins>First ?</ins>", page), page.partition("What comes")[
        2
    ][:300]


def test_the_letter_numbers_each_passage_and_has_a_slip(web, jo):
    page = desk(web, jo, "/letter")
    assert "<b>1</b>&#160; The first thing Marisa does" in page and "☐" in page
    assert "List o Twojej opowieści" in desk(web, jo, "/letter?language=pl")


def test_headings_stand_where_they_are_in_the_letter_and_at_the_table(tmp_path):
    blocks = ("# The day", "Before.", "## The morning", "### Early", "She woke.", "She rose.")
    body = "\n\n".join([*blocks, "## The evening", "::: closed\nShe wept.\n:::\n"])
    with served(tmp_path, {"a.md": f"---\nid: {ID}\nstoryteller: Dev\n---\n{body}"}) as web:
        sue = someone(web.archive, "Sue", "steward")
        for part in ("/letter", "/table.html"):
            text = re.sub(r"<[^>]+>", " ", desk(web, sue, part))
            said = re.findall(r"Before\.|The morning|Early|She woke|She rose|The evening|She wept", text)
            assert list(dict.fromkeys(said)) == [
                "Before.", "The morning", "Early", "She woke", "She rose", "The evening", "She wept"
            ]  # fmt: skip
            assert said.count("The morning") == 1 and text.count("The day") == 1


def test_the_page_for_the_table_names_its_script_and_style_and_may_ask_nothing(web, jo):
    answer = look(web, f"{DOOR}/table.html", jo)
    policy = answer["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert policy.replace("'", "&#39;") in answer.text
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        assert base64.b64encode(sha256(inside.encode()).digest()).decode() in policy
    assert not re.search(r"(src|href)=", answer.text)
    assert answer["content-disposition"] == f'attachment; filename="table-{ID}.html"'


def test_a_story_that_holds_markup_is_only_words_in_the_letter_and_at_the_table(tmp_path):
    body = "Say `</script><script>alert(1)</script>` \\<b\\>.\n"
    with served(tmp_path, {"marisa.md": her_story(body=body)}) as web:
        steward = someone(web.archive, "Sue", "steward", organisation="Here")
        for part in PARTS:
            assert "<script>alert" not in look(web, DOOR + part, steward).text
        assert "<script>alert" not in storyteller(web).look().text


def test_stewards_answer_whoever_asks_for_her_story_to_be_erased(web, jo):
    her = storyteller(web)
    her.says("back")
    her.says("erase")
    steward = someone(web.archive, "Sue", "steward", organisation="Here")
    assert "asks for it to be erased" in look(web, "/desk/consent?list=said", steward).text
    page = desk(web, steward)
    assert "Asks for her story to be erased" in page and BODY[:20] not in page
    assert look(web, DOOR, jo).status == 410
    assert "Done" in done(web, steward, "done", key=field(page, "key"), reply="")


def test_a_story_that_is_only_taken_back_asks_for_no_erasing(web, jo):
    her = storyteller(web)
    her.says("comment", text="In March.", anchor=her.anchor("The first"), v="1")
    her.says("back")
    steward = someone(web.archive, "Sue", "steward", organisation="Here")
    page = look(web, "/desk/consent?list=said", steward).text
    assert "waits for an answer; taken back since" in page and "asks for it to be erased" not in page
    assert "asks for it" not in look(web, "/desk/consent/said.csv", steward).text
    her.says("erase")
    assert "asks for it to be erased" in look(web, "/desk/consent?list=said", steward).text


def test_whoever_only_reads_finds_nothing_of_what_was_said(web, jo):
    her: Storyteller = storyteller(web)
    her.says("comment", text="Zinnia.", anchor=her.anchor("The first"), v="1")
    done(web, jo, "note", kind="promised", text="Dahlia.")
    member = someone(web.archive, "Ann", "member", organisation="Here")
    for address in ("/stories/marisa", "/api/v1/stories/marisa", "/search?q=march", DOOR, "/desk"):
        page = look(web, address, member)
        assert "Zinnia" not in page.text and "Dahlia" not in page.text
    assert look(web, "/api/v1/search?q=zinnia", member).json["total"] == 0


@pytest.mark.parametrize(
    "content", ['{"storyhold": 1}'.encode("utf-16"), b'{"storyhold": "\xff"}', b"\x00\x01"]
)
def test_a_file_in_another_script_is_named_on_the_page_where_it_was_chosen(web, jo, content):
    answer = upload(web, jo, content)
    assert answer.status == 422 and "This is no file of answers from the table" in answer.text
    assert "The file of answers from the table" in answer.text

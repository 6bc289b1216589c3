"""Whatever a story holds, it acts nowhere that it is worked on: editor, review, names, history, door."""

import json
import re
from html.parser import HTMLParser

import pytest

from app.services.gathering.entries import MOST_OPEN
from app.services.gathering.reviewing import MOST_SPEAKERS
from tests.web.doors import ID, her_story, storyteller
from tests.web.filling import filled_in
from tests.web.held import held
from tests.web.people import look, send, someone
from tests.web.serving import served, story
from tests.web.test_bad_input import INERT
from tests.web.test_bad_uploads import END, at, bring, part

BODY = "The word lantern.\n\n" + "\n\n".join(INERT.values()) + "\n\nA \u202eword\u200b turned.\n"
HERE = re.compile(r"(/|#|\?|https?://)")
EDIT = f"/s/{ID}/edit"
DESK = (f"{EDIT}?", f"{EDIT}?whole", f"/s/{ID}/names", f"/s/{ID}/history", f"/s/{ID}/v/1", f"/s/{ID}/door")
BIG = {
    "a paragraph of a megabyte": "the words go on: \n" * 58_000,
    "ten thousand headings": "# told again\n" * 10_000,
    "closed inside closed": "::: closed\n" * 60_000,
    "containers inside closed": "::: closed\n" + "::: pull\n" * 60_000,
    "comments never ended": "::: closed\n" + "<!--\n\n" * 30_000,
    "brackets in a heading": "# " + "[" * 200_000,
    "spaces in a heading": "# a" + " " * 200_000 + "}",
    "marks of conflicts": "<<<<<<< a\n=======\n" * 10_000,
    "quotations": "> " * 1_000 + "a",
    "columns": "|" + "a|" * 2_000 + "\n|" + "-|" * 2_000,
}


class Acting(HTMLParser):
    """All in a page that would do something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        told = {name: value or "" for name, value in attrs}
        if tag in ("iframe", "style", "math", "object", "embed", "base") or (
            tag == "script" and "src" not in told
        ):
            self.found.append(tag)
        self.found += [
            f"{tag} {name}" for name in told if name.startswith("on") or name in ("style", "srcdoc")
        ]
        for name in ("href", "src", "action", "formaction", "xlink:href"):
            value = told.get(name, "#")
            if not HERE.match(value) or value.startswith("//") or (tag == "img" and "evil" in value):
                self.found.append(f"{tag} {name}={value}")
        if "/logout" in told.get("href", "") or (tag == "img" and "/logout" in told.get("src", "")):
            self.found.append(f"{tag} /logout")


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    slow = story("Words.", "id: s-510w0000")
    files = {"marisa.md": her_story("themes: ['<b>bold</b>']", body=BODY), "slow.md": slow}
    with served(tmp_path_factory.mktemp("inert"), files, at_loopback=True) as web:
        yield web


@pytest.fixture(scope="module")
def sue(web):
    return someone(web.archive, "Sue", "steward")


@pytest.fixture(scope="module")
def her(web):
    return storyteller(web)


@pytest.mark.parametrize("address", DESK)
def test_what_a_story_holds_does_nothing_where_it_is_worked_on(web, sue, address):  # 22-25, 30
    answer = look(web, address, sue)
    assert answer.status == 200 and ("lantern" in answer.text or address.endswith(("door", "history")))
    assert Acting(answer.text.partition("<main")[2]).found == []


def test_nor_does_it_in_the_preview_at_the_door_and_where_it_is_looked_through(web, sue, her):  # 22-25, 29-31
    seen = send(web, f"/s/{ID}/preview", {"body": BODY}, sue)
    pages = [seen, her.look(), her.look(f"?p={her.anchor('The word')}"), her.look("?to=uses")]
    assert all(Acting(page.text).found == [] and "real name" not in page.text for page in pages)
    address = at(bring(web, sue, part(b"files", BODY.encode(), b"a.md") + END))
    review = look(web, address, sue)
    assert Acting(review.text.partition("<main")[2]).found == []
    for page in (review, look(web, EDIT, sue)):
        assert "A comment stands in the text" in page.text and "(U+202E)" in page.text
    assert "which no reader is ever shown" in review.text


@pytest.mark.parametrize("kind", BIG)
def test_a_text_made_to_be_slow_is_drawn_like_any_other(web, sue, kind):  # 26, 27, 32
    assert send(web, f"/s/{ID}/preview", {"body": BIG[kind]}, sue).status == 200


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "---\n---\n", "---\ntitle: x\n---\n"])
def test_a_text_without_a_word_is_drawn_and_not_kept_as_a_story_by_itself(web, sue, text):  # 33
    assert send(web, f"/s/{ID}/preview", {"body": text}, sue).status == 200
    answer = bring(web, sue, part(b"files", text.encode(), b"a.md") + END)
    assert answer.status in (303, 422)


def test_versions_made_to_be_slow_to_compare_are_compared(web, sue):  # 32
    one = "\n\n".join(f"# told {n}" for n in range(4_000)) + "\n\n<!--\n\n" * 10_000
    slow = "/s/s-510w0000"
    for body in (one, one.replace("told 1", "said 1")):
        form = filled_in(look(web, f"{slow}/edit", sue), f"{slow}/edit")
        assert send(web, f"{slow}/edit", form | {"body": body}, sue).status == 303
    page = look(web, f"{slow}/history?from=2&to=3", sue)
    assert page.status == 200 and "<ins" in page.text


def test_a_recording_of_more_speakers_than_a_form_takes_is_reviewed_and_saved(web, sue):
    cues = "\n".join(
        f"00:{n // 60:02}:{n % 60:02}.000 --> 00:59:59.000\n<v Speaker{n % 300}>Words {n}.\n"
        for n in range(600)
    )
    address = at(bring(web, sue, part(b"files", f"WEBVTT\n\n{cues}".encode(), b"many.vtt") + END))
    page = look(web, address, sue)
    assert f"Another {300 - MOST_SPEAKERS} people speak" in page.text
    form = filled_in(page, address)
    hers = {name: text for name, text in form.items() if name.startswith("speaker-") or name == "digest"}
    assert send(web, address, hers | {"do": "speakers", "speaker-0-shown": "Marisa"}, sue).status == 303
    page = look(web, address, sue)
    body = filled_in(page, address)["body"]
    assert "**Marisa:** Words 0." in body and "**Speaker299:** Words 299." in body
    form = {name: text for name, text in filled_in(page, address).items() if not name.startswith("speaker-")}
    assert send(web, address, form | {"do": "save"}, sue).status == 303


def test_a_file_from_the_table_is_taken_in_whole_or_not_at_all(web, sue, her):
    door = f"/s/{ID}/door"
    page = look(web, f"{door}/table.html", sue).text
    told = {name: re.search(rf'data-{name}="([^"]*)"', page)[1] for name in ("story", "revision", "digest")}
    head = {"storyhold": "answers from the table", "version": 1, "day": "2026-05-04", "consent": None, **told}
    head["revision"] = int(told["revision"])

    def brought(*texts: str, **more: object):
        said = [{"kind": "answer", "anchor": "", "text": text} for text in texts]
        content = json.dumps({**head, "said": said, **more})
        return send(web, door, {"do": "table", "text": content}, sue)

    for number in range(3):
        her.says("answer", text=f"Before. {number}")
    before = held(web)
    for texts in (("So.", "a\0b"), ("So.", "x" * 10_001), [f"{n}" for n in range(MOST_OPEN - 2)]):
        assert brought(*texts).status == 422
    secret = brought("So.", **{"what Maria Silva said": 1})
    assert secret.status == 422 and "Maria" not in secret.text.partition("<textarea")[0]
    consent = {"answer": "yes", "uses": ["design"], "until": "soon", "not_for": []}
    assert brought("So.", consent=consent).status == 422
    assert held(web) == before

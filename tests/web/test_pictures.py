"""Who is shown a picture, and what is left of one on its way in."""

import base64
import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from app.database.tables import PICTURE
from app.database.visibility import TERMINAL
from app.records.replace import digest_of
from app.services.gathering.doors import make_door
from app.services.gathering.pictures import folder_of
from app.services.indexing import update_search
from app.services.reconcile import reconcile
from app.services.recording import By
from app.services.withdrawing import Outcome, Request, withdraw
from tests.imports.photographs import SECRET, from_a_phone, moving, photograph, said_to_be
from tests.web.filling import filled_in
from tests.web.people import look, send, someone
from tests.web.pictured import add, drawn, image, kept
from tests.web.posting import post
from tests.web.serving import served, story, write

ID, OTHER = "s-p1ctvre0", "s-0ther000"
CHAIR, CLOSED = photograph(), photograph(61, 41)
D1, D2 = drawn(CHAIR).digest, drawn(CLOSED).digest
HIDDEN = f"::: closed\nHer brother.\n\n{image(D2)}\n:::\n"
TEXT = f"She moved it.\n\n{image(D1)}\n\n{HIDDEN}"
KEYS = (f"id: {ID}", "gatherer: Ann Reed")


@pytest.fixture
def web(tmp_path):
    files = {"chair.md": story(TEXT, *KEYS), "other.md": story("Open.", f"id: {OTHER}")}
    with served(tmp_path, files, at_loopback=True) as web:
        assert [kept(web, ID, one) for one in (CHAIR, CLOSED)] == [D1, D2]
        yield web


@pytest.fixture
def ann(web):
    return someone(web.archive, "Ann", "gatherer", gathers_as="Ann Reed")


def rewritten(web, tmp_path, text, *keys, slug="chair", story_id=ID, **how):
    """Her story's file says this now."""
    told = story(text, f"id: {story_id}", "gatherer: Ann Reed", *keys, **how)
    write(tmp_path / "stories", {f"{slug}.md": told})
    reconcile(web.archive)
    update_search(web.archive)


def is_absent(web, address, who=None):
    """Whether an answer is that of an address at which nothing ever was, but for what differs by time."""
    there, nowhere = look(web, address, who), look(web, "/media/" + "0" * 64, who)
    return (there.status, there.headers, there.content) == (404, nowhere.headers, nowhere.content) and (
        there.content == look(web, "/nowhere", who).content
    )


def test_a_reader_sees_the_pictures_in_the_open_text(web):
    page = look(web, "/stories/chair").text
    assert f'<img src="/media/{D1}" alt="A chair" loading="lazy">' in page and D2 not in page
    answer = look(web, f"/media/{D1}")
    assert answer.status == 200 and answer["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.body)).size == (60, 40)


def test_a_picture_is_inert_and_asked_for_again_each_time(web):
    answer = look(web, f"/media/{D1}")
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer["cache-control"] == "private, no-cache" and "Cookie" in answer["vary"]
    again = web.get(f"/media/{D1}", headers=[("if-none-match", answer["etag"])])
    assert again.status == 304
    signed_in = look(web, f"/media/{D1}", someone(web.archive, "Mel", "member"))
    assert signed_in["cache-control"] == "no-store"


def test_a_picture_in_a_closed_passage_is_her_teams_alone(web, ann):
    assert is_absent(web, f"/media/{D2}") and is_absent(web, f"/media/{D2}", ann)
    assert is_absent(web, f"/s/{ID}/pictures/{D2}", someone(web.archive, "Mel", "member"))
    assert is_absent(web, f"/s/{ID}/pictures/{D2}", someone(web.archive, "Jo", "gatherer"))
    page = look(web, "/stories/chair", ann).text
    assert f'src="/s/{ID}/pictures/{D2}"' in page and f'src="/s/{ID}/pictures/{D1}"' in page
    shown = look(web, f"/s/{ID}/pictures/{D2}", ann)
    assert shown.status == 200 and shown["cache-control"] == "no-store"


def test_a_picture_in_a_comment_or_in_code_is_nobodys(web, ann, tmp_path):
    digest = kept(web, ID, photograph(33, 33))
    rewritten(web, tmp_path, f"She moved it. <!-- {image(digest)} --> `{image(digest)}`")
    assert is_absent(web, f"/media/{digest}") and is_absent(web, f"/media/{digest}", ann)


def test_a_picture_that_was_closed_never_opens_by_itself(web, tmp_path):
    """It has no words by which it could be known again."""
    rewritten(web, tmp_path, f"She moved it.\n\n::: closed\n{image(D1)}\n:::")
    assert look(web, "/stories/chair").status == 200
    rewritten(web, tmp_path, f"She moved it.\n\n{image(D1)}")
    assert look(web, "/stories/chair").status == 404 and is_absent(web, f"/media/{D1}")


@pytest.mark.parametrize("gone", ["draft", "no use", "closed", "taken out", "withdrawn", "deleted"])
def test_what_may_not_be_read_any_more_is_shown_no_more(web, tmp_path, gone):
    assert look(web, f"/media/{D1}").status == 200
    tag = look(web, f"/media/{D1}")["etag"]
    if gone == "draft":
        rewritten(web, tmp_path, TEXT, "status: draft")
    elif gone == "no use":
        rewritten(web, tmp_path, TEXT, uses="")
    elif gone == "closed":
        rewritten(web, tmp_path, f"She moved it.\n\n::: closed\n{image(D1)}\n:::")
    elif gone == "taken out":
        rewritten(web, tmp_path, "She moved it.")
    elif gone == "withdrawn":
        withdraw(web.archive, TERMINAL, ID, Request())
    else:
        (tmp_path / "stories/chair.md").unlink()
        reconcile(web.archive)
    assert is_absent(web, f"/media/{D1}")
    assert web.get(f"/media/{D1}", headers=[("if-none-match", tag)]).status == 404


def test_the_pictures_of_a_story_that_was_taken_back_are_nobodys(web, ann):
    steward, her = someone(web.archive, "Sue", "steward"), door(web)
    assert look(web, f"/door/{her}?picture={D1}").status == 200
    withdraw(web.archive, TERMINAL, ID, Request())
    for who in (None, ann, steward):
        assert is_absent(web, f"/media/{D1}", who)
        assert look(web, f"/s/{ID}/pictures/{D1}", who).status in (303, 410)
    assert (
        "<img src="
        not in look(web, "/stories/chair", steward).text.partition("<main")[2].partition("</main")[0]
    )
    assert look(web, f"/door/{her}?picture={D1}").status == 404


def door(web, story_id=ID):
    return make_door(web.archive, TERMINAL, By(), story_id)


def test_the_storyteller_sees_her_pictures_at_her_door_without_a_cookie(web, tmp_path):
    rewritten(web, tmp_path, TEXT, "status: draft")
    her = door(web)
    page = look(web, f"/door/{her}").text
    assert f'<img src="?picture={D1}"' in page and f'<img src="?picture={D2}"' in page
    for digest in (D1, D2):
        shown = look(web, f"/door/{her}?picture={digest}")
        assert (
            shown.status == 200
            and shown["cache-control"] == "no-store"
            and "set-cookie" not in dict(shown.headers)
        )
    assert look(web, f"/door/{her}?picture={kept(web, OTHER, photograph(20, 20))}").status == 404
    assert look(web, f"/door/{her}?picture=../../secret.key").status == 404
    assert look(web, f"/door/{'A' * 43}?picture={D1}").status == 410
    assert is_absent(web, f"/media/{D1}")


def test_what_stands_in_an_earlier_version_alone_is_for_the_team(web, tmp_path, ann):
    rewritten(web, tmp_path, "She moved it. The rest is gone.")
    assert is_absent(web, f"/media/{D1}")
    assert f'src="/s/{ID}/pictures/{D1}"' in look(web, f"/s/{ID}/v/1", ann).text
    assert look(web, f"/s/{ID}/pictures/{D1}", ann).status == 200


def test_nobody_makes_anothers_picture_her_own_by_writing_down_its_digest(web, tmp_path):
    withdraw(web.archive, TERMINAL, ID, Request())
    rewritten(web, tmp_path, f"Look.\n\n{image(D1)}", slug="other", story_id=OTHER)
    assert is_absent(web, f"/media/{D1}")
    page = look(web, "/stories/other").text
    assert "/media/" not in page and "A chair" in page


def test_a_picture_that_the_archive_lacks_is_its_words(web, tmp_path):
    (folder_of(web.archive, ID) / D1).unlink()
    page = look(web, "/stories/chair").text
    assert "/media/" not in page and "<p>A chair</p>" in page
    assert is_absent(web, f"/media/{D1}")


def test_what_is_no_digest_is_nowhere(web):  # 47
    for digest in ("x", "../secret.key", "%2e%2e", "A" * 64, D1[1:], D1.upper(), f"{D1}/", f"{D1}%0a"):
        assert look(web, f"/media/{digest}").status == 404


def test_the_program_interface_tells_of_no_picture_that_is_not_shown(web, tmp_path):
    told = look(web, "/api/v1/stories/chair").json
    assert D2 not in str(told)
    rewritten(web, tmp_path, f"She {image(D1)} moved it.")
    assert f"/media/{D1}" in look(web, "/api/v1/stories/chair").json["passages"][0]["html"]
    (folder_of(web.archive, ID) / D1).unlink()
    assert D1 not in str(look(web, "/api/v1/stories/chair").json)


def medium(web, *media):
    """What a steward records of the media that consent is for."""
    steward = someone(web.archive, f"Sue{len(media)}{'image' in media}", "steward")
    address = f"/s/{ID}/consent"
    filled = filled_in(look(web, address, steward), address)
    kept_ = {name: value for name, value in filled.items() if not name.startswith("medium-")}
    assert send(web, address, kept_ | {f"medium-{one}": "on" for one in media}, steward).status == 303


def test_consent_for_text_alone_shows_no_reader_a_picture_and_her_gatherer_is_told(web, ann):
    assert "pictures are not among it" not in look(web, f"/s/{ID}/edit", ann).text
    medium(web, "text")
    page = look(web, "/stories/chair").text
    assert "/media/" not in page and "A chair" in page and is_absent(web, f"/media/{D1}")
    edit = look(web, f"/s/{ID}/edit", ann).text
    assert "pictures are not among it" in edit and f"/s/{ID}/pictures/{D1}" in edit
    medium(web, "text", "image")
    assert look(web, f"/media/{D1}").status == 200
    assert "pictures are not among it" not in look(web, f"/s/{ID}/edit", ann).text


@pytest.mark.parametrize("outcome", [Outcome.ERASE, Outcome.ANONYMISE])
def test_erasing_and_replacing_a_story_takes_its_pictures_off_the_disk(web, tmp_path, outcome):
    text = story(f"Somebody moved {image(D1)} it.", "title: Another").encode()
    kept(web, OTHER, photograph(20, 20))
    new = {"text": text, "slug": "another"} if outcome is Outcome.ANONYMISE else {}
    withdraw(web.archive, TERMINAL, ID, Request(outcome, **new))
    assert not folder_of(web.archive, ID).exists() and is_absent(web, f"/media/{D1}")
    assert len(list(folder_of(web.archive, OTHER).iterdir())) == 1
    if new:
        assert "Somebody moved A chair it." in re.sub("<[^>]+>", "", look(web, "/stories/another").text)


def edit(web, who):
    return filled_in(look(web, f"/s/{ID}/edit", who), f"/s/{ID}/edit")


def test_a_gatherer_adds_a_picture_without_a_script_and_saves_it(web, ann, tmp_path):
    fields = edit(web, ann) | {"title": "Typed meanwhile", "picture_words": "Her *chair* [by] the window"}
    new = photograph(50, 50)
    before = (tmp_path / "stories/chair.md").read_bytes()
    page = post(web, f"/s/{ID}/pictures", ann, fields, [("picture", "IMG_1.jpg", "image/jpeg", new)])
    digest = drawn(new).digest
    assert (
        page.status == 200 and "Typed meanwhile" in page.text and "stands at the end of the text" in page.text
    )
    assert f'<img src="/s/{ID}/pictures/{digest}" alt="Her *chair* [by] the window"' in page.text
    assert look(web, f"/s/{ID}/pictures/{digest}", ann).status == 200 and is_absent(web, f"/media/{digest}")
    assert (tmp_path / "stories/chair.md").read_bytes() == before
    saved = send(web, f"/s/{ID}/edit", filled_in(page, f"/s/{ID}/edit") | {"do": "save"}, ann)
    assert saved.status == 303, saved.text
    assert look(web, f"/media/{digest}").status == 200
    assert (
        (tmp_path / "stories/chair.md")
        .read_text()
        .endswith(f"![Her \\*chair\\* \\[by\\] the window](/media/{digest})\n")
    )


def test_a_picture_needs_words_for_whoever_can_not_see_it(web, ann):
    for words in ("", "  ", "x" * 501, "a\x00b"):
        answer = add(web, ann, f"/s/{ID}/pictures", CHAIR, words)
        assert answer.status == 422 and answer["content-type"].startswith("text/plain")
    page = post(web, f"/s/{ID}/pictures", ann, edit(web, ann), [("picture", "a.jpg", "image/jpeg", CHAIR)])
    assert page.status == 422 and "What does it show? Someone who can not see it will read this." in page.text
    typed = edit(web, ann) | {"picture_words": "A chair that she likes"}
    page = post(web, f"/s/{ID}/pictures", ann, typed)
    assert (
        page.status == 422
        and "Choose a picture first." in page.text
        and "A chair that she likes" in page.text
    )


REFUSED = {
    "too many points": (said_to_be(50_000, 50_000), "50 million points"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "web page"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "An SVG is no picture"),
    "cut off": (CHAIR[: len(CHAIR) // 2], "cut off"),
    "no picture": (b"MZ" + bytes(500), "no picture"),
    "empty": (b"", "Choose a picture"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_picture_that_can_be_kept_is_refused_with_the_reason(web, ann, case):  # 38, 39
    content, reason = REFUSED[case]
    before = sorted(folder_of(web.archive, ID).iterdir())
    answer = add(web, ann, f"/s/{ID}/pictures", content, name="holiday.png")
    assert answer.status == 422 and reason in answer.text
    assert sorted(folder_of(web.archive, ID).iterdir()) == before


def test_what_was_hidden_in_a_picture_is_served_to_nobody(web, ann):  # 38
    for content in (from_a_phone() + b"PK\x03\x04<script>", moving("GIF") + SECRET.encode()):
        line = add(web, ann, f"/s/{ID}/pictures", content, name="../../x.html", kind="text/html").text
        digest = re.search(r"/media/([0-9a-f]{64})\)", line)[1]
        answer = look(web, f"/s/{ID}/pictures/{digest}", ann)
        assert answer["content-type"] in ("image/jpeg", "image/png")
        assert SECRET.encode() not in answer.body and b"<script>" not in answer.body
    assert "only its first moment is kept" in line
    assert {path.parent for path in folder_of(web.archive, ID).rglob("*")} == {folder_of(web.archive, ID)}


def test_only_who_may_change_a_story_adds_pictures_to_it(web, ann):
    for who in (someone(web.archive, "Mel", "member"), someone(web.archive, "Jo", "gatherer")):
        answer = add(web, who, f"/s/{ID}/pictures", CHAIR)
        assert answer.status == 404 and answer.content == look(web, "/nowhere", who).content
    withdraw(web.archive, TERMINAL, ID, Request())
    assert add(web, ann, f"/s/{ID}/pictures", CHAIR).status == 410


def test_too_long_an_upload_is_refused(web, ann):  # 40
    assert add(web, ann, f"/s/{ID}/pictures", bytes(25 * 1024 * 1024)).status == 413
    many = [("picture", f"{n}.png", "image/png", CHAIR) for n in range(3)]
    assert post(web, f"/s/{ID}/pictures", ann, {"alone": "1", "picture_words": "x"}, many).status == 422


def test_a_gatherer_is_told_of_pictures_without_words_and_of_those_that_are_gone(web, ann, tmp_path):
    rewritten(web, tmp_path, f"She.\n\n{image(D1, '')}\n\n{image('f' * 64)}")
    page = look(web, f"/s/{ID}/edit", ann).text
    assert "A picture has no description." in page and "A picture is not kept with this story" in page


def test_the_catalogue_knows_what_each_story_shows(web):
    with web.archive.engine.connect() as connection:
        rows = {(r.story_id, r.digest, r.closed) for r in connection.execute(select(PICTURE))}
    assert rows == {(ID, D1, False), (ID, D2, True)}


def test_her_pictures_stand_in_the_letter_and_in_the_page_for_the_table_itself(web, ann):
    letter = look(web, f"/s/{ID}/door/letter", ann).text
    for digest in (D1, D2):
        assert f'<img src="/s/{ID}/pictures/{digest}" alt="A chair">' in letter
    assert letter.index("She moved it.") < letter.index(D1) < letter.index("Her brother.") < letter.index(D2)
    table = look(web, f"/s/{ID}/door/table.html", ann)
    held = re.findall(r'<img src="data:image/jpeg;base64,([^"]+)" alt="A chair">', table.text)
    assert [digest_of(base64.b64decode(one)) for one in held] == [D1, D2]
    assert "img-src data:" in table["content-security-policy"]


def test_a_picture_that_the_archive_lacks_is_words_on_paper(web, ann, tmp_path):
    rewritten(web, tmp_path, f"She moved it.\n\n{image('f' * 64)}\n")
    for part in ("letter", "table.html"):
        page = look(web, f"/s/{ID}/door/{part}", ann).text
        assert "<em>A chair</em>" in page and "<img" not in page

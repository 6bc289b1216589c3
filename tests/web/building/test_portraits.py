"""A persona's portrait: given, described and taken away by who builds her; shown to who may see her."""

import io
import re
import shutil
from html import unescape
from random import Random

import pytest
from PIL import Image

from app.records.bundle import DATABASE
from app.records.replace import digest_of
from app.services.collecting import copy_database, entries
from app.services.doctor import diagnose
from app.services.gathering.pictures import (
    folder_of,
    missing_pictures,
    path_of,
    sweep_pictures,
    unused_pictures,
)
from app.services.reconcile import reconcile
from tests.imports.photographs import SVG, from_a_phone, moving, photograph
from tests.web.building.conftest import ELENA
from tests.web.building.doing import ELENA_AT, done, file, step
from tests.web.people import hidden, look
from tests.web.posting import post
from tests.web.sessions.doing import prepared

WHO, AT = "who-e1ena000", "/p/who-e1ena000/portrait"
WORDS = "A drawing of a bus stop in the rain"
PAGE = b"<!doctype html><title>x</title>"


def wide(width, height):
    target = io.BytesIO()
    Image.new("1", (width, height)).save(target, "PNG")
    return target.getvalue()


def give(web, who, content=b"", words=WORDS, **fields):
    """The form of her portrait, as a browser sends it."""
    told = {"do": "portrait", "from": "", "picture_words": words, **fields}
    told.setdefault("digest", hidden(look(web, ELENA_AT, who), "digest"))
    files = [("picture", "she.png", "image/png", content)] if content else ()
    return post(web, AT, who, told, files)


def given(web, who, content=b"", words=WORDS):
    """The digest of a portrait that was saved."""
    answer = give(web, who, content or photograph(), words)
    assert answer.status == 303, answer.text
    found = re.search(r'picture: "?([0-9a-f]{64})', file(web))
    assert found
    return found[1]


def written(digest):
    """As YAML has it: what begins with a figure stands in quotation marks."""
    return digest if digest[0].isalpha() else f'"{digest}"'


def taken(web, who, **fields):
    told = {"do": "no-portrait", "from": "", "digest": hidden(look(web, ELENA_AT, who), "digest")}
    return post(web, AT, who, told | fields)


def shown(web, address, who=None):
    """The words of the portraits on a page."""
    found = re.findall(r'<img class="weave portrait"[^>]* alt="([^"]*)"', look(web, address, who).text)
    return [unescape(words) for words in found]


def test_a_portrait_is_drawn_anew_named_in_her_file_and_shown_in_the_place_of_the_weave(web, ann):
    before = file(web)
    digest = given(web, ann, from_a_phone())
    added = f"portrait:\n  picture: {written(digest)}\n  words: {WORDS}\n"
    assert file(web) == before.replace("---\nElena is", f"{added}---\nElena is")
    path = path_of(web.archive, WHO, digest)
    assert path and digest_of(path.read_bytes()) == digest and b"zqHOME" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    for address in ("/personas/elena", "/personas", ELENA_AT, "/"):
        assert shown(web, address, ann) == [WORDS], address
    assert f"/weave/{WHO}.svg" not in look(web, "/personas/elena", ann).text
    assert look(web, f"/media/{digest}", ann).content == path.read_bytes()


def test_without_a_portrait_the_weave_stays(web, ann):
    assert shown(web, "/personas/elena", ann) == []
    assert f"/weave/{WHO}.svg" in look(web, "/personas/elena", ann).text


def test_whoever_may_not_see_her_finds_no_picture_of_hers(web, ann, cy):
    """She is for design teams alone: to others the picture is as one that never was."""
    digest = given(web, ann)
    for who in (None, cy):
        found, never = (look(web, f"/media/{one}", who) for one in (digest, "a" * 64))
        assert (found.status, found.content) == (404, never.content)
        assert post(web, AT, who, {"do": "portrait", "digest": ""}).status in (303, 404)
    open_to_all = file(web).replace("uses: [design]", "uses: [publication]")
    (web.archive.settings.personas / "elena.md").write_text(open_to_all)
    reconcile(web.archive)
    assert look(web, f"/media/{digest}").status == 200 and shown(web, "/personas") == [WORDS]


def test_nobody_makes_a_picture_a_portrait_by_writing_down_its_digest(web, ann):
    digest = given(web, ann)
    copy = f"---\nname: Kath\nuses: [publication]\nportrait: {{picture: {digest}, words: Hers}}\n---\n"
    (web.archive.settings.personas / "kath.md").write_text(copy)
    reconcile(web.archive)
    assert shown(web, "/personas/kath") == [] and look(web, f"/media/{digest}").status == 404


def test_other_words_are_saved_without_sending_the_picture_again(web, ann):
    digest = given(web, ann)
    assert give(web, ann, words="A bus stop: rain, and nobody there").status == 303
    assert f'picture: {written(digest)}\n  words: "A bus stop: rain, and nobody there"\n' in file(web)
    assert give(web, ann, words="A bus stop: rain, and nobody there").status == 422


def test_taking_it_away_brings_the_weave_back_and_can_be_undone(web, ann):
    before, digest = file(web), given(web, ann)
    with_it = file(web)
    assert taken(web, ann).status == 303
    assert file(web) == before and shown(web, "/personas/elena", ann) == []
    assert look(web, f"/media/{digest}", ann).status == 404
    done(web, ann, "back", version="2")
    assert file(web) == with_it and shown(web, "/personas/elena", ann) == [WORDS]
    assert taken(web, ann).status == 303 and taken(web, ann).status == 422


def test_a_picture_in_which_somebody_is_recognised_is_deleted_for_good(web, ann):
    digest = given(web, ann)
    answer = taken(web, ann, for_good="yes")
    assert answer.status == 303 and "gone" in answer["location"]
    assert path_of(web.archive, WHO, digest) is None
    done(web, ann, "back", version="2")
    assert shown(web, "/personas/elena", ann) == []
    assert "The picture that her file names is not kept here" in look(web, ELENA_AT, ann).text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (wide(20_000, 3_000), "more than 50 million points"),
        (SVG, "An SVG is no picture but a program that draws one"),
        (SVG.replace(b"/>", b"><script>alert(1)</script></svg>"), "may hold scripts"),
        (PAGE, "This is a web page and no picture, whatever its name says."),
        (photograph()[:400], "damaged or was cut off"),
        (b"nothing", "no picture that can be read here"),
    ],
)
def test_what_is_no_picture_is_refused_at_its_field_and_the_words_stay(web, ann, content, why):
    before = file(web)
    answer = give(web, ann, content)
    assert answer.status == 422 and file(web) == before
    page = unescape(answer.text)
    field = re.search(r'<span class="wrong" id="wrong-picture">(.*?)</span>', page)
    assert field and why in field[1] and page.count(why) == 2
    assert 'href="#her-picture"' in page and 'aria-invalid="true"' in page
    assert f'name="picture_words" value="{WORDS}"' in page


def test_without_a_picture_or_words_it_says_so_and_a_picture_that_came_need_not_come_again(web, ann):
    assert "Choose a picture first." in give(web, ann).text
    answer = give(web, ann, photograph(), words=" ")
    assert answer.status == 422 and "Say in words what it shows" in answer.text
    assert 'href="#her-picture_words"' in answer.text
    kept = re.search(r'name="picture" value="([0-9a-f]{64})"', answer.text)
    assert kept and give(web, ann, picture=kept[1]).status == 303
    assert shown(web, "/personas/elena", ann) == [WORDS]
    for words in ("x" * 501, "\u202ehidden"):
        assert give(web, ann, photograph(50, 50), words).status == 422


def test_of_a_picture_that_moves_the_first_moment_is_kept_and_she_is_told(web, ann):
    answer = give(web, ann, moving())
    assert answer.status == 303
    assert "The picture moves; only its first moment is kept." in look(web, answer["location"], ann).text


def test_who_saved_meanwhile_is_not_overwritten_and_the_picture_need_not_come_again(web, ann, bo):
    old = hidden(look(web, ELENA_AT, ann), "digest")
    done(web, bo, "heading", name="New")
    answer = give(web, ann, photograph(), digest=old)
    assert answer.status == 409 and "You wanted to give her a portrait" in answer.text
    again = re.search(rf'<form class="acts" method="post" action="{AT}">(.*?)</form>', answer.text)
    assert again
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', again[1]))
    assert post(web, AT, ann, fields).status == 303
    assert "New:" in file(web) and shown(web, "/personas/elena", ann) == [WORDS]
    stale = taken(web, ann, digest=old, for_good="yes")
    assert stale.status == 409 and shown(web, "/personas/elena", ann) == [WORDS]


def test_what_stands_beside_it_in_the_file_stays(web, ann):
    digest = given(web, ann)
    own = file(web).replace(f"  words: {WORDS}\n", f"  words: {WORDS}  # ours\n  drawn_by: J. O.\n")
    (web.archive.settings.personas / "elena.md").write_text(own)
    reconcile(web.archive)
    assert give(web, ann, words="A bus stop").status == 303
    assert f"  picture: {written(digest)}\n  words: A bus stop  # ours\n  drawn_by: J. O.\n" in file(web)


def test_a_key_that_can_not_be_understood_is_said_and_can_be_taken_away(web, ann):
    for key in ("portrait: she.png", "portrait: {picture: she.png, words: She}", "portrait: [a, b]"):
        wrong = ELENA.replace("mood: kept", f"mood: kept\n{key}")
        (web.archive.settings.personas / "elena.md").write_text(wrong)
        reconcile(web.archive)
        assert shown(web, "/personas/elena", ann) == []
        assert "Line 8: " in look(web, ELENA_AT, ann).text
        assert taken(web, ann).status == 303 and file(web) == ELENA


def test_pictures_that_no_version_names_are_swept_and_missing_ones_told_of(web, ann):
    digest = given(web, ann)
    give(web, ann, photograph(50, 50), words="")
    assert [who for who, _ in unused_pictures(web.archive)] == [WHO]
    assert sweep_pictures(web.archive) == 0  # it may still be saved
    shutil.rmtree(folder_of(web.archive, WHO))
    assert missing_pictures(web.archive) == [(WHO, digest)]
    (told,) = [one for one in diagnose(web.archive) if digest in str(one)]
    assert f"persona {WHO}" in str(told) and f"/p/{WHO}/build" in str(told)
    assert look(web, "/personas/elena", ann).status == 200


def test_a_portrait_of_a_persona_that_was_never_saved_is_swept(web, ann):
    folder = folder_of(web.archive, "who-never000")
    folder.mkdir(parents=True)
    (folder / ("a" * 64)).write_bytes(b"x")
    assert sweep_pictures(web.archive) == 1 and not folder.exists()


def test_the_api_tells_of_it_to_who_may_see_her(web, ann):
    digest = given(web, ann)
    (web.archive.settings.personas / "elena.md").write_text(file(web).replace("[design]", "[publication]"))
    reconcile(web.archive)
    told = {"address": f"/media/{digest}", "words": WORDS}
    assert look(web, "/api/v1/personas/elena").json["portrait"] == told
    assert look(web, "/api/v1/personas").json["items"][0]["portrait"] == told


def test_steps_that_are_none_and_forms_that_lack_a_field_are_422(web, ann):
    assert step(web, ann, "portrait").status == 422
    assert post(web, AT, ann, {"do": "heading", "digest": ""}).status == 422
    assert post(web, AT, ann, {"do": "portrait"}).status == 422


def test_it_stands_beside_her_name_where_personas_are_compared_found_and_on_a_story(web, ann):
    given(web, ann)
    (web.archive.settings.personas / "kath.md").write_text("---\nname: Kath\nuses: [design]\n---\nKath.\n")
    reconcile(web.archive)
    compared = shown(web, "/personas/compare?persona=elena&persona=kath", ann)
    assert compared and set(compared) == {WORDS}
    for address in ("/stories/open", "/search?q=elena"):
        assert shown(web, address, ann) == [WORDS], address


def test_it_heads_her_column_in_a_design_session_for_those_who_may_see_her(web, ann):
    given(web, ann)
    address = prepared(web, ann, "who-e1ena000")
    assert shown(web, f"{address}/prepare", ann) == [WORDS]
    assert shown(web, address, ann) == []  # guests are admitted, and she is for design teams
    closed = prepared(web, ann, "who-e1ena000", guests="no")
    assert shown(web, closed, ann) == [WORDS]


def test_it_goes_into_a_backup(web, ann, tmp_path):
    digest = given(web, ann)
    copy_database(web.archive, tmp_path / DATABASE)
    names = [one.path for one in entries(web.archive, tmp_path)]
    assert f"media/{WHO}/{digest}" in names


def test_a_design_team_sends_a_large_picture_and_a_stranger_is_not_listened_to(web, ann):
    noise = Image.frombytes("RGB", (700, 400), Random(1).randbytes(700 * 400 * 3))
    target = io.BytesIO()
    noise.save(target, "PNG")
    assert len(target.getvalue()) > 800_000
    digest = given(web, ann, target.getvalue())
    path = path_of(web.archive, WHO, digest)
    assert path
    with Image.open(path) as kept:
        assert max(kept.size) == 600
    fields = {"do": "portrait", "digest": "", "picture_words": WORDS}
    stranger = post(web, AT, None, fields, [("picture", "x", "image/png", target.getvalue())])
    assert stranger.status in (303, 404, 413)

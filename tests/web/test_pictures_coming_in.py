"""A document with pictures: looked through, saved or dropped; many at once, undone as one."""

import re

from app.services.gathering.jobs import run, waiting_jobs
from app.services.gathering.pictures import folder_of, missing_pictures, sweep_pictures, unused_pictures
from tests.imports.photographs import SVG, drawing, in_word, photograph
from tests.web.filling import filled_in
from tests.web.people import look, send, someone
from tests.web.pictured import add, drawn
from tests.web.posting import add_files, post

CHAIR = photograph()
D = drawn(CHAIR).digest


def bring(web, who, *files) -> str:
    answer = add_files(web, who, files)
    assert answer.status == 303, answer.text
    return answer["location"].partition("?")[0]


def work(web):
    for job in waiting_jobs(web.archive):
        run(web.archive, job)


def pictures(tmp_path):
    return sorted(path for path in (tmp_path / "state/media").rglob("*") if path.is_file())


def test_a_gatherer_sees_the_pictures_while_she_looks_a_text_through_and_saves_it(web, ann, tmp_path):
    address = bring(web, ann, ("talk.docx", in_word(CHAIR, words=["Her chair"])))
    page = look(web, address, ann).text
    assert f'<img src="{address}/pictures/{D}" alt="Her chair"' in page
    assert look(web, f"{address}/pictures/{D}", ann).status == 200
    jo = someone(web.archive, "Jo", "gatherer")
    assert look(web, f"{address}/pictures/{D}", jo).content == look(web, "/nowhere", jo).content
    assert look(web, f"/media/{D}", ann).status == 404
    saved = send(web, address, filled_in(look(web, address, ann), address) | {"do": "save"}, ann)
    story_id = re.match(r"/s/([^/]+)/names", saved["location"])[1]
    assert pictures(tmp_path) == [folder_of(web.archive, story_id) / D]
    (file,) = (one for one in (tmp_path / "stories").glob("*.md") if one.name != "open.md")
    assert f"![Her chair](/media/{D})" in file.read_text()
    assert look(web, f"/media/{D}", ann).status == 200 and look(web, f"/media/{D}").status == 404
    assert look(web, f"{address}/pictures/{D}", ann).status == 404


def test_dropping_a_text_drops_its_pictures(web, ann, tmp_path):
    address = bring(web, ann, ("talk.docx", in_word(CHAIR, words=["Her chair"])))
    assert len(pictures(tmp_path)) == 1
    assert send(web, address, {"do": "drop", "digest": ""}, ann).status == 303
    assert pictures(tmp_path) == [] and look(web, f"{address}/pictures/{D}", ann).status == 404


def test_a_picture_without_words_and_one_that_was_refused_are_reported_one_by_one(web, ann):
    page = look(web, bring(web, ann, ("talk.docx", in_word(CHAIR))), ann).text
    assert "picture 1: A picture has no description. What does it show?" in page
    html = b"<p>She.</p><img src='data:image/svg+xml," + SVG.replace(b"'", b"%27") + b"'><img src=http://h/x>"
    page = look(web, bring(web, ann, ("talk.html", html)), ann).text
    assert "picture 1: A picture was left out. An SVG is no picture" in page
    assert "picture 2: A picture was left out. This picture lies elsewhere" in page


def test_a_picture_is_added_while_a_text_is_looked_through(web, ann, tmp_path):
    address = post(web, "/add", ann, {"text": "She moved it."})["location"]
    fields = filled_in(look(web, address, ann), address) | {"picture_words": "Her chair"}
    page = post(web, f"{address}/pictures", ann, fields, [("picture", "x", "image/jpeg", CHAIR)])
    assert page.status == 200 and f'<img src="{address}/pictures/{D}" alt="Her chair"' in page.text
    assert post(web, f"{address}/pictures", ann, fields).status == 422
    assert add(web, someone(web.archive, "Jo", "gatherer"), f"{address}/pictures", CHAIR).status == 404
    saved = send(web, address, filled_in(page, address) | {"do": "save", "title": "The chair"}, ann)
    assert saved.status == 303 and len(pictures(tmp_path)) == 1
    assert look(web, f"/media/{D}", ann).status == 200


def test_many_documents_come_with_their_pictures_and_go_with_them(web, ann, tmp_path):
    files = [
        (f"{n}.docx", in_word(picture, words=[f"Picture {n}"]))
        for n, picture in enumerate((CHAIR, drawing()))
    ]
    job = bring(web, ann, *files)
    work(web)
    made = [one for one in sorted((tmp_path / "stories").glob("*.md")) if one.name != "open.md"]
    texts = "".join(one.read_text() for one in made)
    for picture in (CHAIR, drawing()):
        assert len(made) == 2 and f"/media/{drawn(picture).digest}" in texts
        assert look(web, f"/media/{drawn(picture).digest}", ann).status == 200
    send(web, job, {"do": "undo"}, ann)
    work(web)
    assert pictures(tmp_path) == [] and not any(one.exists() for one in made)


def test_what_never_came_to_be_a_story_is_swept_and_what_waits_is_not(web, ann, tmp_path):
    address = bring(web, ann, ("talk.docx", in_word(CHAIR, words=["Her chair"])))
    assert add(web, someone(web.archive, "Sue", "steward"), "/s/s-0pen0000/pictures", CHAIR).status == 200
    left = tmp_path / "state/media/s-1eft0000/x"
    left.parent.mkdir()
    left.write_bytes(b"left")
    assert [path.parent.name for _, path in unused_pictures(web.archive)] == ["s-0pen0000", "s-1eft0000"]
    assert sweep_pictures(web.archive) == 1 and not left.parent.exists()
    assert look(web, f"{address}/pictures/{D}", ann).status == 200
    assert len(pictures(tmp_path)) == 2 and missing_pictures(web.archive) == []

"""Adding a story: it comes in, is looked through beside its source, and becomes a draft of hers."""

import errno
import io
import re
import zipfile

import pytest

from app.database.tables import STORY
from app.services.gathering import reviewing
from app.services.gathering.drafting import Wishes
from app.services.gathering.importing import begin_import, sources
from app.services.gathering.jobs import run
from tests.archives import rows, take_in
from tests.imports.commenting import commented_word
from tests.imports.test_comments import TALK as COMMENTED
from tests.web.filling import filled_in
from tests.web.people import FROM_HERE, look, send, someone
from tests.web.posting import add_files

TALK = """WEBVTT

00:00:01.000 --> 00:00:03.000
<v Jane Smith>Where were you when they rang?

00:00:04.000 --> 00:00:09.000
<v Mary Jones>At the window. My sister Lena had the telephone, and Jane, you know the rest of that day.
"""


def at(answer) -> str:
    assert answer.status == 303, answer.text
    return answer["location"].partition("?")[0]


def save(web, who, address, do="save", **fields):
    return send(web, address, filled_in(look(web, address, who), address) | fields | {"do": do}, who)


def day(web) -> str:
    return web.archive.now().date().isoformat()


def test_a_gatherer_pastes_a_text_and_saves_it_as_a_draft_of_hers(web, ann, tmp_path):
    address = at(add_files(web, ann, [], text="# The chair\r\n\r\nShe **moved** it."))
    page = look(web, address, ann)
    assert "<strong>moved</strong>" in page.text and "Nothing is saved as a story yet" in page.text
    assert list((tmp_path / "stories").iterdir()) == [tmp_path / "stories/open.md"]
    saved = save(web, ann, address, title="The chair")
    assert saved.status == 303 and saved["location"].endswith("/names?saved")
    file = (tmp_path / "stories/the-chair.md").read_text()
    assert "status: draft" in file and "gatherer: Ann Reed" in file and "She **moved** it." in file
    assert look(web, "/stories/the-chair", ann).status == 200
    assert look(web, "/stories/the-chair").status == 404 and look(web, address, ann).status == 404


def test_a_recording_is_written_down_under_the_names_that_she_chooses(web, ann, tmp_path):
    address = at(add_files(web, ann, [("call with Mary.vtt", TALK.encode())]))
    page = look(web, address, ann)
    assert "Jane Smith" in page.text and "Mary Jones" in page.text and "2 turns" not in page.text
    form = filled_in(page, address)
    chosen = {
        "speaker-0-shown": "Interviewer",
        "speaker-0-part": "asker",
        "speaker-0-kept": "on",
        "speaker-1-shown": "Marisa",
        "speaker-1-part": "teller",
        "speaker-1-kept": "on",
        "digest": form["digest"],
        "do": "speakers",
    }
    assert send(web, address, chosen, ann).status == 303
    again = filled_in(look(web, address, ann), address)
    assert again["storyteller"] == "Marisa" and "**Interviewer:** Where were you" in again["body"]
    assert "Mary" not in again["body"] and "[Interviewer], you know the rest" in again["body"]
    saved = save(web, ann, address)
    file = next(path for path in (tmp_path / "stories").iterdir() if path.name != "open.md")
    assert saved.status == 303 and "Jane" not in file.read_text() and "original: sha256:" in file.read_text()
    names = look(web, saved["location"].partition("?")[0], ann)
    assert names.status == 200 and "Mary Jones" in names.text


def test_the_file_that_came_is_had_back_by_its_team_alone(web, ann):
    address = at(add_files(web, ann, [("call “one”.vtt", TALK.encode())]))
    story = save(web, ann, address)["location"].partition("/names")[0]
    page = look(web, f"{story}/edit", ann).text
    original = re.search(rf'href="({story}/originals/[0-9a-f]+)" download>call “one”.vtt', page)[1]
    answer = look(web, original, ann)
    assert answer.body == TALK.encode() and answer["content-type"] == "application/octet-stream"
    assert answer["content-disposition"].startswith("attachment; ") and answer["cache-control"] == "no-store"
    assert look(web, original, someone(web.archive, "Ben", "gatherer")).status == 404
    assert look(web, f"{story}/originals/{'0' * 64}", ann).status == 404


def test_the_same_file_brought_twice_leads_to_what_it_was_made_into(web, ann, tmp_path):
    address = at(add_files(web, ann, [("talk.vtt", TALK.encode())]))
    assert at(add_files(web, ann, [("again.vtt", TALK.encode())])) == address
    story = save(web, ann, address)["location"].partition("/names")[0]
    again = add_files(web, ann, [("talk.vtt", TALK.encode())])
    assert again["location"] == f"{story}/edit?before"
    assert "brought in before" in look(web, again["location"], ann).text
    other = add_files(web, someone(web.archive, "Ben", "gatherer"), [("talk.vtt", TALK.encode())])
    assert other.status == 422 and "brought in before" in other.text and story not in other.text
    assert len(list((tmp_path / "stories").iterdir())) == 2


def test_the_words_of_whoever_asks_can_be_left_out(web, ann):
    address = at(add_files(web, ann, [("talk.vtt", TALK.encode())]))
    digest = filled_in(look(web, address, ann), address)["digest"]
    told = {"speaker-0-shown": "A", "speaker-1-shown": "Marisa", "speaker-1-kept": "on", "digest": digest}
    assert send(web, address, told | {"do": "speakers"}, ann).status == 303
    body = filled_in(look(web, address, ann), address)["body"]
    assert "Where were you" not in body and "At the window." in body and "**" not in body


def test_a_text_waits_until_it_is_saved_or_dropped_and_is_hers_alone(web, ann, tmp_path):
    address = at(add_files(web, ann, [("talk.vtt", TALK.encode())]))
    assert "talk.vtt" in look(web, "/add", ann).text
    ben = someone(web.archive, "Ben", "gatherer")
    assert look(web, address, ben).status == 404 and "talk.vtt" not in look(web, "/add", ben).text
    assert look(web, address, someone(web.archive, "Sue", "steward")).status == 200
    assert save(web, ann, address, do="keep", site="Northgate").status == 303
    assert filled_in(look(web, address, ann), address)["site"] == "Northgate"
    digest = filled_in(look(web, address, ann), address)["digest"]
    assert send(web, address, {"do": "drop", "digest": digest}, ann).status == 303
    assert look(web, address, ann).status == 404
    assert [path for path in (tmp_path / "state/incoming").rglob("*") if path.is_file()] == []


def test_a_text_whose_saving_was_cut_off_becomes_no_second_story(web, ann, tmp_path, monkeypatch):
    address = at(add_files(web, ann, [("talk.vtt", TALK.encode())]))
    with monkeypatch.context() as broken:
        broken.setattr(reviewing, "drop_intake", lambda *_: refuse())
        assert save(web, ann, address).status == 409
    again = save(web, ann, address)
    assert again.status == 303 and look(web, again["location"], ann).status == 200
    assert sorted(path.name for path in (tmp_path / "stories").iterdir()) == [
        "open.md",
        f"story-{day(web)}.md",
    ]
    assert look(web, address, ann).status == 404


def refuse():
    raise OSError(errno.ENOSPC, "No space left on device")


def test_another_gatherer_finds_no_text_of_hers_and_no_address_is_taken_for_one(web, ann):
    address = at(add_files(web, ann, [], text="She rang back."))
    ben = someone(web.archive, "Ben", "gatherer")
    body = {"body": "Is it there?"}
    assert send(web, f"{address}/preview", body, ann).status == 200
    for other in (f"{address}/preview", "/add/999/preview", "/add/one/preview"):
        assert send(web, other, body, ben).status == 404
    assert look(web, "/add/one", ben).status == 404


def test_what_a_gatherer_without_a_name_for_stories_saves_is_hers(web):
    ben = someone(web.archive, "Ben", "gatherer")
    saved = save(web, ben, at(add_files(web, ben, [("talk.vtt", TALK.encode())])))
    assert look(web, saved["location"], ben).status == 200


def test_two_windows_do_not_overwrite_each_other(web, ann):
    address = at(add_files(web, ann, [], text="Said."))
    old = filled_in(look(web, address, ann), address)
    assert save(web, ann, address, do="keep", site="Northgate").status == 303
    answer = send(web, address, old | {"do": "keep", "site": "Elsewhere"}, ann)
    assert answer.status == 409 and filled_in(answer, address)["site"] == "Northgate"


def test_a_field_that_can_not_be_understood_saves_nothing(web, ann, tmp_path):
    address = at(add_files(web, ann, [], text="Said."))
    answer = save(web, ann, address, gathered="soon")
    assert answer.status == 422 and "no date" in answer.text
    assert filled_in(answer, address)["gathered"] == "soon"
    assert len(list((tmp_path / "stories").iterdir())) == 1


def test_many_files_become_drafts_of_hers_as_one_job(web, ann, tmp_path):
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as zipped:
        zipped.writestr("one.md", "One.")
        zipped.writestr("two.txt", "Two.")
        zipped.writestr("../escape.md", "Out.")
    answer = add_files(web, ann, [("talk.vtt", TALK.encode()), ("all.zip", pack.getvalue())])
    run(web.archive, int(at(answer).rpartition("/")[2]))
    made = sorted(path.name for path in (tmp_path / "stories").iterdir())
    drafts = sorted(f"story-{day(web)}{number}.md" for number in ("", "-2", "-3"))
    assert made == ["open.md", *drafts]
    page = look(web, at(answer), ann)
    assert "escape.md" in page.text and page.status == 200
    assert f"/stories/story-{day(web)}-3" in page.text and "<strong>3</strong> brought in" in page.text
    ids = {row["id"] for row in rows(web.archive, STORY)} - {"s-0pen0000"}
    assert set(re.findall(r"/s/(s-\w+)/names", page.text)) == ids
    first = f"/stories/story-{day(web)}"
    assert look(web, first, ann).status == 200 and look(web, first).status == 404
    assert [path for path in (tmp_path / "state/incoming").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("picture.png", b"\x89PNG\r\n\x1a\n"),
        ("cut.docx", b"PK\x03\x04"),
        ("none.pdf", b"%PDF-1.4 nothing"),
        ("bad.zip", b"PK nothing"),
        ("../../etc/passwd", b"\x00\x01\x02"),
        ("front.md", b"---\ntitle: [\n---\nx"),
    ],
)
def test_what_can_not_be_brought_in_is_said_and_nothing_is_kept(web, ann, tmp_path, name, content):
    answer = add_files(web, ann, [(name, content)])
    assert answer.status == 422 and "Not done." in answer.text
    assert len(list((tmp_path / "stories").iterdir())) == 1
    assert not [path for path in (tmp_path / "state").glob("incoming/**/*") if path.is_file()]


def test_nothing_and_no_form_at_all_are_answered_plainly(web, ann):
    assert add_files(web, ann, []).status == 422
    named = [("content-type", "multipart/form-data; boundary=edge"), FROM_HERE, ann]
    many = b"".join(
        b'--edge\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n for n in range(1000)
    )
    assert web.ask("POST", "/add", headers=named, body=many + b"--edge--").status == 400
    assert web.ask("POST", "/add", headers=named, body=b"nothing of the kind").status in (400, 422)


SPOKEN = {"speaker-0-shown": "Interviewer", "speaker-1-shown": "Rosa", "speaker-1-kept": "on"}


def chosen(web, who, address, do="save", **fields):
    """The form sent with names typed and the turns of whoever asks left out."""
    form = filled_in(look(web, address, who), address) | SPOKEN | fields | {"do": do}
    form.pop("speaker-0-kept")
    return send(web, address, form, who)


def made(tmp_path) -> str:
    (path,) = (path for path in (tmp_path / "stories").iterdir() if path.name != "open.md")
    return f"{path.name}\n{path.read_text()}"


def test_a_draft_is_saved_under_the_names_that_were_typed_and_without_the_turns_left_out(web, ann, tmp_path):
    address = at(add_files(web, ann, [("Mary Jones.vtt", TALK.encode())]))
    answer = chosen(web, ann, address)
    file = made(tmp_path)
    assert file.startswith("rosa.md\n") and "storyteller: Rosa\n" in file and "title:" not in file
    assert "Mary" not in file and "Where were you" not in file and "[Interviewer], you know" in file
    names = look(web, answer["location"], ann).text
    assert "<bdi>Mary Jones</bdi>" in names and "<bdi>Jane Smith</bdi>" in names


def test_what_was_changed_in_the_text_meanwhile_stays_when_names_are_chosen(web, ann, tmp_path):
    talk = TALK + "\n00:00:10.000 --> 00:00:12.000\n<v Jane Smith>And then?\n"
    talk += "\n00:00:13.000 --> 00:00:15.000\n<v Mary Jones>Nothing. Mary waits.\n"
    address = at(add_files(web, ann, [("talk.vtt", talk.encode())]))
    body = filled_in(look(web, address, ann), address)["body"]
    chosen(web, ann, address, body=body.replace("At the window", "At the back door"))
    file = made(tmp_path)
    assert "At the back door." in file and "[Rosa] waits" in file
    assert "Mary" not in file and "And then?" not in file


def test_a_text_that_can_not_be_brought_together_with_the_names_is_not_saved(web, ann, tmp_path):
    address = at(add_files(web, ann, [("talk.vtt", TALK.encode())]))
    answer = chosen(web, ann, address, body="Mary told it in her own words.")
    assert answer.status == 422 and "can not be brought together" in answer.text
    again = filled_in(answer, address)
    assert again["body"].strip() == "Mary told it in her own words." and again["speaker-1-shown"] == "Rosa"
    assert len(list((tmp_path / "stories").iterdir())) == 1
    bad = chosen(web, ann, address, **{"speaker-1-shown": "[x](y)"})
    assert bad.status == 422 and filled_in(bad, address)["speaker-1-shown"] == "[x](y)"


def test_two_who_are_to_have_one_name_are_named_to_her(web, ann):
    address = at(add_files(web, ann, [("talk.vtt", TALK.encode())]))
    one_name = {"speaker-0-shown": "Rosa", "speaker-1-shown": "rosa", "do": "look"}
    page = chosen(web, ann, address, **one_name).text
    assert "Jane Smith and Mary Jones are to have one name: readers take them for one person" in page
    assert "one name" not in chosen(web, ann, address, do="look").text


def test_names_that_are_kept_for_later_are_used_when_it_is_saved(web, ann, tmp_path):
    address = at(add_files(web, ann, [("talk.vtt", TALK.encode())]))
    assert chosen(web, ann, address, do="keep", site="Northgate").status == 303
    assert save(web, ann, address).status == 303
    file = made(tmp_path)
    assert "storyteller: Rosa\n" in file and "site: Northgate" in file and "Mary" not in file


def test_a_name_that_came_with_the_file_and_was_left_waits_to_be_decided(web, ann, tmp_path):
    address = at(add_files(web, ann, [("talk.vtt", TALK.encode())]))
    answer = save(web, ann, address)
    file = made(tmp_path)
    assert file.startswith(f"story-{day(web)}.md\n") and "storyteller: Mary Jones" in file
    page = look(web, answer["location"], ann).text
    assert '<mark dir="auto">Mary Jones</mark>' in page and "Storyteller</span>" in page


def test_no_words_of_a_files_name_are_its_storys_title_or_address(web, ann, tmp_path):
    address = at(add_files(web, ann, [("rosalind-achterberg.txt", b"They rang, and she put the kettle on.")]))
    assert filled_in(look(web, address, ann), address)["title"] == ""
    assert save(web, ann, address).status == 303
    assert made(tmp_path).startswith(f"story-{day(web)}.md\n") and "chterberg" not in made(tmp_path)
    address = at(add_files(web, ann, [], text="Rosalind Achterberg rang."))
    assert save(web, ann, address, title="A call from Rosalind Achterberg").status == 303
    assert (tmp_path / f"stories/story-{day(web)}-2.md").exists()


def test_a_file_that_was_brought_in_another_way_meanwhile_makes_no_second_story(web, ann, tmp_path):
    address = at(add_files(web, ann, [("talk.vtt", TALK.encode())]))
    (tmp_path / "talk.vtt").write_text(TALK)
    run(web.archive, begin_import(web.archive, sources([tmp_path / "talk.vtt"]), Wishes(), by=None))
    answer = save(web, ann, address)
    assert answer.status == 422 and "brought in meanwhile" in answer.text
    assert sorted(path.name for path in (tmp_path / "stories").iterdir()) == ["open.md", "talk.md"]


def test_what_was_just_added_is_the_newest_of_her_stories(web, ann, tmp_path):
    dated = "---\ngatherer: Ann Reed\ngathered: 2020-01-01\nstatus: draft\n---\nDated.\n"
    for number in range(25):
        (tmp_path / f"stories/dated-{number}.md").write_text(dated)
    take_in(web.archive)
    address = at(add_files(web, ann, [], text="Said."))
    save(web, ann, address, title="Just added")
    mine = look(web, "/mine", ann).text
    assert mine.index("Just added") < mine.index("dated-")


def test_a_text_is_dropped_only_after_a_second_look(web, ann):
    address = at(add_files(web, ann, [], text="Said."))
    page = look(web, address, ann).text
    assert "<summary>Drop this text</summary>" in page and "That can not be undone" in page
    folded = page.partition("<summary>Drop")[2].partition("</details>")[0]
    assert 'value="drop"' in folded and page.count('value="drop"') == 1


def test_what_may_tell_who_somebody_is_stands_there_before_anything_is_saved(web, ann):
    said = ("Interviewer: Who?", "Mary Jones: Dr Okafor rang me on 07700 900123.")
    text = "\n\n".join([*said, "Interviewer: And then?", "Mary Jones: Dr Okafor came."])
    pasted = send(web, "/add", {"text": text}, ann)
    page = look(web, pasted["location"], ann).text
    found = page.partition('id="foreseen"')[2].partition("</section>")[0]
    assert "<strong>Okafor</strong>" in found and "2 places" in found and "a telephone number" in found
    assert "Dr <mark>Okafor</mark> rang me on" in found and "Mary Jones</strong>" in found
    form = filled_in(look(web, pasted["location"], ann), pasted["location"])
    (mary,) = (name for name, value in form.items() if value == "Mary Jones" and name.endswith("-shown"))
    named = send(web, pasted["location"], form | {mary: "Rosa", "do": "speakers"}, ann)
    page = look(web, named["location"], ann).text
    found = page.partition('id="foreseen"')[2].partition("</section>")[0]
    assert "Okafor" in found and "Mary" not in found and "Rosa</strong>" not in found


def test_without_the_interviewer_a_commented_passage_of_the_storytellers_stays(web, ann):
    begins = len(COMMENTED[0])
    talk = commented_word(COMMENTED, False, [(begins, begins + len(COMMENTED[1]))])
    address = at(add_files(web, ann, [("talk.docx", talk)]))
    form = filled_in(look(web, address, ann), address)
    assert form.pop("speaker-0-kept") and form["speaker-0-shown"] == "Interviewer"
    assert send(web, address, form | {"do": "speakers"}, ann).status in (200, 303)
    body = filled_in(look(web, address, ann), address)["body"]
    assert "I moved in with my brother" in body and "How did it begin" not in body

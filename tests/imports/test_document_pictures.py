"""Pictures of documents stay where they stood, with their words; those that can not are said one by one."""

import base64
import io
from zipfile import ZipFile

import pypandoc
import pytest

from app.imports.pictures import drawn_anew, kind_of_picture
from tests.imports.documents import with_part, word
from tests.imports.photographs import SECRET, SVG, drawing, from_a_phone, in_word, photograph, said_to_be
from tests.imports.words import read, reasons

BAD = ((SVG, "An SVG"), (b"<html>", "This is a web page"), (said_to_be(50_000, 50_000), "The picture has"))


def shown(picture: bytes, words: str = "") -> str:
    return f"![{words}](/media/{drawn_anew(picture).digest})"


def data(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def test_pictures_of_a_word_file_stay_at_their_place_with_their_words():
    chair, plan = photograph(), drawing()
    found = read("talk.docx", in_word(chair, plan, words=["Her [chair] *there*", ""]))
    first = shown(chair, r"Her \[chair\] \*there\*")
    assert found.body == f"Before 0.\n\n{first}\n\nBefore 1.\n\n{shown(plan)}\n"
    assert found.pictures == (drawn_anew(chair).content, drawn_anew(plan).content)
    told = reasons(found)
    assert "picture 1" not in told
    assert "picture 2: A picture has no description. What does it show? Someone who can not see it" in told


def test_the_same_picture_twice_is_kept_once():
    found = read("talk.docx", in_word(photograph(), photograph(), words=["One", "Two"]))
    assert found.body.count("/media/") == 2 and len(found.pictures) == 1


def test_one_that_can_not_be_kept_is_left_out_and_holds_up_no_other():
    """Word files are zips: what a picture is called there says nothing of what it is."""
    whole = in_word(photograph(), drawing(), words=["One", "Two"])
    for content, reason in BAD:
        found = read("talk.docx", with_part(whole, "word/media/image1.jpg", content))
        assert found.body == f"Before 0.\n\nBefore 1.\n\n{shown(drawing(), 'Two')}\n"
        assert f"picture 1: A picture was left out. {reason}" in reasons(found)
        assert len(found.pictures) == 1


def test_a_picture_that_is_not_in_the_file_is_said():
    whole = in_word(photograph(), words=["One"])
    with ZipFile(io.BytesIO(whole)) as old:
        names = [name for name in old.namelist() if "media" not in name]
        target = io.BytesIO()
        with ZipFile(target, "w") as new:
            for name in names:
                new.writestr(name, old.read(name))
    found = read("talk.docx", target.getvalue())
    assert "/media/" not in found.body and found.pictures == ()


def test_nothing_of_what_a_camera_wrote_comes_along():
    found = read("talk.docx", in_word(from_a_phone(), words=["x"]))
    assert SECRET.encode() not in found.pictures[0] and SECRET not in found.body


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("<svg:title>Her [chair]</svg:title>", r"Her \[chair\]"),
        (
            "<svg:title>Chair</svg:title><svg:desc>Hers  &amp; his</svg:desc>",
            r"Chair Hers \& his",
        ),
        ("", ""),
    ],
)
def test_pictures_of_an_open_document_stay_with_what_is_said_of_them(tmp_path, said, words):
    (tmp_path / "a.png").write_bytes(drawing())
    path = tmp_path / "a.odt"
    pypandoc.convert_text(f"Before ![]({tmp_path}/a.png) it.", "odt", format="markdown", outputfile=str(path))
    with ZipFile(path) as made:
        text = made.read("content.xml").replace(b"</draw:frame>", said.encode() + b"</draw:frame>")
    found = read("talk.odt", with_part(path.read_bytes(), "content.xml", text))
    assert found.body == f"Before {shown(drawing(), words)} it.\n" and len(found.pictures) == 1


PAGE = """<p>One <img src="{0}" alt="Her chair"> two</p>
<figure><img alt='By hand' src='{1}'><figcaption>Drawn later</figcaption></figure>
<p><img src="https://example.org/x.png" alt="far"><img src=//h/x><img src="pic.png"><img src={2}><img></p>"""


def test_a_web_page_keeps_what_it_holds_itself_and_nothing_is_fetched():
    broken = data(photograph()[:300])
    wrapped = data(drawing()).replace("A", "A\n")
    found = read("talk.html", PAGE.format(data(photograph(), "text/html"), wrapped, broken))
    assert f"One {shown(photograph(), 'Her chair')} two" in found.body
    assert f"{shown(drawing(), 'By hand')}\n\nDrawn later" in found.body
    told = reasons(found)
    assert told.count("This picture lies elsewhere, and nothing is fetched.") >= 3
    assert "picture 6: A picture was left out. The picture is damaged or was cut off." in told
    assert found.body.count("![") == 2 and "storyhold" not in found.body


def test_a_large_page_is_read_when_it_is_its_pictures_that_are_large():
    large = photograph(1800, 1800, kind="BMP")
    found = read("talk.html", f"<p>She.</p><img src='{data(large, 'image/bmp')}' alt='x'>")
    assert kind_of_picture(found.pictures[0]) == "image/jpeg"


@pytest.mark.parametrize("text", ["![x](storyhold-0000000000000000-1)", "storyhold-held:0", "![a](/media/x)"])
def test_nobody_can_write_a_mark_for_a_picture_into_a_document(text):
    found = read("talk.docx", word(text, "And more."))
    assert found.pictures == () and text.replace("!", "").strip("[").split("]")[-1].strip("()") in found.body


def test_pictures_of_rich_text_are_left_out_and_said():
    picture = rb"{\pict\pngblip " + drawing().hex().encode() + rb"}"
    found = read("talk.rtf", rb"{\rtf1\ansi She moved it. " + picture + rb"\par}")
    assert "Pictures of this kind of document are not read." in reasons(found) and "![" not in found.body

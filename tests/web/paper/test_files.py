"""The files: tagged, with their typefaces, with words that can be selected, made without asking anybody."""

import io
import json
import re
import socket
import sys
import threading

import pytest
from pptx import Presentation
from pypdf import PdfReader

from app.errors import InvalidText
from app.imports.limited import run
from app.services.doctor import diagnose
from app.services.paper import making, printing
from app.services.paper.keeping import forget_files
from tests.web.paper.printing import ARABIC, EMOJI, LONG_NAME, SAID, over_the_foot, pages, slides, told
from tests.web.people import look
from tests.web.serving import ROOT

POSTERS = ["/s/s-0pen0000/poster.pdf", "/p/who-e1ena000/poster.pdf", "/p/who-e1ena000/card.pdf"]
HARD = {  # how many pages
    "/s/s-10ng0000/poster.pdf": 2,
    "/s/s-arab1c00/poster.pdf": 1,
    "/s/s-em0j1000/poster.pdf": 1,
    "/s/s-vnbr0ken/poster.pdf": 1,
    "/s/s-bare0000/poster.pdf": 1,
    "/s/s-f01ded00/poster.pdf": 1,
    "/p/who-many0000/poster.pdf": 1,
    "/p/who-many0000/card.pdf": 1,
    "/p/who-arab1c00/card.pdf": 1,
    "/p/who-bare0000/poster.pdf": 1,
    "/s/s-0pen0000/poster.pdf": 1,
    "/p/who-e1ena000/card.pdf": 1,
}
BLIND = """
import cffi, runpy
def dlopen(*names):
    raise OSError("no such library")
cffi.FFI.dlopen = dlopen
runpy.run_path("{worker}", run_name="__main__")
"""
SIZES = {"a3": "841.89 x 1190.55", "a2": "1190.55 x 1683.78"}


@pytest.mark.parametrize("address", POSTERS)
def test_a_file_is_tagged_named_and_holds_its_typefaces(web, address, tmp_path):
    content = look(web, address).content
    info = told("pdfinfo", content=content, folder=tmp_path)
    assert "Tagged:          yes" in info and "JavaScript:      no" in info
    assert "Storyhold" in info.splitlines()[0]
    assert PdfReader(io.BytesIO(content)).trailer["/Root"]["/Lang"] == "en-GB"
    fonts = told("pdffonts", content=content, folder=tmp_path).splitlines()[2:]
    assert fonts and all(line.split()[-5] == "yes" for line in fonts), fonts
    assert any("Literata" in line for line in fonts) and any("Atkinson" in line for line in fonts)


@pytest.mark.parametrize("sheet", ["paper.css", "report-paper.css"])
def test_each_file_of_type_has_a_name_of_its_own(sheet):
    """WeasyPrint takes two files of one name for one, and prints `;` for `ŵ`."""
    faces = re.findall(
        r"@font-face \{([^}]*)\}", (ROOT / "app" / "web" / "static" / sheet).read_text("utf-8")
    )
    named = [(re.search(r"font-family: ([^;]*)", one)[1], "italic" in one) for one in faces]
    assert len(set(named)) == len(named) >= 6


def test_its_words_can_be_selected_in_their_order(web, tmp_path):
    content = look(web, "/s/s-0pen0000/poster.pdf").content
    words = " ".join(told("pdftotext", content=content, folder=tmp_path).split())
    assert SAID in words and words.index("Marisa") < words.index(SAID) < words.index("Loses her sister")
    assert "s-0pen0000 · version 1" in words


def test_every_picture_in_it_is_told_in_words(web):
    content = look(web, "/p/who-e1ena000/poster.pdf").content
    figures = [one for one in structure(content) if one.get("/S") == "/Figure"]
    assert len(figures) == 3  # her weave, the storyteller's, the code
    assert all(one.get("/Alt") for one in figures)


def structure(content):
    reader, found = PdfReader(io.BytesIO(content)), []
    for number in range(1, len(reader.xref_objStm) + len(reader.xref.get(0, {})) + 1):
        one = reader.get_object(number)
        if isinstance(one, dict) and one.get("/Type") == "/StructElem":
            found.append(one)
    return found


@pytest.mark.parametrize("size", SIZES)
def test_a_poster_comes_in_both_sizes(web, size, tmp_path):
    content = look(web, f"/s/s-0pen0000/poster.pdf?size={size}").content
    info = told("pdfinfo", content=content, folder=tmp_path)
    assert SIZES[size] in info and "Pages:           1" in info


@pytest.mark.parametrize("address", HARD)
def test_whatever_stands_on_a_sheet_fits_it(web, address, tmp_path):
    found = pages(look(web, address))
    assert len(found) == HARD[address]
    assert all("version 1 · printed" in words for words in found)
    assert over_the_foot(web, None, address, tmp_path) == []


def test_long_names_right_to_left_names_and_emoji_are_in_it(web):
    first = pages(look(web, "/s/s-10ng0000/poster.pdf"))[0]  # Poppler joins what is parted at a hyphen
    assert "".join(LONG_NAME.split()).replace("-", "") in "".join(first.split()).replace("-", "")
    card = slides(look(web, "/p/who-arab1c00/card.pptx"))
    assert ARABIC in card[0]
    assert EMOJI in slides(look(web, "/p/who-bare0000/card.pptx"))[0]


def test_slides_have_words_for_every_picture_and_the_evidence_in_their_notes(web, ann):
    answer = look(web, "/p/who-e1ena000/card.pptx", ann)
    (slide,) = Presentation(io.BytesIO(answer.content)).slides
    pictures = [shape for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) == 2
    assert all(one._element.nvPicPr.cNvPr.get("descr") for one in pictures)
    notes = slide.notes_slide.notes_text_frame.text
    assert f"“{SAID}” (Marisa, http://localhost:8000/stories/open#" in notes
    assert "Loses pay to attend\n    nobody has told us this yet" in notes
    assert slide.shapes.title.text_frame.text == "Elena"
    assert "Please return or destroy" in slides(answer)[0] and "version 1" in slides(answer)[0]


class Listener:
    """Counts who asks it for anything."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.asked = self.socket.getsockname()[1], 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            try:
                self.socket.accept()[0].close()
            except OSError:
                return
            self.asked += 1


def test_nothing_is_fetched_but_what_was_named(tmp_path):
    listener, secret = Listener(), tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>secret</text></svg>")
    elsewhere = f"http://127.0.0.1:{listener.port}"
    html = f"""<html lang=en><title>t</title><link rel=stylesheet href="{elsewhere}/x.css">
<style>@import url({elsewhere}/y.css); @font-face {{ font-family: X; src: url({elsewhere}/x.woff2) }}
p {{ font-family: X; background: url(file://{secret}) }}</style>
<p>Words<img src="{elsewhere}/x.png" alt=a><img src="file://{secret}" alt=b>
<img src="//127.0.0.1:{listener.port}/z" alt=c><img src="ftp://127.0.0.1:{listener.port}/z" alt=d>
<img src="data:text/plain,x" alt=e><object data="{elsewhere}/o"></object>
<svg xmlns="http://www.w3.org/2000/svg"><image href="{elsewhere}/i.png"/><use href="file://{secret}#x"/></svg>"""
    asked = {"html": html, "base": "http://named.example/", "files": {}}
    outcome = run([sys.executable, "-I", str(printing.WORKER)], json.dumps(asked).encode(), seconds=20)
    assert outcome.code == 0 and outcome.output.startswith(b"%PDF")
    refused = {line.split()[1] for line in outcome.told.splitlines() if line.startswith("refused ")}
    assert {f"{elsewhere}/x.css", f"{elsewhere}/x.png", f"file://{secret}"} <= refused
    assert listener.asked == 0 and b"secret" not in outcome.output


def test_without_pango_everything_else_works_and_it_says_what_to_install(web, monkeypatch, tmp_path):
    blind = tmp_path / "blind.py"
    blind.write_text(BLIND.format(worker=printing.WORKER))
    monkeypatch.setattr(printing, "WORKER", blind)
    forget_files(web.archive)
    answer = look(web, "/s/s-0pen0000/poster.pdf")
    assert answer.status == 503 and "apt-get install libpango-1.0-0" in answer.text
    assert 'href="/s/s-0pen0000/poster"' in answer.text and look(web, "/s/s-0pen0000/poster").status == 200
    assert look(web, "/p/who-e1ena000/card.pptx").status == 200


def test_the_doctor_says_whether_files_can_be_made_and_what_to_install(web, monkeypatch, tmp_path):
    def told():
        (one,) = [one for one in diagnose(web.archive) if one.section == "paper"]
        return one.value, one.remedy

    assert told() == ("can be made", None)
    blind = tmp_path / "blind.py"
    blind.write_text(BLIND.format(worker=printing.WORKER))
    monkeypatch.setattr(printing, "WORKER", blind)
    value, remedy = told()
    assert value.startswith("can not be made: Pango is not installed") and remedy == printing.INSTALL
    blind.write_text("raise SystemExit(1)")
    assert told()[0] == "can not be made" and "docs/paper.md" in told()[1]
    for page in ("docs/paper.md", "templates/paper/making.html"):
        assert printing.INSTALL in (ROOT / page).read_text()


def test_the_server_loads_nothing_of_what_makes_files():
    program = (
        "import app.web.app, sys; print([n for n in ('weasyprint', 'pptx', 'lxml') if n in sys.modules])"
    )
    outcome = run([sys.executable, "-c", program], b"", seconds=20)
    assert outcome.output.strip() == b"[]", outcome.told


def test_a_file_that_takes_too_much_is_not_made(web, monkeypatch):
    monkeypatch.setattr(printing, "SECONDS", 0)
    forget_files(web.archive)
    answer = look(web, "/s/s-0pen0000/poster.pdf")
    assert answer.status == 422 and "could not be made" in answer.text


def test_one_file_is_made_at_a_time(web, monkeypatch):
    monkeypatch.setattr(making, "WAIT", 0)
    second = making._turn(web.archive, 0)
    with making._turn(web.archive, 0), pytest.raises(InvalidText, match="Others are having"), second:
        pass

"""A commissioner opens the Word file in Word, in LibreOffice, and as the PDF that she makes of it there."""

import csv
import io
import json
import re
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass

import pytest
from docx import Document

from app.imports.documents import pandoc
from app.rendering.passages import normalised_text
from tests.exports.references import AWKWARD
from tests.web.people import look, someone
from tests.web.serving import served, story
from tests.web.specifications.doing import asked, begun, cited, notes_of, quoted, under

OTHERS = re.compile("[\u0590-\u08ff\U0001f000-\U0001ffff]")  # what runs the other way, and emoji
SECONDS = 120  # LibreOffice takes some four
WAITED = "{} waited for the {}th Tuesday, and nobody had written it down."
NAMES = {"right to left": "מרים כהן", "braces": "{Ann} & Bo", "backslash": r"A\B 50%", "emoji": "Kit 🫖"}
RTL = {"right to left": "انتظرت أسبوعين حتى اتصل بي أحد", "both ways": "قلت لهم: I rang twice يوم الثلاثاء"}
SAID = {name: RTL.get(name) or WAITED.format(name.title(), number) for number, name in enumerate(AWKWARD)}
PARTS = ("whole", "annex")


def told(name):
    keys = {"id": f"s-{list(AWKWARD).index(name):08}", "title": AWKWARD[name]}
    keys |= {"storyteller": NAMES.get(name, name.title()), "gathered": "2026-03-04"}
    return story(
        SAID[name], *(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items())
    )


@dataclass
class Left:
    """One specification that cites a story of every awkward title, as each file, by its name."""

    files: dict[str, bytes]

    def notes(self, part):
        return notes_of(self.files[f"{part}.docx"])


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    folder = tmp_path_factory.mktemp("opened")
    with served(
        folder, {f"{name.replace(' ', '-')}.md": told(name) for name in AWKWARD}, at_loopback=True
    ) as web:
        cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
        spec = begun(web, cy, r"Waiting {well} & 50% of C:\it")
        heading = asked(web, cy, spec, "Being heard", heading="yes").rpartition("/")[2]
        asking = asked(web, cy, spec, "Ring back & {mean} it.", parent=heading)
        for number, words in enumerate(SAID.values()):
            answer = cited(web, cy, asking, quoted(web, words, f"s-{number:08}"))
            assert answer.status == 303, answer.text
        ask = {"whole": "", "annex": "?part=annex"}
        files = {
            f"{part}.{form}": look(web, f"{spec}/file.{form}{ask[part]}", cy)
            for part in PARTS
            for form in ("docx", "pdf", "md", "csv")
        }
    assert {one.status for one in files.values()} == {200}
    return Left({name: one.content for name, one in files.items()})


@pytest.fixture(scope="module")
def printed(left, tmp_path_factory):
    """Both Word files as LibreOffice prints them, which starts once."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        pytest.skip(
            "LibreOffice is not installed: apt-get install --no-install-recommends libreoffice-writer"
        )
    folder = tmp_path_factory.mktemp("office")
    for part in PARTS:
        (folder / f"{part}.docx").write_bytes(left.files[f"{part}.docx"])
    names = [str(folder / f"{part}.docx") for part in PARTS]
    command = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(folder), *names], check=True, capture_output=True, timeout=SECONDS
    )
    return {part: text_of((folder / f"{part}.pdf").read_bytes(), folder) for part in PARTS}


def text_of(pdf, folder):
    """The words of a PDF, without the number at the foot of each page."""
    path = folder / "looked-at.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True).stdout
    return re.sub(r"\d+ of \d+\s*\f", "\n", said.decode("utf-8", "replace"))


def bare(text):
    """Letters and digits of our script alone: how a page sets all others is another matter."""
    return re.sub("[^a-z0-9]", "", unicodedata.normalize("NFKD", text).lower())


def in_order(notes, text):
    """Whether each footnote stands there behind the one before; of one with other letters, its end."""
    text, at = bare(text), 0
    for number, note in enumerate(notes, 1):
        words = bare(note[note.rindex("(") :] if OTHERS.search(note) else f"{number} {note}")
        assert words in text[at:], (number, note)
        at = text.index(words, at) + len(words)


def signs(text):
    """Everything but spaces, what has no width, and kinds of quotation mark."""
    return "".join("'" if one in "‘’“”\"'`" else one for one in normalised_text(text) if one != " ")


@pytest.mark.parametrize("part", PARTS)
def test_each_footnote_and_each_entry_of_the_list_says_the_whole_title_and_name(left, part):
    content, notes = left.files[f"{part}.docx"], left.notes(part)
    entries = [one.text for one in under(content, "References")]
    assert len(notes) == len(entries) == len(AWKWARD)
    for note, (name, title) in zip(notes, AWKWARD.items(), strict=True):
        teller = NAMES.get(name, name.title())
        assert signs(title) in signs(note) and signs(note).startswith(signs(teller)), name
        (entry,) = [one for one in entries if signs(f"‘{title}’") in signs(one)]
        assert signs(entry).startswith(signs(teller)) and f"/s/s-{list(AWKWARD).index(name):08}" in entry
    by_name = [one.casefold() for one in entries if one[0].isascii() and one[0].isalpha()]
    assert by_name == sorted(by_name)


@pytest.mark.parametrize("part", PARTS)
def test_word_finds_headings_quotations_and_footnotes_in_their_own_styles(left, part):
    document = Document(io.BytesIO(left.files[f"{part}.docx"]))
    headings = [
        (one.style.name, one.text) for one in document.paragraphs if one.style.name.startswith("Heading")
    ]
    assert headings == [("Heading 1", "1 Being heard"), ("Heading 1", "References")]
    said = [one for one in document.paragraphs if one.style.name.startswith("Block Text")]
    assert [one.text.partition("\xa0")[0].strip("“”") for one in said] == list(SAID.values())
    assert all(any(run.style.name == "Footnote Reference" for run in one.runs) for one in said)
    turned = [one for one in said if one.style.element.pPr.find("{*}bidi") is not None]
    assert [one.text.partition("\xa0")[0].strip("“”") for one in turned] == list(RTL.values())
    assert "numRestart" not in document.element.xml


@pytest.mark.parametrize("part", PARTS)
def test_libreoffice_prints_every_footnote_in_order(left, printed, part):
    in_order(left.notes(part), printed[part])


@pytest.mark.parametrize("part", PARTS)
def test_our_own_pdf_has_every_footnote_in_order(left, part, tmp_path):
    in_order(left.notes(part), text_of(left.files[f"{part}.pdf"], tmp_path))


@pytest.mark.parametrize("part", PARTS)
def test_another_program_reads_the_same_words_in_markdown(left, part):
    command = [pandoc(), "--from=markdown-smart", "--to=plain", "--wrap=none"]
    read = subprocess.run(
        command, input=left.files[f"{part}.md"], capture_output=True, check=True
    ).stdout.decode()
    notes = [signs(one) for one in re.findall(r"^\[\d+\] (.*)$", read, re.MULTILINE)]
    assert notes == [signs(one) for one in left.notes(part)]
    for words in SAID.values():
        assert signs(f"“{words}”") in signs(read)


def test_the_table_says_the_same(left):
    lines = list(csv.DictReader(io.StringIO(left.files["whole.csv"].decode().lstrip("\ufeff"))))
    told = [one for one in lines if one["words"]]
    assert [one["words"] for one in told] == list(SAID.values())
    for line, note in zip(told, left.notes("whole"), strict=True):
        assert signs(note).startswith(signs(line["reference"].removeprefix("'")))

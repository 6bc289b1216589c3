"""What tests of reports and walls share: quotes that are pinned, files that are read again."""

import csv
import io
import re
import zipfile

from pypdf import PdfReader

from app.database.visibility import TERMINAL
from app.rendering.passages import anchor_of
from app.services.reconcile import reconcile
from app.services.withdrawing import Request, withdraw
from tests.web.people import look, send
from tests.web.sessions.doing import ELENA


def marked(web, who, story_id, passage, words=""):
    """The id of a new quote."""
    told = {"revision": "1", "anchor": anchor_of(passage), "exact": words or passage}
    answer = send(web, f"/s/{story_id}/mark", told, who)
    assert answer.status == 303, answer.text
    return re.search(r"#(q-[0-9a-z]{8})$", answer["location"])[1]


def pin(web, who, address, number, quote, column=ELENA):
    answer = send(web, f"{address}/cells/{number}/{column}", {"do": "pin", "quote": quote}, who)
    assert answer.status == 303, answer.text


def take_back(web, story_id):
    withdraw(web.archive, TERMINAL, story_id, Request())


def rewritten(web, name, text):
    """Another text in the folder, as its watcher finds it."""
    (web.archive.settings.stories / name).write_text(text)
    reconcile(web.archive)


def lines(web, who, address):
    """The lines of the CSV file, as mappings."""
    answer = look(web, f"{address}/report.csv", who)
    assert answer.status == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def in_word(web, who, address):
    """The words of the Word file."""
    answer = look(web, f"{address}/report.docx", who)
    assert answer.status == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        return re.sub("<[^>]*>", " ", parts.read("word/document.xml").decode())


def in_pdf(web, who, address):
    """The words of the PDF file."""
    answer = look(web, f"{address}/report.pdf", who)
    assert answer.status == 200, answer.text
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)

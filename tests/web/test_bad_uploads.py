"""Whatever is brought to /add: refused with a reason and a remedy, or taken in under a name of ours."""

import asyncio
import io
import re
import zipfile

import pytest

from app.services.gathering.jobs import run
from app.web import bodies
from app.web.uploads import MOST_FILES
from tests.imports.documents import open_document, with_part, word
from tests.imports.packing import flat_bomb, link_to, packed, said_to_be, with_flag
from tests.imports.test_pdf import locked
from tests.web.filling import filled_in
from tests.web.held import held
from tests.web.people import FROM_HERE, look, send, someone
from tests.web.serving import served
from tests.web.test_bad_forms import SET_ASIDE

EDGE = ("content-type", "multipart/form-data; boundary=edge")
END = b"--edge--\r\n"
ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    with served(tmp_path_factory.mktemp("bad"), at_loopback=True) as web:
        yield web


@pytest.fixture(scope="module")
def ann(web):
    return someone(web.archive, "Ann", "gatherer", gathers_as="Ann Reed")


@pytest.fixture
def untouched(web):
    """Nothing may have changed when the test is over."""
    before = held(web)
    yield
    assert held(web) == before


def part(name: bytes, content: bytes, file: bytes | None = None, more: bytes = b"") -> bytes:
    named = b"" if file is None else b'; filename="' + file + b'"'
    head = b'--edge\r\nContent-Disposition: form-data; name="' + name + b'"' + named + b"\r\n" + more
    return head + b"\r\n" + content + b"\r\n"


def bring(web, who, body: bytes, *headers, kind=EDGE):
    return web.ask("POST", "/add", headers=[kind, FROM_HERE, *([who] if who else []), *headers], body=body)


def at(answer) -> str:
    assert answer.status == 303, answer.text
    return answer["location"].partition("?")[0]


NAMES = {
    b"../../x.txt": "x.txt",
    b"/etc/passwd": "passwd",
    b"C:\\dir\\x.txt": "x.txt",
    b"CON.txt": "CON.txt",
    b"n" * 300 + b".txt": "n" * 196 + ".txt",
    "😀.txt".encode(): "😀.txt",
    b"a\0b.txt": "ab.txt",
    b"a.txt. ": "a.txt.",
    b"a%0d%0ab.txt": "a%0d%0ab.txt",
    "\u202egpj.txt".encode(): "gpj.txt",
    b"<img src=x>.txt": "<img src=x>.txt",
    b" ": "file",
    b"..": "..",
}


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_whatever_a_file_is_called_the_server_chooses_where_it_lies(web, ann, name):  # 34, 50
    address = at(bring(web, ann, part(b"files", b"Words of " + name.hex().encode(), name) + END))
    page = look(web, address, ann)
    assert "<img src=x" not in page.text
    saved = send(web, address, filled_in(page, address) | {"do": "save"}, ann)
    story = saved["location"].partition("/names")[0]
    original = re.search(rf"{story}/originals/[0-9a-f]+", look(web, f"{story}/edit", ann).text)[0]
    answer = look(web, original, ann)
    told = answer["content-disposition"]
    assert answer.status == 200 and re.fullmatch(r"attachment; filename\*=UTF-8''[\w.%~-]+", told)
    assert NAMES[name] in look(web, f"{story}/edit", ann).text or "<" in NAMES[name]
    folder = web.archive.settings.stories
    assert all(re.fullmatch(r"[\w-]{1,80}\.md", str(path.relative_to(folder))) for path in folder.rglob("*"))


def docx_with(name: str) -> bytes:
    return with_part(word("Words."), name, ENTITY)


def quine() -> bytes:
    return packed(("again.zip", packed(("a.md", b"x"))))


REFUSED = {
    "35 doctype": ("a.docx", docx_with("word/document.xml"), "doctype or an entity"),
    "35 in notes": ("a.docx", docx_with("word/footnotes.xml"), "doctype or an entity"),
    "35 in types": ("a.docx", docx_with("[Content_Types].xml"), "doctype or an entity"),
    "35 in a part of its own": ("a.docx", docx_with("customXml/item1.xml"), "doctype or an entity"),
    "35 in relations": ("a.docx", docx_with("word/_rels/document.xml.rels"), "doctype or an entity"),
    "35 odt": ("a.odt", with_part(open_document(""), "content.xml", ENTITY), "doctype or an entity"),
    "36 bomb in Word": ("a.docx", said_to_be(word("x"), 51 * 2**20), "more than 50 MB"),
    "36 flat": ("a.zip", flat_bomb(copies=1_000, size=2**20), "more than 500 MB"),
    "37 many": ("a.zip", flat_bomb(copies=20_000, size=1, counted=1), "more than 10,000 files"),
    "37 more than a job": (
        "a.zip",
        packed(*((f"{n}.md", b"x") for n in range(2_001))),
        "more than 2,000 files",
    ),
    "39 empty": ("a.txt", b"", "The file is empty"),
    "39 spaces": ("a.md", b" \n\t", "The file is empty"),
    "39 picture": ("a.png", b"\x89PNG", "This kind of file is not brought in"),
    "39 page called a picture": ("a.jpg", b"<html><p>x</p>", "This kind of file is not brought in"),
    "39 words called Word": ("a.docx", b"words", "no .docx"),
    "39 cut off": ("a.docx", word("x")[:-300], "was cut off"),
    "39 cut zip": ("a.zip", packed(("a.md", b"x" * 999))[:-60], "damaged"),
    "39 no zip": ("a.zip", b"PK\x05\x06", "damaged"),
    "39 empty zip": ("a.zip", packed(), "nothing in this zip"),
    "39 old Word": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word file"),
    "41 Word": (
        "a.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "A password is needed",
    ),
    "41 Word zip": ("a.docx", with_flag(word("x"), 1), "A password is needed"),
    "41 pdf": ("a.pdf", locked("secret words"), "password"),
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_is_not_brought_in_is_named_for_what_it_is(web, ann, kind):  # 35-37, 39, 41
    name, content, said = REFUSED[kind]
    answer = bring(web, ann, part(b"files", content, name.encode()) + END)
    assert answer.status == 422 and said in answer.text and 'role="alert"' in answer.text


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", SET_ASIDE)
def test_front_matter_that_can_not_be_read_is_refused_with_its_line_when_it_is_brought(
    web, ann, kind
):  # 1-18
    content, said = SET_ASIDE[kind]
    for body in (part(b"files", content.encode(), b"a.md"), part(b"text", content.encode())):
        answer = bring(web, ann, body + END)
        assert answer.status == 422 and said.partition(" (")[0] in answer.text


def test_of_many_files_each_that_is_refused_is_named_and_no_other_is_held_up(web, ann):  # 34-37, 41
    files = [
        (f"{kind[:2].strip()}-{n}.md", text.encode()) for n, (kind, (text, _)) in enumerate(SET_ASIDE.items())
    ]
    files += [("../out.md", b"x"), ("in.zip", quine()), ("bomb.docx", REFUSED["36 bomb in Word"][1])]
    files += [("long/" * 70 + "same.md", b"one"), ("other/" + "long/" * 70 + "same.md", b"two")]
    pack = packed(
        *files, link_to("/etc/passwd"), ("good.md", b"Good."), ("twice.md", b"1"), ("twice.md", b"2")
    )
    before = set(web.archive.settings.stories.iterdir())
    address = at(bring(web, ann, part(b"files", pack, b"all.zip") + END))
    run(web.archive, int(address.rpartition("/")[2]))
    made = set(web.archive.settings.stories.iterdir()) - before
    assert [path.read_text().endswith("Good.") for path in made] == [True]
    page = look(web, address, ann).text
    for said in ("leads out of the folder", "links are not followed", "have this name", "pack inside a pack"):
        assert said in page
    assert page.count("Several files have this name") == 4 and "more than 50 MB" in page
    assert not list((web.archive.settings.state / "incoming").glob("*/*"))


ODD = {
    "40 a thousand parts": b"".join(part(b"f%d" % n, b"x") for n in range(1_000)) + END,
    "40 ten thousand headers": part(b"files", b"x", b"a.txt", b"X-A: b\r\n" * 10_000) + END,
    "40 a header of a megabyte": part(b"files", b"x", b"a" * 2**20) + END,
    "40 no end": part(b"files", b"x", b"a.txt"),
    "40 another boundary": part(b"files", b"x", b"a.txt").replace(b"--edge", b"--egde") + END,
    "40 no name": b"--edge\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END,
    "40 no disposition": b"--edge\r\n\r\nx\r\n" + END,
    "40 a file without a name": part(b"files", b"x", b"") + END,
    "40 a file as text": part(b"files", b"x") + END,
    "40 a text as a file": part(b"text", b"x", b"a.txt") + END,
    "40 a name elsewhere": b"--edge\r\nContent-Disposition: form-data; name=files; filename*=x'\r\n\r\nx\r\n"
    + END,
    "40 nothing": b"",
    "40 only an end": END,
    "40 rows of line ends": b"\r\n" * 2**20,
    "40 a line end in a name": part(b"files", b"x", b"a\rb.txt") + END,
}


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", ODD)
def test_a_form_with_files_that_is_none_is_answered_and_nothing_is_kept(web, ann, kind):  # 40
    assert bring(web, ann, ODD[kind]).status in (400, 422)


@pytest.mark.usefixtures("untouched")
def test_more_files_than_a_form_takes_are_refused_with_what_to_do(web, ann):  # 40
    files = b"".join(part(b"files", b"x%d" % n, b"%d.txt" % n) for n in range(MOST_FILES + 1))
    answer = bring(web, ann, files + END)
    assert answer.status == 422 and "more than 200 files" in answer.text and ".zip" in answer.text


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=", "text/x", ""])
def test_a_form_that_does_not_say_how_it_is_parted_is_none(web, ann, kind):  # 40
    assert bring(web, ann, ODD["40 a text as a file"], kind=("content-type", kind)).status in (400, 422)


@pytest.mark.usefixtures("untouched")
def test_a_plain_form_as_long_as_many_files_is_too_long(web, ann):  # 40
    form = ("content-type", "application/x-www-form-urlencoded")
    assert bring(web, ann, b"text=" + b"a" * (9 * 2**20), kind=form).status == 413


class Slow:
    """A sender of one byte now and then; it counts what was taken."""

    def __init__(self, pause: float) -> None:
        self.pause, self.taken = pause, 0

    async def __call__(self) -> dict[str, object]:
        await asyncio.sleep(self.pause)
        self.taken += 1
        return {"type": "http.request", "body": b"x", "more_body": True}


def answered(web, receive, *headers) -> list[dict[str, object]]:
    """What is answered to a change whose body comes in this way."""
    named = [EDGE, FROM_HERE, ("host", "localhost:8000"), *headers]
    scope = {
        **{
            "type": "http",
            "method": "POST",
            "path": "/add",
            "raw_path": b"/add",
            "query_string": b"",
            "state": {},
        },
        **{"asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": ""},
        "headers": [(name.encode(), value.encode()) for name, value in named],
        **{"client": ("203.0.113.9", 4), "server": ("127.0.0.1", 8000)},
    }
    sent: list[dict[str, object]] = []

    async def send_(message: dict[str, object]) -> None:
        sent.append(message)

    web.runner.run(web.app(scope, receive, send_))
    return sent


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("pause", [0.001, 3_600])
def test_an_upload_that_stalls_is_ended_and_its_connection_closed(web, ann, monkeypatch, pause):  # 40
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    start, *_ = answered(web, Slow(pause), ann)
    assert start["status"] == 408 and (b"connection", b"close") in start["headers"]


def test_nothing_that_a_stranger_sends_to_be_brought_in_is_held(web):  # 40
    someone(web.archive, "Sue", "steward")
    slow = Slow(0)
    start, *_ = answered(web, slow)
    assert start["status"] == 303 and slow.taken == 0
    member = someone(web.archive, "Mel", "member")
    assert answered(web, slow, member)[0]["status"] == 404 and slow.taken == 0


@pytest.mark.usefixtures("untouched")
def test_what_is_longer_than_it_says_is_stopped_where_it_is_too_long(web, ann, monkeypatch):  # 40
    monkeypatch.setattr("app.web.changes.LARGEST_UPLOAD", 5_000)
    slow = Slow(0)
    assert answered(web, slow, ann, ("content-length", "4"))[0]["status"] == 413
    assert slow.taken == 5_001


def test_a_zip_that_grows_while_it_is_unpacked_ends_the_file_and_not_the_job(web, ann):  # 36
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("grows.txt", bytes(2**20))
        made.writestr("words.txt", b"These are words.")
    pack = target.getvalue()
    at_ = pack.rindex(b"PK\x01\x02", 0, pack.rindex(b"PK\x01\x02"))
    pack = pack[: at_ + 24] + (10).to_bytes(4, "little") + pack[at_ + 28 :]
    address = at(bring(web, ann, part(b"files", pack, b"grows.zip") + END))
    run(web.archive, int(address.rpartition("/")[2]))
    assert "damaged or was cut off" in look(web, address, ann).text
    made = [path.read_text() for path in web.archive.settings.stories.glob("story-*.md")]
    assert sum(text.endswith("\nThese are words.\n") for text in made) == 1

"""A disk that is full or may only be read, met by people at the desk: told, nothing lost, and it goes on."""

import json

import pytest
from sqlalchemy.exc import OperationalError

from app.database.gathering import ORIGINAL
from app.database.ledgers import AUDIT, JOB
from app.database.tables import FILE, REVISION
from app.records.replace import UNFINISHED
from app.services.disk import disk_refused
from app.services.gathering.drafting import Wishes
from app.services.gathering.importing import begin_import, sources
from app.services.gathering.jobs import run, try_again, undo
from app.services.gathering.journal import read_items, read_job
from app.services.intents import SAVE
from tests.archives import make_archive, rows, write
from tests.proofs.small_disk import mounted
from tests.terminal.test_terminal import as_program as terminal
from tests.web.filling import filled_in
from tests.web.people import account, look, send, session
from tests.web.posting import add_files
from tests.web.serving import served, story
from tests.web.tokens import token

pytestmark = pytest.mark.proof
FILES = 24
ID = "s-7k3fq2mx"
EDIT = f"/s/{ID}/edit"
OLD = story("She moves the chair.", f"id: {ID}", "title: The chair", "gatherer: Ann Reed")
LONG = "Nobody rang back, and nobody said why. " * 5_000
PAGES = ("/", "/stories", "/stories/chair", "/search?q=chair", "/add", EDIT, f"/s/{ID}/history", "/mine")
FULL, READ_ONLY = "The disk of the archive is full", "The archive may not write to its folder"


class Troubled:
    """A served archive of which one folder lies on a disk that stops taking anything."""

    def __init__(self, folder, web, disk, trouble):
        self.folder, self.web, self.disk, self.trouble = folder, web, disk, trouble
        self.key = account(web.archive, "Ann", "gatherer", gathers_as="Ann Reed")
        self.ann = session(web.archive, self.key)
        self.program = ("authorization", f"Bearer {token(web.archive, self.key, 'read', 'write')}")
        self.said = FULL if trouble == "full" else READ_ONLY

    def begin(self):
        self.before = self.kept()
        if self.trouble == "full":
            self.disk.fill()
        else:
            self.disk.only_read()

    def end(self):
        if self.trouble == "full":
            self.disk.free()
        else:
            self.disk.only_read(False)

    def kept(self):
        """Every file of the record, and what the database says of versions, acts and intents."""
        files = {path.name: path.read_bytes() for path in (self.folder / "stories").rglob("*.*")}
        assert not [name for name in files if name.startswith(UNFINISHED)]
        told = {table.name: rows(self.web.archive, table) for table in (REVISION, AUDIT, JOB)}
        return {name: data for name, data in files.items() if name != "ballast"}, told

    def refused(self, answer):
        """What she is told, and that nothing has changed."""
        assert answer.status == 409, answer.text
        assert self.said in answer.text and "Nothing was changed" in answer.text
        assert "then try again" in answer.text
        for name in (str(self.folder), "Errno", "sqlite", "Traceback"):
            assert name not in answer.text
        assert self.kept() == self.before


@pytest.fixture(params=[("stories", "full"), ("stories", "read-only"), ("state", "full")])
def troubled(request, tmp_path, quick_hashes):
    place, trouble = request.param
    with mounted(tmp_path / place) as disk, served(tmp_path, {"chair.md": OLD}, at_loopback=True) as web:
        yield Troubled(tmp_path, web, disk, trouble)


def test_a_gatherer_is_told_and_her_words_stay_in_the_form(troubled, figures):
    web, ann = troubled.web, troubled.ann
    form = filled_in(look(web, EDIT, ann), EDIT) | {"body": LONG, "note": "She asked for it"}
    troubled.begin()
    answer = send(web, EDIT, form, ann)
    troubled.refused(answer)
    again = filled_in(answer, EDIT)
    assert again["body"].split() == LONG.split() and again["note"] == "She asked for it"
    for page in PAGES:
        assert look(web, page, ann).status == 200, page
    troubled.end()
    assert send(web, EDIT, again, ann).status == 303
    assert "Saved as version 2" in look(web, f"{EDIT}?saved", ann).text
    assert web.archive.stores["story"] and "chair.md" in troubled.kept()[0]
    assert look(web, "/api/v1/search?q=nobody").json["total"] == 1


def test_a_program_is_told_in_a_problem_document(troubled):
    web, at = troubled.web, "/api/v1/stories/chair"
    shown = web.get(at, headers=[troubled.program])
    body = json.dumps({"markdown": LONG.strip() + "\n"}).encode()
    named = [troubled.program, ("content-type", "application/json"), ("if-match", shown["etag"])]
    troubled.begin()
    answer = web.ask("PUT", at, headers=named, body=body)
    troubled.refused(answer)
    assert answer["content-type"] == "application/problem+json"
    troubled.end()
    assert web.ask("PUT", at, headers=named, body=body).status == 200


def test_consent_that_can_not_be_written_down_is_not_said_to_be(troubled):
    web, ann, at = troubled.web, troubled.ann, f"/s/{ID}/consent"
    form = filled_in(look(web, at, ann), at)
    del form["use-publication"]
    troubled.begin()
    troubled.refused(send(web, at, form | {"note": LONG[:2000]}, ann))
    troubled.end()
    assert send(web, at, form, ann).status == 303


@pytest.fixture
def full_state(tmp_path, quick_hashes):
    with mounted(tmp_path / "state") as disk, served(tmp_path, {"chair.md": OLD}, at_loopback=True) as web:
        yield Troubled(tmp_path, web, disk, "full")


@pytest.mark.parametrize("files", [1, 3])
def test_what_is_brought_is_refused_whole_where_there_is_no_room(full_state, files):
    web, ann = full_state.web, full_state.ann
    sent = [(f"talk-{number}.txt", f"{number} {LONG}".encode()) for number in range(files)]
    full_state.begin()
    full_state.refused(add_files(web, ann, sent))
    incoming = full_state.folder / "state/incoming"
    assert [path for path in incoming.rglob("*") if path.is_file()] == []
    assert look(web, "/desk/jobs", ann).status == 200
    full_state.end()
    assert add_files(web, ann, sent).status == 303


def test_a_text_that_was_looked_through_waits_until_there_is_room(troubled):
    web, ann = troubled.web, troubled.ann
    at = add_files(web, ann, [("talk.txt", f"Only once. {LONG}".encode())])["location"]
    form = filled_in(look(web, at, ann), at) | {"do": "save", "title": "The talk", "note": "As she told it"}
    troubled.begin()
    answer = send(web, at, form, ann)
    troubled.refused(answer)
    again = filled_in(answer, at)
    assert again["title"] == "The talk" and again["body"].split() == form["body"].split()
    troubled.end()
    assert send(web, at, again | {"do": "save"}, ann).status == 303
    files = sorted(name for name in troubled.kept()[0] if name.endswith(".md"))
    assert files == ["chair.md", "the-talk.md"]


@pytest.fixture
def many(tmp_path):
    """Files to bring in; half of them have room on the disk that is small."""
    with mounted(tmp_path / "stories", "1m") as disk:
        archive = make_archive(tmp_path)
        for number in range(FILES):
            write(tmp_path, {f"brought/talk-{number:02}.txt": f"The {number}th. {LONG[:60_000]}"})
        yield archive, disk
        archive.close()


def test_an_import_that_runs_out_of_room_brings_in_what_it_could_and_the_rest_later(many, tmp_path, figures):
    archive, disk = many
    job = begin_import(archive, sources([tmp_path / "brought"]), Wishes(), by=None)
    assert run(archive, job).step == "done"
    items = read_items(archive, job)
    failed = [item for item in items if item.state == "failed"]
    assert 0 < len(failed) < FILES and {item.state for item in items} == {"done", "failed"}
    assert all("The disk of the archive is full" in item.said for item in failed)
    assert len(words(tmp_path)) == len(set(words(tmp_path))) == FILES - len(failed)
    whole(archive, tmp_path)
    disk.grow("24m")
    try_again(archive, job)
    assert run(archive, job).step == "done"
    assert {item.state for item in read_items(archive, job)} == {"done"}
    assert len(words(tmp_path)) == len(set(words(tmp_path))) == FILES
    whole(archive, tmp_path)
    undo(archive, job)
    assert run(archive, job).step == "undone"
    assert words(tmp_path) == []
    figures("full disk: files of an import refused for want of room, brought in once there was", len(failed))


def words(folder):
    """What is told in each file of the folder, which is nothing but stories."""
    files = sorted((folder / "stories").iterdir())
    assert [path.name for path in files if path.suffix != ".md"] == []
    return [path.read_text().rpartition("---\n")[2].split()[1] for path in files]


def whole(archive, folder):
    """Each file has its row, its first version, its original and one line in the audit; nothing waits."""
    ids = {row["record_id"] for row in rows(archive, FILE)}
    assert len(ids) == len(list((folder / "stories").iterdir()))
    assert {row["record_id"] for row in rows(archive, REVISION) if row["content"]} == ids
    assert {row["story_id"] for row in rows(archive, ORIGINAL)} == ids
    assert {path.name for path in (folder / "state/originals").iterdir() if any(path.iterdir())} == ids
    assert [row for row in rows(archive, JOB) if row["kind"] == SAVE] == []


def test_a_job_whose_journal_has_no_room_goes_on_when_there_is(tmp_path):
    with mounted(tmp_path / "state", "3m") as disk:
        archive = make_archive(tmp_path)
        for number in range(FILES):
            write(tmp_path, {f"brought/talk-{number:02}.txt": f"The {number}th. {LONG[:9_000]}"})
        job = begin_import(archive, sources([tmp_path / "brought"]), Wishes(), by=None)
        disk.fill()
        with pytest.raises((OSError, OperationalError)) as refused:
            for _ in range(10):
                run(archive, job)
        assert "disk of the archive is full" in str(disk_refused(refused.value))
        disk.free()
        disk.grow("24m")
        if read_job(archive, job).step == "done":
            try_again(archive, job)
        assert run(archive, job).step == "done"
        assert {item.state for item in read_items(archive, job)} == {"done"}
        assert len(words(tmp_path)) == len(set(words(tmp_path))) == FILES
        whole(archive, tmp_path)
        archive.close()


@pytest.mark.parametrize("place", ["stories", ".storyhold"])
def test_at_a_terminal_a_folder_that_may_only_be_read_is_one_sentence(tmp_path, place):
    write(tmp_path, {"brought/talk.txt": "She rang back."})
    (tmp_path / "personas").mkdir()
    with mounted(tmp_path / place) as disk:
        (tmp_path / "stories").mkdir(exist_ok=True)
        disk.only_read()
        told = terminal(tmp_path, "import", str(tmp_path / "brought"))
        assert told.returncode == 1 and "Traceback" not in told.stderr
        assert READ_ONLY in " ".join(told.stderr.split()) and "then try again" in told.stderr
        disk.only_read(False)
        assert terminal(tmp_path, "import", str(tmp_path / "brought")).returncode == 0
        assert words(tmp_path) == ["rang"]

"""A backup put back brings nothing back to life, loses nothing that was written, and survives a crash."""

import random
import shutil
import sqlite3
import threading
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from app.database.chain import broken_links
from app.database.ledgers import AUDIT, CONSENT_ENTRY
from app.database.visibility import TERMINAL
from app.records.model import RecordKey, RecordKind, Slug
from app.services.archive import open_archive
from app.services.backing_up import back_up
from app.services.indexing import update_search
from app.services.reconcile import reconcile
from app.services.restoring import Request, restore
from app.services.withdrawing import Outcome, withdraw
from app.services.withdrawing import Request as TakeBack
from app.services.withholding import confirm
from tests.archives import new_whoosh, take_in
from tests.figures import SECURITY
from tests.proof_scale import scaled
from tests.services.entering import enter
from tests.web.people import account, session
from tests.web.serving import begin, opened, settings_for, story, write

pytestmark = pytest.mark.proof
ROLES = ("member", "commissioner", "gatherer", "steward")
WITHDRAWN, ERASED = 10, 2
SHELVES = (
    *(
        "/",
        "/stories",
        "/stories?page=2",
        "/personas",
        "/personas/k",
        "/themes",
        "/themes/waiting",
        "/search",
    ),
    *(
        "/feed.xml",
        "/sitemap.xml",
        "/api/v1/stories?size=100",
        "/api/v1/themes/waiting",
        "/api/v1/search?size=100",
    ),
)


def word(number: int) -> str:
    """A word that only one story has."""
    return "q" + "".join("bcdfghjklm"[int(digit)] + "a" for digit in f"{number:03}")


def slug(number: int) -> str:
    return f"{word(number)}-file"


def record_id(number: int) -> str:
    return f"s-7k3f0{number:03}"


def text_of(number: int) -> str:
    named = (f"id: {record_id(number)}", f"title: {word(number)}t", f"storyteller: {word(number)}s")
    body = f"The lamp {word(number)} was out, and nobody came to light it that evening."
    return story(body, *named, "themes: [waiting]", "gatherer: J. O.")


def fill(folder: Path, stories: int) -> None:
    write(folder / "stories", {f"{slug(number)}.md": text_of(number) for number in range(stories)})
    write(
        folder / "personas",
        {"k.md": f"---\nname: Kath\nuses: [publication]\nstories: [{record_id(0)}]\n---\nOne.\n"},
    )


def archive_at(folder: Path, index=new_whoosh):
    return open_archive(settings_for(folder), index(folder))


def put_back(backup: Path, folder: Path, engine=new_whoosh, **how):
    settings = settings_for(folder)
    present = how.pop("present", settings.withdrawals)
    return restore(Request(backup, settings, lambda _: engine(folder), present, **how))


@pytest.fixture(scope="module")
def taken_back(tmp_path_factory):
    """An archive of which a backup was made; since then ten stories were taken back and two erased."""
    folder, total = tmp_path_factory.mktemp("taken-back"), scaled(24, 200)
    fill(folder / "archive", total)
    archive = archive_at(folder / "archive")
    take_in(archive)
    for role in ROLES:
        account(archive, role, role, gathers_as="J. O.")
    back_up(archive, folder / "backup")
    for number in range(WITHDRAWN + ERASED):
        outcome = Outcome.KEEP if number < WITHDRAWN else Outcome.ERASE
        withdraw(archive, TERMINAL, record_id(number), TakeBack(outcome))
    take_in(archive)
    archive.close()
    return folder, total


def pages_of(number: int) -> list[str]:
    told = [f"/stories/{slug(number)}", f"/s/{record_id(number)}", f"/s/{record_id(number)}/v/1"]
    asked = [
        f"/search?q={word(number)}",
        f"/api/v1/search?q={word(number)}",
        f"/api/v1/complete?q={word(number)[:4]}",
    ]
    return [*told, f"/s/{record_id(number)}/history", f"/api/v1/stories/{slug(number)}", *asked]


def resurrected(web, numbers, cookie) -> list[tuple[str, int]]:
    """The answers in which a word of one of these stories stands."""
    found = []
    for address in SHELVES:
        text = web.get(address, headers=cookie).text
        found += [(address, number) for number in numbers if word(number) in text]
    for number in numbers:
        tokens = (
            f"{word(number)}t",
            f"{word(number)}s",
            slug(number),
        )  # a search page repeats what was asked
        for address in pages_of(number):
            text = web.get(address, headers=cookie).text
            found += [(address, number)] if any(token in text for token in tokens) else []
    return found


@contextmanager
def readers(folder: Path):
    """Everybody who might read: without an account, and in each role."""
    with opened(folder) as web:
        begin(web)
        people = {}
        with web.archive.engine.connect() as connection:
            keys = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT name, key FROM account")}
        for role in ROLES:
            people[role] = [session(web.archive, keys[role])]
        yield web, {"anonymous": [], **people}


def bytes_with(folder: Path, words: list[str]) -> list[str]:
    """The files in which one of these words stands, in their bytes or their names."""
    found = []
    for path in (one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes().lower()
        found += [f"{path}: {one}" for one in words if one.encode() in content or one in str(path)]
    return found


@pytest.mark.parametrize("where", ["in place", "elsewhere, with the list of withdrawals"])
def test_what_was_taken_back_after_a_backup_stays_taken_back(taken_back, tmp_path, where, figures):
    folder, total = taken_back
    if where == "in place":
        shutil.copytree(folder / "archive", tmp_path / "new")
        restored = put_back(folder / "backup", tmp_path / "new")
    else:
        restored = put_back(
            folder / "backup", tmp_path / "new", present=folder / "archive/state/withdrawals.jsonl"
        )
    assert (restored.stories, restored.withheld) == (total, False)
    gone, erased = range(WITHDRAWN + ERASED), range(WITHDRAWN, WITHDRAWN + ERASED)
    with readers(tmp_path / "new") as (web, people):
        found = {
            who: resurrected(web, erased if who == "steward" else gone, cookie)
            for who, cookie in people.items()
        }
        still_there = {address for address, _ in resurrected(web, [WITHDRAWN + ERASED], [])}
        assert web.get(f"/s/{record_id(0)}").status == web.get(f"/s/{record_id(WITHDRAWN)}").status == 410
    assert found == {who: [] for who in people}
    assert {*pages_of(WITHDRAWN + ERASED)[-2:-1], "/stories", "/search", SHELVES[-1]} <= still_there
    assert bytes_with(tmp_path / "new", [word(number) for number in erased]) == []
    figures(
        f"stories that came back to life in a restore older than ten withdrawals and two erasures ({where})",
        len({address for met in found.values() for address, _ in met}),
        SECURITY,
    )


def test_without_a_newer_list_nobody_but_stewards_reads_until_one_confirms(taken_back, tmp_path):
    folder, total = taken_back
    assert put_back(folder / "backup", tmp_path / "new").withheld
    with readers(tmp_path / "new") as (web, people):
        for who in people.keys() - {"steward"}:
            assert resurrected(web, range(total if total < 30 else 30), people[who]) == [], who
        assert web.get(f"/stories/{slug(3)}", headers=people["steward"]).status == 200
        assert confirm(web.archive)
        reconcile(web.archive)
        update_search(web.archive)
        assert f"{word(3)}s" in web.get(f"/search?q={word(3)}").text


def test_a_withdrawal_while_the_backup_is_made_is_in_it(tmp_path, monkeypatch):
    fill(tmp_path / "archive", 6)
    archive = archive_at(tmp_path / "archive")
    take_in(archive)
    from app.services import collecting

    plain, numbers = collecting._entry, iter(range(6))

    def meanwhile(name, path):
        found = plain(name, path)
        if (number := next(numbers, None)) is not None:
            withdraw(
                archive, TERMINAL, record_id(number), TakeBack(Outcome.ERASE if number % 2 else Outcome.KEEP)
            )
        return found

    monkeypatch.setattr(collecting, "_entry", meanwhile)
    done = back_up(archive, tmp_path / "backup")
    archive.close()
    monkeypatch.undo()
    assert done.erased_meanwhile
    put_back(tmp_path / "backup", tmp_path / "new")
    new = archive_at(tmp_path / "new")
    confirm(new)
    take_in(new)
    new.close()
    with opened(tmp_path / "new") as web:
        begin(web)
        assert resurrected(web, range(6), []) == []


class Writers:
    """People who save stories and sign in until they are asked to stop; every state of a story is noted."""

    def __init__(self, archive, stories: int) -> None:
        self.archive, self.stop, self.failures = archive, threading.Event(), []
        self.states = {
            slug(number): {sha256(text_of(number).encode()).hexdigest()} for number in range(stories)
        }
        self.saves = self.visits = 0
        self.threads = [
            threading.Thread(target=self._run, args=(work,)) for work in (self._save, self._visit)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()
        assert self.failures == []

    def _run(self, work) -> None:
        chance = random.Random(work.__name__)
        while not self.stop.is_set():
            try:
                work(chance)
            except Exception as error:
                self.failures.append(error)
                return

    def _save(self, chance) -> None:
        name = chance.choice(list(self.states))
        key, store = RecordKey(RecordKind.STORY, Slug(name)), self.archive.stores[RecordKind.STORY]
        content = store.read(store.path_of(key.slug)) + f"\nAnd again {self.saves}.\n".encode()
        self.states[name].add(sha256(content).hexdigest())
        store.save(key, content, expected=store.digest(key))
        self.saves += 1
        if self.saves % 5 == 0:
            take_in(self.archive)

    def _visit(self, _chance) -> None:
        enter(self.archive, "member")
        self.visits += 1


def test_a_drill_back_up_while_people_write_and_restore_elsewhere(tmp_path, figures):
    stories, backups = scaled(20, 300), scaled(2, 20)
    fill(tmp_path / "archive", stories)
    archive = archive_at(tmp_path / "archive")
    take_in(archive)
    account(archive, "member", "member")
    with Writers(archive, stories) as writers:
        for number in range(backups):
            while writers.saves < 12 * (number + 1) and not writers.failures:
                writers.stop.wait(0.05)
            back_up(
                archive, tmp_path / f"backup{number}", passphrase="four quiet lamps" if number == 0 else None
            )
    archive.close()
    for number in range(backups):
        folder = tmp_path / f"new{number}"
        put_back(tmp_path / f"backup{number}", folder, passphrase="four quiet lamps" if number == 0 else None)
        check_drill(folder, writers)
    figures("backups made while people wrote, each restored whole", backups, SECURITY)


def check_drill(folder: Path, writers: Writers) -> None:
    for path in (folder / "stories").glob("*.md"):
        assert sha256(path.read_bytes()).hexdigest() in writers.states[path.stem]
    assert len(list((folder / "stories").glob("*.md"))) == len(writers.states)
    with sqlite3.connect(folder / "state/storyhold.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    database.close()
    archive = archive_at(folder)
    with archive.engine.connect() as connection:
        for table in (AUDIT, CONSENT_ENTRY):
            assert list(broken_links(connection, table, archive.key)) == []
    assert enter(archive, "member")
    confirm(archive)
    take_in(archive)
    archive.close()
    with opened(folder) as web:
        begin(web)
        assert f"{word(3)}s" in web.get(f"/search?q={word(3)}").text

"""storyhold doctor verifies what is written once: it counts the entries, and names the first broken one."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, text, update

from app.config import load_settings
from app.database.engine import open_engine
from app.database.ledgers import AUDIT, AUDIT_TEXT, CHAIN_HEAD, CONSENT_ENTRY
from app.search.memory import MemoryIndex
from app.services.accounts import Standing
from app.services.archive import open_archive
from app.services.links import invite
from tests.archives import story_file, write
from tests.terminal.test_terminal import here
from tests.web.people import account


@pytest.fixture
def folder(tmp_path) -> Path:
    """An archive with four entries in its audit."""
    archive = open_archive(load_settings({"STORYHOLD_STATE": str(tmp_path / ".storyhold")}), MemoryIndex())
    for number in range(4):
        invite(archive, f"ann{number}@example.org", "Ann", Standing())
    archive.close()
    here(tmp_path, "index")
    return tmp_path


def behind_its_back(folder: Path, statement) -> None:
    engine = open_engine(f"sqlite:///{folder}/.storyhold/storyhold.db")
    with engine.begin() as connection:
        connection.execute(statement)
    engine.dispose()


def chains(folder: Path) -> dict[str, dict]:
    found = json.loads(here(folder, "doctor", "--format", "json").stdout)["findings"]
    return {one["name"]: one for one in found if one["section"] == "chains"}


def test_whole_chains_are_counted_and_need_nothing(folder):
    found = chains(folder)
    assert (found["audit"]["value"], found["audit"]["remedy"]) == ("4 entries, whole", None)
    assert "whole" in found["consent ledger"]["value"]
    assert "audit: 4 entries, whole" in here(folder, "doctor").stdout


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        (update(AUDIT).where(AUDIT.c.number == 2).values(account=7), 2),
        (update(AUDIT).where(AUDIT.c.number == 3).values(data={"roles": ["steward"]}), 3),
        (delete(AUDIT).where(AUDIT.c.number == 2), 2),
        (delete(AUDIT).where(AUDIT.c.number == 4), 4),
    ],
)
def test_the_first_entry_that_is_broken_is_named_with_what_to_do(folder, statement, number):
    behind_its_back(folder, statement)
    finding = chains(folder)["audit"]
    assert finding["value"].endswith(f"broken at number {number}")
    assert "backup" in finding["remedy"]
    assert here(folder, "doctor").exit_code == 1


def test_a_chain_that_is_gone_with_its_head_is_missed(folder):
    archive = open_archive(load_settings({"STORYHOLD_STATE": f"{folder}/.storyhold"}), MemoryIndex())
    account(archive, "Ann")
    archive.close()
    write(folder, {"stories/a.md": story_file()})
    here(folder, "index")
    assert "whole" in chains(folder)["consent ledger"]["value"]
    for table in (AUDIT, CONSENT_ENTRY, CHAIN_HEAD):
        behind_its_back(folder, delete(table))
    found = {name: one["value"] for name, one in chains(folder).items()}
    assert found == dict.fromkeys(("audit", "consent ledger"), "0 entries, broken at number 1")


def test_a_reason_that_was_rewritten_is_named(folder):
    behind_its_back(folder, AUDIT_TEXT.insert().values(number=2, text="Another reason than hers."))
    assert chains(folder)["reason of entry 2"]["remedy"]
    behind_its_back(folder, text("DELETE FROM audit_text"))
    assert not here(folder, "doctor", "--format", "json").stdout.count("reason of entry")


def test_a_chain_is_verified_without_a_place_in_memory_for_all_of_it(folder, monkeypatch):
    asked = []
    execute = Connection.execute

    def watched(self, statement, *rest, **how):
        asked.append(getattr(statement, "_execution_options", {}).get("yield_per"))
        return execute(self, statement, *rest, **how)

    monkeypatch.setattr(Connection, "execute", watched)
    chains(folder)
    assert asked.count(1_000) == 2

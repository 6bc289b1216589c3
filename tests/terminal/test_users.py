"""The people of the archive from a terminal: a steward gets links to pass on, and no password is typed."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from app.config import load_settings
from app.database.engine import open_engine
from app.database.ledgers import AUDIT
from app.database.people import ACCOUNT, RECOVERY_CODE, SIGN_IN
from app.errors import InvalidText, LastSteward, LinkDead, MailNotSent
from app.search.memory import MemoryIndex
from app.services.archive import open_archive
from app.services.auditing import Event
from app.services.links import accept, read_link
from tests.postbox import a_postbox, words
from tests.services.factors import add_factor
from tests.terminal.test_terminal import here, run, served

PASSWORD = "four quiet lamps"
LINK = re.compile(r"(http://\S+)/welcome/([\w-]{43})\n")


def use(folder: Path, token: str, email: str = "", name: str = "Somebody") -> None:
    archive = open_archive(load_settings({"STORYHOLD_STATE": str(folder / ".storyhold")}), MemoryIndex())
    try:
        accept(archive, token, email=email, name=name, password=PASSWORD, again=PASSWORD)
    finally:
        archive.close()


def come(folder: Path, email: str, *options: str) -> None:
    """Somebody is invited and comes."""
    token = LINK.fullmatch(here(folder, "user", "add", email, *options).stdout)[2]
    use(folder, token)


def rows(folder: Path, table):
    engine = open_engine(f"sqlite:///{folder}/.storyhold/storyhold.db")
    with engine.connect() as connection:
        found = connection.execute(select(table)).all()
    engine.dispose()
    return found


def test_a_steward_invites_lists_and_disables_from_a_terminal(tmp_path):
    come(tmp_path, "Sue@Example.org", "--role", "steward", "--name", "Sue")
    come(tmp_path, "ann@example.org", "--role", "member", "--role", "gatherer", "--organisation", "The ICB")
    assert here(tmp_path, "user", "list").stdout == (
        "ann@example.org\tSomebody\tgatherer,member\tThe ICB\t-\t-\t-\n"
        "sue@example.org\tSomebody\tsteward\t-\t-\t-\t-\n"
    )
    assert len(rows(tmp_path, SIGN_IN)) == 2
    assert here(tmp_path, "user", "disable", "ANN@example.org").exit_code == 0
    assert "ann@example.org\tSomebody\tdisabled" in here(tmp_path, "user", "list").stdout
    assert len(rows(tmp_path, SIGN_IN)) == 1
    assert here(tmp_path, "user", "enable", "ann@example.org").exit_code == 0
    assert "ann@example.org\tSomebody\tgatherer,member" in here(tmp_path, "user", "list").stdout


def test_where_somebody_works_and_her_name_on_stories_are_said_from_a_terminal(tmp_path):
    come(tmp_path, "ann@example.org", "--role", "gatherer", "--organisation", "The ICB")
    for option, said in (("--gathers-as", "A. N."), ("--organisation", "Northgate"), ("--organisation", "")):
        assert here(tmp_path, "user", "belongs", "ann@example.org", option, said).exit_code == 0
        line = here(tmp_path, "user", "list").stdout
        where = said if option == "--organisation" else "The ICB"
        assert line == f"ann@example.org\tSomebody\tgatherer\t{where or '-'}\tA. N.\t-\t-\n"
    changes = [row.data for row in rows(tmp_path, AUDIT) if row.event == Event.ROLES]
    assert [sorted(data) for data in changes] == [["gathers_as"], ["organisation"], ["organisation"]]


def test_the_list_names_who_is_invited_and_what_opens_stories_to_her(tmp_path):
    here(tmp_path, "user", "add", "ben@example.org", "--role", "gatherer", "--gathers-as", "B. O.")
    line = here(tmp_path, "user", "list").stdout
    assert re.fullmatch(r"ben@example.org\t-\tgatherer\t-\tB. O.\t-\t\d{4}-\d\d-\d\d\n", line)


def test_a_change_of_roles_ends_her_sessions(tmp_path):
    come(tmp_path, "ann@example.org", "--role", "member")
    here(tmp_path, "user", "role", "ann@example.org", "member")
    assert len(rows(tmp_path, SIGN_IN)) == 1
    here(tmp_path, "user", "role", "ann@example.org", "commissioner", "member")
    assert [row.roles for row in rows(tmp_path, ACCOUNT)] == [["commissioner", "member"]]
    assert rows(tmp_path, SIGN_IN) == []


def test_a_link_to_a_new_password_is_printed_with_the_archive_s_own_address(tmp_path):
    come(tmp_path, "ann@example.org")
    settings = {"STORYHOLD_BASE_URL": "https://stories.example.org"}
    shown = here(tmp_path, "user", "reset", "ann@example.org", **settings).stdout
    address, token = shown.strip().split("/welcome/")
    assert address == "https://stories.example.org"
    use(tmp_path, token)
    with pytest.raises(LinkDead):
        use(tmp_path, token)


@pytest.mark.parametrize("command", [("disable",), ("role",), ("role", "member")])
def test_the_last_steward_stays_one(tmp_path, command):
    come(tmp_path, "sue@example.org", "--role", "steward")
    come(tmp_path, "pat@example.org", "--role", "steward")
    here(tmp_path, "user", "disable", "pat@example.org")
    name, *roles = command
    refused = here(tmp_path, "user", name, "sue@example.org", *roles)
    assert isinstance(refused.exception, LastSteward) and "only steward" in str(refused.exception)
    assert "sue@example.org\tSomebody\tsteward" in here(tmp_path, "user", "list").stdout


def test_whoever_is_invited_without_an_organisation_is_said_to_miss_some_stories(tmp_path):
    nowhere = run(tmp_path, "user", "add", "a@example.org", "--role", "gatherer")
    assert LINK.fullmatch(nowhere.stdout) and "also her own" in nowhere.stderr
    somewhere = run(tmp_path, "user", "add", "b@example.org", "--organisation", "The ICB")
    assert LINK.fullmatch(somewhere.stdout) and somewhere.stderr == ""


@pytest.mark.parametrize("command", ["belongs", "disable", "enable", "reset", "role"])
def test_somebody_who_is_not_there_is_said_in_one_sentence(tmp_path, command):
    done = run(tmp_path, "user", command, "nobody@example.org")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Nobody with this email address can sign in here.\n"


@pytest.mark.parametrize(
    "arguments",
    [("add", "no address"), ("add", "a@b", "--name", "a\x07"), ("add", "a@b", "--name", "a" * 121)],
)
def test_what_can_not_be_kept_is_refused(tmp_path, arguments):
    assert isinstance(here(tmp_path, "user", *arguments).exception, InvalidText)


def test_a_role_that_is_none_is_used_wrongly(tmp_path):
    assert here(tmp_path, "user", "add", "a@b", "--role", "king").exit_code == 2


def test_each_start_prints_a_link_to_become_the_first_steward_until_there_is_one(tmp_path):
    printed = []
    for _ in range(2):
        with served(tmp_path) as (process, address):
            sentence = process.stdout.readline()
            base, token = LINK.fullmatch(process.stdout.readline()).groups()
            assert "first steward" in sentence and base == address
            printed.append(token)
    invited = here(tmp_path, "user", "add", "ann@example.org", "--role", "member").stdout
    assert LINK.fullmatch(invited)[1] == address  # of the server that was started last
    archive = open_archive(load_settings({"STORYHOLD_STATE": str(tmp_path / ".storyhold")}), MemoryIndex())
    with pytest.raises(LinkDead):
        read_link(archive, printed[0])
    archive.close()
    use(tmp_path, printed[1], email="sue@example.org")
    listed = here(tmp_path, "user", "list").stdout
    assert listed.startswith("sue@example.org\tSomebody\tsteward\t-\t-\t-\t-\n")
    with served(tmp_path) as (process, _):
        process.terminate()
        assert process.stdout.read() == ""


def test_a_link_is_mailed_from_a_terminal_where_that_is_asked_for(tmp_path):
    come(tmp_path, "ann@example.org")
    with a_postbox() as box:
        mail = {"STORYHOLD_SMTP_URL": f"smtp://127.0.0.1:{box.port}"}
        ours = mail | {"STORYHOLD_BASE_URL": "https://stories.example.org"}
        printed = here(tmp_path, "user", "add", "ben@example.org", "--send", **ours)
        assert printed.exit_code == 0 and printed.stdout.strip() in words(box.mails[0])
        here(tmp_path, "user", "reset", "ann@example.org", **ours)
        assert len(box.mails) == 1
        here(tmp_path, "user", "reset", "ann@example.org", "--send", **ours)
        assert [one.rcpt_tos for one in box.envelopes] == [["ben@example.org"], ["ann@example.org"]]
        refused = here(tmp_path, "user", "reset", "ann@example.org", "--send", **mail)
        assert isinstance(refused.exception, MailNotSent) and "STORYHOLD_BASE_URL" in str(refused.exception)
        assert LINK.search(refused.stdout)
    unset = here(tmp_path, "user", "reset", "ann@example.org", "--send")
    assert isinstance(unset.exception, MailNotSent) and "STORYHOLD_SMTP_URL" in str(unset.exception)


def test_who_has_lost_everything_is_helped_from_a_terminal(tmp_path):
    come(tmp_path, "ann@example.org")
    refused = here(tmp_path, "user", "reset", "ann@example.org", "--second-factor")
    assert "no second factor" in str(refused.exception)
    archive = open_archive(load_settings({"STORYHOLD_STATE": str(tmp_path / ".storyhold")}), MemoryIndex())
    add_factor(archive)
    archive.close()
    assert rows(tmp_path, ACCOUNT)[0].second_factor
    done = here(tmp_path, "user", "reset", "ann@example.org", "--second-factor")
    assert (done.exit_code, done.stdout) == (0, "")
    assert rows(tmp_path, ACCOUNT)[0].second_factor == "" and rows(tmp_path, RECOVERY_CODE) == []


@pytest.mark.parametrize(
    ("settings", "said", "code"),
    [
        ({}, "copied by a steward", 0),
        ({"STORYHOLD_SMTP_URL": "smtp://localhost"}, "not mailed  -> This archive was not told its own", 1),
        ({"STORYHOLD_SMTP_URL": "smtp://localhost", "STORYHOLD_BASE_URL": "https://a.example"}, "mailed", 0),
    ],
)
def test_the_diagnosis_says_whether_links_are_mailed(tmp_path, settings, said, code):
    shown = here(tmp_path, "doctor", **settings).stdout
    line = next(line for line in shown.splitlines() if line.startswith("  links: "))
    assert line.removeprefix("  links: ").startswith(said) and ("->" in line) == bool(code)

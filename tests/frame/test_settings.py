"""A steward sets the archive up with environment variables, and is told plainly what does not fit."""

import os
import re
from pathlib import Path

import pytest
import whoosh.lang

from app import config
from app.config import Settings, SupportLink, load_settings, variable
from app.database.visibility import Role
from app.errors import SettingsError
from app.records.model import Use

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """An empty current folder and an environment without any of our variables."""
    for name in list(os.environ):
        if name.upper().startswith("STORYHOLD_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(**variables: str) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings({f"STORYHOLD_{name}": value for name, value in variables.items()})
    return str(refused.value)


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_documented(setting):
    rows = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert any(f"`{variable(setting)}`" in line for line in rows)


def test_no_setting_is_documented_that_does_not_exist():
    named = set(re.findall(r"STORYHOLD_[A-Z_]+[A-Z]", DOCS.read_text(encoding="utf-8")))
    assert named <= {variable(setting) for setting in Settings.model_fields}


def test_without_any_variable_everything_lies_in_the_current_folder(bare):
    settings = load_settings()
    assert settings.stories == bare / "stories"
    assert settings.personas == bare / "personas"
    assert settings.search_index == bare / "search_index"
    assert settings.state == bare / ".storyhold"
    assert settings.database_path == bare / ".storyhold" / "storyhold.db"
    assert settings.secret_key_file == bare / ".storyhold" / "secret.key"
    assert settings.withdrawals == bare / ".storyhold" / "withdrawals.jsonl"
    assert settings.unstated_uses == ()


def test_moving_the_state_folder_moves_what_lies_in_it(bare):
    settings = load_settings({"STORYHOLD_STATE": "elsewhere"})
    assert settings.database_path == bare / "elsewhere" / "storyhold.db"
    assert settings.secret_key_file == bare / "elsewhere" / "secret.key"
    assert settings.withdrawals == bare / "elsewhere" / "withdrawals.jsonl"


def test_the_withdrawals_may_lie_on_another_disk(bare):
    settings = load_settings({"STORYHOLD_STATE": "state", "STORYHOLD_WITHDRAWALS": "/mnt/other/w.jsonl"})
    assert settings.withdrawals == Path("/mnt/other/w.jsonl")


def test_paths_stay_where_they_were_when_the_program_changes_folder(bare, monkeypatch):
    settings = load_settings()
    monkeypatch.chdir("/")
    assert settings.stories == bare / "stories"


@pytest.mark.parametrize("folder", ["a b", "what?", "50%", "a#b", "été"])
def test_the_database_may_lie_in_a_folder_of_any_name(bare, folder):
    assert load_settings({"STORYHOLD_STATE": folder}).database_path == bare / folder / "storyhold.db"


def test_a_relative_database_starts_at_the_current_folder(bare):
    settings = load_settings({"STORYHOLD_DATABASE_URL": "sqlite:///kept/here.db"})
    assert settings.database_path == bare / "kept" / "here.db"


def test_lists_are_written_with_commas(bare):
    settings = load_settings(
        {
            "STORYHOLD_UNSTATED_USES": " publication,design ,",
            "STORYHOLD_SHOWN_KEYS": "project, funder",
            "STORYHOLD_ALLOWED_HOSTS": "stories.example.org,*.example.org",
        }
    )
    assert settings.unstated_uses == ("design", "publication")
    assert settings.shown_keys == ("project", "funder")
    assert settings.allowed_hosts == ("stories.example.org", "*.example.org")


def test_a_support_link_is_a_name_and_an_address(bare):
    settings = load_settings({"STORYHOLD_SUPPORT_LINKS": "Call us tel:0123, https://help.example.org/"})
    assert settings.support_links == (
        SupportLink("Call us", "tel:0123"),
        SupportLink("help.example.org", "https://help.example.org/"),
    )


def test_a_variable_left_empty_keeps_its_default(bare, monkeypatch):
    monkeypatch.setenv("STORYHOLD_TITLE", "")
    assert load_settings().title == "Storyhold"
    assert load_settings({"STORYHOLD_TITLE": ""}).title == "Storyhold"


def test_the_env_file_is_read_and_the_environment_wins(bare, monkeypatch):
    (bare / ".env").write_text("STORYHOLD_TITLE=From the file\nSTORYHOLD_LANGUAGE=cy\nOTHER=1\n")
    monkeypatch.setenv("STORYHOLD_LANGUAGE", "en")
    settings = load_settings()
    assert (settings.title, settings.language) == ("From the file", "en")


def test_a_mapping_stands_for_the_environment_and_the_env_file(bare, monkeypatch):
    (bare / ".env").write_text("STORYHOLD_TITLE=From the file\n")
    monkeypatch.setenv("STORYHOLD_LANGUAGE", "cy")
    settings = load_settings({})
    assert (settings.title, settings.language) == ("Storyhold", "en-GB")


def test_an_unknown_variable_names_the_nearest_setting():
    assert refusal(TITEL="x") == "STORYHOLD_TITEL is none of the settings; the nearest is STORYHOLD_TITLE."


def test_an_unknown_variable_in_the_environment_is_refused(bare, monkeypatch):
    monkeypatch.setenv("STORYHOLD_STORYS", "x")
    with pytest.raises(SettingsError, match=r"nearest is STORYHOLD_STORIES\."):
        load_settings()


def test_an_unknown_variable_in_the_env_file_is_refused(bare):
    (bare / ".env").write_text("STORYHOLD_PERSONA=x\n")
    with pytest.raises(SettingsError, match=r"nearest is STORYHOLD_PERSONAS\."):
        load_settings()


def test_an_env_file_that_is_no_text_is_refused_in_one_sentence(bare):
    (bare / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"The file \.env can not be read"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEARCH", "solr"),
        ("SEARCH_LANGUAGE", "english"),
        ("UNSTATED_USES", "design, publcation"),
        ("SHOWN_KEYS", "Context"),
        ("BASE_URL", "stories.example.org"),
        ("BASE_URL", "https://[::1"),
        ("ALLOWED_HOSTS", "https://stories.example.org"),
        ("ALLOWED_HOSTS", "stories.example.org:8000"),
        ("FORWARDED_ALLOW_IPS", "proxy"),
        ("DATABASE_URL", "mysql://me:tulip@host/db"),
        ("DATABASE_URL", "tulip"),
        ("SMTP_URL", "https://me:tulip@host"),
        ("OIDC_ISSUER", "javascript:alert(1)"),
        ("SUPPORT_LINKS", "Help javascript:alert(1)"),
        ("LANGUAGE", "British English"),
        ("TITLE", "   "),
        ("STATE", "~nobody-of-this-name/state"),
        ("SEARCH_INDEX", "."),
        ("SEARCH_INDEX", "stories/index"),
        ("PERSONAS", "stories/personas"),
    ],
)
def test_a_value_that_can_not_be_used_gets_one_sentence_that_names_the_variable(bare, name, value):
    sentence = refusal(**{name: value})
    assert f"STORYHOLD_{name} " in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "pydantic" not in sentence.lower()
    assert "tulip" not in sentence


def test_passwords_are_shown_nowhere():
    settings = load_settings(
        {
            "STORYHOLD_DATABASE_URL": "postgresql+psycopg://me:tulip@host/db",
            "STORYHOLD_SMTP_URL": "smtp://me:tulip@host",
            "STORYHOLD_OIDC_CLIENT_SECRET": "tulip",
        }
    )
    assert "tulip" not in repr(settings)
    assert "tulip" not in str(settings)
    assert "tulip" not in repr(settings.shown())
    assert "tulip" in settings.database_url


def test_settings_can_not_change_while_the_archive_is_open():
    with pytest.raises(ValueError, match="frozen"):
        load_settings({}).title = "Another"


def test_the_uses_of_the_settings_are_those_of_stories():
    assert tuple(use.value for use in Use) == config.USES


def test_every_search_language_has_a_stemmer_and_a_stop_list():
    for language in config.SEARCH_LANGUAGES:
        assert whoosh.lang.has_stemmer(language)
        assert whoosh.lang.has_stopwords(language)


ISSUER = {"OIDC_ISSUER": "https://login.example.org", "OIDC_CLIENT_ID": "storyhold"}


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"OIDC_ISSUER": "https://login.example.org"}, "OIDC_CLIENT_ID"),
        ({"OIDC_CLIENT_ID": "storyhold"}, "OIDC_ISSUER"),
        (ISSUER | {"OIDC_ISSUER": "http://login.example.org"}, "OIDC_ISSUER"),
        (ISSUER | {"OIDC_SCOPES": "email"}, "OIDC_SCOPES"),
        (ISSUER | {"OIDC_ROLES_CLAIM": "groups", "OIDC_ROLES": "sh-design"}, "OIDC_ROLES"),
        (ISSUER | {"OIDC_ROLES_CLAIM": "groups", "OIDC_ROLES": "=member"}, "OIDC_ROLES"),
        (ISSUER | {"OIDC_ROLES_CLAIM": "groups", "OIDC_ROLES": "sh-design=owner"}, "OIDC_ROLES"),
        (ISSUER | {"OIDC_ROLES": "sh-design=member"}, "OIDC_ROLES_CLAIM"),
        (ISSUER | {"OIDC_NEWCOMERS": "perhaps"}, "OIDC_NEWCOMERS"),
    ],
)
def test_a_single_sign_on_that_can_not_work_is_refused_at_the_start(given, names):
    sentence = refusal(**given)
    assert f"STORYHOLD_{names}" in sentence and sentence.endswith(".") and "\n" not in sentence


def test_a_single_sign_on_is_set_up_in_a_few_lines():
    roles = {"OIDC_ROLES_CLAIM": "groups", "OIDC_ROLES": "sh-stewards=steward, a=b = member"}
    more = {"OIDC_NEWCOMERS": "yes", "OIDC_SCOPES": "openid,email groups"}
    settings = load_settings({f"STORYHOLD_{name}": value for name, value in (ISSUER | roles | more).items()})
    assert settings.oidc_roles == ("sh-stewards=steward", "a=b = member")
    assert settings.oidc_scopes == ("openid", "email", "groups") and settings.oidc_newcomers
    assert load_settings({"STORYHOLD_OIDC_CLIENT_ID": "a", "STORYHOLD_OIDC_ISSUER": "http://localhost:9/"})


def test_the_roles_of_the_settings_are_those_of_people():
    assert tuple(role.value for role in Role) == config.ROLES

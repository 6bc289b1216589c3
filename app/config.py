"""The settings: environment variables that begin with STORYHOLD_, or lines of a `.env` file.

Every field is one variable; docs/settings.md describes each, and a test holds it to that.
"""

import difflib
import ipaddress
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.errors import SettingsError

PREFIX = "STORYHOLD_"
ENV_FILE = ".env"
ENGINES = ("whoosh", "memory")
SEARCH_LANGUAGES = ("da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pt", "ru", "sv")
USES = ("design", "learning", "commissioning", "publication")
ROLES = ("member", "commissioner", "gatherer", "steward")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
NEVER_SHOWN = ("consent", "context")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MAIL_ADDRESS = re.compile(r"[\w.+-]+@[A-Za-z0-9.-]+", re.ASCII)
HOST_NAME = re.compile(r"\*|(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")


class SupportLink(NamedTuple):
    """Help that is shown beside content notes. `address` begins with https:, http:, tel: or mailto:."""

    label: str
    address: str


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"is {value!r}, but can only be {_listed(known)}")
    return value


def _engine(value: str) -> str:
    return _one_of(value, ENGINES)


def _search_language(value: str) -> str:
    return _one_of(value, SEARCH_LANGUAGES)


def _uses(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if value not in USES:
            raise ValueError(f"names {value!r}, but a use can only be {_listed(USES)}")
    return tuple(use for use in USES if use in values)


def _shown_keys(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if value.casefold() in NEVER_SHOWN:
            raise ValueError(f"names {value!r}, which is never shown")
    return values


def _folder(value: Path) -> Path:
    try:
        return value.expanduser().absolute()
    except RuntimeError:
        raise ValueError(f"is {str(value)!r}, whose home folder is not known") from None


def _words(value: str) -> str:
    if not value.strip():
        raise ValueError("is only spaces")
    return " ".join(value.split())


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _language_tag(value: str) -> str:
    if not LANGUAGE_TAG.fullmatch(value):
        raise ValueError(f"is {value!r}, but must be a language such as en-GB")
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or parts.username:
        raise ValueError("must be an address such as https://stories.example.org")
    return value.rstrip("/")


def _hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not HOST_NAME.fullmatch(value):
            raise ValueError(f"names {value!r}, but must be host names without scheme or port")
    return values


def _proxies(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            if value != "*":
                ipaddress.ip_network(value, strict=False)
        except ValueError:
            raise ValueError(f"names {value!r}, but must be IP addresses or networks") from None
    return values


def _mail_address(value: SecretStr) -> SecretStr:
    try:
        parts = urlsplit(value.get_secret_value())
        fits = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("must begin with smtp:// or smtps:// and name a host")
    if bool(parts.username) != bool(parts.password):
        raise ValueError("must name both a user and a password, or neither")
    _refuse_mail_options(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))
    return value


def _refuse_mail_options(path: str, options: dict[str, str]) -> None:
    if path.strip("/") or not options.keys() <= {"from", "starttls"}:
        raise ValueError("can only be followed by ?from= and &starttls=")
    if options.get("starttls", "yes") not in ("yes", "no"):
        raise ValueError("can only have starttls=yes or starttls=no")
    if not MAIL_ADDRESS.fullmatch(options.get("from", "a@b")):
        raise ValueError("must have an email address after from=")


def _support_link(entry: str) -> SupportLink:
    *label, address = entry.split()
    if not address.startswith(("https://", "http://", "tel:", "mailto:")):
        raise ValueError(f"has {entry!r}, but each link is a name and an address such as https://example.org")
    return SupportLink(" ".join(label) or address.partition(":")[2].strip("/"), address)


def _support_links(value: object) -> object:
    entries = _split(value)
    if not isinstance(entries, tuple):
        return entries
    return tuple(_support_link(entry) if isinstance(entry, str) else entry for entry in entries)


def _issuer(value: str) -> str:
    address = _web_address(value)
    if not address.startswith("https:") and urlsplit(address).hostname not in LOOPBACK:
        raise ValueError("must begin with https://")
    return address


def _scopes(value: object) -> object:
    named = tuple(value.replace(",", " ").split()) if isinstance(value, str) else value
    if isinstance(named, tuple) and "openid" not in named:
        raise ValueError("must name openid")
    return named


def _role_values(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        named, _, role = (part.strip() for part in value.rpartition("="))
        if not named:
            raise ValueError(f"has {value!r}, but each is a value and a role such as sh-design=member")
        _one_of(role, ROLES)
    return values


def _database(value: str) -> str:
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://") from None
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError(f"begins with {url.drivername}, but can only be sqlite or postgresql+psycopg")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        url = url.set(database=str(_folder(Path(url.database))))
    return url.render_as_string(hide_password=False)


def _sqlite(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Location = Annotated[Path, AfterValidator(_folder)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class Settings(BaseSettings):
    """What the archive was told. Paths are absolute; lists keep the order in which they were written."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=True,
    )

    stories: Location = Path("stories")
    personas: Location = Path("personas")
    search_index: Location = Path("search_index")
    state: Location = Path(".storyhold")
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default_factory=lambda data: _sqlite(data["state"] / "storyhold.db"), repr=False
    )
    secret_key_file: Location = Field(default_factory=lambda data: data["state"] / "secret.key")
    search: Annotated[str, AfterValidator(_engine)] = "whoosh"
    search_language: Annotated[str, AfterValidator(_search_language)] = "en"
    unstated_uses: Annotated[Names, AfterValidator(_uses)] = ()
    shown_keys: Annotated[Names, AfterValidator(_shown_keys)] = ()
    base_url: WebAddress | None = None
    allowed_hosts: Annotated[Names, AfterValidator(_hosts)] = ("localhost", "127.0.0.1", "[::1]")
    forwarded_allow_ips: Annotated[Names, AfterValidator(_proxies)] = ()
    guides: Location | None = None
    withdrawals: Location = Field(default_factory=lambda data: data["state"] / "withdrawals.jsonl")
    smtp_url: Annotated[SecretStr, AfterValidator(_mail_address)] | None = None
    exit_address: WebAddress = "https://www.bbc.co.uk/weather"
    keep_originals: bool = True
    support_links: Annotated[tuple[SupportLink, ...], NoDecode, BeforeValidator(_support_links)] = ()
    contact: Annotated[str, AfterValidator(_one_line)] = ""
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_label: Annotated[str, AfterValidator(_words)] = "single sign-on"
    oidc_scopes: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_scopes)] = (
        "openid",
        "email",
        "profile",
    )
    oidc_roles_claim: str | None = None
    oidc_roles: Annotated[Names, AfterValidator(_role_values)] = ()
    oidc_organisation_claim: str | None = None
    oidc_newcomers: bool = False
    title: Annotated[str, AfterValidator(_words)] = "Storyhold"
    language: Annotated[str, AfterValidator(_language_tag)] = "en-GB"

    @model_validator(mode="after")
    def _keep_record_and_index_apart(self) -> Self:
        for name in ("stories", "personas", "state"):
            folder: Path = getattr(self, name)
            if folder.is_relative_to(self.search_index):
                raise ValueError(f"{PREFIX}SEARCH_INDEX can not hold the folder of {variable(name)}")
            if name != "state" and self.search_index.is_relative_to(folder):
                raise ValueError(f"{PREFIX}SEARCH_INDEX can not lie in the folder of {variable(name)}")
        if self.stories.is_relative_to(self.personas) or self.personas.is_relative_to(self.stories):
            raise ValueError(f"{PREFIX}STORIES and {PREFIX}PERSONAS must be two folders side by side")
        return self

    @model_validator(mode="after")
    def _know_the_single_sign_on(self) -> Self:
        if (self.oidc_issuer is None) != (self.oidc_client_id is None):
            raise ValueError(f"{PREFIX}OIDC_ISSUER and {PREFIX}OIDC_CLIENT_ID are needed both or neither")
        if self.oidc_roles and self.oidc_roles_claim is None:
            raise ValueError(
                f"{PREFIX}OIDC_ROLES needs {PREFIX}OIDC_ROLES_CLAIM, which says where they stand"
            )
        return self

    @property
    def database_path(self) -> Path | None:
        """The SQLite file; None for another database or one in memory."""
        url = make_url(self.database_url)
        if url.drivername != "sqlite" or url.database in (None, "", ":memory:"):
            return None
        return Path(str(url.database))

    def shown(self) -> dict[str, str]:
        """Each variable and its value as it may be shown to anyone: passwords and secrets are stars."""
        values = {variable(field): _as_text(getattr(self, field)) for field in type(self).model_fields}
        return values | {f"{PREFIX}DATABASE_URL": make_url(self.database_url).render_as_string()}


class _Given(Settings):
    """Settings that read nothing but what they are given."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the name is the base class's
        init_settings: PydanticBaseSettingsSource,
        *_others: PydanticBaseSettingsSource,
        **_named: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment and the current folder's `.env`; or only `environ`, where it is given.

    Raises SettingsError, one sentence that names the variable, for a value that can not be used and
    for a variable that begins with STORYHOLD_ and is none of the settings.
    """
    _refuse_unknown(_names_in_use() if environ is None else environ)
    try:
        return Settings() if environ is None else _Given(**_fields(environ))
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def variable(field: str) -> str:
    """The environment variable of a field of Settings."""
    return PREFIX + field.upper()


def _names_in_use() -> list[str]:
    try:
        return [*os.environ, *dotenv_values(ENV_FILE)]
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"The file {ENV_FILE} can not be read as UTF-8 text.") from None


def _refuse_unknown(names: Iterable[str]) -> None:
    known = [variable(field) for field in Settings.model_fields]
    for name in names:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            nearest = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0)[0]
            raise SettingsError(f"{name} is none of the settings; the nearest is {nearest}.")


def _fields(environ: Mapping[str, str]) -> dict[str, Any]:
    given = {name.upper(): value for name, value in environ.items() if value}
    return {field: given[variable(field)] for field in Settings.model_fields if variable(field) in given}


def _sentence(error: ValidationError) -> str:
    problem = error.errors()[0]
    reason = str(problem.get("ctx", {}).get("error") or problem["msg"])
    return f"{variable(str(problem['loc'][0]))} {reason}." if problem["loc"] else f"{reason}."


def _as_text(value: object) -> str:
    if isinstance(value, SupportLink):
        return f"{value.label} {value.address}"
    if isinstance(value, tuple):
        return ", ".join(_as_text(part) for part in value)
    return "" if value is None else str(value)

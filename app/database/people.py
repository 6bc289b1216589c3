"""The tables of the archive's people. All of them are people's work: none can be rebuilt."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.database.columns import core, json_list, moment


class Account(SQLModel, table=True):
    """Someone who can sign in. People's work: kept. No secret stands here in clear.

    `gathers_as` is the name on the stories that she gathered; only stewards write it, because it opens
    what nobody else may read. `name` is her own to change and opens nothing.
    """

    __tablename__ = "account"
    key: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)  # folded, services.accounts.fold_email
    name: str = ""
    organisation: str = ""
    gathers_as: str = ""
    password: str  # as Argon2 writes it, with its salt and cost; empty for who comes by single sign-on alone
    second_factor: str = ""  # secret of her one-time codes, encrypted with the archive's key
    second_factor_step: int = 0  # the last time step whose code was used: a code works once
    subject: str | None = Field(
        default=None, unique=True, index=True
    )  # issuer and subject of her single sign-on
    roles: list[str] = json_list()
    disabled: datetime | None = moment(required=False)
    created: datetime = moment()


class SignIn(SQLModel, table=True):
    """A living session. People's work: the row goes when it ends.

    `digest` is the SHA-256 of 256 random bits, which only her browser knows.
    """

    __tablename__ = "sign_in"
    key: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    account: int = Field(foreign_key="account.key", index=True)
    created: datetime = moment()  # of the sign-in, which rotating does not prolong
    seen: datetime = moment()
    rotated: datetime = moment()
    awaiting: bool = False  # the password was right and the second factor is still to come: nobody yet
    tries: int = 0  # codes that were offered meanwhile


class OneTimeLink(SQLModel, table=True):
    """A link that works once: an invitation, a new password, the first steward. People's work."""

    __tablename__ = "one_time_link"
    key: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)  # SHA-256 of what stands in the link
    purpose: str
    account: int | None = Field(default=None, foreign_key="account.key", index=True)
    email: str = ""
    name: str = ""
    organisation: str = ""
    gathers_as: str = ""
    roles: list[str] = json_list()
    made: datetime = moment()
    made_by: int | None = Field(default=None, foreign_key="account.key")  # None for the terminal
    expires: datetime | None = moment(required=False)
    used: datetime | None = moment(required=False)


class RecoveryCode(SQLModel, table=True):
    """A code that stands in for the second factor once, for who has lost her telephone."""

    __tablename__ = "recovery_code"
    key: int | None = Field(default=None, primary_key=True)
    account: int = Field(foreign_key="account.key", index=True)
    digest: str = Field(unique=True)
    used: datetime | None = moment(required=False)


class SingleSignOn(SQLModel, table=True):
    """Somebody who was sent to the single sign-on and has not come back yet."""

    __tablename__ = "single_sign_on"
    digest: str = Field(primary_key=True)  # of the state
    browser: str  # digest of a cookie: only the browser that left may come back
    nonce: str
    verifier: str  # of PKCE
    next: str = "/"
    made: datetime = moment()


class ApiToken(SQLModel, table=True):
    """A bearer token for a program. `digest` is the SHA-256 of 256 random bits, shown once."""

    __tablename__ = "api_token"
    key: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    account: int = Field(foreign_key="account.key", index=True)
    name: str
    scopes: list[str] = json_list()
    made: datetime = moment()
    expires: datetime = moment()
    seen: datetime | None = moment(required=False)


class StoryPerson(SQLModel, table=True):
    """Somebody whom a story's gatherer or a steward named on it, so that it is her own too."""

    __tablename__ = "story_person"
    story_id: str = Field(primary_key=True)
    account: int = Field(primary_key=True, foreign_key="account.key")
    named_by: int | None = Field(default=None, foreign_key="account.key")
    named: datetime = moment()


ACCOUNT, SIGN_IN, ONE_TIME_LINK = core(Account), core(SignIn), core(OneTimeLink)
RECOVERY_CODE, SINGLE_SIGN_ON, API_TOKEN = core(RecoveryCode), core(SingleSignOn), core(ApiToken)
STORY_PERSON = core(StoryPerson)

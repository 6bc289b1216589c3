"""Signing in, one's own account, and the people of the archive. No field holds a secret but `link`."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LoginPage:
    """Everything templates/people/login.html may use. `next` is a path of ours, to go on to."""

    email: str = ""
    next: str = ""
    problem: str = ""
    notice: str = ""
    mails: bool = False  # whoever has forgotten her password can be mailed a link
    single_sign_on: str = ""  # what it is called, empty where there is none


@dataclass(frozen=True)
class ForgottenPage:
    """Everything templates/people/forgotten.html may use."""

    asked: bool = False
    problem: str = ""


@dataclass(frozen=True)
class LeavingPage:
    """Everything templates/people/leaving.html may use. `address` is on another host."""

    address: str
    label: str


@dataclass(frozen=True)
class WelcomePage:
    """Everything templates/people/welcome.html may use.

    `asks_email` for the first steward, `asks_name` for all but a new password.
    """

    title: str
    address: str
    email: str
    name: str
    asks_email: bool
    asks_name: bool
    shortest: int  # characters of a password
    organisation: str = ""  # asked of the first steward
    problem: str = ""
    dead: bool = False


@dataclass(frozen=True)
class OpenSession:
    """A session of hers. Labels are dates and times in UTC."""

    key: int
    began_label: str
    seen_label: str
    this: bool


@dataclass(frozen=True)
class TokenRow:
    """A token of hers for programs: its name and what it may, never what it is. `seen_label` may be empty."""

    key: int
    name: str
    may: Sequence[str]
    until_label: str
    seen_label: str
    over: bool


@dataclass(frozen=True)
class Step:
    """Something to do next."""

    label: str
    address: str


@dataclass(frozen=True)
class AccountPage:
    """Everything templates/people/account.html may use."""

    email: str
    name: str
    organisation: str
    roles: Sequence[str]
    sessions: Sequence[OpenSession]
    shortest: int  # characters of a password
    second_factor: bool
    tokens: Sequence[TokenRow] = ()
    token_days: Sequence[int] = ()
    usual_days: int = 0
    token: str = ""  # shown this once, to be copied
    has_password: bool = True
    saved: str = ""
    steps: Sequence[Step] = ()  # of who has just joined
    problem: str = ""
    wrong: str = ""  # which form the problem is about: name, password or token


@dataclass(frozen=True)
class RoleBox:
    """A role in a form."""

    value: str
    label: str
    meaning: str
    chosen: bool


@dataclass(frozen=True)
class Person:
    """Somebody in the list of people."""

    address: str
    name: str
    email: str
    organisation: str
    roles: Sequence[str]
    disabled: bool
    second_factor: bool


@dataclass(frozen=True)
class Invited:
    """Somebody who has not come yet."""

    key: int
    email: str
    name: str
    roles: Sequence[str]
    until_label: str
    organisation: str
    gathers_as: str


@dataclass(frozen=True)
class Inviting:
    """What was typed into the form for an invitation."""

    email: str = ""
    name: str = ""
    organisation: str = ""
    gathers_as: str = ""


@dataclass(frozen=True)
class Handed:
    """What became of a new link: it was mailed, or it is shown this once, to be copied."""

    mailed_to: str = ""
    not_mailed: str = ""  # why
    link: str = ""


@dataclass(frozen=True)
class PeoplePage:
    """Everything templates/people/list.html may use."""

    people: Sequence[Person]
    invited: Sequence[Invited]
    boxes: Sequence[RoleBox]
    typed: Inviting
    mails: bool
    handed: Handed = Handed()
    gives: Invited | None = None  # what the invitation that was just made says
    problem: str = ""


@dataclass(frozen=True)
class PersonPage:
    """Everything templates/people/person.html may use."""

    address: str
    name: str
    email: str
    organisation: str
    gathers_as: str
    names_her: int  # files that name her as their gatherer
    boxes: Sequence[RoleBox]
    disabled: bool
    second_factor: bool
    digest: str
    mails: bool
    handed: Handed = Handed()
    saved: bool = False
    problem: str = ""

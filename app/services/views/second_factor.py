"""The second factor of one's own account, and the code that is asked for after the password."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class CodePage:
    """Everything templates/people/code.html may use. `next` is a path of ours, to go on to."""

    next: str = "/"
    recovery: bool = False  # asks for a code on paper
    problem: str = ""


@dataclass(frozen=True)
class SecondFactorPage:
    """Everything templates/people/second_factor.html may use.

    `codes` are shown this once. `secret` stands in groups; it, `otpauth` and `qr_html` are there while one is
    being added. Who comes in by single sign-on alone has no password, and nothing to add it with.
    """

    email: str
    has_one: bool
    codes_left: int
    has_password: bool = True
    codes: Sequence[str] = ()
    secret: Sequence[str] = ()
    otpauth: str = ""
    qr_html: str = ""
    sealed: str = ""
    problem: str = ""

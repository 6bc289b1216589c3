"""Second factors for the tests: added as a person adds one, with codes from the secret that she is shown."""

from datetime import datetime, timedelta

import pyotp

from app.services.archive import Archive
from app.services.codes import STEP_SECONDS
from app.services.second_factor import Codes, begin, confirm
from app.services.signing_in import open_session, session_of
from tests.services.entering import HERE, enter, row_of
from tests.web.people import PASSWORD


def code_at(secret: str, time: datetime) -> str:
    """What a telephone shows at this time."""
    return pyotp.TOTP(secret).at(time)


def wrong_code(secret: str, time: datetime) -> str:
    """Six digits that it shows neither now nor shortly before or after."""
    shown = {code_at(secret, time + step * timedelta(seconds=STEP_SECONDS)) for step in range(-2, 3)}
    return next(code for code in (f"{digit}" * 6 for digit in range(6)) if code not in shown)


def add_factor(archive: Archive, name: str = "ann") -> tuple[str, Codes]:
    """The secret, and what she was shown; the code of this moment is used up."""
    who = session_of(archive, enter(archive, name))
    assert who
    made = begin(archive, who, password=PASSWORD, address=HERE)
    code = code_at(made.secret, archive.now())
    return made.secret, confirm(archive, who, sealed=made.sealed, code=code)


def proved_session(archive: Archive, key: int) -> tuple[str, str]:
    """A cookie of hers as it is after a code, without one."""
    row = row_of(archive, key)
    with archive.writing() as connection:
        cookie = open_session(archive, connection, row, proved=True)
        connection.commit()
    return ("cookie", f"storyhold={cookie}")

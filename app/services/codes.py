"""One-time codes: by the clock (TOTP), and ten on paper for who has lost her telephone. Each works once."""

import hmac
import secrets
import unicodedata

import pyotp
import structlog
from sqlalchemy import Connection, delete, func, insert, select, update

from app.database.people import ACCOUNT, RECOVERY_CODE
from app.database.tables import AnyRow
from app.records.ids import crockford
from app.services.archive import Archive
from app.services.sealing import seal, unseal

log = structlog.get_logger()
STEP_SECONDS, AROUND = 30, 1  # a clock may be one step off
DIGITS, SECRET_LETTERS = 6, 32  # letters of base32: 160 bits
PAPER_CODES, PAPER_LETTERS = 10, 10  # letters: 50 bits
_AS_READ_ALOUD = str.maketrans("ilo", "110")


def new_secret() -> str:
    """A secret to share with her telephone, in base32."""
    return pyotp.random_base32(SECRET_LETTERS)


def sealed_secret(archive: Archive, account: int, secret: str) -> str:
    """A secret as her account keeps it; another account can not use it."""
    return seal(archive, _purpose(account), secret)


def _purpose(account: int) -> str:
    return f"second factor\n{account}"


def normal_code(typed: str) -> str:
    """A code as it is compared, however it was typed."""
    folded = unicodedata.normalize("NFKC", typed[:100]).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def is_by_clock(code: str) -> bool:
    """Whether a normal code is of the kind that a telephone shows."""
    return len(code) == DIGITS and code.isascii() and code.isdecimal()


def step_of(archive: Archive, secret: str, code: str) -> int | None:
    """The time step whose code this is; None where it is none of now, one before and one after."""
    now = int(archive.now().timestamp()) // STEP_SECONDS
    totp, found = pyotp.TOTP(secret), None
    for step in range(now - AROUND, now + AROUND + 1):  # all of them, so that it takes as long
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode("utf-8", "surrogatepass")):
            found = step
    return found


def use_up(archive: Archive, connection: Connection, row: AnyRow, typed: str) -> str:
    """Which kind of code of hers this is, which works no longer from now on; empty for a wrong one."""
    code = normal_code(typed)
    if is_by_clock(code):
        return "clock" if _use_up_step(archive, connection, row, code) else ""
    return "paper" if _use_up_paper(archive, connection, row.key, code) else ""


def _use_up_step(archive: Archive, connection: Connection, row: AnyRow, code: str) -> bool:
    secret = unseal(archive, _purpose(row.key), row.second_factor)
    if secret is None:
        log.error("a second factor can not be read with this archive's key")
        return False
    step = step_of(archive, secret, code)
    if step is None:
        return False
    unused = (ACCOUNT.c.key == row.key, ACCOUNT.c.second_factor == row.second_factor)
    used = update(ACCOUNT).where(*unused, ACCOUNT.c.second_factor_step < step)
    return connection.execute(used.values(second_factor_step=step)).rowcount == 1


def _use_up_paper(archive: Archive, connection: Connection, account: int, code: str) -> bool:
    hers = (RECOVERY_CODE.c.account == account, RECOVERY_CODE.c.used.is_(None))
    this = RECOVERY_CODE.c.digest == _digest(archive, account, code)
    used = update(RECOVERY_CODE).where(*hers, this).values(used=archive.now())
    return connection.execute(used).rowcount == 1


def _digest(archive: Archive, account: int, code: str) -> str:
    return archive.keyed("recovery code", f"{account}\n{code.translate(_AS_READ_ALOUD)}")


def new_paper_codes(archive: Archive, connection: Connection, account: int) -> list[str]:
    """Ten codes, which are kept nowhere in clear; those that she had work no longer."""
    drop_paper_codes(connection, account)
    codes = [crockford(secrets.token_bytes(7))[:PAPER_LETTERS] for _ in range(PAPER_CODES)]
    kept = [{"account": account, "digest": _digest(archive, account, code)} for code in codes]
    connection.execute(insert(RECOVERY_CODE), kept)
    half = PAPER_LETTERS // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def drop_paper_codes(connection: Connection, account: int) -> None:
    """Her recovery codes work no longer."""
    connection.execute(delete(RECOVERY_CODE).where(RECOVERY_CODE.c.account == account))


def paper_codes_left(connection: Connection, account: int) -> int:
    """How many recovery codes she has not used."""
    hers = (RECOVERY_CODE.c.account == account, RECOVERY_CODE.c.used.is_(None))
    return int(connection.execute(select(func.count()).select_from(RECOVERY_CODE).where(*hers)).scalar() or 0)

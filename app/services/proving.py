"""The password, asked for again inside a session before what matters is changed."""

from app.errors import InvalidText
from app.services.accounts import account_of
from app.services.archive import Archive
from app.services.signing_in import SignedIn, is_password

ANOTHER = "The password that you have now is another."


def prove_password(archive: Archive, who: SignedIn, password: str, address: str) -> str:
    """The hash of the password, which was right. Raises InvalidText, TooManyTries or Busy."""
    archive.throttle.attempt(who.email, address)
    with archive.engine.connect() as connection:
        kept = account_of(connection, who.account).password
    if not is_password(kept, password):
        raise InvalidText(ANOTHER)
    archive.throttle.succeeded(who.email, address)
    return str(kept)

"""Secrets in the database or in a form: encrypted under the archive's key, each for one purpose."""

import base64
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.services.archive import Archive


def seal(archive: Archive, purpose: str, text: str) -> str:
    """The text, to be read again by this archive and for this purpose alone."""
    now = round(archive.now().timestamp())
    return _fernet(archive, purpose).encrypt_at_time(text.encode(), now).decode()


def unseal(archive: Archive, purpose: str, sealed: str, lasts: timedelta | None = None) -> str | None:
    """What was sealed; None for what was not, for another purpose, or longer ago than it lasts."""
    fernet, token = _fernet(archive, purpose), sealed.encode("utf-8", "surrogatepass")
    try:
        if lasts is None:
            return fernet.decrypt(token).decode()
        now = round(archive.now().timestamp())
        return fernet.decrypt_at_time(token, round(lasts.total_seconds()), now).decode()
    except InvalidToken:
        return None


def _fernet(archive: Archive, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"storyhold sealed\n{purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(archive.key)))

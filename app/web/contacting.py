"""Whom to ask about this archive, as its settings name them."""

import re

from app.services.views import NavigationItem

ADDRESS = re.compile(r"(https://|mailto:|tel:)\S+")
NEARBY = re.compile(r"http://\S+")  # on a network of one's own; no address for strangers to report a hole to
MAIL = re.compile(r"[^\s@<>:]+@[^\s@<>]+\.[^\s@<>]+")


def contact_address(contact: str) -> str:
    """The contact as an address; empty where it is only a text."""
    if MAIL.fullmatch(contact.strip()):
        return f"mailto:{contact.strip()}"
    return contact.strip() if ADDRESS.fullmatch(contact.strip()) else ""


def contact_of(contact: str) -> NavigationItem | None:
    """Whom to ask, as a link where it is an address; None where the settings name nobody."""
    contact = contact.strip()
    if not contact:
        return None
    label = contact.removeprefix("mailto:").removeprefix("tel:")
    return NavigationItem(label, contact if NEARBY.fullmatch(contact) else contact_address(contact))

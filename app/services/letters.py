"""What is mailed: one-time links, each with what it is for and until when it works."""

from app.config import Settings
from app.services.archive import Archive
from app.services.dates import moment_label
from app.services.links import Offer, Purpose, read_link, welcome_address
from app.services.mailing import Mail, Sent, mailer_for

ABOUT = (
    "{title} is an archive of stories that people have told about hard times in their lives. "
    "Each is read only by those whom the person who told it has agreed to."
)
NOT_EXPECTED = "If you did not expect this, do nothing. The link ends by itself, and nothing changes."
SUBJECTS = {
    Purpose.INVITATION: "An invitation to {title}",
    Purpose.RESET: "A new password for {title}",
    Purpose.FORGOTTEN: "A new password for {title}",
}
SENTENCES = {
    Purpose.INVITATION: "{by} invites you to {title}.",
    Purpose.RESET: "{by} sends you a link to a new password for {title}.",
    Purpose.FORGOTTEN: "Somebody, probably you, has asked for a new password for {title}.",
}
ON_OPENING = {
    Purpose.INVITATION: "Open this link and choose a password; then you are in.",
    Purpose.RESET: "Open this link and choose one. The password that you have now works until then.",
    Purpose.FORGOTTEN: "Open this link and choose one. The password that you have now works until then.",
}
SOMEBODY = "Somebody who looks after it"


def send_link(archive: Archive, token: str, *, by: str = "") -> Sent:
    """Mail a link that stands in the database to the person for whom it was made. Raises LinkDead.

    `by` is the name of whoever made it; empty for the terminal.
    """
    mailer, offer = mailer_for(archive.settings), read_link(archive, token)
    return mailer.send(letter(archive.settings, offer, token, by))


def letter(settings: Settings, offer: Offer, token: str, by: str = "") -> Mail:
    """The mail that carries a link."""
    told = {"title": settings.title, "by": by or SOMEBODY}
    parts = [
        f"Hello {offer.name}," if offer.name else "Hello,",
        SENTENCES[offer.purpose].format(**told),
        *([ABOUT.format(**told)] if offer.purpose is Purpose.INVITATION else []),
        f"{ON_OPENING[offer.purpose]} It works once{_until(settings, offer)}:",
        f"{settings.base_url}{welcome_address(token)}",
        NOT_EXPECTED,
    ]
    return Mail(offer.email, SUBJECTS[offer.purpose].format(**told), "\n\n".join(parts) + "\n")


def _until(settings: Settings, offer: Offer) -> str:
    if offer.expires is None:
        return ""
    return f", until {moment_label(offer.expires, settings.language)}"

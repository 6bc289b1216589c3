"""Mail, handed to the server that the settings name; without one the steward copies the link.

Never call this inside a transaction: a server may take its time, and what was sent can not be rolled back.
"""

import ipaddress
import smtplib
import ssl
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import structlog

from app.config import Settings

log = structlog.get_logger()
TIMEOUT_SECONDS = 10
PORTS = {"smtp": 587, "smtps": 465}
NO_ADDRESS = "This archive was not told its own address (STORYHOLD_BASE_URL), so it mails no links."
UNREACHABLE = "The mail server could not be reached."
NOT_PRIVATE = "The mail server offers no connection that nobody else can read."
UNTRUSTED = "The mail server could not show that it is the one that was meant."
UNKNOWN_HERE = "The mail server did not accept this archive's name and password."
NO_SUCH_PERSON = "The mail server does not take mail for this address."
NOT_FROM_HERE = "The mail server does not take mail from this archive's address."
REFUSED = "The mail server did not take the mail."


@dataclass(frozen=True)
class Mail:
    """A plain text to one person."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class Sent:
    """What became of a mail. `why` is a sentence for people; empty too where there is no mail server."""

    to: str
    done: bool
    why: str = ""


class Mailer(Protocol):
    """Hands over a mail, or says why not; never raises."""

    def send(self, mail: Mail) -> Sent: ...


@dataclass(frozen=True)
class NoMail:
    """Sends nothing: the steward copies the link."""

    why: str = ""

    def send(self, mail: Mail) -> Sent:
        return Sent(mail.to, False, self.why)


class NotPrivate(smtplib.SMTPException):
    """The server offers no STARTTLS, and is not on this machine."""


@dataclass(frozen=True)
class SmtpMailer:
    """Hands mail to one server, over TLS unless it is on this machine or was told not to."""

    host: str
    port: int
    sender: str
    title: str
    our_host: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls_at_once: bool = False
    starttls: bool = True

    def send(self, mail: Mail) -> Sent:
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                to = _deliverable(mail.to)
                server.send_message(self._message(mail, to), from_addr=self.sender, to_addrs=[to.addr_spec])
        except (OSError, ValueError, MessageError) as error:
            log.warning("a mail was not sent", reason=type(error).__name__)
            return Sent(mail.to, False, _why(error))
        return Sent(mail.to, True)

    def _connected(self) -> smtplib.SMTP:
        if self.tls_at_once:
            trust = self._trust()
            return smtplib.SMTP_SSL(
                self.host, self.port, self.our_host, timeout=TIMEOUT_SECONDS, context=trust
            )
        server = smtplib.SMTP(self.host, self.port, self.our_host, timeout=TIMEOUT_SECONDS)
        try:
            self._go_private(server)
        except BaseException:
            server.close()
            raise
        return server

    def _go_private(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if not self.starttls:
            return
        if server.has_extn("starttls"):
            server.starttls(context=self._trust())
        elif not is_this_machine(self.host):
            raise NotPrivate

    def _trust(self) -> ssl.SSLContext:
        """Whom to believe. On this machine anybody: nobody stands in between, and few there have a name."""
        context = ssl.create_default_context()
        if is_this_machine(self.host):
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def _message(self, mail: Mail, to: Address) -> EmailMessage:
        message = EmailMessage()
        message["From"] = Address(self.title, addr_spec=self.sender)
        message["To"] = to
        message["Subject"] = mail.subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self.our_host)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message


def _deliverable(email: str) -> Address:
    """An address as it stands in a header: one, never a list. Raises ValueError or MessageError."""
    name, _, domain = email.rpartition("@")
    return Address(addr_spec=f"{name}@{domain.encode('idna').decode()}")


def _why(error: Exception) -> str:
    """A sentence for each kind; never what the server said, which names hosts and people."""
    kinds: list[tuple[type[Exception], str]] = [
        (ssl.SSLError, UNTRUSTED),
        (NotPrivate, NOT_PRIVATE),
        (smtplib.SMTPAuthenticationError, UNKNOWN_HERE),
        (smtplib.SMTPRecipientsRefused, NO_SUCH_PERSON),
        (smtplib.SMTPSenderRefused, NOT_FROM_HERE),
        (smtplib.SMTPServerDisconnected, UNREACHABLE),
        (smtplib.SMTPConnectError, UNREACHABLE),
        (smtplib.SMTPException, REFUSED),
        (OSError, UNREACHABLE),
    ]
    return next((sentence for kind, sentence in kinds if isinstance(error, kind)), NO_SUCH_PERSON)


def is_this_machine(host: str) -> bool:
    """Whether a host is the one on which this runs."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def mails(settings: Settings) -> bool:
    """Whether links can be mailed: there is a server, and an address that no reader has made up."""
    return settings.smtp_url is not None and settings.base_url is not None


def mailer_for(settings: Settings) -> Mailer:
    """The mailer that the settings ask for."""
    if settings.smtp_url is None:
        return NoMail()
    if settings.base_url is None:
        return NoMail(NO_ADDRESS)
    parts = urlsplit(settings.smtp_url.get_secret_value())
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    our_host = urlsplit(settings.base_url).hostname or "localhost"
    user = unquote(parts.username or "")
    return SmtpMailer(
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        sender=asked.get("from") or (user if "@" in user else f"storyhold@{our_host}"),
        title=settings.title,
        our_host=our_host,
        user=user,
        password=unquote(parts.password or ""),
        tls_at_once=parts.scheme == "smtps",
        starttls=asked.get("starttls") != "no",
    )

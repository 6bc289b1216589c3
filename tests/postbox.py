"""A real SMTP server in the test process, and the mails that came to it."""

import datetime
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, SECRET = "storyhold@example.org", "a p@ss/word: with %"


@dataclass
class Postbox:
    """What came, in order; `refusing` is what the server answers to every recipient."""

    port: int = 0
    refusing: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Any] = field(default_factory=list)
    private: list[bool] = field(default_factory=list)  # whether each came over TLS

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.refusing:
            return self.refusing
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        self.envelopes.append(envelope)
        self.private.append(server.transport.get_extra_info("ssl_object") is not None)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


class _Server(Controller):
    """Takes whatever port is free."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def a_postbox(**told: Any) -> Iterator[Postbox]:
    """A server on a free port of this machine; `told` are the options of aiosmtpd."""
    box = Postbox()
    server = _Server(box, hostname="127.0.0.1", port=0, **told)
    server.start()
    box.port = server.port
    try:
        yield box
    finally:
        server.stop()


def words(mail: EmailMessage) -> str:
    """The text of a mail, with our line ends."""
    return str(mail.get_content()).replace("\r\n", "\n")


def only_ours(_server, _session, _envelope, _mechanism, data) -> AuthResult:
    """Lets in whoever knows USER and SECRET."""
    known = (data.login, data.password) == (USER.encode(), SECRET.encode())
    return AuthResult(success=known, handled=False)


def certificate(folder: Path, host: str = "127.0.0.1") -> tuple[Path, ssl.SSLContext]:
    """A throw-away certificate for this machine, and a context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [x509.DNSName("mail.example.org"), x509.IPAddress(ip_address(host))]
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(own, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False)
        .sign(key, hashes.SHA256())
    )
    path, secret = folder / "certificate.pem", folder / "certificate.key"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, secret)
    return path, context

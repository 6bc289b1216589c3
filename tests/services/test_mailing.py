"""Mail: handed to a real server of SMTP, with what it says, and never with more in it than was meant."""

import socket
import threading
from dataclasses import replace
from urllib.parse import quote

import pytest

from app.config import load_settings
from app.errors import SettingsError
from app.services import mailing
from app.services.accounts import Standing
from app.services.letters import send_link
from app.services.links import invite, offer_forgotten, offer_reset
from app.services.mailing import (
    NO_ADDRESS,
    NO_SUCH_PERSON,
    NOT_PRIVATE,
    REFUSED,
    UNKNOWN_HERE,
    UNREACHABLE,
    UNTRUSTED,
    Mail,
    NoMail,
    Sent,
    mailer_for,
)
from tests.postbox import SECRET, USER, a_postbox, certificate, only_ours, words
from tests.services.factors import add_factor
from tests.web.people import account

OURS = "https://stories.example.org"
MAIL = Mail("ann@example.org", "A subject", "A text.\n")
AS_US = f"{quote(USER, safe='')}:{quote(SECRET, safe='')}@"


def mailer(box, options="", scheme="smtp", user="", base_url=OURS):
    given = {"STORYHOLD_SMTP_URL": f"{scheme}://{user}127.0.0.1:{box.port}{options}"}
    return mailer_for(load_settings(given | {"STORYHOLD_BASE_URL": base_url}))


@pytest.fixture
def elsewhere(monkeypatch):
    """The server of the test counts as one on another machine."""
    monkeypatch.setattr(mailing, "is_this_machine", lambda _host: False)


def test_a_mail_arrives_as_it_was_meant():
    with a_postbox() as box:
        mail = replace(MAIL, subject="Für Ann", text="Süße Worte.\n" + "a" * 200 + "\n")
        assert mailer(box).send(mail) == Sent("ann@example.org", True)
    (came,), (envelope,) = box.mails, box.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("storyhold@stories.example.org", ["ann@example.org"])
    assert (came["From"], came["To"]) == ("Storyhold <storyhold@stories.example.org>", "ann@example.org")
    assert came["Subject"] == "Für Ann" and came["Auto-Submitted"] == "auto-generated"
    assert came["Date"].datetime and came["Message-ID"].endswith("@stories.example.org>")
    assert (
        came.get_content_type() == "text/plain" and came.get_content().splitlines() == mail.text.splitlines()
    )


def test_the_sender_is_the_one_that_was_named():
    with a_postbox() as box:
        assert mailer(box, "?from=archive@trust.example").send(MAIL).done
    assert box.envelopes[0].mail_from == "archive@trust.example"


def test_with_a_user_and_a_password_over_starttls(tmp_path, monkeypatch, elsewhere):
    path, context = certificate(tmp_path)
    told = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": only_ours,
        "auth_required": True,
    }
    with a_postbox(**told) as box:
        assert mailer(box, user=AS_US).send(MAIL) == Sent(MAIL.to, False, UNTRUSTED)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        assert mailer(box, user=AS_US).send(MAIL).done
        assert mailer(box, user="eve:guessed@").send(MAIL) == Sent(MAIL.to, False, UNKNOWN_HERE)
        assert mailer(box).send(MAIL) == Sent(MAIL.to, False, mailing.NOT_FROM_HERE)
    assert box.private == [True] and box.envelopes[0].mail_from == USER


def test_over_tls_from_the_first_byte_on(tmp_path, monkeypatch, elsewhere):
    path, context = certificate(tmp_path)
    with a_postbox(ssl_context=context) as box:
        assert mailer(box, scheme="smtps").send(MAIL) == Sent(MAIL.to, False, UNTRUSTED)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        assert mailer(box, scheme="smtps").send(MAIL).done
    assert box.private == [True]


def test_nothing_goes_in_clear_to_another_machine_unless_it_was_said(elsewhere):
    with a_postbox() as box:
        assert mailer(box).send(MAIL) == Sent(MAIL.to, False, NOT_PRIVATE)
        assert box.mails == []
        assert mailer(box, "?starttls=no").send(MAIL).done
    assert box.private == [False]


def test_on_this_machine_starttls_is_used_where_it_is_offered(tmp_path):
    _, context = certificate(tmp_path)
    with a_postbox(tls_context=context) as box:
        assert mailer(box).send(MAIL).done
        assert mailer(box, "?starttls=no").send(MAIL).done
    assert box.private == [True, False]


@pytest.mark.parametrize(
    ("answer", "why"),
    [("550 No such person here, ann@example.org", NO_SUCH_PERSON), ("452 Full", NO_SUCH_PERSON)],
)
def test_what_the_server_said_is_not_passed_on(answer, why):
    with a_postbox() as box:
        box.refusing = answer
        assert mailer(box).send(MAIL) == Sent(MAIL.to, False, NO_SUCH_PERSON)


def test_a_mail_that_is_too_long_is_refused():
    with a_postbox(data_size_limit=2_000) as box:
        sent = mailer(box).send(replace(MAIL, text="A line.\n" * 1_000))
    assert not sent.done and sent.why in (REFUSED, mailing.NOT_FROM_HERE)


def test_a_server_that_is_not_there_or_says_nothing_is_waited_for_no_longer_than_ten_seconds(monkeypatch):
    with a_postbox() as box:
        gone = mailer(box)
    assert gone.send(MAIL) == Sent(MAIL.to, False, UNREACHABLE)
    assert mailing.TIMEOUT_SECONDS == 10
    monkeypatch.setattr(mailing, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        box.port = silent.getsockname()[1]
        assert mailer(box).send(MAIL) == Sent(MAIL.to, False, UNREACHABLE)


def test_a_server_that_hangs_up_is_no_failure_of_ours():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up():
            listener.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        sent = mailer(type("Box", (), {"port": listener.getsockname()[1]})).send(MAIL)
        thread.join()
    assert sent == Sent(MAIL.to, False, UNREACHABLE)


INJECTED = [
    "ann@example.org\r\nBcc: eve@evil.example",
    "ann@example.org\nBcc: eve@evil.example",
    "ann@example.org,eve@evil.example",
    "eve@evil.example;ann@example.org",
    "<eve@evil.example>ann@example.org",
    "ann@exa\rmple.org",
    "ann",
    "@",
    "änn@example.org",
]


@pytest.mark.parametrize("to", INJECTED)
def test_an_address_that_is_more_than_one_gets_no_mail(to):
    with a_postbox() as box:
        assert mailer(box).send(replace(MAIL, to=to)) == Sent(to, False, NO_SUCH_PERSON)
    assert box.envelopes == []


def test_a_domain_in_letters_of_its_own_is_written_to():
    with a_postbox() as box:
        assert mailer(box).send(replace(MAIL, to="ann@exämple.org")).done
    assert box.envelopes[0].rcpt_tos == ["ann@xn--exmple-cua.org"]


@pytest.mark.parametrize("subject", ["a\r\nBcc: eve@evil.example", "a\nb", "a\rb"])
def test_a_subject_is_one_line_or_there_is_no_mail(subject):
    with a_postbox() as box:
        assert not mailer(box).send(replace(MAIL, subject=subject)).done
    assert box.envelopes == []


def test_without_a_server_or_an_address_of_ours_nothing_is_sent():
    assert mailer_for(load_settings({})) == NoMail("")
    alone = load_settings({"STORYHOLD_SMTP_URL": "smtp://localhost"})
    assert mailer_for(alone) == NoMail(NO_ADDRESS)
    assert mailer_for(alone).send(MAIL) == Sent(MAIL.to, False, NO_ADDRESS)


REFUSED_URLS = {
    "smtp://host?form=a@b": "can only be followed",
    "smtp://host/path": "can only be followed",
    "smtp://host?starttls=perhaps": "starttls=yes or starttls=no",
    "smtp://host?from=nobody": "an email address after from=",
    "smtp://host?from=a@b%0d%0aBcc:c@d": "an email address after from=",
    "smtp://user@host": "both a user and a password",
    "http://host": "must begin with smtp://",
}


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_a_server_that_can_not_be_meant_is_refused_at_the_start(url):
    with pytest.raises(SettingsError, match=REFUSED_URLS[url]):
        load_settings({"STORYHOLD_SMTP_URL": url})


def test_neither_password_nor_user_is_shown():
    given = {"STORYHOLD_SMTP_URL": f"smtp://{AS_US}mail.example.org", "STORYHOLD_BASE_URL": OURS}
    settings = load_settings(given)
    for text in (str(settings.shown()), repr(settings), repr(mailer_for(settings))):
        assert SECRET not in text and quote(SECRET, safe="") not in text


@pytest.fixture
def mailed(new_archive, quick_hashes):
    with a_postbox() as box:
        yield new_archive(smtp_url=f"smtp://127.0.0.1:{box.port}", base_url=OURS), box


def test_an_invitation_says_who_invites_to_what_and_until_when(mailed):
    archive, box = mailed
    token = invite(archive, "ben@example.org", "Ben", Standing())
    assert send_link(archive, token, by="Sue") == Sent("ben@example.org", True)
    assert box.mails[0]["Subject"] == "An invitation to Storyhold"
    text = words(box.mails[0])
    assert "Hello Ben,\n" in text and "Sue invites you to Storyhold." in text
    assert "is an archive of stories" in text and "If you did not expect this, do nothing." in text
    assert f"\n{OURS}/welcome/{token}\n" in text and "until 11 May 2026, 12:00 UTC" in text


def test_links_to_a_new_password_say_who_asked(mailed):
    archive, box = mailed
    key = account(archive, "Ann")
    send_link(archive, offer_reset(archive, key), by="")
    send_link(archive, offer_forgotten(archive, "ann@example.org"))
    sent, asked = (words(mail) for mail in box.mails)
    assert "Somebody who looks after it sends you a link" in sent and "until 5 May 2026, 12:00 UTC" in sent
    assert "probably you" in asked and "until 4 May 2026, 14:00 UTC" in asked
    assert box.envelopes[0].rcpt_tos == box.envelopes[1].rcpt_tos == ["ann@example.org"]


def test_a_name_can_add_nothing_to_a_mail(mailed):
    archive, box = mailed
    token = invite(archive, "ben@example.org", "Ben\r\nBcc: eve@evil.example\r\n\r\nhttps://evil", Standing())
    send_link(archive, token, by="Sue\nBcc: eve@evil.example")
    assert box.envelopes[0].rcpt_tos == ["ben@example.org"]
    assert box.mails[0]["Bcc"] is None and "Hello Ben Bcc: eve" in words(box.mails[0])


def test_while_a_mail_is_sent_others_write(mailed, monkeypatch):
    archive, _ = mailed
    token = invite(archive, "ben@example.org", "Ben", Standing())
    real = mailing.SmtpMailer.send

    def slowly(self, mail):
        account(archive, "Cleo")  # would wait for a transaction that is still open, and fail
        add_factor(archive, "cleo")
        return real(self, mail)

    monkeypatch.setattr(mailing.SmtpMailer, "send", slowly)
    assert send_link(archive, token).done

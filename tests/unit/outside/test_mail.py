"""E-mail as a mail server gets it: plain text, no header of a stranger's, a no told as a no."""

import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from switchboard.outside.mail import MailSender, MailServer
from switchboard.ports.senders import OutgoingMessage, SendFailed, SendRefused


class Inbox:
    """A mail server's end of things."""

    def __init__(self) -> None:
        self.mails = []
        self.receivers = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if b"greylist" in envelope.content:
            return "451 try later"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.receivers += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def sender(inbox, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        host, port = free.getsockname()
    controller = Controller(inbox, hostname=host, port=port)
    controller.start()
    from_us = "Gas <service@gas.example>"
    yield MailSender(MailServer(host, port, "none", from_us, documents=tmp_path))
    controller.stop()


def mail(**changes) -> OutgoingMessage:
    usual = {"to": "wang@example.com", "text": "您好，您的账单。", "subject": "账单"}
    return OutgoingMessage("c1-4", **(usual | changes))


@pytest.mark.parametrize(
    "to", ["", "wang", "a@b, c@d", "a@b\r\nBcc: c@d", "<a@b>", "a b@c", "a@b>", "@b", "a@"]
)
def test_what_is_no_address_is_refused(sender, inbox, to):
    with pytest.raises(SendRefused, match="no e-mail address"):
        sender.send(mail(to=to))
    assert inbox.mails == []


def test_a_receiver_that_the_server_does_not_know_is_refused(sender):
    with pytest.raises(SendRefused):
        sender.send(mail(to="nobody@example.com"))


def test_a_server_that_cannot_now_is_a_failure(sender):
    with pytest.raises(SendFailed, match="cannot take the message now"):
        sender.send(mail(text="greylist"))


def test_a_server_that_is_not_there_is_a_failure():
    with pytest.raises(SendFailed, match=r"127\.0\.0\.1:1 does not take mail"):
        MailSender(MailServer("127.0.0.1", 1, "none", "a@b.example")).send(mail())


def test_a_document_of_the_centre_goes_along(sender, inbox, tmp_path):
    (tmp_path / "tariff.pdf").write_bytes(b"%PDF-1.4")
    sender.send(mail(document="tariff"))
    (attached,) = inbox.mails[0].iter_attachments()
    assert attached.get_filename() == "tariff.pdf"
    assert attached.get_content_type() == "application/pdf"


@pytest.mark.parametrize("name", ["nothing", "../../etc/passwd", "*", "tariff.pdf", "/etc/hosts"])
def test_no_other_file_ever_goes_along(sender, inbox, tmp_path, name):
    (tmp_path / "tariff.pdf").write_bytes(b"%PDF-1.4")
    with pytest.raises(SendFailed, match="there is no document"):
        sender.send(mail(document=name))
    assert inbox.mails == []

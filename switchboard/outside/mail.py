"""E-mail by SMTP: plain text, one receiver. What a flow writes is text; it can be no header."""

import mimetypes
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from switchboard.outside.threads import Threads
from switchboard.ports.senders import OutgoingMessage, SendFailed, SendRefused

ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[0-9A-Za-z](?:[0-9A-Za-z.-]{0,252}[0-9A-Za-z])?")
DOCUMENT = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_SUBJECT = 200
WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over.

    Attributes:
        host: The server.
        port: Its port.
        security: ``tls`` from the first byte, ``starttls``, or ``none`` (loopback only, else
            passwords and messages can be read on the way).
        user: Who logs in; empty: nobody.
        password: The password.
        sender: Address that the mail comes from.
        documents: Folder of the documents that may be attached; None: there are none.
    """

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    documents: Path | None = None


class MailSender:
    """Sends e-mail; keeps :class:`switchboard.ports.senders.Sender`."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._threads = Threads(4)

    def send(self, message: OutgoingMessage) -> None:
        """Hand it to the mail server; see the port."""
        if not ADDRESS.fullmatch(message.to):
            raise SendRefused("that is no e-mail address")
        mail = self._mail_of(message)
        self._threads.run(lambda: self._hand_over(mail))

    def _mail_of(self, message: OutgoingMessage) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._server.sender
        mail["To"] = message.to
        mail["Subject"] = " ".join(message.subject.split())[:LONGEST_SUBJECT]
        mail["Date"] = formatdate(localtime=True)
        domain = self._server.sender.rpartition("@")[2].rstrip(">")
        # The same occasion has the same id: a copy after a crash is known as one.
        mail["Message-ID"] = f"<{re.sub(r'[^0-9A-Za-z-]', '-', message.key)}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        if message.document:
            _attach(mail, self._find_document(message.document))
        if message.attachment:
            _attach(mail, message.attachment)
        return mail

    def _find_document(self, name: str) -> Path:
        folder = self._server.documents
        found = sorted(folder.glob(f"{name}.*")) if folder and DOCUMENT.fullmatch(name) else []
        if not found:
            raise SendFailed(f"there is no document {name!r} in the settings' folder of documents")
        return found[0]

    def _hand_over(self, mail: EmailMessage) -> None:
        server = self._server
        try:
            with self._connected() as connection:
                if server.user:
                    connection.login(server.user, server.password)
                connection.send_message(mail)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as refusal:
            raise SendRefused("the mail server does not take it for that address") from refusal
        except smtplib.SMTPDataError as refusal:
            if refusal.smtp_code >= 500:
                raise SendRefused("the mail server does not take the message") from refusal
            raise SendFailed("the mail server cannot take the message now") from refusal
        except (smtplib.SMTPException, OSError) as fault:
            raise SendFailed(
                f"the mail server {server.host}:{server.port} does not take mail "
                f"({type(fault).__name__})"
            ) from fault

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=WITHIN_S, context=context)
        connection = smtplib.SMTP(server.host, server.port, timeout=WITHIN_S)
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        return connection


def _attach(mail: EmailMessage, file: Path) -> None:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    main, _, sub = kind.partition("/")
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise SendFailed(f"{file.name} cannot be read: {fault.strerror}") from fault
    mail.add_attachment(content, maintype=main, subtype=sub, filename=file.name)

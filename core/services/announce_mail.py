"""Announcements by mail: one SMTP conversation a message, in a thread (smtplib blocks)."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from core.rules.announcement import Letter
from core.rules.base import Coded
from core.services.announce import NotCarried

_PATIENCE: Final = 10.0  # seconds for each answer


class MailSecurity(Coded):
    """How the line to the mail server is closed to others."""

    TLS = "tls", "TLS"
    STARTTLS = "starttls", "STARTTLS"
    NONE = "none", "明文"


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in, and who it is from."""

    host: str
    port: int
    security: MailSecurity
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def mail_to(server: MailServer, address: str) -> Callable[[Letter], None]:
    """Return what mails a message to an address."""

    def carry(letter: Letter) -> None:
        try:
            with _line(server) as smtp:
                if server.user:
                    smtp.login(server.user, server.password)
                smtp.send_message(_mail(server, address, letter))
        except (smtplib.SMTPException, OSError) as error:
            raise NotCarried(_why(error)) from error

    return carry


def _line(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security is MailSecurity.TLS:
        return smtplib.SMTP_SSL(
            server.host, server.port, timeout=_PATIENCE, context=context
        )
    smtp = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)
    if server.security is MailSecurity.STARTTLS:
        with ExitStack() as refused:
            refused.callback(smtp.close)
            smtp.starttls(context=context)
            refused.pop_all()
    return smtp


def _mail(server: MailServer, address: str, letter: Letter) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = server.sender
    mail["To"] = address
    mail["Subject"] = letter.head
    mail["Date"] = format_datetime(letter.at)
    # Twice the same: mail programs show it once.
    mail["Message-ID"] = f"<{letter.key}@{server.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.words, charset="utf-8", cte="base64")
    return mail


def _why(error: Exception) -> str:
    """Return the answer's code, or the kind of fault; never its words, which quote ours."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"SMTP {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"SMTP {codes[0]}"
    return type(error).__name__

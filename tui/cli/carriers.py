"""To whom announcements go, as the settings say: apart from them, for few commands need it."""

from core.rules.announcement import Channel
from core.rules.errors import Refusal
from core.services.announce import Carrier
from core.services.announce_mail import MailSecurity, MailServer, mail_to
from core.services.announce_robot import Robot, post_to
from tui.settings import Settings


class HalfSet(Refusal):
    """Mail is to be sent, from nobody or to nobody."""

    def __init__(self) -> None:
        super().__init__(
            "设了 BAOXUE_SMTP_HOST，还须设 BAOXUE_SMTP_FROM 和 BAOXUE_SMTP_TO。"
        )


def carriers(settings: Settings) -> tuple[Carrier, ...]:
    """Return to whom announcements go, and how; none where nothing is set.

    Raises HalfSet.
    """
    return (*_by_mail(settings), *_by_robot(settings))


def _by_mail(settings: Settings) -> list[Carrier]:
    if not settings.smtp_host:
        return []
    if not (settings.smtp_from and settings.smtp_to):
        raise HalfSet
    server = MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=MailSecurity.of(settings.smtp_security),
        sender=settings.smtp_from,
        user=settings.smtp_user,
        password=settings.smtp_password,
    )
    found = []
    for told in settings.smtp_to.split(","):
        prefix, _, address = told.rpartition(":")
        found.append(Carrier(Channel.MAIL, address, mail_to(server, address), prefix))
    return found


def _by_robot(settings: Settings) -> list[Carrier]:
    if not settings.webhook_url:
        return []
    carry = post_to(Robot(settings.webhook_url, settings.webhook_secret))
    return [Carrier(Channel.ROBOT, "webhook", carry)]

"""What is announced outside the system: which duties, in what words, how often it is tried.

A message names a case by its number and never a child: who may know signs in.  That a
duty is owed stands in `duty`; how a message is carried, in the carriers.
"""

from datetime import datetime, timedelta
from typing import Final

from core.rules.base import Coded, Record, Words
from core.rules.duty import DutyKind, Owes
from core.rules.time import Moment

# What a child may wait for while nobody looks at a screen.
ANNOUNCED: Final = frozenset(
    {
        DutyKind.NOT_KNOWN,
        DutyKind.ACKNOWLEDGE_SIGN,
        DutyKind.SIGN_REPORT,
        DutyKind.ALARM_GOVERNMENT,
        DutyKind.ALARM_BUREAU,
        DutyKind.ALARM_OFFICE,
        DutyKind.OPENED_GOVERNMENT,
        DutyKind.OPENED_BUREAU,
        DutyKind.OPENED_OFFICE,
        DutyKind.RECEIPT_GOVERNMENT,
        DutyKind.RECEIPT_BUREAU,
        DutyKind.RECEIPT_REQUEST,
        DutyKind.JOINT_VISIT,
        DutyKind.CONFIRM_RETURN,
        DutyKind.CONFIRM_EXCLUSION,
        DutyKind.CONFIRM_CLOSE,
        DutyKind.CONFIRM_DROPOUT,
        DutyKind.CONFIRM_LEGAL,
        DutyKind.CONFIRM_SETTLED,
        DutyKind.CONFIRM_COMPLETE,
        DutyKind.DETERMINE,
        DutyKind.SIGN_NOTICE,
        DutyKind.SERVE_NOTICE,
        DutyKind.DRAFT_ORDER,
        DutyKind.SIGN_ORDER,
        DutyKind.SERVE_ORDER,
        DutyKind.TO_LAW,
    }
)

# After each try, so long until the next: the first is longer than any try takes, so that
# nobody else begins while it lasts.
WAITS: Final = tuple(timedelta(minutes=m) for m in (2, 2, 5, 10, 20, 40, *(60,) * 6))
MOST_TRIES: Final = len(WAITS)
# A duty that has been owed for longer is no news where a channel is set up today.
TOLD_FOR: Final = timedelta(days=30)


class Channel(Coded):
    """A way by which a message leaves the system."""

    MAIL = "mail", "邮件"
    ROBOT = "robot", "群机器人"


class Occasion(Coded):
    """Why a duty is announced: it is owed, or was missed and has climbed."""

    OWED = "owed", "待办"
    CLIMBED = "climbed", "逾期上报"


class Letter(Record):
    """One message as it leaves: the same `key` twice is the same message."""

    key: str
    head: str
    words: str
    at: Moment


class Announcement(Record):
    """A duty about to be announced to one address."""

    township_id: int
    duty_id: int
    occasion: Occasion
    kind: DutyKind
    owed_by: Owes
    climbed_to: Owes | None
    case_number: Words | None
    due_at: Moment

    @property
    def key(self) -> str:
        """Return what this message is known by, however often it comes."""
        return f"{self.township_id}-{self.duty_id}-{self.occasion}"

    def letter(self, at: datetime) -> Letter:
        """Return the message that is sent at a moment."""
        who = self.owed_by
        told = self.kind.label
        if self.occasion is Occasion.CLIMBED:
            who, told = self.climbed_to or who, f"{told}逾期未办"
        case = f"个案{self.case_number}，" if self.case_number else ""
        due = self.due_at
        until = f"{due.month}月{due.day}日{due:%H:%M}前办理，" if due > at else ""
        words = f"【保学】{who.label}：{told}，{case}{until}请登录查看。"
        return Letter(key=self.key, head=f"保学：{told}", words=words, at=at)

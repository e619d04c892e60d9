"""抄送函: a child whose hukou is in another township is made known there (27).

The 48-hour report goes to the school's own township; this letter follows it in the same
act, and somebody records how it was sent.
"""

from datetime import date
from typing import Final

from core.rules.base import Coded, Record, Words
from core.rules.errors import BadInput, Refusal
from core.rules.time import Moment

# To whom its one original goes; the addressees of the report are paper.Addressee.
HUKOU: Final = "hukou"
_TOWNSHIP_DIGITS: Final = 9
_COUNTY_DIGITS: Final = 6


class SentBy(Coded):
    """How a letter left the school."""

    MAIL = "mail", "邮寄"
    FAX = "fax", "传真"
    HAND = "hand", "专人送交"
    PLATFORM = "platform", "公文平台"


class AlreadySent(Refusal):
    """The sending of a letter is recorded once."""

    def __init__(self) -> None:
        super().__init__("该函已登记寄送，无需再登记。")


class NotYetSent(BadInput):
    """A letter is recorded as sent after it was sent, and names who takes it."""

    def __init__(self) -> None:
        super().__init__("请填写收件单位或邮件号；寄送日期不能晚于今天，也不能早于签发。")


class HukouLetter(Record):
    """What the letter says, frozen as it was signed."""

    school_name: Words
    school_phone: str
    township_name: Words
    number: Words
    report_number: Words
    student_name: Words
    sex: str
    born_on: date
    class_name: Words
    hukou_place: str
    hukou_code: Words
    guardian: str
    relation: str
    missed_at: Moment
    signed_on: date
    signed_by: Words
    by_mandate: bool

    @property
    def title(self) -> str:
        """Return the letter's title; a 函 asks, a 报告 never does."""
        return f"关于函告学生{self.student_name}未到校情况的函"

    @property
    def sent_to(self) -> str:
        """Return 主送: the township is known by its code, and seldom by its name."""
        place = self.hukou_place or f"区划代码{self.hukou_code}"
        return f"学生户籍地（{place}）乡镇人民政府、街道办事处"


def is_of_elsewhere(hukou_code: str | None, township_id: int) -> bool:
    """Tell whether a hukou code names another township than the school's.

    A code of six digits tells the county only: another county is another township, the own
    one leaves it open, and then no letter is made.
    """
    if hukou_code is None:
        return False
    told = hukou_code[:_TOWNSHIP_DIGITS]
    if len(told) == _TOWNSHIP_DIGITS and told[_COUNTY_DIGITS:] != "000":
        return told != str(township_id)
    return told[:_COUNTY_DIGITS] != str(township_id)[:_COUNTY_DIGITS]


def must_be_sent(sent_to: str, sent_on: date, signed_on: date, today: date) -> None:
    """Refuse a sending to nobody, or on a day it cannot have happened (NotYetSent)."""
    if not sent_to.strip() or not signed_on <= sent_on <= today:
        raise NotYetSent

"""Identity numbers: what GB 11643 and the 学籍号 rules let us check, and no more.

A region code is only a hint: counties are renumbered, and a child may be registered where
the table of codes is younger than the child.  Nothing here knows whose number it is.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from core.rules.base import Coded, Record
from core.rules.student import Sex

# GB 11643-1999, which takes its check from ISO 7064 MOD 11-2.
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
RESIDENT_SHAPE: Final = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
STUDENT_NO_SHAPE: Final = re.compile(r"[GJL]\d{17}[\dX]", re.ASCII)
OTHER_SHAPE: Final = re.compile(r"[0-9A-Z()/-]{4,30}", re.ASCII)


class IdKind(Coded):
    """身份证件类型, in the codes of the national register."""

    RESIDENT = "1", "居民身份证"
    HONG_KONG = "6", "香港特区护照/身份证明"
    MACAO = "7", "澳门特区护照/身份证明"
    TAIWAN = "8", "台湾居民来往大陆通行证"
    PERMANENT = "9", "境外永久居住证"
    PASSPORT = "A", "护照"
    NONE = "Z", "其他"


class Identity(Record):
    """A document's kind and its number, as `number_of` writes it."""

    kind: IdKind
    number: str


def number_of(text: str) -> str:
    """Return a number as it is stored: half-width, capital letters, without spaces.

    NFKC is for numbers only: in a name it would rewrite rare characters.
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper().lstrip("'")


def check_character(first_17: str) -> str:
    """Return the last character of a resident's number from its first seventeen digits."""
    total = sum(
        [int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)]
    )
    return CHECKS[total % 11]


def birth_of(number: str) -> date | None:
    """Return the birth date a resident's number holds, or None if there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_of(number: str) -> Sex:
    """Return the sex a resident's number holds: an odd sequence number is male."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def resident_fault(number: str, day: date) -> str | None:
    """Tell in a sentence what is wrong with a resident's number on `day`, None if nothing.

    Length, birth date and check character (GB 11643); the region is not checked.
    """
    if not RESIDENT_SHAPE.fullmatch(number):
        return "居民身份证号应为18位，请核对。"
    born_on = birth_of(number)
    if born_on is None or born_on > day:
        return "身份证号中的出生日期不存在，请核对。"
    if number[17] != check_character(number[:17]):
        return "身份证号校验码不符，请核对。"
    return None


def other_fault(number: str) -> str | None:
    """Tell what is wrong with a number of any other document, None if nothing."""
    return None if OTHER_SHAPE.fullmatch(number) else "证件号码格式不符，请核对。"


def student_no_fault(number: str) -> str | None:
    """Tell what is wrong with a 学籍号: G, J or L and eighteen places; its shape only.

    A G number may differ from today's identity number after that was changed.
    """
    if STUDENT_NO_SHAPE.fullmatch(number):
        return None
    return "学籍号应为G、J或L加18位，请核对。"

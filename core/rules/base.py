"""What every record and every coded value has in common, and what text may hold."""

import re
from enum import StrEnum
from typing import Annotated, Final, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

# C0, DEL and C1 controls, line and paragraph separators, bidi controls, the BOM: any of
# them can press keys in, or repaint, somebody else's terminal (ENQ makes PuTTY type).
HOSTILE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
HOSTILE_BUT_NEWLINE: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


class Record(BaseModel):
    """A fact read from the database, or about to be written.  It never changes in memory.

    An unknown column is an error: a query and its record must agree to the letter.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Coded(StrEnum):
    """A value stored as an English code and read by people as a Chinese label."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        """Make `code` the string that is stored, and keep `label` beside it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def of(cls, code: str) -> Self:
        """Return the member stored as `code`; raises ValueError for no such code."""
        for member in cls:
            if member.value == code:
                return member
        raise ValueError(code)


def no_controls(text: str) -> str:
    """Return a text that can repaint nobody's terminal; raises ValueError."""
    if HOSTILE.search(text):
        raise ValueError("含有不可见的控制字符，请删去后重填。")
    return text


def _no_controls_but_newline(text: str) -> str:
    if HOSTILE_BUT_NEWLINE.search(text):
        raise ValueError("含有不可见的控制字符，请删去后重填。")
    return text


# A short text on one line: a name, a place.  Never NFKC: it rewrites rare characters.
Words: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(no_controls),
]
# What a person tells at length; may hold line breaks, may be empty.
Note: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    AfterValidator(_no_controls_but_newline),
]

"""An arrival: a child received by identity number, from wherever it comes (days.md 26).

What it does to the class lists is enrolment_step's; who may receive is a service's.
"""

from datetime import date
from typing import Self

from pydantic import model_validator

from core.rules.base import Note, Record, Words
from core.rules.errors import BadInput, Refusal
from core.rules.evidence import EvidenceKind
from core.rules.identity import (
    IdKind,
    birth_of,
    number_of,
    other_fault,
    resident_fault,
    sex_of,
)
from core.rules.student import GuardianRelation, Sex


class BadNumber(BadInput):
    """The identity number cannot be one."""


class StudiesElsewhere(Refusal):
    """The child is on another school's roll: only that is told, and nothing else (26)."""

    def __init__(self, school_name: str) -> None:
        super().__init__(
            f"该生已在{school_name}就读。确认其已到本校上课的，请按 F9 接收（镇内转学）。"
        )


class StudiesInCounty(Refusal):
    """The child is on a roll of another township of the county."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"该生已在{where}就读。确认其已到本校上课的，请按 F9 接收，并请原学校办理转出。"
        )


class AlreadyHere(Refusal):
    """The child is in this school."""

    def __init__(self) -> None:
        super().__init__("该生已在本校在册，无需再办转入。")


class NameDiffers(Refusal):
    """The number is another child's: nothing about that child is told."""

    def __init__(self) -> None:
        super().__init__("姓名与身份证件号不一致，请核对证件后重填。")


class Arrival(Record):
    """A child that has come to a class, as its papers say."""

    school_id: int
    class_id: int
    name: Words
    identity_kind: IdKind = IdKind.RESIDENT
    identity_number: str
    happened_on: date
    # As told; a school of the township is found by the number.
    other_school: Words
    # Asked for where the number does not hold them.
    sex: Sex | None = None
    born_on: date | None = None
    boarder: bool = False
    guardian_name: Words | None = None
    guardian_relation: GuardianRelation = GuardianRelation.UNKNOWN
    guardian_phone: Words | None = None
    proofs: tuple[EvidenceKind, ...] = ()
    evidence: Note = ""
    note: Note = ""

    @model_validator(mode="after")
    def holds_a_number(self) -> Self:
        """Refuse a number that cannot be one (BadNumber)."""
        must_be_number(self.identity_kind, self.identity_number, self.happened_on)
        return self

    @property
    def number(self) -> str:
        """Return the number as it is stored."""
        return number_of(self.identity_number)

    @property
    def birthday(self) -> date:
        """Return the birth date, by the number where it holds one; BadInput without any."""
        told = birth_of(self.number) if self.identity_kind is IdKind.RESIDENT else None
        found = told or self.born_on
        if found is None:
            raise BadInput("请填写出生日期。")
        return found

    @property
    def is_a(self) -> Sex:
        """Return the sex, by the number where it holds one; BadInput without any."""
        told = sex_of(self.number) if self.identity_kind is IdKind.RESIDENT else None
        found = told or self.sex
        if found is None:
            raise BadInput("请选择性别。")
        return found


def must_be_number(kind: IdKind, text: str, day: date) -> str:
    """Return the number as it is stored, or raise BadNumber with what is wrong."""
    number = number_of(text)
    resident = kind is IdKind.RESIDENT
    fault = resident_fault(number, day) if resident else other_fault(number)
    if fault is not None:
        raise BadNumber(fault)
    return number

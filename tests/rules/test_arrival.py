"""An arrival's birthday and sex: the number's where it holds them, typed where it does not."""

from datetime import date

import pytest

from core.rules.arrival import Arrival
from core.rules.errors import BadInput
from core.rules.identity import IdKind
from core.rules.student import Sex

GIRL = "990101201803150021"  # born on 2018-03-15
OTHER = date(2019, 1, 1)


def came(number: str, kind: IdKind, **more: object) -> Arrival:
    return Arrival.model_validate(
        {
            "school_id": 1,
            "class_id": 31,
            "name": "赵小雨",
            "identity_kind": kind,
            "identity_number": number,
            "happened_on": date(2026, 11, 23),
            "other_school": "外地小学",
        }
        | more
    )


def test_a_resident_number_is_believed_before_what_is_typed() -> None:
    child = came(GIRL, IdKind.RESIDENT, sex=Sex.MALE, born_on=OTHER)
    assert (child.is_a, child.birthday) == (Sex.FEMALE, date(2018, 3, 15))


def test_another_document_holds_neither_and_both_are_asked_for() -> None:
    child = came("E12345678", IdKind.PASSPORT, sex=Sex.MALE, born_on=OTHER)
    assert (child.is_a, child.birthday) == (Sex.MALE, OTHER)
    bare = came("E12345678", IdKind.PASSPORT)
    with pytest.raises(BadInput, match="出生日期"):
        _ = bare.birthday
    with pytest.raises(BadInput, match="性别"):
        _ = bare.is_a

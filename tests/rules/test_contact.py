from datetime import datetime

import pytest
from pydantic import ValidationError

from core.rules.contact import (
    ContactDraft,
    ContactResult,
    PoliceNotAnswered,
    ReachedWhom,
    ends_duty,
    rings_at_once,
)
from core.rules.time import SHANGHAI

AT = datetime(2026, 11, 23, 9, 10, tzinfo=SHANGHAI)


def draft(result: str, **more: object) -> ContactDraft:
    usual: dict[str, object] = {
        "student_id": 1,
        "contacted_at": AT,
        "method": "phone",
        "result": result,
    }
    return ContactDraft.model_validate(usual | more)


@pytest.mark.parametrize("result", ["reached", "coming", "asked_leave", "refused"])
def test_a_contact_that_reached_somebody_names_them(result: str) -> None:
    with pytest.raises(ReachedWhom, match="何人"):
        draft(result)
    draft(result, whom="母亲")


def test_12_whereabouts_unknown_asks_for_the_police_and_the_time() -> None:
    with pytest.raises(PoliceNotAnswered, match="是否报警"):
        draft("not_known")
    with pytest.raises(PoliceNotAnswered, match="报警时间"):
        draft("not_known", police_told=True)
    draft("not_known", police_told=False)
    assert draft("not_known", police_told=True, police_told_at=AT).police_told_at == AT


def test_12_whereabouts_unknown_ends_no_duty_and_waits_for_no_clock() -> None:
    assert rings_at_once(ContactResult.NOT_KNOWN)
    assert not ends_duty(ContactResult.NOT_KNOWN)
    assert not ends_duty(ContactResult.NOT_REACHED)
    assert [one for one in ContactResult if rings_at_once(one)] == [ContactResult.NOT_KNOWN]
    assert ends_duty(ContactResult.REACHED)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="weather"):
        draft("not_reached", weather="雨")

from enum import Enum

import pytest

from core.rules.ethnicity import ETHNICITIES, ethnicity_of
from core.rules.identity import IdKind
from core.rules.student import (
    Disability,
    EnrolmentStatus,
    GroupKind,
    GuardianRelation,
    LeftBehind,
    Sex,
)


@pytest.mark.parametrize(
    "kinds",
    [Disability, EnrolmentStatus, GroupKind, GuardianRelation, IdKind, LeftBehind, Sex],
)
def test_no_two_codes_share_a_label(kinds: type[Enum]) -> None:
    labels = [kind.label for kind in kinds]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("code", "label"),
    [("51", "父亲"), ("52", "母亲"), ("61", "祖父"), ("62", "祖母"), ("63", "外祖父")],
)
def test_relations_bear_the_register_s_codes(code: str, label: str) -> None:
    assert GuardianRelation(code).label == label


def test_an_ethnic_group_is_known_by_its_code_or_its_name() -> None:
    assert len(ETHNICITIES) == 56
    assert ethnicity_of("01", "汉族") == "汉族"
    assert ethnicity_of("", "苗") == "苗族"
    assert ethnicity_of("03", "") == "回族"
    assert ethnicity_of("56", "") == "基诺族"
    assert ethnicity_of("57", "") is None
    assert ethnicity_of("00", "") is None
    assert ethnicity_of("", "穿青人") == "穿青人"

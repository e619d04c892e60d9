"""Who in the made-up township is in none of its schools: everything here is invented."""

from datetime import date
from typing import Final

from core.rules.area_child import AreaEntry, AreaState
from core.rules.demo import TOWNSHIP
from core.rules.student import Sex

# With whether the government has verified it.
CHILDREN: Final = (
    (
        AreaEntry(
            township_id=TOWNSHIP,
            name="区小满",
            sex=Sex.FEMALE,
            born_on=date(2020, 5, 12),
            address="青石镇云岭村二组",
            guardian="区大勇",
            state=AreaState.NOT_ENROLLED,
        ),
        False,
    ),
    (
        AreaEntry(
            township_id=TOWNSHIP,
            name="单子轩",
            sex=Sex.MALE,
            born_on=date(2020, 7, 3),
            address="青石镇河湾村五组",
            guardian="单桂芳",
            state=AreaState.DEFERRED,
            basis="青政教缓〔2026〕3号，病历存教管组",
            until_on=date(2027, 9, 1),
        ),
        True,
    ),
    (
        AreaEntry(
            township_id=TOWNSHIP,
            name="仇思远",
            sex=Sex.MALE,
            born_on=date(2016, 2, 20),
            address="青石镇河湾村一组",
            guardian="仇建平",
            state=AreaState.HOME_TEACHING,
            elsewhere="县特殊教育学校",
            basis="残疾证，送教安置表存教管组",
        ),
        True,
    ),
    (
        AreaEntry(
            township_id=TOWNSHIP,
            name="解雨桐",
            sex=Sex.FEMALE,
            born_on=date(2017, 10, 8),
            address="青石镇街道12号",
            guardian="解军",
            state=AreaState.STUDYING_OUT,
            elsewhere="广东省东莞市某小学",
            basis="就读证明存教管组",
            until_on=date(2027, 3, 1),
        ),
        False,
    ),
)

"""适龄儿童 and 入学率: who is of age in a school year, and how each child counts (domain.md 3).

By 户籍: pupils registered in another township are left out; who has no registration on
record is counted here.  What is known of the children out of school is area_child's.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from core.rules.base import Coded, Record
from core.rules.rate import Rate

STARTS_AT: Final = 6
JUNIOR_AT: Final = 12
ENDS_AT: Final = 15


class Standing(Coded):
    """How a child of age counts."""

    HERE = "here", "在本乡镇就读"
    ELSEWHERE = "elsewhere", "外地、特校就读或送教（已核）"
    SUSPENDED = "suspended", "休学"
    DEFERRED = "deferred", "延缓入学"
    EXEMPT = "exempt", "免学"
    DROPPED = "dropped", "辍学"
    UNPROVEN = "unproven", "去向待核"
    NOT_ENROLLED = "not_enrolled", "未入学"


IN_SCHOOL: Final = frozenset({Standing.HERE, Standing.ELSEWHERE})


class Counted(Record):
    """So many children of a stage that stand so."""

    junior: bool
    standing: Standing
    count: int


class Ages(Record):
    """The birthdays that make a child of age in a school year, and of the junior stage.

    Born after `oldest` and not after `youngest`; of the junior stage not after `junior`.
    """

    oldest: date
    junior: date
    youngest: date


def ages_of(school_year: int) -> Ages:
    """Return who is of age in a school year: six years old by 31 August (义务教育法 art. 11)."""
    ends = [date(school_year - age, 8, 31) for age in (ENDS_AT, JUNIOR_AT, STARTS_AT)]
    return Ages(oldest=ends[0], junior=ends[1], youngest=ends[2])


def enrolment_rate(counted: Iterable[Counted], *, junior: bool | None = None) -> Rate:
    """Return the 入学率 of a stage, or of both: a child whose place is unproven is in none."""
    rows = [one for one in counted if junior is None or one.junior is junior]
    whole = sum(one.count for one in rows)
    part = sum(one.count for one in rows if one.standing in IN_SCHOOL)
    return Rate(part=part, whole=whole, losses=whole - part)


def told(counted: tuple[Counted, ...]) -> tuple[str, ...]:
    """Return the figures in sentences, as the ledger's notes print them."""
    stages = ((False, "小学（6至11周岁）"), (True, "初中（12至14周岁）"), (None, "合计"))
    lines = []
    for junior, name in stages:
        rate = enrolment_rate(counted, junior=junior)
        lines.append(f"{name}适龄{rate.whole}人，入学{rate.part}人，入学率{rate.printed}%")
    sums = {s: sum(one.count for one in counted if one.standing is s) for s in Standing}
    split = "，".join(f"{s.label}{n}人" for s, n in sums.items() if n)
    return (
        f"本学年按户籍：{'；'.join(lines)}。",
        f"其中：{split or '无'}。户籍未登记的按本乡镇计。",
    )

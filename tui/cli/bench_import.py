"""bench import: a roster of 20,000 children taken in, the whole way from bytes to rows."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from statistics import median
from typing import Final

from xlsxwriter import Workbook

from core.rules.identity import check_character
from core.rules.place import class_name
from core.rules.student import GuardianRelation, Sex
from core.rules.time import day_of, school_year
from core.services import roster, seat
from db.bench_town import Filling, counted
from tui.cli.bench_clock import Cost, meter_of
from tui.cli.bench_figure import Figure, Measured, Target
from tui.cli.bench_place import Place, Town, empty, filled

SCHOOL_CODE: Final = "2199000001"
GRADES: Final = 9
IN_A_CLASS: Final = 50
HEADS: Final = (
    *("学校标识码", "姓名", "性别", "出生日期", "民族", "身份证件类型", "身份证件号"),
    *("学籍号", "班号", "班内学号", "是否住校", "户口所在地行政区划", "现住址"),
    *("成员1姓名", "成员1关系", "成员1联系电话", "成员1是否监护人"),
    *("成员2姓名", "成员2关系", "成员2联系电话", "成员2是否监护人"),
)
SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN: Final = "雨山河浩然小明丽芳强建国静伟洁秀英梅兰竹菊春夏秋冬"


@dataclass(frozen=True)
class Size:
    """How many children a roster holds, and how often it is taken in."""

    pupils: int = 20_000
    runs: int = 3


def _name(n: int) -> str:
    first, second = GIVEN[n // 20 % len(GIVEN)], GIVEN[n // 460 % len(GIVEN)]
    return SURNAMES[n % len(SURNAMES)] + first + second


def _row(n: int, day: date) -> tuple[str, ...]:
    """Return a child of region 99, nowhere; the hundredth has no second guardian."""
    klass = n // IN_A_CLASS
    grade, number = klass % GRADES, klass // GRADES + 1
    cohort = school_year(day) - grade
    born_on = date(cohort - 7, 9, 1) + timedelta(days=n % 365)
    first = f"990101{born_on:%Y%m%d}{n // 365 % 1000:03d}"
    number_of = first + check_character(first)
    sex = Sex.MALE if int(first[16]) % 2 else Sex.FEMALE
    second = (
        (_name(n + 7), GuardianRelation.MOTHER.label, f"198{n:08d}", "否")
        if n % 100
        else ("", "", "", "")
    )
    return (
        *(SCHOOL_CODE, _name(n), sex.label, f"{born_on:%Y-%m-%d}", "汉族"),
        *("1-居民身份证", number_of, f"G{number_of}"),
        *(class_name(cohort, number, day), str(n % IN_A_CLASS + 1)),
        *("是" if n % 3 else "否", "990101100201", f"河东村{n}号"),
        *(_name(n + 3), GuardianRelation.FATHER.label, f"199{n:08d}", "是", *second),
    )


def workbook(pupils: int, day: date) -> bytes:
    """Return a roster of so many children as the register exports one."""
    out = BytesIO()
    with Workbook(out, {"constant_memory": True, "in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADS)
        for n in range(pupils):
            sheet.write_row(n + 1, 0, _row(n, day))
    return out.getvalue()


def _filling(day: date) -> Filling:
    return Filling(
        schools=1,
        classes=0,
        pupils=0,
        live_on=date(school_year(day), 9, 1),
        days=(),
        until=day,
        kind="nine_year",
    )


async def _take_in(town: Town, data: bytes, pupils: int) -> list[Cost]:
    """Return what the first import of a file cost, and its second."""
    costs = []
    for expected in (pupils, 0):
        meter = await meter_of(town.pool)
        done = await roster.take_in(town.desk, SCHOOL_CODE, data, dry_run=False)
        costs.append(meter.cost)
        if done.plan.added_count != expected or done.plan.refused_count:
            raise AssertionError
    return costs


async def measure(place: Place, size: Size) -> Measured:
    """Return the figures of a roster's import: of several, each into a new database."""
    async with empty(place, "today") as (_, pool), seat.front_desk(pool).reading() as seen:
        day = day_of(seen[1])
    data = await asyncio.to_thread(workbook, size.pupils, day)
    firsts: list[Cost] = []
    seconds: list[Cost] = []
    for run in range(size.runs):
        async with filled(place, f"roster_{run}", _filling(day)) as town:
            first, again = await _take_in(town, data, size.pupils)
            async with town.pool.acquire() as conn:
                held = await counted(conn)
        firsts.append(first)
        seconds.append(again)
    took = median(cost.wall for cost in firsts)
    per_second = Target(2_000, at_least=True)
    return Measured(
        title=f"导入名册（{size.pupils}行，{len(data) / 2**20:.1f} MB）",
        counted=held,
        figures=(
            Figure("import.rows_per_s", round(size.pupils / took), "rows/s", per_second),
            Figure("import.seconds", round(took, 2), "s"),
            Figure("import.cpu_s", round(median(c.cpu for c in firsts), 2), "s"),
            Figure(
                "import.reading_cpu_s", round(median(c.children for c in firsts), 2), "s"
            ),
            Figure("import.server_cpu_s", round(median(c.own for c in firsts), 2), "s"),
            Figure(
                "import.database_cpu_s", round(median(c.server for c in firsts), 2), "s"
            ),
            Figure("import.again_seconds", round(median(c.wall for c in seconds), 2), "s"),
            Figure("import.again_cpu_s", round(median(c.cpu for c in seconds), 2), "s"),
        ),
    )

"""The demonstration township: made-up children with numbers of a region that is none.

Everything is worked out from counting, so that two demonstrations are the same township.
No real person stands behind any of it: identity numbers use region 99.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from core.rules.base import Record
from core.rules.identity import check_character
from core.rules.place import SchoolKind

TOWNSHIP: Final = 990101100
TOWNSHIP_NAME: Final = "青石镇"
BUILT_ON: Final = date(2026, 11, 23)
LIVE_ON: Final = date(2026, 10, 30)
MARK: Final = "保学演示"

POINT: Final = "YL99010013"
_SURNAMES: Final = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗曾单解盖翟区"
_GIVEN: Final = "雨子浩欣梓一宇诗俊佳思可嘉晨明静霞平强艳琪源涵轩怡桐然"
_NUMBERS_A_CLASS: Final = 37
# Long names with a dot stand in every list: they are the ones that put it out of line.
_LONG_NAMES: Final = ("吾买尔江·艾合买提", "阿卜杜拉·买买提", "古丽娜尔·吐尔逊")
_A_LONG_NAME_EVERY: Final = 29


class DemoSchool(Record):
    """A school of the demonstration: its grades and how many pupils a class has."""

    code: str
    name: str
    kind: SchoolKind
    parent: str | None
    classes: tuple[tuple[int, int], ...]
    pupils: int
    boarders: bool


SCHOOLS: Final = (
    DemoSchool(
        code="3199010011",
        name="青石中学",
        kind=SchoolKind.JUNIOR,
        parent=None,
        classes=((7, 1), (7, 2), (8, 1), (8, 2), (9, 1)),
        pupils=46,
        boarders=True,
    ),
    DemoSchool(
        code="2199010012",
        name="河湾小学",
        kind=SchoolKind.PRIMARY,
        parent=None,
        classes=((1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1)),
        pupils=32,
        boarders=False,
    ),
    DemoSchool(
        code=POINT,
        name="云岭教学点",
        kind=SchoolKind.TEACHING_POINT,
        parent="2199010012",
        classes=((1, 1), (2, 1), (3, 1)),
        pupils=7,
        boarders=False,
    ),
)


def roster_of(school: DemoSchool, first: int) -> Iterator[tuple[str, ...]]:
    """Yield a school's roster as rows, heads first; `first` numbers its first child."""
    yield (
        "姓名", "性别", "出生日期", "民族", "身份证件号", "班级", "班内学号", "就读方式",
        "现住址", "是否留守儿童", "成员1姓名", "成员1关系", "成员1联系电话", "成员1是否监护人",
    )  # fmt: skip
    number = first
    for grade, class_number in school.classes:
        for seat in range(1, school.pupils + 1):
            yield _row(school, grade, class_number, seat, number)
            number += 1


def _row(
    school: DemoSchool, grade: int, class_number: int, seat: int, number: int
) -> tuple[str, ...]:
    born_on = date(2019 - grade, 9, 1) + timedelta(days=number * _NUMBERS_A_CLASS % 365)
    male = number % 2
    surname = _SURNAMES[number * 7 % len(_SURNAMES)]
    kin = _GIVEN[number * 5 % len(_GIVEN)] + _GIVEN[(number * 3 + 1) % len(_GIVEN)]
    boards = school.boarders and number % 3 == 0
    name = surname + _GIVEN[number % len(_GIVEN)] + _GIVEN[number * 11 % len(_GIVEN)]
    people = "汉族" if number % 5 else "苗族"
    if number % _A_LONG_NAME_EVERY == 0:
        name = _LONG_NAMES[number // _A_LONG_NAME_EVERY % len(_LONG_NAMES)]
        people, surname, kin = "维吾尔族", "买买提·", "吐尔逊"
    return (
        name,
        "男" if male else "女",
        f"{born_on:%Y%m%d}",
        people,
        _identity(born_on, number, male=bool(male)),
        f"{'一二三四五六七八九'[grade - 1]}年级（{class_number}）班",
        str(seat),
        "住校" if boards else "走读",
        f"{TOWNSHIP_NAME}第{number % 11 + 1}村{number % 8 + 1}组",
        ("非留守儿童", "单亲留守儿童", "双亲留守儿童")[
            (number % 7 == 0) + (number % 21 == 0)
        ],
        surname + kin,
        ("父亲", "母亲", "祖父", "祖母")[number % 4],
        f"12{number:09}",
        "是",
    )


def _identity(born_on: date, number: int, *, male: bool) -> str:
    sequence = number * 2 % 998 + male
    first = f"990101{born_on:%Y%m%d}{sequence:03}"
    return first + check_character(first)

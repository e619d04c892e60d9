"""The place tree: townships, villages, schools, classes, and how a class is named.

A class is (school, cohort, number); grade and name follow from the day.  Reading the
many ways a roster writes a class is student's business: here names are only printed.
"""

import re
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from core.rules.base import Coded, Record, Words
from core.rules.errors import BadInput
from core.rules.time import school_year

LAST_GRADE: Final = 9
GRADE_DIGITS: Final = "一二三四五六七八九"

# 六三 (primary 1-6, junior 7-9) or 五四 (primary 1-5, junior 6-9).
System: TypeAlias = Literal["6-3", "5-4"]


class SchoolKind(Coded):
    """What kind of school it is.  The stage comes from the grade, never from this."""

    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初级中学"
    NINE_YEAR = "nine_year", "九年一贯制学校"
    TWELVE_YEAR = "twelve_year", "十二年一贯制学校"
    FULL_SECONDARY = "full_secondary", "完全中学"
    TEACHING_POINT = "teaching_point", "教学点"
    SPECIAL = "special", "特殊教育学校"
    SPECIALIZED = "specialized", "专门学校"


# The first two digits of a 学校标识码.  31 is also what a nine-year school bears.
_KIND_OF_PREFIX: Final = {
    "21": SchoolKind.PRIMARY,
    "31": SchoolKind.JUNIOR,
    "34": SchoolKind.FULL_SECONDARY,
    "37": SchoolKind.SPECIALIZED,
    "51": SchoolKind.SPECIAL,
}


class Stage(Coded):
    """The stage of a grade: it has its own 小计 and its own target rate."""

    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"


class BadName(BadInput):
    """A place is called something that no screen and no paper can show."""

    def __init__(self) -> None:
        super().__init__("名称不能为空，不能有控制字符，最多100字，请改正。")


class BadSchoolCode(BadInput):
    """A 学校标识码 is ten digits; a 教学点 may bear a code of its own."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"学校标识码“{code}”不正确：应为十位数字，教学点自编码为6至12位数字或大写字母。"
        )


_NAME: Final = TypeAdapter(Words)


def name_of(typed: str) -> str:
    """Return the name of a place as it is kept; raises BadName."""
    try:
        return _NAME.validate_python(typed)
    except ValidationError as error:
        raise BadName from error


def must_be_school_code(code: str) -> None:
    """Refuse what is no 学校标识码.  Raises BadSchoolCode."""
    if re.fullmatch("[0-9A-Z]{6,12}", code) is None:
        raise BadSchoolCode(code)


def is_village_code(code: str) -> bool:
    """Tell whether a code has the twelve digits of a village's."""
    return re.fullmatch("[0-9]{12}", code) is not None


class Township(Record):
    """A township, by its nine-digit 统计用区划代码."""

    township_id: int
    name: Words


class Village(Record):
    """A village of a township, by its twelve-digit code."""

    township_id: int
    id: int
    code: str
    name: Words


class School(Record):
    """A school; a 教学点 reports and signs through its parent (隶属学校)."""

    township_id: int
    id: int
    code: str
    name: Words
    kind: SchoolKind
    system: System
    parent_id: int | None = None
    # The day the school began to use this system (启用日).
    live_on: date


class Combined(Record):
    """A 复式班: classes of several grades that are called on one sheet."""

    township_id: int
    id: int
    school_id: int
    name: Words


class SchoolClass(Record):
    """A class: `cohort` is the year it was, or would have been, in grade 1."""

    township_id: int
    id: int
    school_id: int
    cohort: int
    number: Annotated[int, Field(ge=1, le=99)]
    # Classes of one 复式班 share one roll screen and one submit.
    combined_id: int | None = None
    # Beyond the last grade of its school a class has left, and has no sessions.
    last_grade: int = LAST_GRADE


def kind_of_code(code: str, name: str = "") -> SchoolKind:
    """Return the kind a 学校标识码 tells; the name tells what the code cannot.

    A local code (a 教学点 may have no national one) is a 教学点.
    """
    for told in (SchoolKind.TWELVE_YEAR, SchoolKind.NINE_YEAR):
        if told.label.removesuffix("学校") in name:
            return told
    if SchoolKind.TEACHING_POINT.label in name:
        return SchoolKind.TEACHING_POINT
    return _KIND_OF_PREFIX.get(code[:2], SchoolKind.TEACHING_POINT)


def grade_of(cohort: int, day: date) -> int:
    """Return the grade of a cohort on a day: 1..9 while it is at school.

    Below 1 it has not begun, above 9 it has left.
    """
    return school_year(day) - cohort + 1


def last_grade(kind: SchoolKind, system: System) -> int:
    """Return the last grade a school teaches: its pupils leave when it is over."""
    primary = kind in {SchoolKind.PRIMARY, SchoolKind.TEACHING_POINT}
    return int(system[0]) if primary else LAST_GRADE


def grade_name(grade: int) -> str:
    """Return 一年级 ... 九年级.  Raises ValueError outside 1..9."""
    if not 1 <= grade <= LAST_GRADE:
        raise ValueError(f"no grade {grade}")
    return f"{GRADE_DIGITS[grade - 1]}年级"


def with_township(township_name: str, school_name: str) -> str:
    """Return 白水镇中心小学; a school called after its township is not called so twice."""
    named = school_name.startswith(township_name)
    return school_name if named else f"{township_name}{school_name}"


def class_name(cohort: int, number: int, day: date) -> str:
    """Return 三年级（1）班 on `day`; a class not at school then is named by its cohort."""
    grade = grade_of(cohort, day)
    head = grade_name(grade) if 1 <= grade <= LAST_GRADE else f"{cohort}级"
    return f"{head}（{number}）班"


def stage_of(grade: int, system: System) -> Stage:
    """Return the stage of a grade: grade 6 is junior in a 五四 school."""
    last_primary = int(system[0])
    return Stage.PRIMARY if grade <= last_primary else Stage.JUNIOR

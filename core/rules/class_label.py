"""Which class a label means: 三(1)班, 2024级1班 and 202401 are three names of one key.

A class is the year it was, or would have been, in grade 1 and its number (model.md, Keys).
A label that can mean two classes is refused: a guess would enrol fifty children wrongly.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from core.rules.base import HOSTILE, Record
from core.rules.errors import Refusal
from core.rules.place import SchoolKind, System, last_grade
from core.rules.time import school_year

NUMERALS: Final = "一二三四五六七八九"
TENTH: Final = "十"
JULY, AUGUST = 7, 8
JUNIOR_GRADES: Final = 3
PRIMARY_GRADES: Final = 6
SHOWN: Final = 20

_NUMBER: Final = r"(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})"
# 2024级1班, 24级（1）班, 2024(1)班
_BY_YEAR: Final = re.compile(
    rf"(?P<year>20\d\d|\d\d(?=级)|20\d\d(?=\())级?\(?{_NUMBER}\)?班?", re.ASCII
)
# 班号 of the national register: 202401
_REGISTERED: Final = re.compile(r"(?P<year>20\d\d)(?P<number>\d\d)班?", re.ASCII)
# 三年级（1）班, 三(1)班, 三1班, 3年级1班, 3.1班, 初一(2)班, 初中二年级1班
_BY_GRADE: Final = re.compile(
    r"(?P<stage>小学|初中?)?(?P<grade>[1-9]|[一二三四五六七八九])"
    rf"(?P<between>年级?|[.-])?(?P<bracket>\()?{_NUMBER}\)?班?",
    re.ASCII,
)
# 701: grade and two digits
_THREE_DIGITS: Final = re.compile(r"(?P<grade>[1-9])(?P<number>\d\d)班?", re.ASCII)
_GRADE_ONLY: Final = re.compile(r".*(年级|级|初[一二三四1-4])", re.ASCII)


class ClassKey(Record):
    """A class of one school: cohort = the year it was, or would have been, in grade 1."""

    cohort: int
    number: int

    @property
    def label(self) -> str:
        """Return 2024级1班, which stays true every year (the grade's name does not)."""
        return f"{self.cohort}级{self.number}班"


class Grades(Record):
    """The grades a school teaches, 1 to 9, and whether it follows 五四制."""

    first: int
    last: int
    five_four: bool = False


def grades_of(kind: SchoolKind, system: System) -> Grades:
    """Return the compulsory grades a kind of school teaches; 高中 is none of our business."""
    secondary = kind in {SchoolKind.JUNIOR, SchoolKind.FULL_SECONDARY}
    return Grades(
        first=int(system[0]) + 1 if secondary else 1,
        last=last_grade(kind, system),
        five_four=system == "5-4",
    )


class UnclearClass(Refusal):
    """The label names no class of the school, or could name two."""

    def __init__(self, label: str, why: str) -> None:
        shown = HOSTILE.sub("?", label.strip())[:SHOWN]
        super().__init__(f"班级“{shown}”不能确定：{why}")
        self.why = why


def parse(label: str, *, grades: Grades, day: date) -> ClassKey:
    """Return the class a label means in a school of these grades, on `day`.

    `2024级` is the year of entry to the school's first grade; a bare 班号 counts as that or
    as the cohort, whichever gives a grade the school has.  Raises UnclearClass.
    """
    plain = _plain(label)
    if found := _REGISTERED.fullmatch(plain):
        year = int(found["year"])
        return _of_cohorts(
            label, {year, year - grades.first + 1}, found["number"], grades, day
        )
    if found := _BY_YEAR.fullmatch(plain):
        year = int(found["year"]) % 100 + 2000
        return _of_cohorts(label, {year - grades.first + 1}, found["number"], grades, day)
    if found := _THREE_DIGITS.fullmatch(plain):
        return _of_grade(label, int(found["grade"]), found["number"], grades, day)
    if found := _BY_GRADE.fullmatch(plain):
        spelt = found["between"] or found["bracket"] or found["stage"]
        if not spelt and (found["grade"].isdigit() or found["number"][0] == TENTH):
            raise UnclearClass(label, "不能分清年级和班号，请写成三年级（1）班。")
        grade = _stage_grade(label, found["stage"] or "", _value(found["grade"]), grades)
        return _of_grade(label, grade, found["number"], grades, day)
    if _GRADE_ONLY.fullmatch(plain):
        raise UnclearClass(label, "没有写明几班，请写成三年级（1）班。")
    if re.fullmatch(rf"\(?{_NUMBER}\)?班?", plain):
        raise UnclearClass(label, "没有写明年级，请写成三年级（1）班。")
    raise UnclearClass(label, "写法无法识别，请写成三年级（1）班或2024级1班。")


def _plain(label: str) -> str:
    """Return a label half-width, without spaces, and with one kind of brackets."""
    folded = "".join(unicodedata.normalize("NFKC", label).split())
    for found, kept in (("[〔【{]", "("), ("[]〕】}]", ")"), ("[·。－–—_]", "-")):
        folded = re.sub(found, kept, folded)
    return re.sub(r"\)班级?$", ")班", folded)


def _value(numeral: str) -> int:
    """Return the value of 1 to 99 in digits or Chinese numerals; 0 if it is neither."""
    if numeral.isdigit():
        return int(numeral)
    tens, ten, ones = numeral.rpartition(TENTH)
    if len(tens) > 1 or len(ones) > 1:
        return 0
    high = NUMERALS.find(tens) + 1 if tens else 1
    return (high * 10 if ten else 0) + (NUMERALS.find(ones) + 1 if ones else 0)


def _stage_grade(label: str, stage: str, grade: int, grades: Grades) -> int:
    """Return the grade 1 to 9 that 初一 or 小学三年级 means."""
    if stage == "小学" and grade > PRIMARY_GRADES:
        raise UnclearClass(label, "小学没有这个年级，请核对。")
    if not stage.startswith("初") or grade > PRIMARY_GRADES:
        return grade
    if grades.five_four:
        raise UnclearClass(label, "五四制学校不写初几，请写成六年级（1）班。")
    if grade > JUNIOR_GRADES:
        raise UnclearClass(label, "初中没有这个年级，请核对。")
    return PRIMARY_GRADES + grade


def _of_grade(label: str, grade: int, number: str, grades: Grades, day: date) -> ClassKey:
    """Return the class of a grade; in August the same name may mean two years' classes."""
    if not grades.first <= grade <= grades.last:
        raise UnclearClass(label, f"本校没有{NUMERALS[grade - 1]}年级，请核对。")
    if day.month == AUGUST:
        raise UnclearClass(label, "八月新旧学年交替，请写成2024级1班。")
    return ClassKey(cohort=school_year(day) - grade + 1, number=_number(label, number))


def _of_cohorts(
    label: str, cohorts: set[int], number: str, grades: Grades, day: date
) -> ClassKey:
    """Return the class of the one cohort whose grade the school has on `day`."""
    this_year = school_year(day)
    # Before the school year begins, the rosters of those about to enter are already made.
    first = grades.first - 1 if day.month in {JULY, AUGUST} else grades.first
    fitting = [c for c in cohorts if first <= this_year - c + 1 <= grades.last]
    if len(fitting) > 1:
        raise UnclearClass(label, "可能是两个年级，请写成三年级（1）班。")
    if not fitting:
        raise UnclearClass(label, "按入学年份，本校今年没有这个年级，请核对。")
    return ClassKey(cohort=fitting[0], number=_number(label, number))


def _number(label: str, number: str) -> int:
    value = _value(number)
    if value == 0:
        raise UnclearClass(label, "班号应为1至99，请核对。")
    return value

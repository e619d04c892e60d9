"""What a coded cell of a roster means: a sex, a relation, a class, a yes or no.

Such a column says a few things thousands of times: `Meanings` works each out once a file.
Cells that differ from row to row, such as names and numbers, are `roster_cell`.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from typing import Final, TypeAlias, TypeVar

from core.rules import class_label, roster_cell
from core.rules.base import Coded
from core.rules.class_label import ClassKey, Grades, UnclearClass
from core.rules.ethnicity import ethnicity_of
from core.rules.identity import IdKind
from core.rules.roster_cell import Cell, folded
from core.rules.student import Disability, GuardianRelation, LeftBehind, Sex

# More than a school has classes; a column that says more is no coded one.
WORDINGS_KEPT: Final = 512
YES: Final = frozenset({"是", "有", "Y", "YES", "TRUE", "√", "✓", "1"})
NO: Final = frozenset({"否", "非", "不是", "N", "NO", "FALSE", "×", "X", "0"})
SEXES: Final = {"1": Sex.MALE, "男": Sex.MALE, "2": Sex.FEMALE, "女": Sex.FEMALE}
# 就读方式 of the national register.
BOARDS: Final = {"1": False, "走读": False, "2": True, "住校": True, "寄宿": True}
# 健康状况 of the national register: 50-残疾.
DISABLED_HEALTH: Final = "50"
SEAT_LAST: Final = 999
HUKOU_CODE: Final = re.compile(r"\d{6,12}", re.ASCII)
_CODE: Final = re.compile(r"([0-9A-Z]{1,3})(?:[-:.、](.+))?", re.ASCII)
_DASHES: Final = re.compile("[—–－]")
# What people write for a relation instead of its label.
_SPOKEN: Final = {
    "爸爸": GuardianRelation.FATHER,
    "父": GuardianRelation.FATHER,
    "父子": GuardianRelation.FATHER,
    "父女": GuardianRelation.FATHER,
    "妈妈": GuardianRelation.MOTHER,
    "母": GuardianRelation.MOTHER,
    "母子": GuardianRelation.MOTHER,
    "母女": GuardianRelation.MOTHER,
    "爷爷": GuardianRelation.GRANDFATHER,
    "奶奶": GuardianRelation.GRANDMOTHER,
    "外公": GuardianRelation.MATERNAL_GRANDFATHER,
    "姥爷": GuardianRelation.MATERNAL_GRANDFATHER,
    "外婆": GuardianRelation.MATERNAL_GRANDMOTHER,
    "姥姥": GuardianRelation.MATERNAL_GRANDMOTHER,
    "哥哥": GuardianRelation.ELDER_BROTHER,
    "姐": GuardianRelation.ELDER_SISTER,
    "叔叔": GuardianRelation.UNCLE_YOUNGER,
    "伯伯": GuardianRelation.UNCLE_ELDER,
    "舅舅": GuardianRelation.UNCLE_MATERNAL,
    "姑姑": GuardianRelation.AUNT_PATERNAL,
}

C = TypeVar("C", bound=Coded)
T = TypeVar("T")
# Whether a child is in a group, None where nothing is said, and its kind within the group.
Answer: TypeAlias = tuple[bool | None, str | None]


class Meanings:
    """What one file's coded cells mean, each wording worked out once.

    Bounded, and gone with the file: nobody's roster is remembered for anybody else.
    """

    def __init__(self, grades: Grades, day: date) -> None:
        self.folded = _remembered(folded)
        self.flag = _remembered(flag)
        self.sex = _remembered(sex)
        self.id_kind = _remembered(id_kind)
        self.ethnicity = _remembered(ethnicity)
        self.relation = _remembered(relation)
        self.boards = _remembered(boards)
        self.seat = _remembered(seat)
        self.hukou = _remembered(hukou)
        self.left_behind = _remembered(left_behind)
        self.disability = _remembered(disability)
        self.health = _remembered(health)
        named = partial(class_named, grades=grades, day=day)
        self.class_named: Callable[[str, str], ClassKey] = lru_cache(WORDINGS_KEPT)(named)


def _remembered(take: Callable[[Cell], T]) -> Callable[[Cell], T]:
    """Return `take` with a memory of its own; what it refuses it is asked anew."""
    # Typed: 1, 1.0 and True are equal, and need not mean the same in a cell.
    return lru_cache(WORDINGS_KEPT, typed=True)(take)


def coded_text(cell: Cell) -> tuple[str, str]:
    """Return the code and the label of `51-父亲`; either may be empty."""
    found = unicodedata.normalize("NFKC", roster_cell.text(cell)).strip()
    parts = _CODE.fullmatch(_DASHES.sub("-", found))
    return (parts[1], parts[2] or "") if parts else ("", found)


def coded(cell: Cell, kinds: type[C]) -> C | None:
    """Return the value a cell names by its code or else by its label."""
    head, label = coded_text(cell)
    by_code = next((k for k in kinds if k == head), None)
    return by_code or next((k for k in kinds if k.label == label), None)


def flag(cell: Cell) -> bool | None:
    """Return the yes or no of `1-是`, `是` or `√`; None where neither is said."""
    head, label = coded_text(cell)
    for said in (label.upper(), head):
        if said in YES:
            return True
        if said in NO:
            return False
    return None


def sex(cell: Cell) -> Sex | None:
    """Return the sex a cell tells."""
    code, label = coded_text(cell)
    return SEXES.get(label) or SEXES.get(code)


def id_kind(cell: Cell) -> IdKind | None:
    """Return the kind of document a cell names."""
    return coded(cell, IdKind)


def ethnicity(cell: Cell) -> str | None:
    """Return an ethnic group's name, in full where it is one of the 56.  Raises BadInput."""
    code, label = coded_text(cell)
    return ethnicity_of(code, roster_cell.checked(label))


def relation(cell: Cell) -> GuardianRelation:
    """Return what a guardian is to the child; 未说明 where the cell does not tell."""
    _, label = coded_text(cell)
    found = coded(cell, GuardianRelation) or _SPOKEN.get(label)
    return found or GuardianRelation.UNKNOWN


def boards(cell: Cell) -> bool | None:
    """Return whether 就读方式 says that the child boards; None where it does not tell."""
    code, label = coded_text(cell)
    return BOARDS.get(code, BOARDS.get(label))


def seat(cell: Cell) -> int | None:
    """Return a number in class from 1 to 999, None for anything else."""
    found = folded(cell)
    if found.isascii() and found.isdigit() and 1 <= int(found) <= SEAT_LAST:
        return int(found)
    return None


def hukou(cell: Cell) -> tuple[str | None, str | None]:
    """Return the code of a hukou, or else its place in words.  Raises BadInput."""
    place = roster_cell.line(cell)
    code = folded(place)
    return (code, None) if HUKOU_CODE.fullmatch(code) else (None, place)


def left_behind(cell: Cell) -> Answer:
    """Return whether the child is left behind, and by whom."""
    code, label = coded_text(cell)
    way = next((w for w in LeftBehind if w == code or w.label in label), None)
    if way is not None:
        return True, way.label
    return (False if label.startswith("非") else flag(cell)), None


def disability(cell: Cell) -> str | None:
    """Return the kind of disability a cell names."""
    kind = coded(cell, Disability)
    return None if kind is None else kind.label


def health(cell: Cell) -> bool | None:
    """Return whether 健康状况 says that the child is disabled; None where it is blank."""
    code, label = coded_text(cell)
    if not code and not label:
        return None
    return code == DISABLED_HEALTH or "残疾" in label


def class_named(label: str, grade: str, *, grades: Grades, day: date) -> ClassKey:
    """Return the class that 班级 and 年级 name together; one of them may be empty.

    Raises UnclearClass.
    """
    if not grade or not label:
        return class_label.parse(label or grade, grades=grades, day=day)
    together = f"{grade}{label.removesuffix('班')}班"
    try:
        key = class_label.parse(label, grades=grades, day=day)
    except UnclearClass:
        return class_label.parse(together, grades=grades, day=day)
    if class_label.parse(f"{grade}1班", grades=grades, day=day).cohort != key.cohort:
        raise UnclearClass(label, "年级与班级不一致，请核对。")
    return key

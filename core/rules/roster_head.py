"""Which column of a roster holds what: by the name of its head, never by its position.

The names themselves are `roster_alias`; what the cells below mean is `roster_cell`.
"""

import re
import unicodedata
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final, TypeVar

from core.rules.base import HOSTILE, Record
from core.rules.roster_alias import FIELDS, GROUPS, PARTS, Field, Part
from core.rules.roster_cell import Cell, text
from core.rules.roster_record import RosterUnreadable
from core.rules.student import GroupKind, GuardianRelation

K = TypeVar("K")

# Title rows that may stand above the heads.
TITLES: Final = 10
HEAD_ROWS: Final = TITLES + 1
COLUMNS_RECOGNISED: Final = 3
LONGEST_SHOWN: Final = 20


_NUMERALS: Final = "一二三四五六"
_MEMBER: Final = re.compile(
    r"(?P<who>(?:家庭)?成员|监护人|家长|父亲|母亲)(?P<no>[1-6一二三四五六])?(?P<part>.*)"
)
_TRIMMINGS: Final = re.compile(r"[\s★☆*※:'\"]")
_TO_MEMBER: Final = re.compile(r"(?:学生)?(?:与|和)(?P<who>监护人|家长)(?P<part>关系)")
_SLOTS: Final = MappingProxyType({"父亲": 7, "母亲": 8})
_PARENTS: Final = MappingProxyType({7: GuardianRelation.FATHER, 8: GuardianRelation.MOTHER})


class GuardianHead(Record):
    """The columns of one guardian, in the order guardians are called."""

    parts: tuple[tuple[Part, int], ...]
    # Set where the heads themselves say it: 父亲姓名.
    relation: GuardianRelation | None
    # The head calls this person the guardian: 监护人姓名.
    named: bool


class Head(Record):
    """The heads of one roster: where each thing stands.  Column numbers count from 0."""

    row_number: int
    titles: tuple[str, ...]
    fields: tuple[tuple[Field, int], ...]
    groups: tuple[tuple[GroupKind, int], ...]
    guardians: tuple[GuardianHead, ...]
    unread: tuple[str, ...]


def find_head(rows: Sequence[Sequence[Cell]]) -> Head:
    """Return the heads of a roster, which stand within its first eleven rows.

    Raises RosterUnreadable when there are none, or no column for the class.
    """
    poor: tuple[str, ...] = ()
    for index, row in enumerate(rows[:HEAD_ROWS]):
        titles = tuple(text(cell) for cell in row)
        head = _read(index + 1, titles)
        fields = {field for field, _ in head.fields}
        if Field.NAME not in fields:
            continue
        if len(fields) < COLUMNS_RECOGNISED:
            poor = poor or tuple(field.value for field, _ in head.fields)
            continue
        if not fields & {Field.CLASS, Field.GRADE}:
            raise RosterUnreadable("表头没有“班级”或“班号”列，请补上后重新导入。")
        return head
    if poor:
        raise RosterUnreadable(
            f"表头只认出“{'、'.join(poor)}”，请补上班级、身份证件号等列后重新导入。"
        )
    raise RosterUnreadable("前11行没有找到含“姓名”的表头，请使用学籍系统导出的学生名册。")


def is_name_head(shown: str) -> bool:
    """Tell whether a cell repeats the head of the name column, as a second page does."""
    return FIELDS.get(_plain(shown)) is Field.NAME


def _read(row_number: int, titles: tuple[str, ...]) -> Head:
    fields: dict[Field, int] = {}
    groups: dict[GroupKind, int] = {}
    guardians: dict[int, dict[Part, int]] = {}
    named: set[int] = set()
    unread: list[str] = []
    for column, title in enumerate(titles):
        name = _plain(title)
        bare = re.sub(r"\(.*?\)", "", name)
        known = next((n for n in (name, bare) if n in FIELDS), bare)
        member = _member(bare)
        before = len(unread)
        if known in FIELDS:
            _keep(fields, FIELDS[known], column, title, unread)
        elif (kind := GROUPS.get(bare.removeprefix("是否"))) is not None:
            _keep(groups, kind, column, title, unread)
        elif member is not None:
            slot, part, is_named = member
            _keep(guardians.setdefault(slot, {}), part, column, title, unread)
            if is_named and len(unread) == before:
                named.add(slot)
    return Head(
        row_number=row_number,
        titles=tuple(_shown(title) for title in titles),
        fields=tuple(fields.items()),
        groups=tuple(groups.items()),
        guardians=tuple(
            GuardianHead(
                parts=tuple(parts.items()), relation=_PARENTS.get(slot), named=slot in named
            )
            for slot, parts in sorted(guardians.items())
        ),
        unread=tuple(unread),
    )


def _keep(found: dict[K, int], key: K, column: int, title: str, unread: list[str]) -> None:
    """Keep the first column of a head that stands twice: the second may be a guardian's."""
    if key in found:
        unread.append(_shown(title))
    else:
        found[key] = column


def _member(name: str) -> tuple[int, Part, bool] | None:
    """Return whose column it is (1 to 6, 7 father, 8 mother), of what, if named."""
    found = _MEMBER.fullmatch(name) or _TO_MEMBER.fullmatch(name)
    if found is None or (part := PARTS.get(found["part"])) is None:
        return None
    who, no = found["who"], found.groupdict().get("no") or "1"
    slot = _SLOTS.get(who) or (int(no) if no.isdigit() else _NUMERALS.index(no) + 1)
    return slot, part, who in {"监护人", "家长"} and part is Part.NAME


def _plain(title: str) -> str:
    """Return a head half-width, without spaces, stars and colons."""
    return _TRIMMINGS.sub("", unicodedata.normalize("NFKC", title))


def _shown(title: str) -> str:
    return HOSTILE.sub("?", re.sub(r"[\s★☆*＊※]", "", title))[:LONGEST_SHOWN]

"""The people beside the child in a roster's row, and the groups the row puts it in."""

from typing import Final

from core.rules import roster_cell
from core.rules.errors import BadInput
from core.rules.roster_alias import Field, Part
from core.rules.roster_cell import Cell
from core.rules.roster_head import GuardianHead
from core.rules.roster_line import Line
from core.rules.student import (
    PARENTS,
    Disability,
    GroupKind,
    Guardian,
    GuardianRelation,
    LeftBehind,
    SpecialGroup,
)

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
# 健康状况 of the national register: 50-残疾.
DISABLED_HEALTH: Final = "50"


def guardians_of(line: Line) -> tuple[Guardian, ...]:
    """Return the guardians of a row in order, each person once."""
    found: dict[str, Guardian] = {}
    for head in line.sheet.head.guardians:
        guardian = _guardian(line, head, len(found) + 1)
        if guardian is not None:
            found.setdefault(guardian.name, guardian)
    return tuple(found.values())


def _guardian(line: Line, head: GuardianHead, ordinal: int) -> Guardian | None:
    columns = dict(head.parts)
    name = line.read_at(columns.get(Part.NAME), roster_cell.name)
    phone = _phone(line, columns.get(Part.PHONE))
    if name is None:
        if phone is not None:
            line.warn_at(columns[Part.PHONE], "有电话而没有监护人姓名，未收入，请补填。")
        return None
    relation = head.relation or relation_of(line.at(columns.get(Part.RELATION)))
    said = roster_cell.flag(line.at(columns.get(Part.IS_GUARDIAN)))
    usual = head.named or ordinal == 1 or relation in PARENTS
    return Guardian(
        ordinal=ordinal,
        name=name,
        relation=relation,
        is_guardian=usual if said is None else said,
        phone=phone,
        address=line.read_at(columns.get(Part.ADDRESS), roster_cell.line),
    )


def _phone(line: Line, column: int | None) -> str | None:
    """Return a telephone; one that cannot be read is left out with a warning."""
    try:
        return roster_cell.phone(line.at(column))
    except BadInput as refusal:
        line.warn_at(column, str(refusal))
        return None


def phone_of(line: Line) -> str | None:
    """Return the child's own telephone."""
    return _phone(line, line.sheet.columns.get(Field.PHONE))


def relation_of(cell: Cell) -> GuardianRelation:
    """Return what a guardian is to the child; 未说明 where the cell does not tell."""
    _, label = roster_cell.coded_text(cell)
    found = roster_cell.coded(cell, GuardianRelation) or _SPOKEN.get(label)
    return found or GuardianRelation.UNKNOWN


def groups_of(line: Line) -> tuple[tuple[SpecialGroup, ...], tuple[GroupKind, ...]]:
    """Return the groups a row puts the child in, and the groups it answers for at all."""
    groups: dict[GroupKind, SpecialGroup] = {}
    asked: set[GroupKind] = set()
    answers = [
        (kind, roster_cell.flag(line.at(column)), None)
        for kind, column in line.sheet.head.groups
    ]
    for kind, said, detail in (*answers, _left_behind(line), _disabled(line)):
        if said is not None:
            asked.add(kind)
        if said:
            groups[kind] = SpecialGroup(kind=kind, detail=detail)
    return (
        tuple(sorted(groups.values(), key=lambda group: group.kind)),
        tuple(sorted(asked)),
    )


def _left_behind(line: Line) -> tuple[GroupKind, bool | None, str | None]:
    cell = line.of(Field.LEFT_BEHIND)
    code, label = roster_cell.coded_text(cell)
    way = next((w for w in LeftBehind if w == code or w.label in label), None)
    if way is None:
        way_said = roster_cell.flag(cell)
        said = False if label.startswith("非") else way_said
        return GroupKind.LEFT_BEHIND, said, None
    return GroupKind.LEFT_BEHIND, True, way.label


def _disabled(line: Line) -> tuple[GroupKind, bool | None, str | None]:
    """Return whether the child is disabled: by its kind, else by 健康状况."""
    kind = roster_cell.coded(line.of(Field.DISABILITY), Disability)
    if kind is not None:
        return GroupKind.DISABLED, True, kind.label
    code, label = roster_cell.coded_text(line.of(Field.HEALTH))
    if not code and not label:
        return GroupKind.DISABLED, None, None
    disabled = code == DISABLED_HEALTH or "残疾" in label
    return GroupKind.DISABLED, disabled, None

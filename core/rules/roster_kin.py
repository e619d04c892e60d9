"""The people beside the child in a roster's row, and the groups the row puts it in."""

from collections.abc import Mapping

from core.rules import roster_cell
from core.rules.errors import BadInput
from core.rules.roster_alias import Field, Part
from core.rules.roster_code import Answer
from core.rules.roster_head import GuardianHead
from core.rules.roster_line import Line
from core.rules.student import PARENTS, GroupKind, Guardian, SpecialGroup


def guardians_of(line: Line) -> tuple[Guardian, ...]:
    """Return the guardians of a row in order, each person once."""
    found: dict[str, Guardian] = {}
    for head, columns in line.sheet.kin:
        guardian = _guardian(line, head, columns, len(found) + 1)
        if guardian is not None:
            found.setdefault(guardian.name, guardian)
    return tuple(found.values())


def _guardian(
    line: Line, head: GuardianHead, columns: Mapping[Part, int], ordinal: int
) -> Guardian | None:
    name = line.read_at(columns.get(Part.NAME), roster_cell.name)
    phone = _phone(line, columns.get(Part.PHONE))
    if name is None:
        if phone is not None:
            line.warn_at(columns[Part.PHONE], "有电话而没有监护人姓名，未收入，请补填。")
        return None
    meanings = line.sheet.meanings
    relation = head.relation or meanings.relation(line.at(columns.get(Part.RELATION)))
    said = meanings.flag(line.at(columns.get(Part.IS_GUARDIAN)))
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


def groups_of(line: Line) -> tuple[tuple[SpecialGroup, ...], tuple[GroupKind, ...]]:
    """Return the groups a row puts the child in, and the groups it answers for at all."""
    groups: dict[GroupKind, SpecialGroup] = {}
    asked: set[GroupKind] = set()
    meanings = line.sheet.meanings
    answers = [
        (kind, meanings.flag(line.at(column)), None)
        for kind, column in line.sheet.head.groups
    ]
    left_behind = meanings.left_behind(line.of(Field.LEFT_BEHIND))
    for kind, said, detail in (
        *answers,
        (GroupKind.LEFT_BEHIND, *left_behind),
        (GroupKind.DISABLED, *_disabled(line)),
    ):
        if said is not None:
            asked.add(kind)
        if said:
            groups[kind] = SpecialGroup(kind=kind, detail=detail)
    return (
        tuple(sorted(groups.values(), key=lambda group: group.kind)),
        tuple(sorted(asked)),
    )


def _disabled(line: Line) -> Answer:
    """Return whether the child is disabled: by its kind, else by 健康状况."""
    kind = line.sheet.meanings.disability(line.of(Field.DISABILITY))
    if kind is not None:
        return True, kind
    return line.sheet.meanings.health(line.of(Field.HEALTH)), None

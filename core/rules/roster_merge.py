"""What a child's facts become when a roster says them again.

A roster never erases: a blank cell, and a column it does not have, leave what is known.
A group ends only where the roster asks about it and answers no.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from core.rules.base import Record
from core.rules.mask import mask_number, mask_phone, mask_student_no
from core.rules.roster_record import Pupil, RosterRow
from core.rules.student import Guardian, GuardianRelation, SpecialGroup

_LABELS: Final = {
    "name": "姓名",
    "sex": "性别",
    "born_on": "出生日期",
    "class_key": "班级",
    "identity": "身份证件号",
    "national_no": "学籍号",
    "aux_no": "学籍辅号",
    "seat_no": "班内学号",
    "ethnicity": "民族",
    "boarder": "住校",
    "hukou_code": "户口所在地代码",
    "hukou_place": "户口所在地",
    "address": "现住址",
    "phone": "联系电话",
    "guardians": "监护人",
    "groups": "特殊群体",
}
NOTHING: Final = "—"


class FieldChange(Record):
    """One field that becomes another, in words a person may see: numbers are masked."""

    field: str
    was: str
    becomes: str


def merge(known: Pupil, row: RosterRow) -> Pupil:
    """Return what is known of a child once a roster's row is taken in."""
    said = row.pupil
    told = {
        name: value
        for name in type(said).model_fields
        if (value := getattr(said, name)) is not None
    }
    return known.model_copy(
        update=told
        | {
            "guardians": _guardians(known.guardians, said.guardians),
            "groups": _groups(known.groups, row),
        }
    )


def _guardians(known: Sequence[Guardian], said: Sequence[Guardian]) -> tuple[Guardian, ...]:
    """Update the guardians a roster names, in their known order; keep the others.

    A new name replaces a known one only where it is plainly the same person respelt: its
    relation is the same, and its telephone or its place.  Else it is one guardian more.
    """
    merged = {guardian.ordinal: guardian for guardian in known}
    named = {guardian.name for guardian in said}
    for guardian in said:
        same = next(
            (
                other
                for other in merged.values()
                if other.name == guardian.name
                or (other.name not in named and _is_respelt(other, guardian))
            ),
            None,
        )
        free = guardian.ordinal if not merged else max(merged) + 1
        ordinal = same.ordinal if same else free
        merged[ordinal] = _told(same, guardian).model_copy(update={"ordinal": ordinal})
    return tuple(merged[ordinal] for ordinal in sorted(merged))


def _is_respelt(known: Guardian, said: Guardian) -> bool:
    unknown = GuardianRelation.UNKNOWN in {known.relation, said.relation}
    if known.phone is not None and known.phone == said.phone:
        return unknown or known.relation is said.relation
    return not unknown and (known.ordinal, known.relation) == (said.ordinal, said.relation)


def _told(known: Guardian | None, said: Guardian) -> Guardian:
    """Fill what a roster does not say of a guardian from what is known of the same one."""
    if known is None:
        return said
    unknown = said.relation is GuardianRelation.UNKNOWN
    return said.model_copy(
        update={
            "relation": known.relation if unknown else said.relation,
            "phone": said.phone or known.phone,
            "address": said.address or known.address,
        }
    )


def _groups(known: Sequence[SpecialGroup], row: RosterRow) -> tuple[SpecialGroup, ...]:
    """Keep the groups the row does not ask about; a group told again keeps its detail."""
    merged = {group.kind: group for group in known if group.kind not in row.asked}
    details = {group.kind: group.detail for group in known}
    for group in row.pupil.groups:
        detail = group.detail or details.get(group.kind)
        merged[group.kind] = group.model_copy(update={"detail": detail})
    return tuple(merged[kind] for kind in sorted(merged))


def changes(before: Pupil, after: Pupil) -> Iterator[FieldChange]:
    """Yield what differs, field by field, in the words of the roster."""
    for name, label in _LABELS.items():
        if _plain(before, name) != _plain(after, name):
            was, becomes = _words(before)[name], _words(after)[name]
            yield FieldChange(field=label, was=was or NOTHING, becomes=becomes or NOTHING)


def _plain(pupil: Pupil, name: str) -> object:
    """Return a field for comparing: the order groups were stored in tells nothing."""
    return frozenset(pupil.groups) if name == "groups" else getattr(pupil, name)


def _words(pupil: Pupil) -> dict[str, str]:
    """Return every field as words; numbers and telephones masked."""
    return {
        "name": pupil.name,
        "sex": pupil.sex.label,
        "born_on": pupil.born_on.isoformat(),
        "class_key": pupil.class_key.label,
        "identity": mask_number(pupil.identity.number) if pupil.identity else "",
        "national_no": mask_student_no(pupil.national_no or ""),
        "aux_no": pupil.aux_no or "",
        "seat_no": str(pupil.seat_no or ""),
        "ethnicity": pupil.ethnicity or "",
        "boarder": {True: "是", False: "否", None: ""}[pupil.boarder],
        "hukou_code": pupil.hukou_code or "",
        "hukou_place": pupil.hukou_place or "",
        "address": pupil.address or "",
        "phone": mask_phone(pupil.phone or ""),
        "guardians": "、".join(_guardian_words(guardian) for guardian in pupil.guardians),
        "groups": "、".join(group.detail or group.kind.label for group in pupil.groups),
    }


def _guardian_words(guardian: Guardian) -> str:
    phone = f" {mask_phone(guardian.phone)}" if guardian.phone else ""
    return f"{guardian.name}（{guardian.relation.label}）{phone}"

"""One row of a roster understood: the child it tells of, and every fault in it.

A refused row names all its faults at once, so that a school corrects it in one go.
Numbers that stand in two rows are `roster`'s business: a row knows only itself.
"""

import re
from datetime import date
from typing import Final

from core.rules import roster_cell
from core.rules.class_label import ClassKey, UnclearClass
from core.rules.errors import BadInput
from core.rules.identity import (
    Identity,
    IdKind,
    birth_of,
    other_fault,
    resident_fault,
    sex_of,
    student_no_fault,
)
from core.rules.roster_alias import Field
from core.rules.roster_kin import groups_of, guardians_of, phone_of
from core.rules.roster_line import Line
from core.rules.roster_record import Pupil, RosterRow
from core.rules.student import Sex

AUX_LONGEST: Final = 32
# Excel makes a date of 3-1, and 三年级1班 cannot be told from it any more.
ISO_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
PRIVATE_USE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
LOST: Final = "000"


def read_row(line: Line) -> RosterRow | None:
    """Return the child of a row, or None when a fault in `line.refused` keeps it out."""
    if line.of_another_school:
        line.refuse(Field.SCHOOL, "学校标识码不是本校，请由该校导入。")
        return None
    meanings = line.sheet.meanings
    name = line.read(Field.NAME, roster_cell.name)
    if name is None and not line.refused:
        line.refuse(Field.NAME, "姓名为空，请补填。")
    identity = _identity(line)
    sex = _sex(line, identity)
    born_on = _born_on(line, identity)
    class_key = _class_key(line)
    national_no = line.read(Field.NATIONAL_NO, roster_cell.number)
    if national_no is not None and (fault := student_no_fault(national_no)):
        line.refuse(Field.NATIONAL_NO, fault)
    guardians = guardians_of(line)
    groups, asked = groups_of(line)
    ethnicity = line.read(Field.ETHNICITY, meanings.ethnicity)
    hukou_code, hukou_place = line.read(Field.HUKOU, meanings.hukou) or (None, None)
    addresses = [
        line.read(kind, roster_cell.line)
        for kind in (Field.ADDRESS, Field.HOME, Field.MAIL)
    ]
    phone = phone_of(line)
    if line.refused or name is None or sex is None or born_on is None or class_key is None:
        return None
    _compare(line, identity, sex, born_on)
    if PRIVATE_USE.search(name):
        line.warn(Field.NAME, "姓名含自造字，他处可能不能显示，请核对。")
    return RosterRow(
        row_number=line.row_number,
        pupil=Pupil(
            name=name,
            sex=sex,
            born_on=born_on,
            class_key=class_key,
            identity=identity,
            national_no=national_no,
            aux_no=_aux_no(line),
            seat_no=meanings.seat(line.of(Field.SEAT)),
            ethnicity=ethnicity,
            boarder=_boards(line),
            hukou_code=hukou_code,
            hukou_place=hukou_place,
            address=next(filter(None, addresses), None),
            phone=phone,
            guardians=guardians,
            groups=groups,
        ),
        asked=asked,
    )


def _identity(line: Line) -> Identity | None:
    """Return the child's document; a child may have none (type Z), or none known."""
    kind = line.sheet.meanings.id_kind(line.of(Field.ID_KIND)) or IdKind.RESIDENT
    before = len(line.refused)
    number = line.read(Field.ID_NUMBER, roster_cell.number)
    if len(line.refused) > before:
        return None
    if number is None:
        if kind is not IdKind.NONE and line.has(Field.ID_NUMBER):
            line.warn(Field.ID_NUMBER, "身份证件号为空，请补填。")
        return None
    resident = resident_fault(number, line.sheet.day)
    if kind is IdKind.NONE and resident is None:
        kind = IdKind.RESIDENT
    fault = resident if kind is IdKind.RESIDENT else other_fault(number)
    if fault is not None:
        lost = "末三位为000，可能是存成数字后丢失。" if number.endswith(LOST) else ""
        line.refuse(Field.ID_NUMBER, fault + lost)
        return None
    return Identity(kind=kind, number=number)


def _aux_no(line: Line) -> str | None:
    """Return the province's own number; no key of ours, so a bad one only warns."""
    try:
        found = roster_cell.number(line.of(Field.AUX_NO))
    except BadInput as refusal:
        line.warn(Field.AUX_NO, str(refusal))
        return None
    return found and found[:AUX_LONGEST]


def _sex(line: Line, identity: Identity | None) -> Sex | None:
    """Return the sex the row tells, else the identity number's."""
    said = line.sheet.meanings.sex(line.of(Field.SEX))
    if said is None and identity is not None and identity.kind is IdKind.RESIDENT:
        return sex_of(identity.number)
    if said is None:
        line.refuse(Field.SEX, "性别应为男或女，请补填。")
    return said


def _born_on(line: Line, identity: Identity | None) -> date | None:
    """Return the birth date the row tells, else the identity number's."""
    before = len(line.refused)
    born_on = line.read(Field.BORN, roster_cell.day)
    if len(line.refused) > before:
        return None
    if born_on is None and identity is not None and identity.kind is IdKind.RESIDENT:
        return birth_of(identity.number)
    if born_on is None:
        line.refuse(Field.BORN, "出生日期为空，请补填。")
    elif born_on > line.sheet.day:
        line.refuse(Field.BORN, "出生日期晚于今天，请核对。")
    return born_on


def _compare(line: Line, identity: Identity | None, sex: Sex, born_on: date) -> None:
    """Warn where the row and the identity number disagree; either may be right."""
    if identity is None or identity.kind is not IdKind.RESIDENT:
        return
    if birth_of(identity.number) != born_on:
        line.warn(Field.BORN, "与身份证号中的出生日期不一致，已按表中收入，请核对。")
    if sex_of(identity.number) is not sex:
        line.warn(Field.SEX, "与身份证号中的性别不一致，已按表中收入，请核对。")


def _class_key(line: Line) -> ClassKey | None:
    """Return the class a row names in one column, or in 年级 and 班级 together."""
    label = roster_cell.text(line.of(Field.CLASS))
    grade = roster_cell.text(line.of(Field.GRADE))
    at, shown = (Field.CLASS, label) if line.has(Field.CLASS) else (Field.GRADE, grade)
    if ISO_DAY.fullmatch(shown):
        line.refuse(at, "班级被存成日期，请将该列设为文本格式后重新填写。")
        return None
    if not label and not grade:
        line.refuse(at, "班级为空，请补填。")
        return None
    try:
        return line.sheet.meanings.class_named(label, grade)
    except UnclearClass as unclear:
        line.refuse(at, unclear.why)
        return None


def _boards(line: Line) -> bool | None:
    """Return whether the child boards; None where the row does not tell."""
    told = line.sheet.meanings.boards(line.of(Field.BOARDING))
    return line.sheet.meanings.flag(line.of(Field.BOARDER)) if told is None else told

"""Heads and rows the paper tests print, and a workbook read back."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import BinaryIO
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from core.rules.change import ChangeKind, ChangeState, Side
from core.rules.month import ReportState
from core.rules.paper import Edition, PaperHead
from core.rules.register import (
    AttendanceRow,
    ChangeRow,
    ClassAttendance,
    DaySymbol,
    LeaveRow,
    LedgerRow,
    OwingRow,
    RosterLine,
    VisitRow,
)
from core.rules.time import SHANGHAI

AT = datetime(2026, 11, 25, 16, 5, tzinfo=SHANGHAI)
IDENTITY = "990101201203150212"
NATIONAL = "G990101201203150212"
EVIL = "=cmd|' /C calc'!A0"


def head(**more: object) -> PaperHead:
    usual: dict[str, object] = {
        "title": "青石镇九年一贯制学校学生花名册",
        "unit": "青石镇九年一贯制学校",
        "filled_on": date(2026, 11, 25),
        "edition": Edition.SUBMITTED,
        "made_by": "王建国",
        "made_at": AT,
        "export_id": "E1024",
        "filled_by": "李秀英",
    }
    return PaperHead.model_validate(usual | more)


def read(write: Callable[[BinaryIO], None]) -> Workbook:
    out = BytesIO()
    write(out)
    return load_workbook(BytesIO(out.getvalue()))


def everything_in(data: bytes) -> str:
    """Return all that a workbook holds, on its sheets or hidden anywhere in its file."""
    with ZipFile(BytesIO(data)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


def words(sheet: Worksheet) -> list[str]:
    """Return every text of a sheet, in reading order."""
    return [
        cell.value
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]


def heads(sheet: Worksheet) -> str:
    """Return the words of the two rows of heads, however broken: the upper row, then the lower."""
    rows = sheet.iter_rows(min_row=4, max_row=5, values_only=True)
    return " ".join(str(value).replace("\n", "") for row in rows for value in row if value)


def find(sheet: Worksheet, text: str) -> tuple[int, int]:
    """Return the row and column of the first cell that holds `text`."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == text:
                return cell.row, cell.column
    raise AssertionError(text)


def roster_line(**more: object) -> RosterLine:
    usual: dict[str, object] = {
        "class_name": "三年级（1）班",
        "seat_no": 7,
        "student_name": "赵小雨",
        "sex": "女",
        "born_on": date(2012, 3, 15),
        "ethnicity": "汉族",
        "identity_number": IDENTITY,
        "national_no": NATIONAL,
        "boarding": "住校",
        "hukou_place": "青石镇河东村",
        "address": "青石镇河东村二组",
        "guardian": "赵大山",
        "relation": "父亲",
        "phone": "19900000001",
        "groups": "留守儿童",
        "state": "在校",
    }
    return RosterLine.model_validate(usual | more)


def leave_row() -> LeaveRow:
    return LeaveRow(
        school_name="青石镇九年一贯制学校",
        class_name="三年级（1）班",
        student_name="赵小雨",
        leave_no=12,
        kind="病假",
        from_text="2026-11-23上午",
        to_text="2026-11-24下午",
        school_days=2,
        reason="感冒发烧",
        asked_by="赵大山（父亲）",
        asked_how="电话",
        approved_by="李秀英",
        approved_at=AT,
        evidence="已核验",
        closed_at=None,
        state="已批",
    )


def ledger_row(**more: object) -> LedgerRow:
    usual: dict[str, object] = {
        "student_name": "赵小雨",
        "sex": "女",
        "ethnicity": "汉族",
        "identity_number": IDENTITY,
        "national_no": NATIONAL,
        "school_name": "青石镇九年一贯制学校",
        "class_name": "三年级（1）班",
        "hukou_place": "青石镇河东村",
        "address": "青石镇河东村二组",
        "guardian": "赵大山",
        "relation": "父亲",
        "phone": "19900000001",
        "groups": "留守儿童",
        "missed_on": date(2026, 11, 19),
        "found_on": date(2026, 11, 23),
        "cause": "学习困难或厌学",
        "whereabouts": "在家闲散",
        "persuasions": 2,
        "last_persuasion": "2026-11-24 李秀英",
        "papers_served": "返校通知书已送达",
        "school_keeper": "张敏",
        "village_keeper": "钱大河",
        "state": "疑似辍学",
        "returned_on": None,
        "closed": "",
    }
    return LedgerRow.model_validate(usual | more)


def visit_row() -> VisitRow:
    return VisitRow(
        school_name="青石镇九年一贯制学校",
        class_name="三年级（1）班",
        student_name="赵小雨",
        number=3,
        version=2,
        visited_at=AT,
        method="入户家访",
        members="王建国（报班领导）、李秀英（班主任）、张敏（报班教师）",
        met="父亲赵大山",
        cause="学习困难或厌学",
        whereabouts="在家闲散",
        mood="不愿上学",
        guardian_opinion="同意返校",
        result="同意返校",
        promised_on=date(2026, 11, 26),
        absent_reason="",
        entered_by="李秀英",
    )


def change_row(kind: ChangeKind = ChangeKind.TRANSFER_IN, **more: object) -> ChangeRow:
    usual: dict[str, object] = {
        "kind": kind,
        "school_name": "青石镇九年一贯制学校",
        "class_name": "三年级（1）班",
        "student_name": "赵小雨",
        "sex": "女",
        "identity_number": IDENTITY,
        "national_no": NATIONAL,
        "happened_on": date(2026, 9, 5),
        "other_school": "外镇中心小学",
        "reason": "随父母务工",
        "proofs": "转学申请表",
        "state": ChangeState.VERIFIED,
        "guardian": "赵大山",
        "phone": "19900000001",
        "side": Side.OUTSIDE,
    }
    return ChangeRow.model_validate(usual | more)


def owing_row(name: str, **more: object) -> OwingRow:
    usual: dict[str, object] = {
        "school_id": 1,
        "school_name": name,
        "state": ReportState.ZERO,
        "due_on": date(2026, 11, 25),
        "first_filed_at": AT,
        "is_zero": True,
        "version": 1,
        "cutoff_on": date(2026, 11, 25),
    }
    return OwingRow.model_validate(usual | more)


def class_month(days: int = 22) -> ClassAttendance:
    """Return two pupils' November: one always there, one 缺, 未点名 and 病假."""
    school_days = [
        date(2026, 11, day)
        for day in range(1, 31)
        if date(2026, 11, day).weekday() < 5 or days > 21
    ][:days]
    there = (DaySymbol.PRESENT, DaySymbol.PRESENT)
    odd = [
        (DaySymbol.ABSENT, DaySymbol.PRESENT),
        (DaySymbol.NOT_TAKEN, DaySymbol.PRESENT),
        (DaySymbol.SICK, DaySymbol.SICK),
        (DaySymbol.CLOSED, DaySymbol.NOT_HERE),
    ]
    return ClassAttendance(
        class_name="三年级（1）班",
        days=tuple(school_days),
        rows=(
            AttendanceRow(
                seat_no=1, student_name="赵小雨", days=(there,) * len(school_days)
            ),
            AttendanceRow(
                seat_no=2,
                student_name="钱小山",
                days=(*odd, *((there,) * (len(school_days) - 4))),
            ),
        ),
    )

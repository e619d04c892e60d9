"""疑似辍学/辍学学生台账: one child a line, 26 columns, A3 lying (domain.md 4.2)."""

from collections.abc import Iterable
from typing import BinaryIO, Final

from core.papers.form import Column, Form, Leaf, Page
from core.papers.sheet import write_book
from core.papers.words import day
from core.rules.paper import PaperHead
from core.rules.register import LedgerRow


def _keepers(row: LedgerRow) -> str:
    return "、".join(keeper for keeper in (row.school_keeper, row.village_keeper) if keeper)


FORM: Final[Form[LedgerRow]] = Form(
    columns=(
        Column("姓名", 8, lambda row: row.student_name),
        Column("性别", 4.5, lambda row: row.sex, centred=True),
        Column("民族", 5, lambda row: row.ethnicity, centred=True),
        Column("身份证件号", 19, lambda row: row.identity_number, guarded=True),
        Column("学籍号", 20, lambda row: row.national_no, guarded=True),
        Column("就读学校", 12, lambda row: row.school_name),
        Column("年级班级", 12.5, lambda row: row.class_name),
        Column("户籍地址", 12, lambda row: row.hukou_place),
        Column("现住址", 12, lambda row: row.address),
        Column("姓名", 8, lambda row: row.guardian, "监护人"),
        Column("关系", 5, lambda row: row.relation, "监护人", centred=True),
        Column("电话", 12, lambda row: row.phone, "监护人", guarded=True),
        Column("特殊群体", 8, lambda row: row.groups),
        Column("首次缺勤", 10.5, lambda row: day(row.missed_on), "日期", centred=True),
        Column("认定", 10.5, lambda row: day(row.found_on), "日期", centred=True),
        Column("原因", 9, lambda row: row.cause),
        Column("去向", 9, lambda row: row.whereabouts),
        Column("次数", 4.5, lambda row: row.persuasions, "劝返"),
        Column("最近日期\n及责任人", 11, lambda row: row.last_persuasion, "劝返"),
        Column("文书送达", 10, lambda row: row.papers_served),
        Column("包保责任人\n（学校、乡村）", 13, _keepers),
        Column("当前状态", 7, lambda row: row.state, centred=True),
        Column("返校日期", 10.5, lambda row: day(row.returned_on), centred=True),
        Column("销号日期及依据", 11, lambda row: row.closed),
        Column("备注", 11.5, lambda row: row.note),
    ),
    page=Page.A3,
)


def write(out: BinaryIO, head: PaperHead, rows: Iterable[LedgerRow]) -> None:
    """Write the ledger; the head's title says which of the two it is."""
    write_book(out, (Leaf("台账", FORM, head, rows),))

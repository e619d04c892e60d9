"""Papers: their heads, editions and states, and what a 书面报告 says.

What a paper looks like is in core/papers; whom an issued one reached is in its receipts.
"""

from datetime import date
from typing import Final

from core.rules.base import Coded, Note, Record, Words
from core.rules.case_open import OpenCause
from core.rules.errors import Refusal
from core.rules.time import Moment

# No file system takes these in a name, and "." in front would hide the file.
UNFIT_FOR_NAME: Final = str.maketrans(dict.fromkeys('\\/:*?"<>|&\n', "_"))


class Edition(Coded):
    """Who a paper is for, and so whether its numbers are whole (days.md, papers 2)."""

    SUBMITTED = "submitted", "报送版"
    INTERNAL = "internal", "内部版"


class PaperKind(Coded):
    """An issued document; each has its own series of numbers."""

    REPORT = "report", "报告"
    RETURN_NOTICE = "return_notice", "返校通知书"
    ORDER = "order", "责令通知书"
    HUKOU_LETTER = "hukou_letter", "抄送函"
    VISIT_RECORD = "visit_record", "家访劝返记录表"
    CASE_FILE = "case_file", "一生一案"
    REQUEST = "request", "商请函"


class PaperState(Coded):
    """How far an issued document has come."""

    TO_SIGN = "to_sign", "待签发"
    SIGNED = "signed", "已签发"
    SERVED = "served", "已送达"
    DECLINED = "declined", "拒收"
    RECEIVED = "received", "已签收"
    VOID = "void", "作废"


NEXT: Final[dict[PaperState, frozenset[PaperState]]] = {
    PaperState.TO_SIGN: frozenset({PaperState.SIGNED, PaperState.VOID}),
    PaperState.SIGNED: frozenset(
        {PaperState.SERVED, PaperState.DECLINED, PaperState.RECEIVED, PaperState.VOID}
    ),
    PaperState.SERVED: frozenset({PaperState.RECEIVED, PaperState.DECLINED}),
    PaperState.DECLINED: frozenset({PaperState.SERVED, PaperState.RECEIVED}),
    PaperState.RECEIVED: frozenset(),
    PaperState.VOID: frozenset(),
}


class PaperStepRefused(Refusal):
    """An issued document cannot go from where it is to where it was sent."""

    def __init__(self, state: PaperState, wanted: PaperState) -> None:
        super().__init__(f"文书{state.label}，不能改为{wanted.label}，请刷新后核对。")


class Addressee(Coded):
    """To whom one original of the 48-hour report goes; the other gets it as 抄送 (R3)."""

    GOVERNMENT = "government", "乡镇人民政府"
    BUREAU = "bureau", "市教育局"


class PaperHead(Record):
    """What stands above and below the table of a paper.

    `made_by`, `made_at` and `export_id` go into the page footer, small.  Signatures are
    left blank: only the name of 填表人 may be typed (days.md, papers 10).
    """

    title: Words
    unit: Words
    filled_on: date
    edition: Edition
    made_by: Words
    made_at: Moment
    export_id: Words
    filled_by: str = ""
    phone: str = ""
    # A statement under the table: the zero sentence, 应报/实报/未报.
    sentence: str = ""
    # 说明 of this one paper, after those its form always has.
    notes: tuple[str, ...] = ()


class TimelineEntry(Record):
    """One thing that was done for a missing child, and when."""

    at: Moment
    text: Words


class MissingReport(Record):
    """What the report on a child that does not come says; nothing is asked in it.

    It exists as soon as the case does: without a number and a day until it is signed.
    """

    school_name: Words
    government_name: Words
    bureau_name: Words
    number: str
    student_name: Words
    sex: str
    born_on: date
    class_name: Words
    guardian: str
    relation: str
    phone: str
    address: str
    missed_at: Moment
    due_at: Moment
    # Why the case was opened before 48 hours were over, or without a clock; and what was told.
    opened_as: OpenCause | None = None
    grounds: Note = ""
    timeline: tuple[TimelineEntry, ...] = ()
    contacted: bool
    visited: bool
    cause: str = ""
    whereabouts: str = ""
    measures: tuple[Words, ...] = ()
    signed_on: date | None = None
    signed_by: str = ""
    # Signed by a dated 代签 grant: the paper says 校长授权 (days.md 31).
    by_mandate: bool = False
    note: Note = ""
    # Where the journal's chain ended when it was signed.
    anchor: str = ""

    def sent_to(self, addressee: Addressee) -> tuple[str, str]:
        """Return 主送 and 抄送 of the original for `addressee`."""
        if addressee is Addressee.GOVERNMENT:
            return self.government_name, self.bureau_name
        return self.bureau_name, self.government_name

    @property
    def title(self) -> str:
        """Return its title."""
        return report_title(self.student_name, self.opened_as)


def report_title(student_name: str, opened_as: OpenCause | None) -> str:
    """Return the title a counter accepts: 疑似辍学 is a later finding."""
    if opened_as is OpenCause.NEVER_ENROLLED:
        return f"关于适龄儿童{student_name}未入学情况的报告"
    what = {
        None: "超过48小时未到校",
        OpenCause.NOT_REGISTERED: OpenCause.NOT_REGISTERED.label,
        OpenCause.LEAVER: OpenCause.LEAVER.label,
    }.get(opened_as, "未到校")
    return f"关于学生{student_name}{what}情况的报告"


def advance(state: PaperState, wanted: PaperState) -> PaperState:
    """Return `wanted` if a document may go there, else raise PaperStepRefused."""
    if wanted not in NEXT[state]:
        raise PaperStepRefused(state, wanted)
    return wanted


def file_name(head: PaperHead, suffix: str) -> str:
    """Return the name a paper is saved under; its edition stands in it."""
    whose = "" if head.title.startswith(head.unit) else f"_{head.unit}"
    name = f"{head.title}{whose}_{head.filled_on:%Y%m%d}_{head.edition.label}"
    return f"{name.translate(UNFIT_FOR_NAME).lstrip('.')}.{suffix}"

"""关于学生×××超过48小时未到校情况的报告, or of one opened by hand: two originals (R3, R48).

A 报告 asks for nothing (党政机关公文处理工作条例 15(4)) and has one 主送 (15(6)): each
original goes to one of the two and is 抄送 to the other, under one 文号.
"""

from collections.abc import Sequence
from typing import BinaryIO, Final

from docx.enum.text import WD_ALIGN_PARAGRAPH

from core.papers.letter import Line, size_for, write_letter
from core.papers.words import anchored, long_day, minute
from core.rules.case_open import CALLED_AT_NO_ROLL, OpenCause
from core.rules.paper import Addressee, MissingReport, TimelineEntry
from core.rules.time import day_of

CLOSING: Final = "特此报告。"
NO_DAY: Final = "　　　　年　　月　　日"
RIGHT: Final = WD_ALIGN_PARAGRAPH.RIGHT
LEFT: Final = WD_ALIGN_PARAGRAPH.LEFT


def write(out: BinaryIO, report: MissingReport, addressee: Addressee) -> None:
    """Write the original for one addressee, on one sheet."""
    dated_on = report.signed_on or day_of(report.due_at)
    write_letter(out, report.title, report.school_name, dated_on, lines(report, addressee))


def lines(report: MissingReport, addressee: Addressee) -> tuple[Line, ...]:
    """Return the paragraphs, with as much of the timeline as one sheet holds.

    The first entries and the last stay; what is left out is told, and is in the system.
    """
    whole = _body(report, addressee, report.timeline, 0)
    if size_for(report.title, whole) is not None:
        return whole
    for kept in range(len(report.timeline) - 1, 0, -1):
        shown = (*report.timeline[: kept - 1], report.timeline[-1])
        short = _body(report, addressee, shown, len(report.timeline) - kept)
        if size_for(report.title, short) is not None:
            return short
    return _body(report, addressee, (), len(report.timeline))


def _body(
    report: MissingReport,
    addressee: Addressee,
    timeline: Sequence[TimelineEntry],
    left_out: int,
) -> tuple[Line, ...]:
    main, copy = report.sent_to(addressee)
    day = long_day(report.signed_on) if report.signed_on else NO_DAY
    mandate = "（校长授权）" if report.by_mandate else ""
    told = [f"{minute(entry.at)}，{entry.text}" for entry in timeline]
    if left_out:
        told.insert(max(0, len(told) - 1), f"其间另有{left_out}项记录，存校备查")
    progress = "；".join(told)
    return tuple(
        line
        for line in (
            Line(report.number, LEFT, indent=False),
            Line(f"{main}：", LEFT, indent=False),
            Line(_facts(report)),
            Line(f"发现和处置经过：{progress}。") if told else None,
            Line(_gaps(report)),
            Line(f"已采取的措施：{'；'.join(report.measures)}。")
            if report.measures
            else None,
            Line(CLOSING),
            Line(f"{report.school_name}（盖章）", RIGHT, indent=False, keep=2),
            Line(day, RIGHT, indent=False, keep=4),
            Line(f"签发人：{report.signed_by}{mandate}", LEFT, indent=False),
            Line(f"抄送：{copy}", LEFT, indent=False),
            Line(anchored(report.anchor), LEFT, indent=False) if report.anchor else None,
        )
        if line is not None
    )


def _facts(report: MissingReport) -> str:
    phone = f"，电话{report.phone}" if report.phone else ""
    home = f"，住{report.address}" if report.address else ""
    never = report.opened_as is OpenCause.NEVER_ENROLLED
    child = "学区内适龄儿童" if never else f"{report.class_name}学生"
    kin = f"，系其{report.relation}" if report.relation else ""
    who = (
        f"我校{child}{report.student_name}（{report.sex}，"
        f"{long_day(report.born_on)}出生，监护人{report.guardian}{kin}{phone}{home}）"
    )
    grounds = " ".join(report.grounds.split()).rstrip("。；;. ")
    if report.opened_as is not None and report.opened_as in CALLED_AT_NO_ROLL:
        return f"{who}，{report.opened_as.label}：{grounds}。"
    missed = f"{who}，自{minute(report.missed_at)}起未到校，未履行请假手续"
    if report.opened_as is not None:
        return f"{missed}，{report.opened_as.label}：{grounds}。"
    return f"{missed}，至{minute(report.due_at)}已超过48小时。"


def _gaps(report: MissingReport) -> str:
    """Tell what is known and what was not done: gaps are printed, never hidden."""
    undone = "、".join(
        word
        for done, word in ((report.contacted, "未联系"), (report.visited, "未家访"))
        if not done
    )
    note = f"截至报告时{undone}。" if undone else ""
    return (
        f"初步了解：原因，{report.cause or '尚未查明'}；"
        f"去向，{report.whereabouts or '尚未查明'}。{note}{' '.join(report.note.split())}"
    )

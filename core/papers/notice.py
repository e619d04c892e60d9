"""返校通知书 and 责令通知书: 存根, 正本 and 送达回证, three sheets in one file (R45).

The law's words are 义务教育法's own; no fine is named anywhere (docs/policy.md).
"""

from collections.abc import Sequence
from typing import BinaryIO, Final

from docx.enum.text import WD_ALIGN_PARAGRAPH

from core.papers.letter import Line, Sheet, write_sheets
from core.papers.words import long_day, minute
from core.rules.notice import Notice, ServedBy
from core.rules.paper import PaperKind
from core.rules.time import day_of

STUB, SLIP = "存根", "送达回证"
RIGHT: Final = WD_ALIGN_PARAGRAPH.RIGHT
LEFT: Final = WD_ALIGN_PARAGRAPH.LEFT
CENTRE: Final = WD_ALIGN_PARAGRAPH.CENTER
NO_DAY: Final = "　　　　年　　月　　日"
DUTY_OF_PARENTS: Final = (
    "《中华人民共和国义务教育法》第五条第二款规定：“适龄儿童、少年的父母或者其他法定监护人"
    "应当依法保证其按时入学接受并完成义务教育。”"
)


def write(out: BinaryIO, notice: Notice) -> None:
    """Write the three sheets."""
    dated_on = notice.signed_on or day_of(notice.missed_at)
    write_sheets(out, notice.government_name, dated_on, sheets(notice))


def sheets(notice: Notice) -> tuple[Sheet, ...]:
    """Return 存根, 正本 and 送达回证."""
    return (
        Sheet(f"{notice.title}（{STUB}）", _number(notice), _stub(notice)),
        Sheet(notice.title, lines(notice)),
        Sheet(SLIP, _number(notice), _slip(notice)),
    )


def lines(notice: Notice) -> tuple[Line, ...]:
    """Return the paragraphs of the 正本."""
    order = notice.kind is PaperKind.ORDER
    return (
        *_number(notice),
        *((Line(text) for text in _persons(notice)) if order else ()),
        *(() if order else (Line(f"{notice.whom}：", LEFT, indent=False),)),
        *(Line(text) for text in (_order(notice) if order else _notice(notice))),
        Line(f"{notice.government_name}（盖章）", RIGHT, indent=False, keep=2),
        Line(_signed_on(notice), RIGHT, indent=False, keep=4),
        Line(f"经办学校：{notice.school_name}", LEFT, indent=False),
    )


def _number(notice: Notice) -> tuple[Line, ...]:
    return (Line(notice.number, CENTRE, indent=False),)


def _signed_on(notice: Notice) -> str:
    return long_day(notice.signed_on) if notice.signed_on else NO_DAY


def _child(notice: Notice) -> str:
    is_a = (
        f"系{notice.school_name}学区内适龄儿童"
        if notice.never_enrolled
        else f"系{notice.school_name}{notice.class_name}学生"
    )
    return f"{notice.student_name}（{notice.sex}，{long_day(notice.born_on)}出生），{is_a}"


def _missing(notice: Notice) -> str:
    if notice.never_enrolled:
        return "至今未入学接受义务教育，未办理延缓入学手续"
    return f"自{long_day(day_of(notice.missed_at))}起未到校，未履行请假手续"


def _notice(notice: Notice) -> Sequence[str]:
    phone = f"（电话{notice.school_phone}）" if notice.school_phone else ""
    never = notice.never_enrolled
    to, done = (
        (f"到{notice.school_name}入学就读", "送入学") if never else ("返校就读", "送返校")
    )
    return (
        f"你的被监护人{_child(notice)}，{_missing(notice)}。",
        DUTY_OF_PARENTS,
        (
            f"现通知你自本通知书送达之日起{notice.days}日内，送{notice.student_name}{to}。"
            f"逾期未{done}的，本机关将依照该法第五十八条的规定给予批评教育，责令限期改正。"
        ),
        (
            "因患病、转学等确有特殊情况的，请在上述期限内持有关证明与"
            f"{notice.school_name}{phone}联系。"
        ),
    )


def _persons(notice: Notice) -> Sequence[str]:
    home = f"，住{notice.address}" if notice.address else ""
    kin = f"（系被监护人之{notice.relation}）" if notice.relation else ""
    return (
        f"被责令人：{notice.whom}{kin}，身份证件号＿＿＿＿＿＿＿＿＿＿{home}",
        f"被监护人：{_child(notice)}",
    )


def _order(notice: Notice) -> Sequence[str]:
    return (
        (
            f"经查，{notice.student_name}{_missing(notice)}。{notice.earlier}"
            f"期限届满，仍未送其{'入学' if notice.never_enrolled else '返校'}。"
            f"{notice.grounds.rstrip('。；;. ')}。"
        ),
        (
            "上述行为违反了《中华人民共和国义务教育法》第五条第二款、第十一条的规定。依照该法"
            f"第五十八条的规定，现责令你自本通知书送达之日起{notice.days}日内，"
            f"送{notice.student_name}到{notice.school_name}接受义务教育。"
        ),
        notice.remedy,
    )


def _class(notice: Notice) -> str:
    return "（未入学）" if notice.never_enrolled else notice.class_name


def _stub(notice: Notice) -> Sequence[tuple[str, str]]:
    return (
        ("监护人", f"{notice.whom}　{notice.relation}"),
        ("学生", f"{notice.student_name}　{notice.school_name}{_class(notice)}"),
        ("个案编号", notice.case_number),
        ("立案" if notice.never_enrolled else "首次未到校", minute(notice.missed_at)),
        ("限期", f"自送达之日起{notice.days}日内"),
        ("拟稿人", notice.drafted_by),
        ("签发人", notice.signed_by),
        ("签发日期", _signed_on(notice)),
        ("领取人（签字）、日期", ""),
    )


def _slip(notice: Notice) -> Sequence[tuple[str, str]]:
    # Two to a line: four would break the last one in the middle.
    boxes = [f"□{way.label}" for way in ServedBy]
    ways = "\n".join(("　".join(boxes[:2]), "　".join(boxes[2:])))
    return (
        ("送达文书", f"《{notice.title}》"),
        ("受送达人", notice.whom),
        ("送达地点", notice.address),
        ("送达方式", ways),
        ("受送达人（签名）、日期", ""),
        ("代收人（签名）、与受送达人关系、日期", ""),
        ("拒收情形", ""),
        ("见证人（签名）、单位职务、日期", ""),
        ("送达人（签名）、单位职务、日期", ""),
        ("备注", f"期限自送达之日起{notice.days}日内；本回证交{notice.school_name}存档。"),
    )

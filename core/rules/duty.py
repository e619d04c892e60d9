"""Duties: who owes what, in what words, and to whom it climbs when it is missed.

A duty is cleared only by the act itself.  When each is due stands in the rules of its
noun (clock, month, leave, visit); overdue is read from the moments, never stored.  What a
class without a head teacher, or a school without a registrar, owes is its principal's as
well: that is asked whenever it is read.
"""

from typing import Final, Self

from core.rules.base import Coded


class Owes(Coded):
    """Who a duty belongs to, within the school, class or township it names."""

    CLASS_TEACHER = "class_teacher", "班主任"
    DUTY_TEACHER = "duty_teacher", "值班/宿管"
    REGISTRAR = "registrar", "教务/学籍管理员"
    PRINCIPAL = "principal", "校长"
    OFFICE = "office", "教管组"
    GOVERNMENT = "government", "乡镇政府"
    VILLAGE_CADRE = "village_cadre", "包村干部"
    BUREAU = "bureau", "教育局基教科"


# The school's line ends at the bureau; the government's at the government.
_CLIMBS_TO: Final = {
    Owes.CLASS_TEACHER: Owes.PRINCIPAL,
    Owes.DUTY_TEACHER: Owes.PRINCIPAL,
    Owes.REGISTRAR: Owes.PRINCIPAL,
    Owes.PRINCIPAL: Owes.OFFICE,
    Owes.OFFICE: Owes.BUREAU,
    Owes.VILLAGE_CADRE: Owes.GOVERNMENT,
}


class DutyKind(Coded):
    """A kind of duty: code, the word at its head, who owes it, and its sentence.

    `{who}` in the sentence is the child, class, school or month it is about.
    """

    owes: Owes
    sentence: str

    def __new__(cls, code: str, label: str, owes: Owes, sentence: str) -> Self:
        """Keep who owes it and its sentence beside the code and the label."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.owes = owes
        member.sentence = sentence
        return member

    # The daily roll and what follows from it.
    ROLL = "roll", "点名", Owes.CLASS_TEACHER, "{who}"
    BOARDERS_ROLL = "boarders_roll", "点名", Owes.DUTY_TEACHER, "{who}"
    UNTAKEN = "untaken", "督促点名", Owes.PRINCIPAL, "{who}连续未点名"
    CONTACT = "contact", "联系", Owes.CLASS_TEACHER, "{who}未到校，请联系监护人"
    VISIT = "visit", "家访", Owes.CLASS_TEACHER, "{who}未到校满一天，须入户家访"
    REPEATED = "repeated", "预警", Owes.CLASS_TEACHER, "{who}反复未到校，须入户家访"
    SIGN_VISIT = "sign_visit", "预警", Owes.CLASS_TEACHER, "{who}有迹象，须入户家访"
    ACKNOWLEDGE_SIGN = "acknowledge_sign", "备案", Owes.PRINCIPAL, "{who}有迹象，请备案"
    JOINT_VISIT = "joint_visit", "联合劝返", Owes.PRINCIPAL, "{who}未返校，须校村联合劝返"
    MARK_REGISTER = (
        "mark_register",
        "标注",
        Owes.REGISTRAR,
        "{who}未返校，请在学籍系统标注",
    )
    KEY_VISIT = "key_visit", "家访", Owes.CLASS_TEACHER, "{who}为重点生，须每周入户家访"
    KEY_CHECK = "key_check", "检查", Owes.PRINCIPAL, "{who}重点生记录待本月检查"
    NOT_KNOWN = "not_known", "紧急", Owes.PRINCIPAL, "{who}去向不明，请确认是否报警"
    # The edges of a term.
    TERM_END = "term_end", "期末未返", Owes.OFFICE, "{who}"
    NOT_REGISTERED = "not_registered", "未报到", Owes.OFFICE, "{who}"
    GRADUATES = "graduates", "毕业", Owes.REGISTRAR, "{who}学年期满，待登记毕业"
    # The register of children in no school of the township.
    ENROL = "enrol", "未入学", Owes.PRINCIPAL, "{who}适龄未入学，请督促入学或立案"
    VERIFY_AREA = "verify_area", "核验", Owes.OFFICE, "{who}适龄儿童登记待核"
    RENEW_AREA = "renew_area", "续查", Owes.OFFICE, "{who}去向到期，请重新核实"
    # Leave.
    LEAVE_DECISION = "leave_decision", "批假", Owes.REGISTRAR, "{who}请假待批"
    LEAVE_LONG = "leave_long", "批假", Owes.PRINCIPAL, "{who}请假待批"
    LEAVE_ENDING = "leave_ending", "到期提醒", Owes.CLASS_TEACHER, "{who}假期将满"
    LEAVE_OVERRUN = "leave_overrun", "销假", Owes.CLASS_TEACHER, "{who}逾期未销假"
    LEAVE_PROOF = "leave_proof", "佐证", Owes.CLASS_TEACHER, "{who}长期请假须交证明"
    # The alarm: told to both at once; the paper follows the same day.
    SIGN_REPORT = "sign_report", "签发", Owes.PRINCIPAL, "{who}书面报告待签发"
    ALARM_GOVERNMENT = "alarm_government", "预警", Owes.GOVERNMENT, "{who}超过48小时未到校"
    ALARM_BUREAU = "alarm_bureau", "预警", Owes.BUREAU, "{who}超过48小时未到校"
    ALARM_OFFICE = "alarm_office", "预警", Owes.OFFICE, "{who}超过48小时未到校"
    # Of a case opened by hand, before a clock or without one.
    OPENED_GOVERNMENT = "opened_government", "告知", Owes.GOVERNMENT, "{who}已立案"
    OPENED_BUREAU = "opened_bureau", "告知", Owes.BUREAU, "{who}已立案"
    OPENED_OFFICE = "opened_office", "告知", Owes.OFFICE, "{who}已立案"
    RECEIPT_GOVERNMENT = "receipt_government", "签收", Owes.GOVERNMENT, "{who}书面报告"
    RECEIPT_BUREAU = "receipt_bureau", "签收", Owes.BUREAU, "{who}书面报告"
    # A case: one asks for its next step, another confirms it.
    REGISTER_RETURN = (
        "register_return",
        "返校",
        Owes.CLASS_TEACHER,
        "{who}已到校，请登记返校",
    )
    CONFIRM_RETURN = "confirm_return", "返校", Owes.REGISTRAR, "{who}返校待确认"
    CONFIRM_EXCLUSION = "confirm_exclusion", "排除", Owes.OFFICE, "{who}排除疑似待确认"
    OBSERVED = "observed", "销号", Owes.PRINCIPAL, "{who}观察期满，请办理销号"
    CONFIRM_CLOSE = "confirm_close", "销号", Owes.OFFICE, "{who}销号待确认"
    CONFIRM_DROPOUT = "confirm_dropout", "认定", Owes.BUREAU, "{who}认定辍学待确认"
    CONFIRM_LEGAL = "confirm_legal", "依法处理", Owes.OFFICE, "{who}依法处理待确认"
    CONFIRM_SETTLED = "confirm_settled", "核验", Owes.OFFICE, "{who}去向待核实"
    CONFIRM_COMPLETE = "confirm_complete", "销号", Owes.BUREAU, "{who}超龄销号待确认"
    CONFIRM_GRADUATED = "confirm_graduated", "销号", Owes.BUREAU, "{who}毕业销号待确认"
    FOLLOW_UP = "follow_up", "跟踪", Owes.CLASS_TEACHER, "{who}返校观察期每周跟踪"
    TRACK = "track", "跟踪调查", Owes.CLASS_TEACHER, "{who}辍学跟踪调查"
    DETERMINE = "determine", "认定", Owes.OFFICE, "{who}长期未返校，待认定辍学"
    TO_LAW = "to_law", "依法处理", Owes.GOVERNMENT, "{who}责令期满仍未返校"
    # Its papers: the township's, with the school as 经办.
    DRAFT_NOTICE = "draft_notice", "拟制", Owes.PRINCIPAL, "{who}返校通知书待拟制"
    SIGN_NOTICE = "sign_notice", "签发", Owes.GOVERNMENT, "{who}返校通知书待签发"
    SERVE_NOTICE = "serve_notice", "送达", Owes.REGISTRAR, "{who}返校通知书待送达"
    RETURN_DUE = "return_due", "督促返校", Owes.CLASS_TEACHER, "{who}限期返校"
    DRAFT_ORDER = "draft_order", "拟制", Owes.OFFICE, "{who}期满未返校，待责令"
    SIGN_ORDER = "sign_order", "签发", Owes.GOVERNMENT, "{who}责令通知书待签发"
    SERVE_ORDER = "serve_order", "送达", Owes.OFFICE, "{who}责令通知书待送达"
    # Its proofs: attached by one, checked by another.
    CHECK_EVIDENCE = "check_evidence", "核验", Owes.OFFICE, "{who}佐证待核验"
    REDO_EVIDENCE = (
        "redo_evidence",
        "佐证",
        Owes.CLASS_TEACHER,
        "{who}佐证被退回，请重新提供",
    )
    RENEW_EVIDENCE = (
        "renew_evidence",
        "佐证",
        Owes.REGISTRAR,
        "{who}就读证明将到期，请重新核实",
    )
    RECEIPT_REQUEST = "receipt_request", "签收", Owes.GOVERNMENT, "{who}商请函"
    SEND_LETTER = "send_letter", "寄送", Owes.REGISTRAR, "{who}抄送函待寄送户籍地"
    # Changes and the register.
    VERIFY_CHANGE = "verify_change", "核验", Owes.OFFICE, "{who}待核"
    ACCEPT_TRANSFER = "accept_transfer", "接收", Owes.REGISTRAR, "{who}镇内转学待接收"
    CONFIRM_TRANSFER = "confirm_transfer", "确认", Owes.REGISTRAR, "{who}镇内转学待确认"
    # Another township's school has received a child that is on this school's roll.
    CHECK_ELSEWHERE = "check_elsewhere", "核对", Owes.REGISTRAR, "{who}，请核对、办理转出"
    SETTLE_TWICE = "settle_twice", "核定", Owes.BUREAU, "{who}，原学校称仍在读"
    CHECK_BIRTH = "check_birth", "核对", Owes.CLASS_TEACHER, "{who}出生日期与证件号不符"
    OPENING_FIGURES = "opening_figures", "确认", Owes.OFFICE, "{who}期初数待确认"
    HEAD_TEACHER = "head_teacher", "缺班主任", Owes.PRINCIPAL, "{who}缺班主任"
    # The month.
    CLASS_MONTH = "class_month", "月报", Owes.CLASS_TEACHER, "{who}班级月报待确认"
    BUREAU_MONTH = "bureau_month", "月报", Owes.PRINCIPAL, "{who}控辍保学情况月报"
    OFFICE_MONTH = "office_month", "月报", Owes.PRINCIPAL, "{who}学生变动情况月报"
    RETURNED_MONTH = "returned_month", "更正", Owes.PRINCIPAL, "{who}月报被退回"
    SUPPLEMENT = "supplement", "补报", Owes.PRINCIPAL, "{who}月报报送后新增情况"
    COUNTERSIGN = "countersign", "补签", Owes.PRINCIPAL, "{who}代录月报"
    TAKE_MONTH = "take_month", "接收", Owes.BUREAU, "{who}月报待接收"
    # The calendar.
    ACKNOWLEDGE = "acknowledge", "备案", Owes.OFFICE, "{who}临时停课"
    CALENDAR_ENDS = "calendar_ends", "校历", Owes.OFFICE, "校历只排到{who}，请续排"


# What is told on whatever screen its debtor is at, the moment it is owed.
URGENT: Final = frozenset(
    {
        DutyKind.NOT_KNOWN,
        DutyKind.SIGN_REPORT,
        DutyKind.ALARM_GOVERNMENT,
        DutyKind.ALARM_BUREAU,
        DutyKind.ALARM_OFFICE,
        DutyKind.OPENED_GOVERNMENT,
        DutyKind.OPENED_BUREAU,
        DutyKind.OPENED_OFFICE,
    }
)


# What is only taken note of: 9 on the child's page.
NOTED: Final = (
    DutyKind.NOT_KNOWN,
    DutyKind.ALARM_OFFICE,
    DutyKind.OPENED_GOVERNMENT,
    DutyKind.OPENED_BUREAU,
    DutyKind.OPENED_OFFICE,
)

# What an addressee takes in, and what a second person checks, each in a list of its own.
RECEIPTS: Final = frozenset(
    {DutyKind.RECEIPT_GOVERNMENT, DutyKind.RECEIPT_BUREAU, DutyKind.RECEIPT_REQUEST}
)
CHECKS: Final = frozenset(
    {DutyKind.CHECK_EVIDENCE, DutyKind.VERIFY_CHANGE, DutyKind.VERIFY_AREA}
)


class DutyState(Coded):
    """What a duty is at a moment."""

    OPEN = "open", "待办"
    DONE = "done", "已办"
    OVERDUE = "overdue", "逾期"


def words_of(kind: DutyKind, who: str) -> str:
    """Return the sentence of a duty about `who`."""
    return kind.sentence.replace("{who}", who)


def climbs_to(owes: Owes) -> Owes | None:
    """Return who hears of a duty that was missed; None at the end of the line."""
    return _CLIMBS_TO.get(owes)

"""A township's settings: what each means, its unit, its default and where that comes from.

Kept as rows (name, value, from_on); a record of this module is the policy of one day.
The 48 hours themselves are the law's and no setting: they stand in clock.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, NamedTuple, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from core.rules.base import Coded, Record, no_controls
from core.rules.errors import BadInput
from core.rules.place import Stage


class ClockMode(Coded):
    """How the moment of the 48-hour alarm is found."""

    NEXT_ROLL = "clock_next_roll", "满48小时后首次点名时限"
    CLOCK = "clock", "满48小时"
    SCHOOL_DAYS = "school_days", "两个上课日后同一时段"


class Setting(NamedTuple):
    """What a setting is called, what it counts, and the source of its default."""

    label: str
    unit: str
    source: str


class Takes(NamedTuple):
    """What may be typed for a setting, in words."""

    words: str


# No document fixes the value: the township's authority decides.
OPEN: Final = "暂定，由主管部门确定"
# What schools and townships do; no document of this county fixes it.
REC: Final = "暂定，参照各地做法"
_Count: TypeAlias = Annotated[int, Field(ge=0, le=999), Takes("0至999的整数")]
_Some: TypeAlias = Annotated[int, Field(ge=1, le=999), Takes("1至999的整数")]
# February ends on the 28th.
_DueDay: TypeAlias = Annotated[int, Field(ge=1, le=28), Takes("1至28的整数")]
_Rate: TypeAlias = Annotated[
    Decimal, Field(ge=0, le=100, decimal_places=2), Takes("0至100、最多两位小数")
]
_Line: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=100),
    AfterValidator(no_controls),
    Takes("100字以内的一行文字"),
]


class Policy(Record):
    """The settings in force on a day; `id` is the newest row among them, 0 if none."""

    id: int = 0

    clock_mode: Annotated[
        ClockMode, Setting("48小时到期的算法", "", "篇一第四条（R3）；情形“48小时”")
    ] = ClockMode.NEXT_ROLL
    unsigned_climbs_after: Annotated[
        _Some, Setting("书面报告未签发上报教管组", "在校小时", "情形31")
    ] = 2
    warning_runs: Annotated[_Some, Setting("反复未到校预警", "次", "情形7")] = 3
    warning_within: Annotated[_Some, Setting("反复未到校统计范围", "上课日", "情形7")] = 10
    untaken_days: Annotated[_Some, Setting("连续未点名报校长", "上课日", "情形6")] = 2
    missed_in_10: Annotated[_Some, Setting("预警：近10个上课日未到", "日", OPEN)] = 2
    missed_in_20: Annotated[_Some, Setting("预警：近20个上课日未到", "日", OPEN)] = 3
    missed_in_60: Annotated[_Some, Setting("预警：近60个上课日未到", "日", OPEN)] = 6
    key_visits_pause: Annotated[bool, Setting("假期暂停重点生家访", "", "情形41")] = False

    roll_opens_before: Annotated[_Count, Setting("点名提前开放", "分钟", "情形5")] = 15
    roll_limit_after: Annotated[_Some, Setting("新建时段的点名时限", "分钟", "情形4")] = 30
    roll_red_after: Annotated[_Some, Setting("未点名标红上报", "分钟", "情形4")] = 60
    file_late_for: Annotated[_Count, Setting("补点名期限", "日", OPEN)] = 7

    leave_class_teacher_days: Annotated[
        _Some, Setting("班主任批假上限", "上课日", OPEN)
    ] = 3
    leave_dean_days: Annotated[_Some, Setting("教务（年级）批假上限", "上课日", OPEN)] = 7
    sick_proof_after: Annotated[_Count, Setting("病假须交证明", "上课日以上", OPEN)] = 3
    long_leave_consecutive: Annotated[
        _Some, Setting("长期请假：连续", "上课日以上", "情形11")
    ] = 10
    long_leave_term: Annotated[
        _Some, Setting("长期请假：一学期累计", "上课日以上", "情形11")
    ] = 40

    bureau_due_day: Annotated[_DueDay, Setting("月报报送日", "日", "篇一（R49）")] = 25
    office_due_day: Annotated[_DueDay, Setting("变动月报报送日", "日", "篇二（R52）")] = 3
    vacation_zero_report: Annotated[
        bool, Setting("假期月份须零报告", "", "篇一（R50）；情形41")
    ] = True
    target_primary: Annotated[_Rate, Setting("小学年巩固率目标", "%", "篇二（R56）")] = (
        Decimal(99)
    )
    target_junior: Annotated[_Rate, Setting("初中年巩固率目标", "%", "篇二（R56）")] = (
        Decimal(98)
    )
    countersign_within: Annotated[_Some, Setting("代录后学校补签", "日", "情形33")] = 3
    suspensions_red_after: Annotated[
        _Count, Setting("临时停课一学期标红", "次以上", "情形23")
    ] = 3

    observe_for: Annotated[_Some, Setting("返校观察期", "上课日", "情形43")] = 20
    observe_missed: Annotated[_Count, Setting("观察期内允许未到校", "次", OPEN)] = 2
    notice_within: Annotated[_Some, Setting("报告后送达返校通知书", "上课日", REC)] = 3
    notice_days: Annotated[_Some, Setting("返校通知书期限", "日", REC)] = 5
    order_within: Annotated[_Some, Setting("期满未返校后责令", "日", REC)] = 3
    order_days: Annotated[_Some, Setting("责令通知书期限", "日", REC)] = 7
    confirm_after: Annotated[_Some, Setting("认定辍学须满", "周", REC)] = 4
    government_mark: Annotated[_Line, Setting("乡镇政府发文代字", "", OPEN)] = ""
    order_remedy: Annotated[_Line, Setting("责令通知书救济途径", "", OPEN)] = (
        "如不服本通知，可以依法申请行政复议或者提起行政诉讼。"
    )
    # Blank is off: no township goes to law before its 司法所 has named the law.
    legal_basis: Annotated[_Line, Setting("依法处理的法律依据", "", OPEN)] = ""
    calendar_warn_before: Annotated[_Some, Setting("校历到期提醒", "日", OPEN)] = 90

    def target_of(self, stage: Stage) -> Decimal:
        """Return the yearly 巩固率, in percent, that schools of a stage are to keep."""
        return self.target_primary if stage is Stage.PRIMARY else self.target_junior


class PolicyRow(Record):
    """One stored setting; it holds from `from_on` until a later row of its name."""

    id: int
    name: str
    value: str
    from_on: date


class NoSuchSetting(BadInput):
    """The name is no setting's."""

    def __init__(self, name: str) -> None:
        super().__init__(f"没有名为 {name} 的设置，请从设置列表中选择。")


class BadSetting(BadInput):
    """The value is not one the setting can take."""

    def __init__(self, name: str, value: str) -> None:
        what = setting(name)
        unit = f"（单位：{what.unit}）" if what.unit else ""
        told = [m.words for m in Policy.model_fields[name].metadata if isinstance(m, Takes)]
        rule = f"应填{told[0]}{unit}" if told else "请从所列选项中选择"
        super().__init__(f"“{what.label}”不能设为“{value}”：{rule}。")


def setting_names() -> tuple[str, ...]:
    """Return the names of all settings, in the order in which they are shown."""
    return tuple(name for name in Policy.model_fields if name != "id")


def setting(name: str) -> Setting:
    """Return what a setting means.  Raises NoSuchSetting."""
    field = Policy.model_fields.get(name)
    found = [m for m in field.metadata if isinstance(m, Setting)] if field else []
    if not found:
        raise NoSuchSetting(name)
    return found[0]


def policy_on(rows: Iterable[PolicyRow], day: date) -> Policy:
    """Return the policy of `day`: of each name the newest row begun by then, else default.

    A row that is not readable says nothing: no roll and no alarm waits for a setting.
    """
    readable = (row for row in rows if row.from_on <= day and is_readable(row))
    held = sorted(readable, key=lambda row: (row.from_on, row.id))
    values = {row.name: row.value for row in held}
    newest = max((row.id for row in held), default=0)
    return Policy.model_validate(values | {"id": newest})


def is_readable(row: PolicyRow) -> bool:
    """Tell whether this program knows the setting and can take its value.

    It does not where another version of the program, or somebody by hand, wrote the row.
    """
    try:
        taken(row.name, row.value)
    except BadInput:
        return False
    return True


def code_of(policy: Policy, name: str) -> str:
    """Return the value of a setting as it is stored."""
    held: object = getattr(policy, name)
    return str(held).lower() if isinstance(held, bool) else str(held)


def taken(name: str, typed: str) -> str:
    """Return what was typed for a setting as it is stored.

    Raises NoSuchSetting, or BadSetting for a value the setting cannot take.
    """
    setting(name)
    try:
        return code_of(Policy.model_validate({name: typed}), name)
    except ValidationError as wrong:
        raise BadSetting(name, typed) from wrong

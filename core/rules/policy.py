"""A township's settings: what each means, its unit, its default and where that comes from.

Kept as rows (name, value, from_on); a record of this module is the policy of one day.
The 48 hours themselves are the law's and no setting: they stand in clock.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, NamedTuple, TypeAlias

from pydantic import Field, ValidationError

from core.rules.base import Coded, Record
from core.rules.errors import BadInput


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


# No document fixes the value: the township's authority decides.
OPEN: Final = "暂定，由主管部门确定"
_Count: TypeAlias = Annotated[int, Field(ge=0, le=999)]
_Some: TypeAlias = Annotated[int, Field(ge=1, le=999)]
_DueDay: TypeAlias = Annotated[int, Field(ge=1, le=28)]
_Rate: TypeAlias = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]


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
    weekly_visits_pause: Annotated[bool, Setting("假期暂停每周家访", "", "情形41")] = False
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

    notice_days: Annotated[_Some, Setting("返校通知书限期", "日", OPEN)] = 7
    confirm_after: Annotated[_Some, Setting("疑似辍学满期认定", "日", OPEN)] = 28
    observe_for: Annotated[_Some, Setting("返校观察期", "上课日", "情形43")] = 20
    observe_missed: Annotated[_Count, Setting("观察期内允许未到校", "次", OPEN)] = 2

    mask_identity: Annotated[
        bool, Setting("屏幕遮蔽身份证件号", "", "个人信息保护法第二十八条")
    ] = True
    mask_phone: Annotated[
        bool, Setting("屏幕遮蔽电话号码", "", "个人信息保护法第二十八条")
    ] = True
    calendar_warn_before: Annotated[_Some, Setting("校历到期提醒", "日", OPEN)] = 90


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
        super().__init__(f"“{what.label}”{unit}不能设为“{value}”，请核对后重填。")


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

    Raises NoSuchSetting or BadSetting.
    """
    held = sorted((r for r in rows if r.from_on <= day), key=lambda r: (r.from_on, r.id))
    values: dict[str, str] = {}
    for row in held:
        must_take(row.name, row.value)
        values[row.name] = row.value
    newest = max((row.id for row in held), default=0)
    return Policy.model_validate(values | {"id": newest})


def must_take(name: str, value: str) -> None:
    """Refuse a value the setting cannot take.  Raises NoSuchSetting, BadSetting."""
    setting(name)
    try:
        Policy.model_validate({name: value})
    except ValidationError as wrong:
        raise BadSetting(name, value) from wrong

"""The fields of a home visit, filled in with what is known, and read back as a draft.

Who presses what and when it is submitted is visit's.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from core.rules.staff import Role
from core.rules.visit import (
    Cause,
    Met,
    VisitDraft,
    VisitMethod,
    VisitResult,
    Whereabouts,
)
from core.rules.visit_record import VisitLine, police_of
from core.services.visit import VisitForm
from tui.screens.police import (
    NOT_TOLD,
    TOLD,
    moment_typed,
    police_fields,
    police_typed,
)
from tui.screens.visit_members import (
    OFFERED,
    NobodyWent,
    companions,
    members,
    mine,
    people,
)
from tui.widgets.form import ChoiceField, DateField, Field, ShowField, TextField
from tui.widgets.several_field import SeveralField
from tui.widgets.time_field import TimeField


def fields(known: VisitForm, account_id: int, old: VisitLine | None) -> Sequence[Field]:
    """Return the fields as they stand for a new visit, or for the correction of `old`."""
    filled = _usual(known, account_id) if old is None else _from_old(known, old)
    today = known.now.date()
    who = "  ".join(f"{g.called} {g.phone or '未登记电话'}" for g in known.guardians)
    place = known.child.address or ""
    roles = tuple(
        ChoiceField(name, role.label, people(known, offered), value=filled[name])
        for role, name, offered in OFFERED
    )
    along = tuple((key, f"{m.name}({m.role.label})") for key, m in companions(known))
    return (
        ShowField("who", "监护人", value=f"{who}  {place}".strip()),
        DateField("on", "家访日期", reference=today, value=filled["on"], required=True),
        TimeField("at", "家访时间", value=filled["at"], required=True),
        _choice("method", "方式", VisitMethod, filled, required=True),
        *roles,
        SeveralField(
            "along", "村镇同行", along, value=filled["along"], empty="暂无，可在下一行填写"
        ),
        TextField(
            "others",
            "其他同行",
            limit=60,
            value=filled["others"],
            hint="如 张明（村）",
        ),
        TextField("absent_reason", "未参加原因", limit=60, value=filled["absent_reason"]),
        SeveralField(
            "met",
            "受访人",
            tuple((m.value, m.label) for m in Met),
            value=filled["met"],
            required=True,
        ),
        _choice("cause", "原因", Cause, filled),
        _choice("whereabouts", "去向", Whereabouts, filled),
        TextField("mood", "思想状况", limit=200, value=filled["mood"]),
        TextField(
            "guardian_opinion", "监护人意见", limit=200, value=filled["guardian_opinion"]
        ),
        _choice("result", "家访结果", VisitResult, filled, required=True),
        DateField("promised_on", "约定返校", reference=today, value=filled["promised_on"]),
        *police_fields(
            today,
            "失联时必填",
            told=filled["police"],
            on=filled["police_on"],
            at=filled["police_at"],
        ),
        TextField("note", "补充说明", limit=500, value=filled["note"]),
    )


def _choice(
    name: str,
    label: str,
    codes: type[VisitMethod | Cause | Whereabouts | VisitResult],
    filled: Mapping[str, str],
    *,
    required: bool = False,
) -> ChoiceField:
    options = tuple((one.value, one.label) for one in codes)
    return ChoiceField(name, label, options, value=filled[name], required=required)


_EMPTY: Final = (
    *("along", "others", "absent_reason", "met", "cause", "whereabouts", "mood"),
    *("guardian_opinion", "result", "promised_on", "police", "police_at", "note"),
)


def _usual(known: VisitForm, account_id: int) -> Mapping[str, str]:
    """Return what a new visit begins with: today, now, at home, and who enters it."""
    today = known.now.date().isoformat()
    return dict.fromkeys(_EMPTY, "") | {
        "on": today,
        "at": f"{known.now:%H:%M}",
        "method": VisitMethod.HOME.value,
        "police_on": today,
        "leader": mine(known, account_id, (Role.LEADER,)),
        "class_teacher": mine(known, account_id, (Role.CLASS_TEACHER,)),
        "assigned": "",
    }


def _from_old(known: VisitForm, old: VisitLine) -> Mapping[str, str]:
    """Return the fields as the version to be corrected has them."""
    told, told_at = police_of(old.police)
    names = {role: name for role, name, _ in OFFERED}
    went = dict.fromkeys(names.values(), "")
    along = {(m.name, m.role): key for key, m in companions(known)}
    keys, others = [], []
    for member in old.members:
        field = names.get(member.role)
        if field is not None and member.account_id is not None and not went[field]:
            went[field] = str(member.account_id)
        elif (member.name, member.role) in along:
            keys.append(along[member.name, member.role])
        else:
            others.append(f"{member.name}（{member.role.label}）")
    return went | {
        "on": old.visited_at.date().isoformat(),
        "at": f"{old.visited_at:%H:%M}",
        "method": old.method.value,
        "along": ",".join(keys),
        "others": "、".join(others),
        "absent_reason": old.absent_reason,
        "met": ",".join(code.value for code in old.met_codes),
        "cause": old.cause.value if old.cause else "",
        "whereabouts": old.whereabouts.value if old.whereabouts else "",
        "mood": old.mood,
        "guardian_opinion": old.guardian_opinion,
        "result": old.result.value,
        "promised_on": old.promised_on.isoformat() if old.promised_on else "",
        "police": {True: TOLD, False: NOT_TOLD}.get(told, "") if told is not None else "",
        "police_on": (told_at or known.now).date().isoformat(),
        "police_at": f"{told_at:%H:%M}" if told_at else "",
        "note": old.note,
    }


def draft_of(
    known: VisitForm, typed: Mapping[str, str], old: VisitLine | None
) -> VisitDraft:
    """Return the visit as typed; raises NobodyWent, and what a visit's rules refuse."""
    told, told_at = police_typed(typed)
    went = members(known, typed)
    if not went:
        raise NobodyWent
    promised = typed["promised_on"]
    return VisitDraft(
        student_id=known.child.student_id,
        visited_at=moment_typed(typed["on"], typed["at"]),
        method=VisitMethod.of(typed["method"]),
        members=went,
        met=tuple(Met.of(code) for code in typed["met"].split(",")),
        met_names="" if old is None else old.met_names,
        cause=Cause.of(typed["cause"]) if typed["cause"] else None,
        whereabouts=Whereabouts.of(typed["whereabouts"]) if typed["whereabouts"] else None,
        mood=typed["mood"],
        guardian_opinion=typed["guardian_opinion"],
        result=VisitResult.of(typed["result"]),
        promised_on=date.fromisoformat(promised) if promised else None,
        police_told=told,
        police_told_at=told_at,
        absent_reason=typed["absent_reason"],
        note=typed["note"],
    )

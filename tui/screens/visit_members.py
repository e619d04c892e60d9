"""Who goes along on a home visit: offered by a digit, typed once, remembered after that.

The three roles of R39 come from the school's accounts; village cadres and those typed
before come by one digit each.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from core.rules.errors import BadInput
from core.rules.staff import Role
from core.rules.visit import Member, MemberRole
from core.rules.visit_record import Candidate, role_in_brackets
from core.services.visit import VisitForm

# Each of the three roles of R39 and whose grants it is offered to, in this order.
OFFERED: Final = (
    (MemberRole.CLASS_LEADER, "leader", (Role.LEADER,)),
    (
        MemberRole.CLASS_TEACHER,
        "class_teacher",
        (Role.CLASS_TEACHER, Role.LEADER, Role.TEACHER, Role.REGISTRAR),
    ),
    (
        MemberRole.ASSIGNED_TEACHER,
        "assigned",
        (Role.TEACHER, Role.CLASS_TEACHER, Role.REGISTRAR, Role.DUTY_TEACHER),
    ),
)
_OF_TOWNSHIP: Final = (
    (Role.VILLAGE_CADRE, MemberRole.VILLAGE_CADRE),
    (Role.GOVERNMENT, MemberRole.GOVERNMENT),
)
_BEFORE: Final = 5
_TYPED_NAME: Final = re.compile(r"(?P<name>[^（(]+)(?:[（(](?P<role>[^）)]*)[）)]?)?")


class NobodyWent(BadInput):
    """A visit was made by somebody."""

    def __init__(self) -> None:
        super().__init__("请至少选择一名家访人员。")


def people(known: VisitForm, roles: Iterable[Role]) -> tuple[tuple[str, str], ...]:
    """Return (account, name) of the candidates holding `roles`; the child's class first."""
    found: dict[str, str] = {}
    for role in roles:
        for one in known.candidates:
            if one.role is role:
                found.setdefault(str(one.account_id), one.name)
    return tuple(found.items())


def companions(known: VisitForm) -> tuple[tuple[str, Member], ...]:
    """Return who of the township, and who without an account, is offered by a digit."""
    offered = [
        Member(name=one.name, role=role, account_id=one.account_id)
        for granted, role in _OF_TOWNSHIP
        for one in known.candidates
        if one.role is granted
    ]
    # By name and role, not by place: a resumed draft must mean the same person.
    return tuple(
        (f"{member.role.value}/{member.name}", member)
        for member in (*known.companions[:_BEFORE], *offered)
    )


def mine(known: VisitForm, account_id: int, roles: Iterable[Role]) -> str:
    """Return this person's account if they enter the visit in one of `roles`."""
    held = {one.account_id: one for one in known.candidates if one.role in roles}
    return str(account_id) if account_id in held else ""


def members(known: VisitForm, typed: Mapping[str, str]) -> tuple[Member, ...]:
    """Return who went: those picked, then those typed."""
    by_account = {str(one.account_id): one for one in known.candidates}
    picked = (
        _picked(by_account[typed[name]], role)
        for role, name, _ in OFFERED
        if typed[name] in by_account
    )
    offered = dict(companions(known))
    along = (offered[key] for key in typed["along"].split(",") if key in offered)
    found = (
        _TYPED_NAME.fullmatch(text.strip()) for text in re.split("[、，,]", typed["others"])
    )
    others = (
        Member(name=one["name"].strip(), role=role_in_brackets(one["role"] or ""))
        for one in found
        if one is not None and one["name"].strip()
    )
    return (*picked, *along, *others)


def _picked(one: Candidate, role: MemberRole) -> Member:
    return Member(name=one.name, role=role, account_id=one.account_id)

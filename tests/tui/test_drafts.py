"""Every form keeps what is typed in it, wherever its person signs in next (P1).

A form without a draft fails here; what needs none is listed with its reason.
"""

import inspect
import re
from datetime import date
from importlib import import_module
from pkgutil import iter_modules

import pytest

import tui.screens
from core.rules.acting import ActingDraft
from core.rules.calendar import ClosureKind
from core.rules.paper import Addressee, PaperKind, PaperState
from core.rules.staff import Acting
from core.services import calendar, ladder, policy
from core.services.notice_view import NoticeView
from core.services.report_view import ReportView
from tests.services.school_town import RIVER, THIRD, TOWNSHIP, build
from tests.tui.file_walk import Walk
from tests.tui.kit import ToyApp
from tui.screens.calendar_closure import ClosureScreen
from tui.screens.calendar_plan_form import PlanScreen
from tui.screens.calendar_term import TermScreen
from tui.screens.delivery import DeliveryForm
from tui.screens.drafted import Drafted, ShortForm
from tui.screens.frame import Framed
from tui.screens.grant_days import GrantDays
from tui.screens.ladder import RungForm
from tui.screens.policy import PolicyChange
from tui.screens.receipt import LetterReceiptForm, ReceiptForm

NEEDS_NONE = {
    "Ask": "one line, asked over the screen that needs it",
    "AuditFilter": "looked for at once, and gone",
    "Confirm": "a word that is typed to mean it",
    "Find": "looked for at once, and gone",
    "FirstPassword": "a password is kept nowhere",
    "Locked": "a password is kept nowhere",
    "OwnPassword": "a password is kept nowhere",
    "SignIn": "a password is kept nowhere, and nobody is signed in",
    "TerminalScreen": "a choice that is tried out at this very terminal",
}


def forms() -> dict[str, type]:
    """Return every screen that makes a form of its own, or is one."""
    found = {}
    for module in iter_modules(tui.screens.__path__, "tui.screens."):
        for name, one in vars(import_module(module.name)).items():
            if not (inspect.isclass(one) and issubclass(one, Framed)):
                continue
            if one.__module__ == module.name and (
                issubclass(one, Drafted)
                or re.search(r" (Password)?Form\(", inspect.getsource(one))
            ):
                found[name] = one
    return found


def test_every_form_has_a_draft_of_its_own():
    found = forms()
    assert {"ContactScreen", "VisitScreen", "ClosureScreen", "MonthScreen"} <= found.keys()
    assert NEEDS_NONE.keys() <= found.keys()
    named = {}
    for name, one in found.items():
        if name in {*NEEDS_NONE, "Drafted", "ShortForm"}:
            continue
        if not issubclass(one, Drafted):
            assert "Unsaved(self" in inspect.getsource(one), f"{name} keeps no draft"
            continue
        assert one.FORM, f"{name} does not name its draft"
        named.setdefault(one.FORM, []).append(name)
    assert [names for names in named.values() if len(names) > 1] == []


async def closure(town, desk):
    return ClosureScreen(desk, await calendar.board(desk), ClosureKind.SUSPENSION)


async def plan(town, desk):
    board = await calendar.board(desk)
    one = next(p for p in board.plans if p.school_id == RIVER)
    return PlanScreen(desk, board, RIVER, one)


async def term(town, desk):
    return TermScreen(desk, await calendar.board(desk))


async def setting(town, desk):
    board = await policy.board(desk, None)
    line = next(x for x in board.lines if x.name == "file_late_for")
    return PolicyChange(desk, board, line)


async def rung(town, desk):
    board = await ladder.board(desk)
    one = next(line.rung for line in board.lines if line.rung is not None)
    return RungForm(desk, board, one)


async def stand_in(town, desk):
    draft = ActingDraft(
        township_id=TOWNSHIP, school_id=RIVER, acting=Acting.CLASS, class_id=THIRD,
        signin_name="liu", from_on=date(2026, 11, 23), last_on=date(2026, 11, 27),
    )  # fmt: skip
    return GrantDays(desk, draft, ("三年级（1）班", "刘芳"))


async def receipt(town, desk):
    seen = ReportView(
        now=town.now, township_id=TOWNSHIP, paper_id=1, state=PaperState.SIGNED, lines=(),
        may_sign=False, may_receive=None, unreceipted=tuple(Addressee),
    )  # fmt: skip
    return ReceiptForm(desk, seen)


async def letter_receipt(town, desk):
    return LetterReceiptForm(desk, (TOWNSHIP, 1), town.now)


async def delivery(town, desk):
    seen = NoticeView(
        now=town.now, township_id=TOWNSHIP, student_id=1, paper_id=1, kind=PaperKind.ORDER,
        state=PaperState.SIGNED, lines=(), guardian="李梅", signed_at=town.now,
        may_sign=False, may_serve=True, has_slip=True,
    )  # fmt: skip
    return DeliveryForm(desk, seen)


UNDO = ("backspace",) * 10
# Who types which keys where; what of it is seen again elsewhere; the keys that submit it.
SHORT = {
    closure: ("wang", ("2", "down", *"雪深半米"), "雪深半米", ("f9", "enter")),
    plan: ("office", (*UNDO, *"08:10"), "08:10", ("f9",)),
    term: ("office", ("down", *UNDO, *"2026-08-31"), "2026-08-31", ("f9",)),
    setting: ("office", ("9",), "9", ("f9",)),
    rung: ("office", (*UNDO, "9"), "9", ("f9",)),
    stand_in: ("wang", ("down", *UNDO, *"2026-11-26"), "2026-11-26", ("f9",)),
    receipt: ("wang", ("down", *"赵刚"), "赵刚", ()),
    letter_receipt: ("wang", (*"赵刚",), "赵刚", ()),
    delivery: ("wang", ("down", "down", *UNDO[:3], *"周明"), "周明", ()),
}


def test_every_short_form_is_walked_below():
    walked = {make.__name__ for make in SHORT}
    short = [one for one in forms().values() if issubclass(one, ShortForm)]
    assert len(walked) == len(short) - 1, short  # ShortForm itself


@pytest.mark.parametrize("make", SHORT)
async def test_what_is_typed_in_a_short_form_is_resumed_elsewhere_and_gone_when_submitted(
    pool, monkeypatch, make
):
    monkeypatch.setattr("tui.screens.unsaved._AFTER", 0.01)
    town = await build(pool)
    who, typed, seen, submits = SHORT[make]
    async with ToyApp(await make(town, await town.desk(who))).run_test(
        size=(80, 24)
    ) as one:
        walk = Walk(one)
        await walk.until(lambda: one.app.screen.at_rest)
        await walk.press(*typed)
        await walk.until("已存草稿 09:10")
    desk = await town.desk(who)
    async with ToyApp(await make(town, desk)).run_test(size=(80, 24)) as other:
        walk = Walk(other)
        await walk.until("已恢复 11-23 09:10 的草稿。")
        assert seen in other.app.screen._form.values().values()
        before = await pool.fetchval("SELECT count(*) FROM draft")
        await walk.press(*submits[:1])
        for key in submits[1:]:
            await walk.until("确认？")
            await walk.press(key)
        if submits:
            await walk.until(lambda: not isinstance(other.app.screen, Drafted))
    left = await pool.fetchval("SELECT count(*) FROM draft")
    assert (before, left) == (1, 0 if submits else 1)

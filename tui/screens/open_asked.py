"""Duties that one question settles: asked for from the list itself, without a screen."""

from functools import partial
from uuid import uuid4

from core.rules.change import ChangeKind
from core.rules.duty import DutyKind, Owes
from core.rules.owed import OwedDuty
from core.services import change_elsewhere, find, graduation, ladder, roster_doubt
from tui.screens.base import DeskScreen
from tui.screens.change_form import ChangeForm
from tui.screens.confirm import Confirm
from tui.screens.pick import Pick


def settle_doubt(screen: DeskScreen, owed: OwedDuty) -> None:
    """Ask whether a doubt of the roster has been looked at, and settle it."""
    student_id = owed.student_id
    if student_id is None:
        return
    question = f"{owed.words}：出生日期与身份证号不符。\n\n已与户口簿核对、以现登记为准？"

    def answered(yes: bool | None) -> None:  # noqa: FBT001 - an answer, not a switch
        async def settle() -> None:
            await roster_doubt.settle_doubt(screen.desk, owed.township_id, student_id)

        if yes:
            screen.act(settle)

    screen.app.push_screen(Confirm(question), answered)


def graduate(screen: DeskScreen, owed: OwedDuty) -> None:
    """Ask whether the classes beyond the last grade leave, and let them."""
    school_id = owed.school_id
    if school_id is None:
        return
    question = (
        f"{owed.words}学年期满，自9月1日起不再点名。\n\n登记毕业？"
        "（未到校、有个案或异动待核的学生不在内）"
    )

    def answered(yes: bool | None) -> None:  # noqa: FBT001 - an answer, not a switch
        async def graduate() -> None:
            done = await graduation.graduate(
                screen.desk, owed.township_id, school_id, uuid4()
            )
            screen.tell(f"已登记毕业 {done} 人。")

        if yes:
            screen.act(graduate)

    screen.app.push_screen(Confirm(question), answered)


def mark(screen: DeskScreen, owed: OwedDuty) -> None:
    """Ask whether the child was marked in the national register, and write it down."""
    student_id = owed.student_id
    if student_id is None:
        return
    question = f"{owed.words}未返校。\n\n已在全国学籍系统标注疑似辍学？"

    def answered(yes: bool | None) -> None:  # noqa: FBT001 - an answer, not a switch
        async def done() -> None:
            await ladder.mark(screen.desk, owed.township_id, student_id, uuid4())

        if yes:
            screen.act(done)

    screen.app.push_screen(Confirm(question), answered)


def check_elsewhere(screen: DeskScreen, owed: OwedDuty) -> None:
    """Ask the school that lost a child to another township what it knows of it."""

    async def asked() -> None:
        student_id = owed.student_id or 0
        options = (
            ("out", f"已转走：登记{ChangeKind.TRANSFER_OUT.label}"),
            ("case", "先看学生档案（未到校、个案在此办理）"),
            ("here", f"仍在本校就读：由{Owes.BUREAU.label}{DutyKind.SETTLE_TWICE.label}"),
        )
        answer = await screen.app.push_screen_wait(Pick(owed.words, options))
        if answer == "here":
            place = (owed.township_id, student_id)
            screen.act(partial(change_elsewhere.still_here, screen.desk, *place, uuid4()))
        elif answer == "case":
            from tui.screens.case import CaseScreen  # noqa: PLC0415 - it opens from here

            screen.app.push_screen(CaseScreen(screen.desk, owed.township_id, student_id))
        elif answer == "out":
            child = await find.one(screen.desk, student_id)
            screen.app.push_screen(ChangeForm(screen.desk, child))

    screen.run_worker(asked(), group="ask", exclusive=True)


def settle_twice(screen: DeskScreen, owed: OwedDuty) -> None:
    """Ask the bureau whose child it is that two schools call theirs."""
    options = (
        ("stays", f"属{owed.school_name}，已告知接收学校"),
        ("moves", f"属接收学校，{owed.school_name}须办理转出"),
    )

    def answered(answer: str | None) -> None:
        if answer is None:
            return
        place = (owed.township_id, owed.student_id or 0)
        job = partial(change_elsewhere.settle, screen.desk, *place, uuid4())
        screen.act(partial(job, stays=answer == "stays"))

    screen.app.push_screen(Pick(owed.words, options), answered)

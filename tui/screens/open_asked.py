"""Duties that one question settles: asked for from the list itself, without a screen."""

from uuid import uuid4

from core.rules.owed import OwedDuty
from core.services import graduation, ladder, roster_doubt
from tui.screens.base import DeskScreen
from tui.screens.confirm import Confirm


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

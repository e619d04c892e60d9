"""Calls, visits and a whole history of a child of the file town, each in one line."""

from datetime import datetime, timedelta
from uuid import uuid4

from core.rules.contact import ContactDraft
from core.rules.time import SHANGHAI
from core.rules.visit import VisitDraft
from core.services import contact, visit
from tests.services.file_town import (
    FRIDAY_8AM,
    MONDAY,
    RIVER,
    THIRD,
    TOWNSHIP,
    XIAOYU,
    Town,
)


def call(result: str = "reached", at: datetime = MONDAY, **more: object) -> ContactDraft:
    usual: dict[str, object] = {
        "student_id": XIAOYU,
        "contacted_at": at,
        "method": "phone",
        "result": result,
        "whom": "母亲 李梅",
    }
    return ContactDraft.model_validate(usual | more)


LEADER = {"name": "王建国", "role": "class_leader", "account_id": 8}
TEACHER = {"name": "李秀英", "role": "class_teacher", "account_id": 7}
ASSIGNED = {"name": "刘芳", "role": "assigned_teacher", "account_id": 9}
CADRE = {"name": "马村长", "role": "village"}
ALL_THREE = (LEADER, TEACHER, ASSIGNED)


def trip(at: datetime = MONDAY, members=(TEACHER,), **more: object) -> VisitDraft:
    usual: dict[str, object] = {
        "student_id": XIAOYU,
        "visited_at": at,
        "method": "home",
        "members": members,
        "met": ("mother", "student"),
        "met_names": "李梅",
        "cause": "learning",
        "whereabouts": "at_home",
        "mood": "不愿上学",
        "guardian_opinion": "愿意配合",
        "result": "promised",
        "promised_on": MONDAY.date(),
    }
    return VisitDraft.model_validate(usual | more)


async def history(town: Town) -> int:
    """Everything that can happen to a child, in order, by hand."""
    run = await town.missing()
    await town.write(
        "INSERT INTO roll (township_id, id, school_id, class_id, day, session, starts_at,"
        " limit_at, ends_at, expected, taken_by, taken_at, on_behalf, backfilled)"
        " VALUES ($1, 1, $2, $3, '2026-11-20', 'am', $4, $4, $4, 2, 7, $4, false, true)",
        TOWNSHIP,
        RIVER,
        THIRD,
        FRIDAY_8AM,
    )
    await town.write(
        "INSERT INTO roll_mark (township_id, school_id, roll_id, student_id, mark, noted_by,"
        " noted_at) VALUES ($1, $4, 1, $2, 'absent', 7, $3)",
        TOWNSHIP,
        XIAOYU,
        FRIDAY_8AM,
        RIVER,
    )
    town.now = FRIDAY_8AM + timedelta(hours=1)
    await contact.record(
        await town.desk("li"), call(at=town.now, note="称随父外出"), uuid4()
    )
    town.now = FRIDAY_8AM + timedelta(hours=8)
    early = trip(town.now, ALL_THREE, promised_on=MONDAY.date())
    await visit.submit(await town.desk("li"), early, uuid4())
    town.now = MONDAY
    await town.write(
        "INSERT INTO alarm (township_id, absence_id, stage, rang_at) VALUES ($1, $2, 'due', $3)",
        TOWNSHIP,
        run,
        datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI),
    )
    await town.write(
        "INSERT INTO dropout_case (township_id, id, number, student_id, school_id, class_id,"
        " absence_id, state, opened_at)"
        " VALUES ($1, 5, '2026-017', $2, $3, $4, $5, 'suspected', $6)",
        TOWNSHIP,
        XIAOYU,
        RIVER,
        THIRD,
        run,
        datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI),
    )
    await town.write(
        "INSERT INTO case_event (township_id, case_id, kind, to_state, note, account_id, at)"
        " VALUES ($1, 5, 'alarm', 'suspected', '满48小时未到校', 8, $2),"
        " ($1, 5, 'reported', 'reported', '已报两处', 8, $2)",
        TOWNSHIP,
        datetime(2026, 11, 23, 8, 50, tzinfo=SHANGHAI),
    )
    await town.write(
        "INSERT INTO paper (township_id, id, kind, school_id, student_id, case_id, state, title,"
        " made_at, signed_by, signed_at, number)"
        " VALUES ($1, 9, 'report', $2, $3, 5, 'signed', '关于学生赵小雨的报告', $4, 8, $5,"
        " '河小报〔2026〕3号')",
        TOWNSHIP,
        RIVER,
        XIAOYU,
        datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI),
        datetime(2026, 11, 23, 8, 45, tzinfo=SHANGHAI),
    )
    return run

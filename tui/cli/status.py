"""status: who is missing with their clocks, rolls not taken, reports due."""

import json
from argparse import ArgumentParser, Namespace
from datetime import timedelta
from typing import Final

from core.rules.absence import remaining
from core.rules.duty import DutyKind
from core.rules.place import class_name
from core.services import status
from core.services.desk import Desk
from core.services.status import Status
from tui.cli.command import Command, Sink, Source, say


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")


def _object(found: Status) -> dict[str, object]:
    return {
        "now": found.now.isoformat(),
        "missing": [
            {
                "absence": child.absence_id,
                "township": child.township_id,
                "school": child.school_name,
                "class": class_name(child.cohort, child.number, child.missed_day),
                "name": child.student_name,
                "missed_at": child.missed_at.isoformat(),
                "raw_due_at": child.raw_due_at.isoformat(),
                "due_at": child.due_at.isoformat(),
                "overdue": found.now >= child.due_at,
                "case": child.case_number,
            }
            for child in found.missing
        ],
        "rolls_not_taken": [
            {
                "township": line.township_id,
                "school": line.school_name,
                "class": line.class_name,
                "day": line.session.day.isoformat(),
                "session": line.session.session.value,
                "limit_at": line.session.limit_at.isoformat(),
            }
            for line in found.untaken
        ],
        "reports_due": [
            {
                "township": due.township_id,
                "school": due.school_name,
                "kind": due.kind,
                "due_at": due.due_at.isoformat(),
                "overdue": found.now >= due.due_at,
            }
            for due in found.reports
        ],
        "undelivered": found.undelivered,
        "upkeep": found.upkeep,
    }


async def run(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Print the state of everything this person answers for."""
    del stdin, stderr
    found = await status.status(desk)
    if args.json:
        say(stdout, json.dumps(_object(found), ensure_ascii=False))
        return 0
    over = sum(found.now >= child.due_at for child in found.missing)
    say(
        stdout,
        f"{found.now:%Y-%m-%d %H:%M}  未到校 {len(found.missing)} 人，超时 {over} 人",
    )
    for child in found.missing:
        name = class_name(child.cohort, child.number, child.missed_day)
        clock = remaining(child.due_at, found.now)
        say(stdout, f"  {clock}  {child.school_name} {name} {child.student_name}".rstrip())
    say(stdout, f"逾时未点名 {len(found.untaken)} 节")
    for line in found.untaken:
        limit = f"{line.session.limit_at:%H:%M}"
        session = line.session.session.label
        say(stdout, f"  {line.school_name} {line.class_name} {session}（{limit}前）")
    say(stdout, f"应报未报 {len(found.reports)} 份")
    for due in found.reports:
        label = DutyKind.of(due.kind).label
        by = due.due_at - timedelta(seconds=1)  # "by the 25th" ends as the 26th begins
        say(stdout, f"  {by:%m-%d}前  {due.school_name or ''} {label} {due.words}")
    if found.undelivered:
        say(stdout, f"未能送出的通知 {found.undelivered} 条")
    if found.upkeep:
        say(stdout, f"注意：{found.upkeep}")
    return 0


COMMANDS: Final = (
    Command(("status",), "未到校、未点名、应报未报", run, _options, remote=True),
)

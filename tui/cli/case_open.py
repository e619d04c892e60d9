"""case open: a child's case, opened by the school or 教管组 before its clock rings."""

from argparse import ArgumentParser, Namespace
from typing import Final
from uuid import uuid4

from core.rules.case_open import OpenCause
from core.rules.errors import BadInput
from core.services import case_open
from core.services.desk import Desk
from tui.cli.command import Command, Sink, Source, say

# Who was in no school has no number in a class: 适龄儿童登记 opens its case.
_CAUSES: Final = tuple(one for one in OpenCause if one is not OpenCause.NEVER_ENROLLED)


def _cause(typed: str) -> OpenCause:
    """Return the cause that is called so; raises BadInput."""
    for cause in _CAUSES:
        if typed in {cause.label, cause.value}:
            return cause
    called = "、".join(cause.label for cause in _CAUSES)
    raise BadInput(f"没有“{typed[:20]}”这种立案原因，可写：{called}。")


def _options(parser: ArgumentParser) -> None:
    # By number: a name would stand in the shell's history.
    parser.add_argument("--school", metavar="标识码", required=True, help="学校标识码")
    parser.add_argument(
        "--class",
        dest="class_name",
        metavar="班级",
        required=True,
        help="如 三年级（1）班；六升七未到的，写现在的年级",
    )
    parser.add_argument("--seat", type=int, metavar="学号", required=True, help="班内学号")
    parser.add_argument(
        "--cause",
        type=_cause,
        metavar="原因",
        required=True,
        help="、".join(cause.label for cause in _CAUSES),
    )
    parser.add_argument(
        "--note", metavar="情况", required=True, help="何时、谁反映、如何说"
    )


async def open_case(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Open the case, and say its number."""
    del stdin, stderr
    place = await case_open.named(desk, args.school, args.class_name, args.seat)
    why = (args.cause, args.note)
    number = await case_open.open_case(desk, *place, why, uuid4())
    say(stdout, f"已立案，编号{number}；书面报告今日内由校长签发。")
    return 0


COMMANDS: Final = (
    Command(
        ("case", "open"), "立案：未满48小时，或六升七未到", open_case, _options, remote=True
    ),
)

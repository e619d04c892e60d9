"""export report: one original of a 书面报告 as a .docx, or the 抄送函 that went with it."""

from argparse import ArgumentParser, Namespace
from functools import partial
from typing import Final

from core.rules.hukou_letter import HUKOU
from core.rules.paper import Addressee
from core.services import export_paper
from core.services.desk import Desk
from tui.cli.command import Command, Sink, Source
from tui.cli.hand_over import hand_over, output_option


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="个案编号", help="如 2026-001")
    labels = "；".join(
        (*(f"{a.value}：主送{a.label}" for a in Addressee), f"{HUKOU}：抄送函")
    )
    parser.add_argument(
        "--to",
        choices=(*(a.value for a in Addressee), HUKOU),
        default=Addressee.GOVERNMENT.value,
        help=labels,
    )
    output_option(parser)


async def report(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Hand over one original of a 书面报告, or its 抄送函."""
    del stdin
    make = partial(export_paper.by_case, desk, args.number, args.to)
    return await hand_over(make, args, stdout, stderr)


COMMAND: Final = Command(
    ("export", "report"), "书面报告：一份原件，或抄送函", report, _options, remote=True
)

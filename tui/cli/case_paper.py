"""export paper: an issued paper by its 文号, or a record of a case issued and handed over."""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final
from uuid import uuid4

from core.rules.case_paper import KINDS
from core.rules.errors import BadInput
from core.rules.export import Exported
from core.rules.paper import Addressee, PaperKind
from core.services import case_paper_name
from core.services.desk import Desk
from tui.cli.command import Command, Sink, Source, say
from tui.cli.hand_over import hand_over, output_option


def _kind(typed: str) -> PaperKind:
    """Return the kind that is called so; raises BadInput."""
    for kind in KINDS[:2]:
        if typed in {kind.label, kind.value}:
            return kind
    called = "、".join(kind.label for kind in KINDS[:2])
    raise BadInput(f"没有“{typed[:20]}”这种文书，可写：{called}。")


def _paper_options(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="文号", help="如 青石镇政返〔2026〕3号")
    parser.add_argument(
        "--to",
        choices=tuple(a.value for a in Addressee),
        default=Addressee.GOVERNMENT.value,
        help="；".join(f"{a.value}：主送{a.label}" for a in Addressee) + "（书面报告用）",
    )
    output_option(parser)


def _make_options(parser: ArgumentParser) -> None:
    parser.add_argument("case", metavar="个案编号", help="如 2026-001")
    parser.add_argument(
        "--kind",
        type=_kind,
        metavar="种类",
        required=True,
        help="、".join(kind.label for kind in KINDS[:2]),
    )
    output_option(parser)


def _case_options(parser: ArgumentParser) -> None:
    parser.add_argument("case", metavar="个案编号", help="如 2026-001")


async def paper(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Hand over an issued paper, the same each time."""
    del stdin
    make: Callable[[], Awaitable[Exported]] = partial(
        case_paper_name.take, desk, args.number, args.to, uuid4()
    )
    return await hand_over(make, args, stdout, stderr)


async def record(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Issue a record of a case, and hand it over."""
    del stdin
    make = partial(case_paper_name.make, desk, args.case, args.kind)
    return await hand_over(make, args, stdout, stderr)


async def listing(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """List the papers of a case by their numbers."""
    del stdin, stderr
    lines = await case_paper_name.listing(desk, args.case)
    for line in lines:
        said = f"{line.number or '（未给文号）'}\t{line.kind.label}\t{line.state.label}"
        say(stdout, said)
    if not lines:
        say(stdout, "该个案还没有文书。")
    return 0


COMMANDS: Final = (
    Command(
        ("export", "paper"),
        "按文号打印文书，每次完全相同",
        paper,
        _paper_options,
        remote=True,
    ),
    Command(
        ("export", "record"),
        "生成家访劝返记录表或一生一案",
        record,
        _make_options,
        remote=True,
    ),
    Command(
        ("case", "papers"), "列出个案的文书和文号", listing, _case_options, remote=True
    ),
)

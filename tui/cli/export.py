"""export: papers as workbooks, to standard output or into a file.

Where the bytes go is in hand_over; single papers are in export_paper.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from core.rules.export import Asked, Ledger, Listing, MonthPaper, month_of
from core.rules.month import ReportKind
from core.rules.paper import Edition
from core.services import export
from core.services.desk import Desk
from tui.cli import export_paper
from tui.cli.command import Command, Sink, Source, say
from tui.cli.hand_over import hand_over, output_option

_KINDS: Final = {str(kind): kind for kind in ReportKind}


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _place_options(parser: ArgumentParser) -> None:
    parser.add_argument("--school", metavar="标识码", help="学校标识码")
    parser.add_argument(
        "--class", dest="class_name", metavar="班级", help="如 三年级（1）班"
    )
    _edition_options(parser)


def _edition_options(parser: ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="报送版：号码不遮盖，须写用途")
    _purpose_option(parser)
    output_option(parser)


def _purpose_option(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--purpose",
        metavar="用途",
        default="",
        help="用途：导出完整号码、敏感信息或超过200行时必须写明",
    )


def _day_options(parser: ArgumentParser) -> None:
    _place_options(parser)
    _days_options(parser)


def _days_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="from_on", type=_day, metavar="日期", help="起始日期，如 2026-09-01"
    )
    parser.add_argument(
        "--to", dest="last_on", type=_day, metavar="日期", help="截止日期（含当日）"
    )


def _span_options(parser: ArgumentParser) -> None:
    parser.add_argument("--school", metavar="标识码", help="学校标识码（不写则为全乡镇）")
    _edition_options(parser)
    _days_options(parser)


def _month_argument(parser: ArgumentParser) -> None:
    parser.add_argument("month", metavar="月份", help="如 2026-11")


def _attendance_options(parser: ArgumentParser) -> None:
    _month_argument(parser)
    _place_options(parser)


def _term_options(parser: ArgumentParser) -> None:
    _place_options(parser)
    parser.add_argument("--term", metavar="学期", help="如 2026-2027-1（不写则为本学期）")


def _report_options(parser: ArgumentParser) -> None:
    _month_argument(parser)
    parser.add_argument(
        "--kind",
        choices=tuple(_KINDS),
        default=str(ReportKind.BUREAU),
        help="；".join(f"{code}：{kind.label}" for code, kind in _KINDS.items()),
    )
    parser.add_argument(
        "--school", metavar="标识码", help="学校标识码（不写则为所辖学校汇总）"
    )
    _purpose_option(parser)
    output_option(parser)


def _owing_options(parser: ArgumentParser) -> None:
    _report_options(parser)
    parser.set_defaults(paper=MonthPaper.OWING)


def _asked(listing: Listing, args: Namespace) -> Asked:
    """Return what the arguments ask for; a command has only some of them."""
    given = vars(args)
    month = given.get("month")
    return Asked(
        listing=listing,
        edition=Edition.SUBMITTED if given.get("full") else Edition.INTERNAL,
        purpose=given.get("purpose") or "",
        school_code=given.get("school"),
        class_label=given.get("class_name"),
        month=None if month is None else month_of(month),
        term=given.get("term"),
        from_on=given.get("from_on"),
        last_on=given.get("last_on"),
        kind=_KINDS[given.get("kind") or ReportKind.BUREAU],
        paper=given.get("paper") or MonthPaper.TABLE,
        ledger=given.get("ledger"),
    )


async def run(
    listing: Listing,
    desk: Desk,
    args: Namespace,
    stdin: Source,
    stdout: Sink,
    stderr: Sink,
) -> int:
    """Make a paper and hand it over."""
    del stdin
    asked = _asked(listing, args)
    return await hand_over(partial(export.make, desk, asked), args, stdout, stderr)


async def get(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Hand over an export of the last 24 hours once more."""
    del stdin
    return await hand_over(partial(export.fetched, desk, args.number), args, stdout, stderr)


async def listing(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """List this person's exports of the last 24 hours."""
    del args, stdin, stderr
    lines = await export.mine(desk)
    for line in lines:
        told = f"{line.row_count}行  {line.size}字节  {line.purpose}"
        say(stdout, f"{line.id}\t{line.made_at:%m-%d %H:%M}\t{line.file_name}\t{told}")
    if not lines:
        say(stdout, "24小时内没有导出。")
    return 0


def _get_options(parser: ArgumentParser) -> None:
    parser.add_argument("number", type=int, metavar="编号", help="export list 列出的编号")
    output_option(parser)


def _command(
    paper: Listing, configure: Callable[[ArgumentParser], None], told: str = ""
) -> Command:
    return Command(
        ("export", str(paper)),
        f"{paper.label}{told}",
        partial(run, paper),
        configure,
        remote=True,
    )


def _ledger(ledger: Ledger) -> Command:
    def configure(parser: ArgumentParser) -> None:
        options = _place_options if ledger is Ledger.SCHOOL_AGE else _day_options
        options(parser)
        parser.set_defaults(ledger=ledger)

    job = partial(run, ledger.listing)
    return Command(("export", str(ledger)), ledger.label, job, configure, remote=True)


COMMANDS: Final = (
    _command(Listing.ROSTER, _place_options),
    _command(Listing.ATTENDANCE, _attendance_options),
    _command(Listing.LEAVE, _day_options),
    _command(Listing.ABSENCES, _day_options),
    *(_ledger(ledger) for ledger in Ledger),
    _command(Listing.VISITS, _day_options),
    _command(Listing.CHANGES, _term_options),
    _command(Listing.UNRETURNED, _place_options),
    _command(Listing.KEY_STUDENTS, _place_options),
    _command(
        Listing.INSPECTION, _span_options, "：一年的月报、点名、请假、家访、异动和更正"
    ),
    _command(Listing.MONTH, _report_options, "：一所学校的原件，或所辖学校汇总"),
    Command(
        ("export", str(MonthPaper.OWING)),
        f"{MonthPaper.OWING.label}：哪些学校已报、未报",
        partial(run, Listing.MONTH),
        _owing_options,
        remote=True,
    ),
    export_paper.COMMAND,
    Command(("export", "list"), "列出24小时内的导出", listing, remote=True),
    Command(("export", "get"), "再取一份24小时内的导出", get, _get_options, remote=True),
)

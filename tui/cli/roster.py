"""roster import: a school's roster file in, with every refused row named."""

from argparse import ArgumentParser, Namespace
from typing import Final

from core.papers.roster_sheet import FILE_BYTES
from core.rules.place import class_name
from core.rules.roster_record import Fault
from core.services import roster
from core.services.desk import Desk
from core.services.roster import Progress
from tui.cli.command import Command, Sink, Source, say
from tui.cli.given import given

TELL_EVERY: Final = 5_000


def _options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="文件",
        nargs="?",
        help=".xlsx、.xls 或 .csv；不写或写 - 则读标准输入；经 SSH 时可写 上传/文件名",
    )
    parser.add_argument("--school", metavar="标识码", required=True, help="学校标识码")
    parser.add_argument("--dry-run", action="store_true", help="只核对，不写入")


class _Teller:
    """Tells how far a long import has come: one line every 5,000 pupils."""

    def __init__(self, stderr: Sink) -> None:
        self._stderr = stderr
        self._read = self._written = 0

    def __call__(self, progress: Progress) -> None:
        """Hear how far it is."""
        if progress.rows_read // TELL_EVERY > self._read:
            self._read = progress.rows_read // TELL_EVERY
            say(self._stderr, f"已读取 {progress.rows_read} 人……")
        if progress.written // TELL_EVERY > self._written:
            self._written = progress.written // TELL_EVERY
            say(self._stderr, f"已写入 {progress.written}/{progress.to_write} 人……")


def _told(fault: Fault) -> str:
    shown = f"（{fault.value_masked}）" if fault.value_masked else ""
    return f"第{fault.row_number}行 {fault.column}{shown}：{fault.reason}"


async def take_in(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Import a roster, or say what an import would do."""
    remote = bool(getattr(args, "remote", False))
    data = await given(desk, args.file, stdin, FILE_BYTES, remote=remote)
    done = await roster.take_in(
        desk, args.school, data, dry_run=args.dry_run, watch=_Teller(stderr)
    )
    plan = done.plan
    say(stdout, f"{done.school.name}（{done.school.code}）")
    names = "、".join(
        class_name(key.cohort, key.number, done.day) for key in done.reading.classes
    )
    say(stdout, f"班级 {len(done.reading.classes)} 个：{names}")
    if args.dry_run:
        for row in plan.new:
            say(stdout, f"新增 第{row.row_number}行 {row.pupil.name}")
    for change in (*plan.returning, *plan.changed):
        told = "，".join(f"{f.field} {f.was}→{f.becomes}" for f in change.fields)
        say(stdout, f"变更 第{change.row_number}行 {change.after.name}：{told}")
    for known in plan.missing:
        say(
            stdout,
            f"缺失 {known.pupil.name}：名册中没有，可能有异动，请核实后办理异动登记。",
        )
    for fault in plan.refused:
        say(stdout, f"拒绝 {_told(fault)}")
    for fault in plan.warned:
        say(stdout, f"提醒 {_told(fault)}")
    if args.dry_run:
        say(stdout, "以上仅为核对，没有写入。")
    say(stdout, plan.summary)
    return 0


COMMANDS: Final = (
    Command(("roster", "import"), "导入学生名册", take_in, _options, remote=True),
)

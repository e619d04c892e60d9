"""A month report in sentences: what stands behind the figures, and its versions."""

from collections.abc import Sequence

from core.rules.balance import LineScope, MonthLine
from core.rules.change import ChangeKind
from core.rules.duty import DutyKind
from core.rules.filed import BoardRow
from core.rules.month import ReportKind, ReportState
from core.rules.month_refused import rolls_named
from core.rules.standing import Reach, standing_sentence
from core.rules.student import EnrolmentStatus
from core.services.month import MonthView
from core.services.month_board import MonthBoard

_NAMED = 3
# As many as fit two lines of a question.
_CLASSES_NAMED = 6
# 未达标, in the four cells a column has for it.
_BELOW = "未达"


def facts_of(seen: MonthView) -> tuple[str, ...]:
    """Return what the reader must know before filing, the gravest first."""
    told = []
    if seen.strays:
        names = "、".join(
            f"{one.student_name}（{one.class_name}，{one.kind.label}）"
            for one in seen.strays[:_NAMED]
        )
        told.append(f"人数不符{len(seen.strays)}人：{names}。按 2 补登说明。")
    told += _since_filed(seen)
    if seen.report is not None and seen.report.redue_at is not None:
        reason = next((v.returned_reason for v in seen.versions if v.returned_reason), "")
        due = f"{seen.report.redue_at:%m-%d %H:%M}"
        told.append(f"已退回，请于{due}前更正：{reason}")
    if not seen.strays:
        told.append("人数平衡：期末在校＝期初＋增加－减少，每名学生均有异动对应。")
    if seen.kind is ReportKind.BUREAU:
        found = "、".join(seen.zero.found)
        open_to = "" if seen.report and seen.report.filed_at else "，可按 1 报送"
        told.append(f"有情况：{found}。" if found else f"零报告检查：未发现情况{open_to}。")
        if seen.untaken:
            told.append(
                f"未点名：{rolls_named(seen.untaken)}，请在点名情况按 F7 翻到当天补点。"
            )
        if rate := standing_sentence(seen.lines[-1].standings):
            told.append(rate)
        if seen.unconfirmed:
            told.append(f"班级未确认{len(seen.unconfirmed)}个：{_named(seen.unconfirmed)}")
    if seen.shown_due_on != seen.due_on:
        told.append(f"{seen.due_on:%m-%d}非上课日，请于{seen.shown_due_on:%m-%d}报送。")
    return tuple(told)


def _since_filed(seen: MonthView) -> list[str]:
    """Return what has come about since the report was filed."""
    told = []
    if seen.source_changed:
        told.append(
            f"来源已变：报送后数据有变动，{_how_to_correct(seen)}；已报的按 3 查看。"
        )
    if _is_zero_no_more(seen):
        told.append("零报告报送后新增情况，请按 F9 补报。")
    elif seen.overtaken:
        told.append("报送后新增情况，请按 F9 补报。")
    return told


def _how_to_correct(seen: MonthView) -> str:
    """Return by whose key a filed report is put right."""
    taken = seen.report is not None and seen.report.state is ReportState.TAKEN
    if taken and not seen.overtaken:
        return "由接收单位退回后更正"
    return "可按 F9 更正" if seen.may_file else "可由学校更正"


def _is_zero_no_more(seen: MonthView) -> bool:
    """Tell whether a zero report's window has children in it by now (36)."""
    if seen.filed is None or not seen.filed.is_zero or seen.now.date() > seen.due_on:
        return False
    # A roll nobody took asks to be taken, not to be reported.
    return bool(seen.zero.model_copy(update={"untaken_rolls": 0}).found)


def filing_question(seen: MonthView) -> str:
    """Return what F9 asks: what is filed, and what the principal confirms with it."""
    again = seen.report is not None and seen.report.version > 0
    what = "更正并重新报送" if again else "报送"
    if seen.overtaken:
        what = DutyKind.SUPPLEMENT.label
    told = f"{what}{seen.month.month}月{seen.kind.label}？"
    if not seen.unconfirmed or seen.kind is not ReportKind.BUREAU:
        return told
    return f"{told}\n\n未确认的班级由校长代确认：{_named(seen.unconfirmed)}"


def _named(classes: Sequence[str]) -> str:
    """Return the names of as many classes as two lines hold, and how many there are."""
    more = f"等{len(classes)}班" if len(classes) > _CLASSES_NAMED else ""
    return "、".join(classes[:_CLASSES_NAMED]) + more


def stray_choices(seen: MonthView) -> tuple[tuple[str, str], ...]:
    """Return the pupils the figures cannot account for, each once."""
    return tuple(
        (str(one.student_id), f"{one.student_name} {one.class_name} {one.kind.label}")
        for one in {one.student_id: one for one in seen.strays}.values()
    )


def line_of(line: MonthLine) -> tuple[str, ...]:
    """Return every figure of one line, what adds and what takes away apart."""
    kind = ChangeKind
    stocks = (
        f"期初在校 {line.opening}    期末在校 {line.closing}    期末在籍 {line.on_roll}"
    )
    came = (
        (kind.TRANSFER_IN.label, f"{line.transfer_in}（镇内{line.transfer_in_inside}）"),
        (kind.RESUMPTION.label, line.resumption),
        (kind.RETURN.label, line.returned),
        (kind.NEW.label, line.new_pupils),
        (kind.OTHER_IN.label, line.other_in),
        ("调入", line.moved_in),
    )
    left = (
        (
            kind.TRANSFER_OUT.label,
            f"{line.transfer_out}（镇外{line.transfer_out_outside}）",
        ),
        (kind.SUSPENSION.label, line.suspension),
        (kind.DROPOUT.label, line.dropout),
        (kind.DEATH.label, line.death),
        (kind.ABROAD.label, line.abroad),
        (kind.GRADUATION.label, line.graduated),
        (kind.OTHER_OUT.label, line.other_out),
        ("调出", line.moved_out),
    )
    away = (
        (kind.SUSPENSION.label, line.suspended),
        (kind.DROPOUT.label, line.dropped),
        (EnrolmentStatus.LONG_LEAVE.label, line.long_leave),
        (EnrolmentStatus.HOME_TEACHING.label, line.home_teaching),
        (EnrolmentStatus.STUDYING_OUT.label, line.studying_elsewhere),
        ("转出待核", line.transfer_pending),
    )
    return (
        f"班级数 {line.class_count}    {stocks}",
        f"增加 {line.increase}：{_told(came)}",
        f"减少 {line.decrease}：{_told(left)}",
        f"在籍不在校：{_told(away)}",
        f"疑似辍学：新增 {line.suspected_new}  未销号 {line.suspected_open}",
        f"家访 {line.visits} 次  劝返 {line.persuasions} 次    巩固率% {rate_of(line)}",
        standing_sentence(line.standings),
        line.remark,
    )


def _told(figures: tuple[tuple[str, int | str], ...]) -> str:
    return " ".join(f"{name}{count}" for name, count in figures)


def name_of(line: MonthLine) -> str:
    """Return what a line is called on the screen, whose title names the school."""
    return "合计" if line.scope is LineScope.TOTAL else line.name


def rate_of(line: MonthLine) -> str:
    """Return the 巩固率 of a line as papers print it; one below its target says so."""
    return f"{line.rate}{_BELOW if line.reach is Reach.BELOW else ''}"


def state_of(row: BoardRow) -> str:
    """Return how a school stands in at most twelve cells: its day, reminders, returns."""
    report, label = row.report, row.state.label
    if report is None:
        return label
    if report.filed_at is None:
        times = report.reminded
        if row.state is ReportState.OVERDUE and times:
            return f"{label} 催{times}"
        return f"已催报{times}次" if times else label
    if row.state is ReportState.RETURNED:
        return f"{label}{report.times_returned}次"
    late = row.state is ReportState.FILED_LATE
    if report.entered_for:
        return f"{label}{'' if late else ' '}代录"
    if row.state is ReportState.TAKEN and report.zero:
        label, told = ReportState.ZERO.label, label
    else:
        told = f"{report.filed_at:%d}日" if late else f"{report.filed_at:%m-%d}"
    return label + told


def sum_of(seen: MonthBoard) -> str:
    """Return the sum of what was filed, and whether it balances."""
    total = seen.total
    if total is None:
        return "还没有学校报送；缺报的不是零。"
    told = "人数平衡" if seen.balanced else "人数不平衡"
    below = sum(
        row.total is not None and row.total.reach is Reach.BELOW for row in seen.rows
    )
    rate = f"  {Reach.BELOW.label}{below}所" if below else ""
    return f"{seen.filed_count}所合计：{_figures(total)}  {told}{rate}"


def _figures(total: MonthLine) -> str:
    return (
        f"期初{total.opening} 增{total.increase} 减{total.decrease} 期末{total.closing} "
        f"疑似{total.suspected_open} 辍学{total.dropout}"
    )


def versions_of(seen: MonthView) -> tuple[str, ...]:
    """Return every filed version, the newest first; the wrong ones stay to be seen."""
    if not seen.versions:
        return ("本月还没有报送。报送、退回、更正的各个版本会列在这里。",)
    told: list[str] = []
    for one in seen.versions:
        kind = ReportState.ZERO.label if one.zero else "有情况"
        late = "  逾期" if one.late else ""
        newest = seen.report is not None and seen.report.version == one.version
        stamped = "  已附盖章件" if newest and seen.report and seen.report.stamped else ""
        told.append(
            f"第{one.version}版  {kind}{late}  {one.filed_at:%Y-%m-%d %H:%M}  {one.filed_as}"
            f"{stamped}"
        )
        told.append(f"    数据截至 {one.window.cutoff_on}    校验码 {one.sha256[:16]}")
        told.append(f"    {_figures(one.content.lines[-1])}")
        if one.entered_for:
            told.append(f"    {one.entered_for}")
            if newest and seen.report:
                done = seen.report.countersigned
                told.append(f"    学校{'已补签' if done else '待补签'}")
        if one.explanation:
            told.append(f"    说明：{one.explanation}")
        if one.returned_reason:
            told.append(f"    退回：{one.returned_reason}")
    return tuple(told)

"""A month report in sentences: what stands behind the figures, and its versions."""

from core.rules.balance import MonthLine
from core.rules.change import ChangeKind
from core.rules.month import ReportKind
from core.services.month import MonthView

_NAMED = 3


def facts_of(seen: MonthView) -> tuple[str, ...]:
    """Return what the reader must know before filing, the gravest first."""
    told = []
    if seen.strays:
        names = "、".join(
            f"{one.student_name}（{one.class_name}，{one.kind.label}）"
            for one in seen.strays[:_NAMED]
        )
        told.append(f"人数不符{len(seen.strays)}人：{names}。按 2 补登说明。")
    if seen.source_changed:
        told.append("来源已变：报送后数据有变动，可按 F9 更正。")
    if seen.report is not None and seen.report.redue_at is not None:
        reason = next((v.returned_reason for v in seen.versions if v.returned_reason), "")
        due = f"{seen.report.redue_at:%m-%d %H:%M}"
        told.append(f"已退回，请于{due}前更正：{reason}")
    if not seen.strays:
        told.append("人数平衡：期末在校＝期初＋增加－减少，每名学生均有异动对应。")
    if seen.kind is ReportKind.BUREAU:
        found = "、".join(seen.zero.found)
        told.append(f"有情况：{found}。" if found else "零报告检查：未发现情况，可按 1 报送。")
        if seen.unconfirmed:
            told.append(f"班级未确认{len(seen.unconfirmed)}个：{'、'.join(seen.unconfirmed)}")
    if seen.shown_due_on != seen.due_on:
        told.append(f"{seen.due_on:%m-%d}非上课日，请于{seen.shown_due_on:%m-%d}报送。")
    return tuple(told)


def line_of(line: MonthLine) -> tuple[str, ...]:
    """Return every figure of one line, three or four to a row."""
    kind = ChangeKind
    return (
        f"班级数 {line.class_count}    期初在校 {line.opening}    期末在校 {line.closing}"
        f"    期末在籍 {line.on_roll}",
        "",
        f"增加 {line.increase}：{kind.TRANSFER_IN.label} {line.transfer_in}"
        f"（镇内 {line.transfer_in_inside}）  {kind.RESUMPTION.label} {line.resumption}"
        f"  {kind.RETURN.label} {line.returned}  {kind.NEW.label} {line.new_pupils}"
        f"  {kind.OTHER_IN.label} {line.other_in}  调入 {line.moved_in}",
        f"减少 {line.decrease}：{kind.TRANSFER_OUT.label} {line.transfer_out}"
        f"（镇外 {line.transfer_out_outside}）  {kind.SUSPENSION.label} {line.suspension}"
        f"  {kind.DROPOUT.label} {line.dropout}  {kind.DEATH.label} {line.death}"
        f"  {kind.ABROAD.label} {line.abroad}  {kind.GRADUATION.label} {line.graduated}"
        f"  {kind.OTHER_OUT.label} {line.other_out}  调出 {line.moved_out}",
        "",
        f"在籍不在校：休学 {line.suspended}  辍学 {line.dropped}  长期请假 {line.long_leave}"
        f"  送教上门 {line.home_teaching}  外地就读 {line.studying_elsewhere}"
        f"  转出待核 {line.transfer_pending}",
        f"疑似辍学：新增 {line.suspected_new}  未销号 {line.suspected_open}",
        f"家访 {line.visits} 次  劝返 {line.persuasions} 次",
        "",
        line.remark,
    )


def versions_of(seen: MonthView) -> tuple[str, ...]:
    """Return every filed version, the newest first; the wrong ones stay to be seen."""
    if not seen.versions:
        return ("本月还没有报送。报送、退回、更正的各个版本会列在这里。",)
    told: list[str] = []
    for one in seen.versions:
        kind = "零报告" if one.zero else "有情况"
        late = "  逾期" if one.late else ""
        told.append(
            f"第{one.version}版  {kind}{late}  {one.filed_at:%Y-%m-%d %H:%M}  {one.filed_as}"
        )
        told.append(f"    数据截至 {one.window.cutoff_on}    校验码 {one.sha256[:16]}")
        if one.entered_for:
            told.append(f"    {one.entered_for}")
        if one.explanation:
            told.append(f"    说明：{one.explanation}")
        if one.returned_reason:
            told.append(f"    退回：{one.returned_reason}")
    return tuple(told)

"""异动详情: everything there is to say of one change, as lines to read."""

from core.rules.changed import ChangeEntry


def told(entry: ChangeEntry) -> tuple[str, ...]:
    """Return everything there is to say of one change, a line each."""
    lines = [
        f"学生：{entry.student_name}  {entry.school_name} {entry.class_name}",
        f"类别：{entry.kind.label}    异动日期：{entry.happened_on}",
        f"状态：{entry.state.label}    证明材料：{entry.evidence_state.label}",
    ]
    if entry.side is not None:
        lines.append(f"对方学校：{entry.other_school or ''}（{entry.side.label}）")
    if entry.proofs:
        lines.append(f"材料：{'、'.join(proof.label for proof in entry.proofs)}")
    if entry.evidence:
        lines.append(f"材料存放：{entry.evidence}")
    if entry.reason:
        lines.append(f"说明：{entry.reason}")
    lines.append(f"登记：{entry.entered_by_name} {entry.entered_at:%Y-%m-%d %H:%M}")
    if entry.verified_by_name and entry.verified_at:
        lines.append(f"核验：{entry.verified_by_name} {entry.verified_at:%Y-%m-%d %H:%M}")
    if entry.refused_reason:
        lines.append(f"原因：{entry.refused_reason}")
    if entry.effective_on is not None:
        lines.append(f"自 {entry.effective_on} 起计入在校人数。")
    elif entry.still_expected:
        until = "该生按原状态在册" if entry.refused_reason else "核验前该生仍在应到名单"
        lines.append(f"{until}，未到校照常计时。")
    return tuple(lines)

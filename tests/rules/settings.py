"""What each setting takes and refuses, by hand, in the order in which they are shown."""

from typing import NamedTuple

OPEN = "暂定，由主管部门确定"


class Entry(NamedTuple):
    """A value typed, as it is stored, as it reads; a wrong one, and what is said of it."""

    name: str
    typed: str
    stored: str
    reads: str
    wrong: str
    rule: str
    source: str


CHOOSE = "请从所列选项中选择"
REC = "暂定，参照各地做法"
LINE = "应填100字以内的一行文字"
FROM_1, FROM_0 = "应填1至999的整数", "应填0至999的整数"
SHARE = "应填0至100、最多两位小数（单位：%）"

ENTRIES = tuple(
    Entry(*row)
    for row in (
        ("clock_mode", "clock", "clock", "满48小时", "never", CHOOSE, "篇一第四条（R3）；情形“48小时”"),
        ("unsigned_climbs_after", "1", "1", "1", "0", f"{FROM_1}（单位：在校小时）", "情形31"),
        ("warning_runs", "999", "999", "999", "1000", f"{FROM_1}（单位：次）", "情形7"),
        ("warning_within", "20", "20", "20", "二十", f"{FROM_1}（单位：上课日）", "情形7"),
        ("untaken_days", "1", "1", "1", "-1", f"{FROM_1}（单位：上课日）", "情形6"),
        ("missed_in_10", "1", "1", "1", "0", f"{FROM_1}（单位：日）", OPEN),
        ("missed_in_20", "4", "4", "4", "四", f"{FROM_1}（单位：日）", OPEN),
        ("missed_in_60", "10", "10", "10", "0", f"{FROM_1}（单位：日）", OPEN),
        ("key_visits_pause", "yes", "true", "是", "perhaps", CHOOSE, "情形41"),
        ("roll_opens_before", "0", "0", "0", "-1", f"{FROM_0}（单位：分钟）", "情形5"),
        ("roll_limit_after", "1", "1", "1", "0", f"{FROM_1}（单位：分钟）", "情形4"),
        ("roll_red_after", "90", "90", "90", "1.5", f"{FROM_1}（单位：分钟）", "情形4"),
        ("file_late_for", "0", "0", "0", "七", f"{FROM_0}（单位：日）", OPEN),
        ("leave_class_teacher_days", "2", "2", "2", "0", f"{FROM_1}（单位：上课日）", OPEN),
        ("leave_dean_days", "5.0", "5", "5", "5.5", f"{FROM_1}（单位：上课日）", OPEN),
        ("sick_proof_after", "0", "0", "0", "", f"{FROM_0}（单位：上课日以上）", OPEN),
        ("long_leave_consecutive", "15", "15", "15", "1e3", f"{FROM_1}（单位：上课日以上）", "情形11"),
        ("long_leave_term", "60", "60", "60", "四十", f"{FROM_1}（单位：上课日以上）", "情形11"),
        ("bureau_due_day", "28", "28", "28", "29", "应填1至28的整数（单位：日）", "篇一（R49）"),
        ("office_due_day", "1", "1", "1", "0", "应填1至28的整数（单位：日）", "篇二（R52）"),
        ("vacation_zero_report", "no", "false", "否", "perhaps", CHOOSE, "篇一（R50）；情形41"),
        ("target_primary", "100", "100", "100", "100.01", SHARE, "篇二（R56）"),
        ("target_junior", "97.55", "97.55", "97.55", "97.555", SHARE, "篇二（R56）"),
        ("countersign_within", "5", "5", "5", "NaN", f"{FROM_1}（单位：日）", "情形33"),
        ("suspensions_red_after", "0", "0", "0", "三", f"{FROM_0}（单位：次以上）", "情形23"),
        ("observe_for", "1", "1", "1", "0", f"{FROM_1}（单位：上课日）", "情形43"),
        ("observe_missed", "0", "0", "0", "-1", f"{FROM_0}（单位：次）", OPEN),
        ("notice_within", "1", "1", "1", "0", f"{FROM_1}（单位：上课日）", REC),
        ("notice_days", "7", "7", "7", "0", f"{FROM_1}（单位：日）", REC),
        ("order_within", "2", "2", "2", "0", f"{FROM_1}（单位：日）", REC),
        ("order_days", "10", "10", "10", "半月", f"{FROM_1}（单位：日）", REC),
        ("confirm_after", "8", "8", "8", "0", f"{FROM_1}（单位：周）", REC),
        ("government_mark", " 青政教 ", "青政教", "青政教", "青" * 101, LINE, OPEN),
        ("order_remedy", "可以申请复议。", "可以申请复议。", "可以申请复议。", "青\u0007", LINE, OPEN),
        ("legal_basis", "某条例第六十条", "某条例第六十条", "某条例第六十条", "青\n镇", LINE, OPEN),
        ("calendar_warn_before", "30", "30", "30", "0", f"{FROM_1}（单位：日）", OPEN),
    )
)  # fmt: skip

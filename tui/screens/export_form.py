"""A new export: of which school, class and days, in which edition, and what for.

The list of what was made is in exports.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import ClassVar

from core.rules.base import Coded
from core.rules.export import (
    SENSITIVE,
    Asked,
    Ledger,
    Listing,
    MonthPaper,
    ledgers_of,
    month_of,
)
from core.rules.month import ReportKind
from core.rules.paper import Edition
from core.rules.place import class_name
from core.services import export
from core.services.desk import Desk
from core.services.export import Choices
from tui.screens.base import Key
from tui.screens.drafted import Drafted
from tui.widgets.form import (
    ChoiceField,
    CodeField,
    DateField,
    Field,
    Form,
    TextField,
)

_ALL = ("", "全部")
_DAYS = frozenset({Listing.LEAVE, Listing.ABSENCES, Listing.VISITS, Listing.INSPECTION})
# Of schools, never of a class.
_WHOLE = frozenset({Listing.MONTH, Listing.INSPECTION})
_MONTHS = frozenset({Listing.ATTENDANCE, Listing.MONTH})


def _options(kinds: type[Coded]) -> tuple[tuple[str, str], ...]:
    return tuple((one.value, one.label) for one in kinds)


class NewExport(Drafted):
    """Ask what is wanted, make it, and go back to the list; F10 stops the making."""

    TITLE_TEXT = "新导出"
    FORM = "export"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f9,f2", "导出", "make"),
        Key("f4", "列出选项"),
    )
    HELP_TEXT = (
        "内部版遮盖证件号、学籍号和电话。",
        "报送版号码完整，须写明用途，均有记录。",
        "含敏感信息或超过200行的表都须写明用途。",
        "应报未报情况表在月报表中选表式。",
        "导出进行中按F10可取消，不留文件。",
    )

    def __init__(self, desk: Desk, listing: Listing) -> None:
        super().__init__(desk, listing)
        self._listing = listing
        self._choices: Choices | None = None
        self._making = False

    async def load(self) -> None:
        """Read what there is to choose from; what was typed stays."""
        self.set_title(f"{self.TITLE_TEXT}  {self._listing.label}")
        if self._choices is None:
            choices = await export.choices(self.desk, self._listing)
            self._choices = choices
            fields = tuple(_fields(self._listing, choices))
            await self.begin(fields, fields[0].name)
            school = self._form.values().get("school", "")
            self._offer_classes(school)

    def on_form_changed(self, changed: Form.Changed) -> None:
        """Offer the classes of the school that was chosen."""
        if changed.name == "school":
            self._offer_classes(changed.value)
            if self._listing not in _WHOLE:
                self._form.set_value("class", "")

    def _offer_classes(self, school_code: str) -> None:
        if self._listing in _WHOLE or self._choices is None:
            return
        field = self._form.field("class")
        if isinstance(field, ChoiceField):
            field.options = _classes(self._choices, school_code)
            self._form.repaint()

    def on_form_done(self) -> None:
        """Make it by Enter in the last field."""
        self.action_make()

    def action_make(self) -> None:
        """Make what the form asks for."""
        if self.is_filled():
            self.act(self._make)

    def action_back(self) -> None:
        """Go back; while an export is being made, stop it and stay."""
        if self._making:
            self.workers.cancel_group(self, "act")
            self.tell("已取消导出，没有生成文件。")
        else:
            super().action_back()

    async def _make(self) -> None:
        self._making = True
        try:
            self.busy("正在导出…（按F10取消）")
            await self.submitted(self._made)
        finally:
            self._making = False

    async def _made(self) -> str:
        asked = self._asked()
        made = await export.make(self.acting_desk, asked, self._op_id, self._progress)
        return f"已导出 {made.line.row_count}行，编号{made.line.id}，24小时内可取。"

    def _progress(self, rows: int) -> None:
        self.busy(f"正在导出…已读{rows}行（按F10取消）")

    def _asked(self) -> Asked:
        typed = self._form.values()
        months = self._listing in _MONTHS
        return Asked(
            listing=self._listing,
            edition=Edition.of(typed.get("edition", Edition.INTERNAL.value)),
            purpose=typed.get("purpose", ""),
            school_code=typed.get("school") or None,
            class_id=int(typed.get("class") or 0) or None,
            month=month_of(typed["month"]) if months else None,
            term=typed.get("term") or None,
            from_on=_day(typed.get("from", "")),
            last_on=_day(typed.get("to", "")),
            kind=ReportKind.of(typed.get("kind", ReportKind.BUREAU.value)),
            paper=MonthPaper.of(typed.get("paper", MonthPaper.TABLE.value)),
            ledger=next((x for x in Ledger if x.value == typed.get("ledger")), None),
        )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _classes(choices: Choices, school_code: str) -> tuple[tuple[str, str], ...]:
    """Return the classes to choose from: those of the school, or of the only one."""
    codes = {school.id: school.code for school in choices.schools}
    wanted = school_code or (choices.schools[0].code if len(choices.schools) == 1 else "")
    held = [one for one in choices.classes if codes.get(one.school_id) == wanted]
    named = [
        (str(c.id), class_name(c.cohort, c.number, choices.today)) for c in held if wanted
    ]
    return (_ALL, *named)


def _fields(listing: Listing, choices: Choices) -> Iterator[Field]:
    """Yield what is asked for one kind of paper, filled in with what is usual."""
    if ledgers := ledgers_of(listing):
        papers = ((listing.value, listing.label), *((x.value, x.label) for x in ledgers))
        yield ChoiceField("ledger", "表册", papers, value=listing.value, required=True)
    if len(choices.schools) > 1:
        schools = tuple((school.code, school.name) for school in choices.schools)
        yield ChoiceField("school", "学校", (_ALL, *schools), hint="按F4选择，不选为全部")
    if listing not in _WHOLE:
        yield ChoiceField(
            "class", "班级", _classes(choices, ""), hint="按F4选择，不选为全部"
        )
    yield from _when(listing, choices)
    if listing is Listing.MONTH:
        kinds = _options(ReportKind)
        yield ChoiceField("kind", "报表", kinds, value=kinds[0][0], required=True)
        papers = _options(MonthPaper)
        yield ChoiceField("paper", "表式", papers, value=papers[0][0], required=True)
        yield TextField("purpose", "用途", limit=100, hint="超过200行的须写明")
        return
    yield ChoiceField(
        "edition", "版本", _options(Edition), value=Edition.INTERNAL.value, required=True
    )
    yield TextField("purpose", "用途", limit=100, required=listing in SENSITIVE)


def _when(listing: Listing, choices: Choices) -> Sequence[Field]:
    today = choices.today
    if listing in _MONTHS:
        month = f"{today:%Y-%m}"
        return (
            CodeField(
                "month", "月份", value=month, limit=7, required=True, hint="如2026-11"
            ),
        )
    if listing in _DAYS:
        begun = "不填为一年" if listing is Listing.INSPECTION else "不填为本学年开始"
        return (
            DateField("from", "起始日期", reference=today, hint=begun),
            DateField("to", "截止日期", reference=today, hint="含当日，不填为今日"),
        )
    if listing is Listing.CHANGES:
        year, number = choices.term or (today.year, 1)
        key = f"{year}-{year + 1}-{number}"
        return (CodeField("term", "学期", value=key, limit=11, required=True),)
    return ()

"""点名: one class, one session.  Exceptions by digit; F9 submits; every mark is kept."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import ClassVar
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.calendar import SessionCode
from core.rules.draft import Draft
from core.rules.duty import DutyKind
from core.rules.errors import AlreadyDone, Refusal
from core.rules.roll import Mark, PupilMark, RollPupil, still_missing_words
from core.rules.roll_merge import merge
from core.rules.session import TooEarly
from core.rules.sheet import RollConflict, Sheet, current_marks
from core.services import draft, roll
from core.services.desk import Desk
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen
from tui.screens.confirm import Confirm
from tui.screens.roll_conflict import whose_stand
from tui.screens.roll_sheet import (
    leave_of,
    marked,
    marks_of,
    missing_line,
    missing_of,
    plain,
    pupils_of,
    submission_of,
    title_of,
)
from tui.screens.unsaved import Unsaved
from tui.widgets.cells import cell_len
from tui.widgets.keys import Key
from tui.widgets.line import Line
from tui.widgets.roll_grid import RollGrid
from tui.widgets.style import Tone


class RollScreen(DeskScreen):
    """Take a roll, or correct one that was taken."""

    TITLE_TEXT = DutyKind.ROLL.label
    NOUNS = frozenset({"roll", "leave", "absence", "calendar"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("space", "", shown="空格 到/缺"),
        Key("1,2,3,4,5,6,7", "", shown="1到2迟3病4事5缺6公7退"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = (
        "上次点名已缺、个案未销号、假满未到的学生一开始就记缺，只有逐人按键才改为到。",
        "病假、事假当场登记当天请假；更长的假用请假登记。",
        "提交后当天再按键即时更正，不问原因；次日起更正须写明原因。",
    )

    def __init__(
        self,
        desk: Desk,
        township_id: int,
        class_ids: tuple[int, ...],
        day: date,
        session: SessionCode,
    ) -> None:
        super().__init__(desk)
        self._township_id, self._class_ids = township_id, class_ids
        self._day, self._session = day, session
        self._subject = roll.subject_of(class_ids, day, session)
        self._sheet: Sheet | None = None
        self._base: tuple[PupilMark, ...] = ()
        self._op_id = uuid4()
        self._saved_at: datetime | None = None
        self._unsaved = Unsaved(self, self._save_draft)
        self._grid = RollGrid()
        self._missing = Line(tone=Tone.ALARM)
        self._still: tuple[RollPupil, ...] = ()

    @property
    def is_unsaved(self) -> bool:
        """Tell whether something was marked that is not in the draft yet."""
        return self._unsaved.waits

    @property
    def has_read(self) -> bool:
        """Tell whether the pupils are there; F9 waits for them: Enter F9 is a whole roll."""
        return super().has_read and self._sheet is not None

    def compose(self) -> Iterator[Widget]:
        """Put the names of who is still missing under the pupils."""
        yield self._grid
        yield self._missing

    async def load(self) -> None:
        """Read the roll; keep what was marked here and not saved."""
        sheet = await roll.open_sheet(
            self.desk, self._township_id, self._class_ids, self._day, self._session
        )
        current = tuple(m for part in sheet.parts for m in current_marks(part))
        if self._sheet is None:
            self._base = current
            kept = await draft.load(self.desk, roll.FORM, self._subject)
            wanted = current if kept is None else self._resume(kept, current)
        else:
            wanted = self._wanted()
        merged = merge(self._base, current, wanted)
        # What others changed and this person did not is seen now, and is the new base;
        # where both changed the same pupil, the base stays, and F9 will ask.
        asked = {c.student_id: c for c in merged.conflicts}
        seen = {m.student_id: m.mark for m in self._base}
        self._base = marked(current, {i: seen[i] for i in asked if i in seen})
        marks = {m.student_id: m.mark for m in merged.sheet}
        marks |= {i: c.wanted for i, c in asked.items()}
        self._sheet = sheet
        self._grid.show(
            pupils_of(sheet), {m.student_id: marks[m.student_id] for m in current}
        )
        if merged.theirs and self._saved_at:
            self.tell(f"他人已更新 {len(merged.theirs)} 人，已为您合并。")
        self._retitle()
        if not sheet.taken and sheet.now < sheet.opens_at:
            self.tell(str(TooEarly(sheet.parts[0].session, sheet.opens_at)), Tone.WARNING)

    def _resume(self, kept: Draft, current: tuple[PupilMark, ...]) -> tuple[PupilMark, ...]:
        left = json.loads(kept.body)
        self._op_id, self._saved_at = kept.op_id, kept.saved_at
        # Also where somebody else has taken the roll meanwhile: these marks come on top.
        self.tell(f"已恢复 {kept.saved_at:%m-%d %H:%M} 的草稿，请核对后按 F9 提交。")
        self._base = marks_of(left["base"])
        wanted = {m.student_id: m.mark for m in marks_of(left["wanted"])}
        return marked(current, wanted)

    def _wanted(self) -> tuple[PupilMark, ...]:
        marks = self._grid.marks
        return tuple(PupilMark(student_id=i, mark=mark) for i, mark in marks.items())

    def _retitle(self) -> None:
        if self._sheet is None:
            return
        wanted = self._wanted()
        self.set_title(*title_of(self._sheet, wanted, self._saved_at, self.size.width))
        self._still = missing_of(self._sheet, wanted)
        self._moved()

    @on(RollGrid.Moved)
    def _moved(self) -> None:
        """Name who is still missing, and the leave of the pupil under the cursor."""
        if self._sheet is not None:
            leave = leave_of(self._sheet, self._grid.current)
            room = self.size.width - cell_len(leave)
            self._missing.put(missing_line(self._still, room), leave)

    @on(RollGrid.Marked)
    def _marked(self) -> None:
        self.tell("")
        self._retitle()
        sheet = self._sheet
        if sheet is not None and sheet.taken and not sheet.needs_reason:
            # After submission, the same day: one key each, no reason typed (3).
            self.act(partial(self._send, "", None))
            return
        if sheet is not None and sheet.taken:
            self.tell("更正尚未提交：按 F9 写明原因后生效。", Tone.WARNING)
        self._unsaved.changed()

    async def on_unmount(self) -> None:
        """Keep the last marks as well."""
        await self._unsaved.at_last()

    async def _save_draft(self) -> None:
        body = {"base": plain(self._base), "wanted": plain(self._wanted())}
        told = self._saved_at
        self._saved_at = await draft.save(
            self.desk, roll.FORM, self._subject, self._op_id, json.dumps(body)
        )
        # Each mark has written the title; what is new in it is the minute at most.
        if told is None or f"{told:%H:%M}" != f"{self._saved_at:%H:%M}":
            self._retitle()

    def action_submit(self) -> None:
        """Submit: name who is still missing, ask on whose word or why, then save."""
        if self._sheet is not None:
            self.run_worker(self._submit(self._sheet), group="submit", exclusive=True)

    async def _submit(self, sheet: Sheet) -> None:
        reason, told_by = "", None
        if sheet.taken and self._wanted() == self._base:
            self.tell("没有改动，无须再提交。")
            return
        missing = missing_of(sheet, self._wanted())
        if missing and not await self.app.push_screen_wait(
            Confirm(
                f"{still_missing_words(missing)}\n\n以上学生仍记{Mark.ABSENT.label}，确认提交？"
            )
        ):
            return
        if sheet.needs_teller:
            told_by = await self.app.push_screen_wait(Ask("到校情况由谁告知", limit=30))
            if told_by is None:
                return
        elif sheet.needs_reason and sheet.taken:
            answer = await self.app.push_screen_wait(Ask("更正原因", limit=100))
            if answer is None:
                return
            reason = answer
        self.act(partial(self._send, reason, told_by))

    async def _send(self, reason: str, told_by: str | None) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        self._unsaved.drop()
        sent = submission_of(sheet, self._base, self._grid.marks).model_copy(
            update={"reason": reason, "told_by": told_by}
        )
        try:
            await roll.submit(self.desk, sent, self._op_id)
        except RollConflict as conflict:
            await self._settle(conflict)
            self._op_id = uuid4()
            raise
        except AlreadyDone:
            self._op_id = uuid4()
            raise
        except Refusal:
            self._unsaved.changed()
            raise
        self._op_id, self._saved_at, self._sheet = uuid4(), None, None
        if sheet.taken:
            self.tell("已更正。")
        else:
            self.dismiss(None)

    async def _settle(self, conflict: RollConflict) -> None:
        """Ask whose marks stand; nothing is saved by asking."""
        parts = self._sheet.parts if self._sheet is not None else ()
        names = {p.student_id: p.called for part in parts for p in part.pupils}
        settled = await whose_stand(self.app, conflict, names)
        # The sheet may have been read afresh while the person thought.
        base = {m.student_id: m.mark for m in self._base}
        base |= {i: seen for i, (seen, _) in settled.items()}
        marks = self._grid.marks | {i: stands for i, (_, stands) in settled.items()}
        self._base = tuple(PupilMark(student_id=i, mark=mark) for i, mark in base.items())
        if self._sheet is not None:
            self._grid.show(pupils_of(self._sheet), marks)
        self._retitle()

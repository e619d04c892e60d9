"""提供佐证: which of one's uploads, of what, of which kind, and until when it holds."""

from datetime import date
from functools import partial
from typing import ClassVar

from core.rules.evidence import EvidenceKind
from core.rules.evidence_file import TAKEN, About, Subject
from core.services import evidence, evidence_view, upload
from core.services.desk import Desk
from core.services.evidence import Proof
from tui.screens.drafted import Drafted
from tui.widgets.form import ChoiceField, DateField
from tui.widgets.keys import Key


class EvidenceForm(Drafted):
    """Fill in the four fields; F9 attaches the file, which leaves 上传 with it."""

    TITLE_TEXT = "提供佐证"
    FORM = "evidence"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = (
        "文件先用 WinSCP、sftp 传到“上传”目录，这里只列 jpg、png、pdf。",
        "提交后由另一人核验；文件加密保存，并从“上传”目录移走。",
    )

    def __init__(self, desk: Desk, township_id: int, student_id: int) -> None:
        super().__init__(desk, f"{township_id}/{student_id}")
        self._place = (township_id, student_id)

    async def load(self) -> None:
        """Show what can be picked, once."""
        if self._form.fields:
            return
        seen = await evidence_view.view(self.desk, *self._place, again=True)
        sent = [one for one in await upload.mine(self.desk) if one.kind in TAKEN]
        self.set_title(f"{self.TITLE_TEXT} {seen.child_name}")
        fields = (
            ChoiceField(
                "file",
                "文件",
                tuple((one.file_name, one.file_name) for one in sent),
                required=True,
                hint="" if sent else "“上传”目录没有照片或扫描件，请先上传",
            ),
            ChoiceField(
                "of",
                "属于",
                tuple(
                    (_code(one), f"{one.called} {one.at:%m-%d}") for one in seen.subjects
                ),
                value=_code(seen.subjects[0]) if seen.subjects else "",
                required=True,
            ),
            ChoiceField(
                "kind",
                "类别",
                tuple((kind.value, kind.label) for kind in EvidenceKind),
                required=True,
            ),
            DateField(
                "until",
                "有效至",
                reference=seen.now.date(),
                hint="就读证明不填为半年",
            ),
        )
        await self.begin(fields, "file")

    def on_form_done(self) -> None:
        """Submit by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Attach the file."""
        if self.is_filled():
            self.act(partial(self.submitted, self._record))

    async def _record(self) -> str:
        typed = self._form.values()
        about, _, subject_id = typed["of"].partition(":")
        proof = Proof(
            about=About.of(about),
            subject_id=int(subject_id),
            kind=EvidenceKind.of(typed["kind"]),
            valid_until=date.fromisoformat(typed["until"]) if typed["until"] else None,
        )
        where = (self.acting_desk, self._place)
        await evidence.attach_upload(*where, proof, typed["file"], self._op_id)
        return f"已提供{proof.kind.label}，待另一人核验。"


def _code(subject: Subject) -> str:
    return f"{subject.about}:{subject.id}"

"""Evidence: what proves a step, a change or a leave, and who may say that it holds.

What each change needs is in change, what each step of a case needs in evidence_demand; a
file is in evidence_file.
"""

from core.rules.base import Coded
from core.rules.errors import Refusal


class EvidenceState(Coded):
    """How far a proof has come."""

    MISSING = "missing", "未提供"
    PENDING = "pending", "待核验"
    VERIFIED = "verified", "已核验"
    REJECTED = "rejected", "不予认可"
    EXPIRED = "expired", "已过期"


class EvidenceKind(Coded):
    """What a proof is.  The seed asks for 证明材料齐全 (R24) and names no list."""

    RECEIVING_CERTIFICATE = "receiving_certificate", "接收学校证明"
    NATIONAL_SCREENSHOT = "national_screenshot", "学籍系统截图"
    STUDY_CERTIFICATE = "study_certificate", "就读证明"
    TRANSFER_FORM = "transfer_form", "转学申请表"
    GUARDIAN_REQUEST = "guardian_request", "监护人书面申请"
    HOSPITAL_PROOF = "hospital_proof", "医院证明"
    APPROVAL = "approval", "主管部门批准文件"
    DEATH_CERTIFICATE = "death_certificate", "死亡证明"
    HUKOU_CANCELLED = "hukou_cancelled", "户口注销证明"
    PASSPORT_OR_VISA = "passport_or_visa", "出境证件复印件"
    PERSUASION_RECORD = "persuasion_record", "劝返记录"
    RETURN_PROOF = "return_proof", "返校情况说明"
    STATEMENT = "statement", "情况说明"
    STAMPED_SCAN = "stamped_scan", "盖章件扫描件"
    SERVICE_SLIP = "service_slip", "送达回证"
    PHOTO = "photo", "现场照片"
    DETERMINATION = "determination", "辍学认定表"
    GRADUATION = "graduation", "毕业或结业证书"


class SamePerson(Refusal):
    """Who entered a claim may not be the one who verifies it."""

    def __init__(self) -> None:
        super().__init__("登记人不能核验自己登记的内容，请由另一人核验。")


def must_be_second_person(entered_by_id: int, verified_by_id: int) -> None:
    """Refuse a verification by the person who entered the claim (SamePerson)."""
    if entered_by_id == verified_by_id:
        raise SamePerson

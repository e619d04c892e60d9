"""离任: what passes to the successor when somebody leaves, and what is refused."""

from datetime import date

from core.rules.base import Record
from core.rules.errors import BadInput
from core.rules.place import class_name
from core.rules.staff import Acting, Post, Role
from core.rules.time import Moment


class Holder(Record):
    """Somebody with posts, as a list shows them."""

    account_id: int
    signin_name: str
    name: str
    initials: tuple[str, ...] = ()
    posts: str
    places: str


class HeldPost(Record):
    """One grant that holds or is to come."""

    id: int
    role: Role
    post: Post | None
    acting: Acting | None
    township_id: int
    school_id: int | None
    class_id: int | None
    village_id: int | None
    place: str
    cohort: int | None
    number: int | None

    def called_on(self, day: date) -> str:
        """Return 河湾小学 三年级（1）班 班主任."""
        part = None
        if self.cohort is not None and self.number is not None:
            part = class_name(self.cohort, self.number, day)
        kind = self.role if self.acting is None else self.acting
        title = kind.label if self.post is None else self.post.label
        return " ".join(word for word in (self.place, part, title) if word)


class Handover(Record):
    """What passed on, for the words afterwards."""

    leaver: str
    successor: str
    at: Moment
    posts: tuple[str, ...]
    # 代签 is its principal's to give again.
    ended: tuple[str, ...]
    drafts: int
    # Those of which the successor has one of the own: the leaver's stay where they are.
    drafts_left: int

    @property
    def told(self) -> str:
        """Return one sentence that says what was done."""
        words = [f"{self.leaver} 已离任，由 {self.successor} 接任：{'、'.join(self.posts)}"]
        if self.drafts:
            words.append(f"草稿{self.drafts}件已移交")
        if self.drafts_left:
            words.append(f"{self.drafts_left}件草稿接任者已有，未移交")
        if self.ended:
            words.append(f"{'、'.join(self.ended)}随之失效，须另行授权")
        return "；".join([*words, f"账号自 {self.at:%Y-%m-%d} 停用。"])


class SamePerson(BadInput):
    """Nobody succeeds themselves."""

    def __init__(self) -> None:
        super().__init__("接任者不能是离任者本人，请另选一人。")


class OwnLeaving(BadInput):
    """Who leaves is shut out: another one does it."""

    def __init__(self) -> None:
        super().__init__("不能给自己办离任，请由另一名有权的人员办理。")


class NoSuccessor(BadInput):
    """The successor's account is shut."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} 的账号已停用，不能接任，请另选一人。")


class NothingHeld(BadInput):
    """The leaver has no post that could pass on."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} 没有在任的岗位，无须移交；停用账号请用 staff disable。")

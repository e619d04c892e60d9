"""Refusals: what the rules do not allow, told in the user's own words.

A refusal that belongs to one noun stands in that noun's rules; the ones every noun
shares are here.  A refusal is shown and forgotten.  Any other exception is a fault of
ours: it is logged, and the session ends rather than carry on with what it misread.
"""


class Refusal(Exception):
    """A request the rules do not allow.  `str(refusal)` is the sentence the user reads."""


class OutOfSight(Refusal):
    """The child, class or school is outside what this person answers for.

    The sentence is the same whether or not the child exists.
    """

    def __init__(self) -> None:
        super().__init__("您无权查看该学生，请联系学校管理员。")


class NotYours(Refusal):
    """The person may see this, but the act belongs to another post."""

    def __init__(self, who: str) -> None:
        super().__init__(f"此项由{who}办理，您的岗位不能办理。")


class Changed(Refusal):
    """Somebody else changed it since it was read."""

    def __init__(self) -> None:
        super().__init__("内容已被他人修改，已为您刷新，请核对后再办理。")


class AlreadyDone(Refusal):
    """The act with this op_id was committed before: a retry changes nothing (P3)."""

    def __init__(self) -> None:
        super().__init__("此项已经保存，无需重复提交。")


class BadInput(Refusal):
    """What was typed cannot be taken; the sentence says what to type instead."""

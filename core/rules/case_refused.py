"""Why a step of a case is refused, each in a sentence that says what to do."""

from datetime import date

from core.rules.base import Coded
from core.rules.errors import BadInput, Refusal


class NoCase(Refusal):
    """The child has no open case."""

    def __init__(self) -> None:
        super().__init__("该生没有未销号的个案，无须办理。")


class NotClosed(Refusal):
    """Only what was closed is taken up again."""

    def __init__(self) -> None:
        super().__init__("该生没有已销号的个案，无须恢复跟踪。")


class StillOpen(Refusal):
    """The child has an open case, older or newer."""

    def __init__(self) -> None:
        super().__init__("该生已有未销号的个案，请在该个案内办理。")


class StepNotNow(Refusal):
    """The step does not lead on from where the case stands."""

    def __init__(self, state: Coded, step: Coded) -> None:
        super().__init__(f"个案现为{state.label}，不能办理{step.label}，请按F5刷新后核对。")


class StepWaits(Refusal):
    """Another step has been asked for and waits."""

    def __init__(self, step: Coded) -> None:
        super().__init__(f"{step.label}已登记，正待另一人确认。")


class NoStep(Refusal):
    """Nothing waits to be confirmed."""

    def __init__(self) -> None:
        super().__init__("该个案没有待确认的事项。")


class SameHand(Refusal):
    """Who asks for a step never confirms it."""

    def __init__(self) -> None:
        super().__init__("登记人不能自己确认，请由另一人确认。")


class NotSeenYet(Refusal):
    """返校 is proven by a roll, never by word."""

    def __init__(self) -> None:
        super().__init__("返校以点名为准：请先在点名中把该生记为到校，再登记返校。")


class BackAlready(Refusal):
    """The child has been seen since, and is not missing."""

    def __init__(self) -> None:
        super().__init__("该生已到校，请先登记返校，不再发文书、不再认定。")


class StillObserved(Refusal):
    """The observation is not over."""

    def __init__(self, until: date) -> None:
        super().__init__(f"观察期至{until.month}月{until.day}日，期满后再办理销号。")


class MissingNow(Refusal):
    """Nobody's case is closed while the child is missing."""

    def __init__(self) -> None:
        super().__init__("该生现在未到校，不能销号，请继续跟踪劝返。")


class MissedTooOften(Refusal):
    """The child was missing too often while it was watched."""

    def __init__(self, missed: int, allowed: int) -> None:
        super().__init__(
            f"观察期内无故未到校{missed}次，超过{allowed}次，不能销号，请继续跟踪劝返。"
        )


class NotFollowed(Refusal):
    """No close rests on an observation of which nothing is written down."""

    def __init__(self) -> None:
        super().__init__("观察期内还没有跟踪记录，请先登记联系或家访，再办理销号。")


class TooEarly(Refusal):
    """A child is found to have left after so many weeks, not before."""

    def __init__(self, since: date, weeks: int) -> None:
        super().__init__(
            f"自首次未到校满{weeks}周（{since.month}月{since.day}日）起方可认定，"
            "请继续劝返。"
        )


class LegalOff(Refusal):
    """The township has not said by which law it goes on."""

    def __init__(self) -> None:
        super().__init__(
            "本乡镇未启用依法处理：须经司法所审核，由教管组在政策参数中填写本地法律依据。"
        )


class OrderFirst(Refusal):
    """Nobody is taken to law whom no order asked, or whose term still runs."""

    def __init__(self) -> None:
        super().__init__("责令通知书送达且期限届满仍未返校的，方可依法处理。")


class TooYoung(Refusal):
    """The child is still of the age of compulsory education."""

    def __init__(self, since: date) -> None:
        super().__init__(
            f"该生{since.year}年{since.month}月{since.day}日年满16周岁，此前不能按超龄销号。"
        )


class NotFinished(Refusal):
    """Nobody has finished compulsory school before the year of grade 9 is over."""

    def __init__(self, since: date) -> None:
        super().__init__(
            f"该生{since.year}年{since.month}月{since.day}日九年级学年期满，此前不能按毕业销号。"
        )


class SettledHow(BadInput):
    """A child is settled somewhere by name."""

    def __init__(self) -> None:
        super().__init__("请选择安置去向，再写明依据和证明材料。")


class ProofMissing(BadInput):
    """A step says what proves it."""

    def __init__(self) -> None:
        super().__init__("请写明依据和证明材料，再提交。")

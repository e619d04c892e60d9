import pytest

from core.rules.paper import PaperState, PaperStepRefused, advance
from core.rules.paper_number import number_text


def test_a_number_is_given_when_the_paper_is_signed() -> None:
    assert number_text("青九校报", 2026, 3) == "青九校报〔2026〕3号"
    assert number_text("青九校报", 2026, None) == "青九校报〔2026〕　号"


def test_a_declined_paper_may_still_be_served_and_a_received_one_is_done() -> None:
    advance(PaperState.TO_SIGN, PaperState.SIGNED)
    advance(PaperState.SIGNED, PaperState.DECLINED)
    advance(PaperState.DECLINED, PaperState.SERVED)
    advance(PaperState.SERVED, PaperState.RECEIVED)
    with pytest.raises(PaperStepRefused, match="待签发，不能改为已签收"):
        advance(PaperState.TO_SIGN, PaperState.RECEIVED)
    for wanted in PaperState:
        with pytest.raises(PaperStepRefused):
            advance(PaperState.RECEIVED, wanted)
        with pytest.raises(PaperStepRefused):
            advance(PaperState.VOID, wanted)

"""What proves each step of a case, by hand: domain.md 5.3; days.md 43."""

import pytest

from core.rules.case import CaseStep, Settlement
from core.rules.evidence import EvidenceKind
from core.rules.evidence_demand import (
    Held,
    SlipMissing,
    StepUnproven,
    checklist,
    must_be_proven,
    must_have_slip,
)
from core.rules.paper import PaperKind
from tests.rules.test_case_life import BROUGHT_FOR, PAPER_FOR, RESTS_ON


def held(*kinds: EvidenceKind, checked: bool = True, paper: bool = True) -> Held:
    papers = frozenset({PaperKind.CASE_FILE} if paper else ())
    found = frozenset(kinds)
    return Held(checked=found if checked else frozenset(), brought=found, papers=papers)


@pytest.mark.parametrize("how", [*CaseStep, *Settlement])
def test_each_step_rests_on_exactly_the_files_that_are_named(how):
    settled_as = how if isinstance(how, Settlement) else None
    step = CaseStep.SETTLE if settled_as else how
    if step is CaseStep.SETTLE and settled_as is None:
        return
    wanted = RESTS_ON.get(how) or BROUGHT_FOR.get(how)
    for kind in EvidenceKind:
        for checked in (True, False):
            proves = wanted is None or (kind in wanted and (checked or how in BROUGHT_FOR))
            has = held(kind, checked=checked)
            if proves:
                must_be_proven(step, settled_as, has)
            else:
                with pytest.raises(StepUnproven):
                    must_be_proven(step, settled_as, has)
            assert all(one.is_met for one in checklist(step, settled_as, has)) is proves
    if wanted is not None:
        with pytest.raises(StepUnproven):
            must_be_proven(step, settled_as, held())
    if how in PAPER_FOR:
        with pytest.raises(StepUnproven, match="还缺一生一案，请在个案页按0生成"):
            must_be_proven(step, None, held(*wanted, paper=False))


def test_a_service_rests_on_its_slip_that_was_brought():
    must_have_slip(held(EvidenceKind.SERVICE_SLIP, checked=False))
    with pytest.raises(SlipMissing):
        must_have_slip(held(EvidenceKind.PHOTO))

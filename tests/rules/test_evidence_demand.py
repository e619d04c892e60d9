"""What proves each step of a case, by hand: domain.md 5.3, 14 and 15; days.md 43."""

import pytest

from core.rules.case import CaseStep, Settlement
from core.rules.evidence import EvidenceKind
from core.rules.evidence_demand import StepUnproven, must_be_proven
from tests.rules.test_case_life import RESTS_ON


@pytest.mark.parametrize("how", [*CaseStep, *Settlement])
def test_each_close_rests_on_exactly_the_files_that_are_named(how):
    settled_as = how if isinstance(how, Settlement) else None
    step = CaseStep.SETTLE if settled_as else how
    if step is CaseStep.SETTLE and settled_as is None:
        return
    for kind in EvidenceKind:
        if how in RESTS_ON and kind not in RESTS_ON[how]:
            with pytest.raises(StepUnproven):
                must_be_proven(step, settled_as, frozenset({kind}))
        else:
            must_be_proven(step, settled_as, frozenset({kind}))
    if how in RESTS_ON:
        with pytest.raises(StepUnproven):
            must_be_proven(step, settled_as, frozenset())

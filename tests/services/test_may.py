"""Who may act on which child, class, school or township: a table written by hand.

T own class, F own school's other class, C another school, B another township; "-" none.  An
act that is refused for any other reason than the person is one that the person may do.
"""

import pytest

from core.rules.errors import NotYours, OutOfSight, Refusal
from core.services.desk import Desk
from core.services.place import NoSuchSchool
from db.pool import Pool
from tests.services.sight_acts import ACTS, Acts
from tests.services.sight_places import PLACES
from tests.services.sight_town import (
    CHILDREN,
    PEOPLE_IN_ORDER,
    Key,
    SightTown,
    build,
    oracle,
)

EVERY = ACTS | PLACES
MAY = """
                li acting teacher liu wang reg duty office gov cadre bureau super audit admin
contact         T  T      -       -   TF   TF  -    -      -   -     -      -     -     -
visit_correct   T  T      -       -   TF   TF  -    -      -   -     -      -     -     -
visit           T  T      -       -   TF   TF  -    -      -   -     -      -     -     -
leave           T  T      -       -   TF   TF  -    -      -   -     -      -     -     -
leave_close     T  T      -       -   TF   TF  -    -      -   -     -      -     -     -
leave_prove     T  T      -       -   TF   TF  -    -      -   -     -      -     -     -
leave_approve   -  -      -       -   TF   -   -    -      -   -     -      -     -     -
roll            T  T      -       -   TF   TF  TF   -      -   -     -      -     -     -
class_month     T  T      -       -   TF   -   -    -      -   -     -      -     -     -
settle_doubt    T  T      -       -   TF   TF  -    -      -   -     -      -     -     -
take_note       -  -      -       -   TF   -   -    TFC    TFC -     TFCB   -     -     -
sign            -  -      -       -   TF   -   -    -      -   -     -      -     -     -
receive         -  -      -       -   -    -   -    -      TFC -     -      -     -     -
receive_paper   -  -      -       -   TF   TF  -    TFC    -   -     -      -     -     -
letter          -  -      -       -   TF   TF  -    -      -   -     -      -     -     -
print           -  -      -       -   TF   TF  -    TFC    TFC -     TFCB   TFCB   -     -
change          -  -      -       -   TF   TF  -    -      -   -     -      -     -     -
change_prove    -  -      -       -   TF   TF  -    -      -   -     -      -     -     -
change_verify   -  -      -       -   -    -   -    TFC    -   -     -      -     -     -
child_receive   -  -      -       -   TF   TF  -    -      -   -     -      -     -     -
confirm         -  -      -       -   TF   TF  -    -      -   -     -      -     -     -
explain         -  -      -       -   TF   TF  -    -      -   -     -      -     -     -
whereabouts     -  -      -       -   TF   TF  -    -      -   -     -      -     -     -
roster          -  -      -       -   TF   TF  -    TFC    -   -     -      -     -     TFCB
combine         -  -      -       -   TF   TF  -    TFC    -   -     -      -     -     TFCB
part            -  -      -       -   TF   TF  -    TFC    -   -     -      -     -     TFCB
opening         -  -      -       -   TF   TF  -    -      -   -     -      -     -     -
opening_confirm -  -      -       -   -    -   -    TFC    -   -     -      -     -     -
month           -  -      -       -   TF   -   -    -      -   -     -      -     -     -
month_for       -  -      -       -   -    -   -    TFC    -   -     -      -     -     -
countersign     -  -      -       -   TF   -   -    -      -   -     -      -     -     -
stamped         -  -      -       -   TF   TF  -    -      -   -     -      -     -     -
take_in         -  -      -       -   -    -   -    -      -   -     TFCB   -     -     -
send_back       -  -      -       -   -    -   -    -      -   -     TFCB   -     -     -
remind          -  -      -       -   -    -   -    TFC    -   -     TFCB   -     -     -
exempt          -  -      -       -   -    -   -    -      -   -     TFCB   -     -     -
roll_up         -  -      -       -   -    -   -    TFC    -   -     -      -     -     -
closure         -  -      -       -   TF   -   -    TFC    -   -     TFCB   -     -     -
closure_all     -  -      -       -   -    -   -    TFC    -   -     TFCB   -     -     -
plan_end        -  -      -       -   TF   TF  -    TFC    -   -     TFCB   -     -     -
closure_end     -  -      -       -   TF   -   -    TFC    -   -     TFCB   -     -     -
acknowledge     -  -      -       -   -    -   -    TFC    -   -     TFCB   -     -     -
plan            -  -      -       -   TF   TF  -    TFC    -   -     TFCB   -     -     -
term            -  -      -       -   -    -   -    TFC    -   -     TFCB   -     -     -
holidays        -  -      -       -   -    -   -    TFC    -   -     TFCB   -     -     -
policy          -  -      -       -   -    -   -    TFC    -   -     TFCB   -     -     -
stand_in        -  -      -       -   TF   -   -    -      -   -     -      -     -     -
give_class      -  -      -       -   TF   -   -    TFC    -   -     -      -     -     TFCB
give_signature  -  -      -       -   TF   -   -    TFC    -   -     -      -     -     TFCB
give_office     -  -      -       -   -    -   -    -      -   -     -      -     -     TFCB
account         -  -      -       -   TF   -   -    TFC    -   -     -      -     -     TFCB
school          -  -      -       -   -    -   -    -      -   -     -      -     -     TFCB
village         -  -      -       -   -    -   -    -      -   -     -      -     -     TFCB
township        -  -      -       -   -    -   -    -      -   -     -      -     -     TFCB
password        -  -      -       -   -    -   -    -      -   -     -      -     -     TFCB
key             -  -      -       -   -    -   -    -      -   -     -      -     -     TFCB
shut_out        -  -      -       -   -    -   -    -      -   -     -      -     -     TFCB
"""


@pytest.fixture
async def town(pool: Pool) -> SightTown:
    return await build(pool)


async def may(act: Acts, desk: Desk, key: Key) -> bool:
    """Tell whether an act is refused for the person's sake."""
    try:
        await act(desk, key)
    except (OutOfSight, NotYours, NoSuchSchool):
        return False
    except Refusal:
        pass
    return True


def test_the_table_names_every_act() -> None:
    assert set(oracle(MAY)) == set(EVERY)


@pytest.mark.parametrize("who", PEOPLE_IN_ORDER)
async def test_everybody_may_do_what_the_table_says_and_no_more(town, who) -> None:
    desk = await town.desk(who)
    done = {}
    for name, act in EVERY.items():
        keys = CHILDREN.items()
        done[name] = "".join([c for c, key in keys if await may(act, desk, key)])
    told = {name: row[who] for name, row in oracle(MAY).items()}
    assert [(n, done[n]) for n in done if done[n] != told[n]] == []

"""Who keeps what holds for a whole township: its calendar and its policy."""

from typing import Final

from core.rules.errors import NotYours, OutOfSight
from core.rules.staff import Actor, Role

KEEPERS: Final = (Role.OFFICE, Role.BUREAU)


def keeps(actor: Actor, township_id: int) -> bool:
    """Tell whether a person is 教管组 or 基教科 of a township."""
    return actor.holds(*KEEPERS, township_id=township_id)


def must_keep(actor: Actor, township_id: int) -> None:
    """Refuse everybody else: NotYours in their own township, OutOfSight elsewhere."""
    if keeps(actor, township_id):
        return
    if township_id in actor.scope.reach:
        raise NotYours("、".join(role.label for role in KEEPERS))
    raise OutOfSight

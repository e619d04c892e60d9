"""News: that something of a noun changed, and where; never whom it is about."""

from core.rules.base import Record
from core.rules.staff import Actor, Grant, covers


class Where(Record):
    """A class, where news name one; else a school; else a whole township."""

    township_id: int
    school_id: int | None = None
    class_id: int | None = None


def hears(actor: Actor, where: Where) -> bool:
    """Tell whether news of a place may change what a person sees."""
    return where.township_id in actor.scope.reach and any(
        _reaches(grant, where) for grant in actor.grants
    )


def _reaches(grant: Grant, where: Where) -> bool:
    if not covers(grant.township_id, where.township_id):
        return False
    # A grant without a school reaches all of them: a village's children go to several.
    if grant.school_id is None or where.school_id is None:
        return True
    same_class = grant.class_id is None or where.class_id in {None, grant.class_id}
    return grant.school_id == where.school_id and same_class

"""A draft: what a person has typed in a form and not submitted (P1)."""

from uuid import UUID

from core.rules.base import Record
from core.rules.time import Moment


class Draft(Record):
    """The text of one form about one subject; `op_id` becomes the act's when submitted."""

    form: str
    subject: str
    op_id: UUID
    # JSON, read by the form that wrote it.
    body: str
    saved_at: Moment

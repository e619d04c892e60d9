"""What several tests of the database begin with."""

import pytest

from db.local import (
    prepare,
)


@pytest.fixture(scope="module")
def made(open_folder):
    """A cluster that is ready to be started, for the tests that only start one."""
    return prepare(open_folder / "made", durable=False)

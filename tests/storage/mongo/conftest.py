"""What the tests of the MongoDB adapter share."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _left_sockets_stay_here() -> Iterator[None]:
    """PyMongo's asyncio driver leaves the socket that it is connecting with when it is closed or cancelled just then.

    Collected in the test that left it, and not in one that is innocent.
    """
    yield
    gc.collect()

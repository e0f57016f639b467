"""What the tests of the data plane share."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def open_fds() -> Callable[[], int]:
    """Counts this process's open descriptors."""
    return lambda: sum(1 for _ in Path("/proc/self/fd").iterdir())

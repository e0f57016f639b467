"""What ``plt.show()`` does: here, so that setting it does not import matplotlib."""

from __future__ import annotations

from collections.abc import Callable

ON_SHOW: list[Callable[[], None]] = []

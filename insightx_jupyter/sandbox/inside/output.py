"""Text that the code prints, capped where it is written: a flood would drown the replies."""

from __future__ import annotations

from typing import Any

from ipykernel.iostream import OutStream

#: Characters of stdout and stderr together that one piece of code may print.
MAX_CHARACTERS = 100_000
MARK = f"\n[output cut at {MAX_CHARACTERS:,} characters]\n"


class _Budget:
    """What may still be printed by the code that runs now."""

    def __init__(self) -> None:
        self.left = MAX_CHARACTERS

    def take(self, text: str) -> str:
        """The part of ``text`` that fits, with the mark where it is cut for the first time."""
        if self.left < 0:
            return ""
        kept, self.left = text[: self.left], self.left - len(text)
        return kept if self.left >= 0 else kept + MARK


BUDGET = _Budget()


class CappedStream(OutStream):  # type: ignore[misc]  # ipykernel is not typed for us
    """ipykernel's stream, writing no more than the budget allows."""

    def write(self, string: str) -> int | None:
        """Write as much of ``string`` as still fits; the whole counts as written."""
        if not isinstance(string, str):
            written: Any = super().write(string)
            return int(written)
        if kept := BUDGET.take(string):
            super().write(kept)
        return len(string)

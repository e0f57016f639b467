"""The answer's prose with each number's source, and the verdict on them."""

from __future__ import annotations

from enum import StrEnum

from .base import Frozen


class NumberStatus(StrEnum):
    """Where a number of the prose comes from."""

    REFERENCE = "reference"  # filled in from a cell by trusted code
    FOUND = "found"  # written bare, and in a result
    QUESTION = "question"  # written bare, and in the question or the code that ran
    NOT_FOUND = "not_found"  # in none of them
    BAD_REFERENCE = "bad_reference"  # a reference that names no cell


class NumberTrace(Frozen):
    """One number (or name) of the prose: where it stands and where it comes from.

    ``start`` and ``end`` index the filled text, which is markdown.
    """

    start: int
    end: int
    text: str
    status: NumberStatus
    #: In words: ``late_share, row F9`` or ``r1, number of rows``. Empty if not found.
    source: str = ""
    #: The reference as the composer wrote it, without the braces. Empty for bare numbers.
    reference: str = ""


class FilledText(Frozen):
    """Prose with its references filled in."""

    template: str
    text: str
    numbers: tuple[NumberTrace, ...] = ()

    @property
    def not_found(self) -> tuple[NumberTrace, ...]:
        """The numbers without a source."""
        missing = (NumberStatus.NOT_FOUND, NumberStatus.BAD_REFERENCE)
        return tuple(n for n in self.numbers if n.status in missing)

    @property
    def traced(self) -> int:
        """How many numbers have a source."""
        return len(self.numbers) - len(self.not_found)


class Usage(Frozen):
    """What the model calls of a run cost. Tokens are None where no provider reported them."""

    calls: int = 0
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_bytes: int = 0

    def plus(self, other: Usage) -> Usage:
        """The sum of both; a count that neither knows stays None."""

        def add(a: int | None, b: int | None) -> int | None:
            return None if a is None and b is None else (a or 0) + (b or 0)

        return Usage(
            calls=self.calls + other.calls,
            prompt_tokens=add(self.prompt_tokens, other.prompt_tokens),
            cached_tokens=add(self.cached_tokens, other.cached_tokens),
            completion_tokens=add(self.completion_tokens, other.completion_tokens),
            prompt_bytes=self.prompt_bytes + other.prompt_bytes,
        )

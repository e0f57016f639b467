"""The contract between whoever asks Python and whatever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ..plane.source import FrameSource
from ..protocol.record import SandboxInfo
from ..protocol.results import FrameRead

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class CodeOutcome:
    """What code handed back.

    ``tables`` holds the main result under ``""`` first, then others under the
    names that the code gave them. ``figures`` are PNGs, in order of drawing, each
    with its words (title and axis labels, as far as the figure tells them).
    """

    stdout: str = ""
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    figures: tuple[tuple[bytes, str], ...] = ()
    seconds: float = 0.0
    reads: tuple[FrameRead, ...] = ()


class PythonKernel(Protocol):
    """One isolated child kernel, which lives as long as one run."""

    async def run(
        self, code: str, frames: Mapping[str, FrameSource], *, timeout: float
    ) -> CodeOutcome:
        """Run code; names persist from one call to the next.

        ``frames`` are there as pandas frames under their own names, those that the
        code names. The result is the variable ``result`` if the code assigns it,
        else the value of the last expression. Cancelling the task interrupts the
        code and, where that does not help, ends the child.

        Raises:
            CodeFailed: it raised (with the error and the line), or ran longer than
                ``timeout`` seconds.
            WorkerDied: the child ended without an answer.
        """
        ...

    async def aclose(self) -> None:
        """End the child and remove what it left."""
        ...


class PythonSandbox(Protocol):
    """Where child kernels come from."""

    @property
    def info(self) -> SandboxInfo:
        """The level that holds here, and why."""
        ...

    async def open(self) -> PythonKernel:
        """A child kernel of its own, ready for code.

        Raises:
            WorkerDied: it did not come up.
        """
        ...

    async def aclose(self) -> None:
        """End every child."""
        ...

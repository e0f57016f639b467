"""run_python: code in the run's own child kernel, its tables and figures kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ToolMisused
from ..protocol.events import FigureEvent, PythonResultEvent
from ..protocol.results import Figure, PythonResult
from .base import Arguments, ToolOutcome, check_arguments, spec_of
from .context import ToolContext
from .text import tables_text


class PythonArguments(Arguments):
    """What run_python takes."""

    code: str
    final: bool = True


class RunPython:
    """The tool ``run_python``."""

    spec = spec_of("run_python", PythonArguments)

    def __init__(self, context: ToolContext) -> None:
        self._context = context

    async def run(self, arguments: Mapping[str, Any]) -> ToolOutcome:
        """Run the code.

        Raises:
            ToolMisused: the arguments do not fit, or Python may not run here.
            CodeFailed: the code is at fault.
            WorkerDied: the child ended without an answer.
        """
        asked = check_arguments(PythonArguments, arguments)
        run = self._context
        if run.python_allowed is not None:
            raise ToolMisused(f"Python may not run here: {run.python_allowed}")
        code = await run.approved("run_python", asked.code)
        kernel = await run.python()
        frames = run.results.frames_for_python(run.frames)
        outcome = await kernel.run(code, frames, timeout=run.timeout)
        result, figures = run.results.add_python(
            code, outcome, frames=run.frames, final=asked.final, unisolated=run.unisolated
        )
        run.emit(PythonResultEvent(result=result))
        for figure in figures:
            run.emit(FigureEvent(figure=figure))
        dropped = len(outcome.figures) - len(figures)
        gave = bool(result.tables or figures)
        tables = tables_text(result.tables, whole=run.results.tables)
        told = _told(result, tables, figures, dropped)
        if asked.final and not gave:
            told += "\nNothing was handed back, so this is not final: assign `result`."
        return ToolOutcome(told, final=asked.final and gave, payload=result)


def _told(
    result: PythonResult, tables: Sequence[str], figures: tuple[Figure, ...], dropped: int
) -> str:
    parts = [f"Result {text}" for text in tables]
    if figures:
        parts.append(f"{len(figures)} figure(s): " + "; ".join(f.alt for f in figures))
    if dropped:
        parts.append(f"{dropped} figure(s) left out: too many, too large, or no PNG.")
    if result.stdout.strip():
        parts.append(f"Printed:\n{result.stdout}")
    return "\n".join(parts) or f"Result {result.name}: it ran and gave nothing."

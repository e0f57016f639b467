"""write_context: keep a finding for later questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ToolMisused
from ..render.references import fill, problems
from ..store.base import Insight
from .base import Arguments, ToolOutcome, check_arguments, spec_of
from .context import ToolContext
from .text import clip

_NAMES = 20
_NAME_CHARS = 80


class InsightArguments(Arguments):
    """What write_context takes."""

    insight: str
    frames: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class WriteContext:
    """The tool ``write_context``: it goes beside a text, not before it."""

    spec = spec_of("write_context", InsightArguments)

    def __init__(self, context: ToolContext) -> None:
        self._context = context

    async def run(self, arguments: Mapping[str, Any]) -> ToolOutcome:
        """Keep the finding with its references filled in: results do not outlive the run.

        Raises:
            ToolMisused: the arguments do not fit, or a reference names no cell.
        """
        asked = check_arguments(InsightArguments, arguments)
        run = self._context
        filled = fill(asked.insight, run.results.tables, await run.dna())
        if wrong := problems(filled):
            raise ToolMisused("Not kept. " + " ".join(wrong))
        await run.insights.add(
            Insight(
                text=filled.text,
                frames=_bounded(asked.frames),
                columns=_bounded(asked.columns),
                run_id=run.run_id,
            )
        )
        return ToolOutcome("Kept.")


def _bounded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clip(n, _NAME_CHARS) for n in names[:_NAMES])

"""read_context: what earlier questions found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..store.base import Insight
from .base import Arguments, ToolOutcome, check_arguments, spec_of
from .context import ToolContext


class ContextArguments(Arguments):
    """What read_context takes."""

    query: str = ""


class ReadContext:
    """The tool ``read_context``."""

    spec = spec_of("read_context", ContextArguments)

    def __init__(self, context: ToolContext) -> None:
        self._context = context

    async def run(self, arguments: Mapping[str, Any]) -> ToolOutcome:
        """Look it up.

        Raises:
            ToolMisused: the arguments do not fit.
        """
        asked = check_arguments(ContextArguments, arguments)
        found = await self._context.insights.find(asked.query)
        if not found:
            return ToolOutcome("No finding on this is kept.")
        return ToolOutcome("\n".join(map(_line, found)))


def _line(insight: Insight) -> str:
    about = ", ".join((*insight.frames, *insight.columns))
    return f"- {insight.text}" + (f" ({about})" if about else "")

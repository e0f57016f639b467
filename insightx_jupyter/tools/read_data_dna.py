"""read_data_dna: the detail that the digest leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..data.digest import detail
from .base import Arguments, ToolOutcome, check_arguments, spec_of
from .context import ToolContext


class DnaArguments(Arguments):
    """What read_data_dna takes; nothing at all gives the overview."""

    frame: str = ""
    column: str = ""
    topic: str = ""


class ReadDataDna:
    """The tool ``read_data_dna``."""

    spec = spec_of("read_data_dna", DnaArguments)

    def __init__(self, context: ToolContext) -> None:
        self._context = context

    async def run(self, arguments: Mapping[str, Any]) -> ToolOutcome:
        """Look it up.

        Raises:
            ToolMisused: the arguments do not fit, or name no frame or column.
        """
        asked = check_arguments(DnaArguments, arguments)
        dna = await self._context.dna()
        return ToolOutcome(
            detail(dna, asked.frame or None, asked.column or None, asked.topic or None)
        )

"""Settings, resolved once per question: environment < ``%config`` < options of the call.

Nothing here imports a heavy package: the magics read it when the extension is
loaded. Keys are not settings; ``llm.keys`` reads them where they are used.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .errors import OptionInvalid

#: Bounds on what a model sees of a result.
SLICE_ROWS = 30
SLICE_COLUMNS = 20
SLICE_CELL_CHARS = 200
SLICE_BYTES = 8 * 1024
#: What may leave the kernel, from least to most, and what of that is built.
PRIVACY_LEVELS = ("schema", "stats", "values")
PRIVACY_BUILT = ("values",)
#: How often an agent may try again after a failed call of a tool.
TRIES = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for one question."""

    #: ``offline``, ``provider:model``, or a model name; None: what the environment gives.
    model: str | None = None
    base_url: str | None = None
    #: Run a model's Python with the user's own rights where no jail can be had.
    allow_unisolated: bool = False
    privacy: str = "values"
    #: Seconds for one query or one piece of code.
    timeout: float = 60.0
    #: Seconds for one call of a model.
    model_timeout: float = 180.0
    max_tokens: int | None = None
    #: DuckDB's memory limit, bytes; None: half of what the machine has.
    sql_memory: int | None = None
    sql_threads: int | None = None

    def with_options(self, options: Mapping[str, Any]) -> Settings:
        """These settings with the options of one call over them; None leaves a setting alone."""
        known = {k: v for k, v in options.items() if v is not None}
        try:
            return replace(self, **known)
        except TypeError as error:
            unknown = sorted(set(known) - set(self.__slots__))
            raise OptionInvalid(
                f"Unknown setting: {', '.join(unknown)}.",
                hint=f"Settings are {', '.join(self.__slots__)}.",
            ) from error


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings as the environment gives them; empty variables count as unset."""
    return Settings(
        model=environ.get("INSIGHTX_MODEL") or None,
        base_url=environ.get("INSIGHTX_BASE_URL") or None,
        privacy=environ.get("INSIGHTX_PRIVACY") or "values",
    )

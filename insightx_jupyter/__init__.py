"""InsightX for Jupyter: ask questions about the frames in a notebook.

    %load_ext insightx_jupyter
    %insightx which carriers are late most often?

Names are imported when first used, so that loading the extension costs nothing
before the first question.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import Answer, Run, aask, ask
    from .session import Session

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Run",
    "Session",
    "__version__",
    "aask",
    "ask",
    "load_ipython_extension",
    "unload_ipython_extension",
]

_HOMES = {"Answer": "api", "Run": "api", "aask": "api", "ask": "api", "Session": "session"}

# What goes wrong inside is for who looks at the logs, not for the notebook. Warnings about
# keys (insightx.keys) are for the user and come through.
for _part in ("orchestrator", "agent", "tool", "hub", "session"):
    logging.getLogger(f"insightx.{_part}").addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext insightx_jupyter``."""
    from .magics import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """``%unload_ext insightx_jupyter``: puts back exactly what loading changed."""
    from .magics import unload

    unload(shell)

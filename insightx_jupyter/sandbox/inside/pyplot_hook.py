"""``plt.show()`` hands figures out, whichever backend the code chose and whenever it asks.

pyplot is not imported for it: most code draws nothing, and the import takes half a second.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_PYPLOT = "matplotlib.pyplot"


def on_show(callback: Callable[[], None]) -> None:
    """Let ``plt.show()`` call ``callback``, once pyplot is imported."""
    sys.meta_path.insert(0, _Finder(callback))


class _Finder(MetaPathFinder):
    """Finds pyplot where it is, and wraps its loader; knows no other module."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback = callback

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _PYPLOT:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._callback)
        return spec


class _Loader(Loader):
    def __init__(self, inner: Loader, callback: Callable[[], None]) -> None:
        self._inner = inner
        self._callback = callback

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)

        def show(*args: Any, **kwargs: Any) -> None:
            """Draw and close what is open; never blocks."""
            self._callback()

        module.show = show  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> Any:
        # inspect and linecache ask the loader for the source.
        return getattr(self._inner, name)

"""Frames in a namespace, found without importing a library that the user did not import."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..errors import FrameUnknown

#: Names that IPython puts into every namespace.
_NOT_THE_USERS = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})


class FoundFrames(dict[str, Any]):
    """Frames by name. ``aliases`` maps a name to the other names of the same object."""

    def __init__(self) -> None:
        super().__init__()
        self.aliases: dict[str, tuple[str, ...]] = {}


def find_frames(namespace: Mapping[str, Any], names: Sequence[str] | None = None) -> FoundFrames:
    """The frames of ``namespace`` in its order; with ``names``, those alone, in their order.

    Frames are pandas DataFrames and named Series, polars DataFrames and pyarrow
    Tables. An object with several names is kept under its first. Empty if there
    is none.

    Raises:
        FrameUnknown: one of ``names`` is no frame; says which are there.
    """
    if names is None:
        return _first_names(_visible(namespace))
    chosen = {name: namespace.get(name) for name in names}
    for name, value in chosen.items():
        if library_of(value) is None:
            raise _unknown(name, value, namespace)
    return _first_names(chosen.items())


def is_frame(value: Any) -> bool:
    """Whether the value is a frame that is found by itself; unnamed Series are not."""
    return library_of(value) is not None and not _is_unnamed_series(value)


def library_of(value: Any) -> str | None:
    """``pandas``, ``polars`` or ``pyarrow``; None for what is no frame."""
    for library, class_names in _FRAME_CLASSES:
        if isinstance(value, _classes(library, class_names)):
            return library
    return None


_FRAME_CLASSES = (
    ("pandas", ("DataFrame", "Series")),
    ("polars", ("DataFrame",)),
    ("pyarrow", ("Table",)),
)


def _classes(library: str, names: tuple[str, ...]) -> tuple[type, ...]:
    """The classes if the user has imported the library (whole), else none."""
    module = sys.modules.get(library)
    found = (getattr(module, name, None) for name in names)
    return tuple(cls for cls in found if isinstance(cls, type))


def _is_unnamed_series(value: Any) -> bool:
    return getattr(value, "ndim", 2) == 1 and getattr(value, "name", None) is None


def _visible(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    # A copy: another thread of the user may bind names while this one looks.
    for name, value in list(namespace.items()):
        if not name.startswith("_") and name not in _NOT_THE_USERS and is_frame(value):
            yield name, value


def _first_names(frames: Any) -> FoundFrames:
    found = FoundFrames()
    first: dict[int, str] = {}
    for name, value in frames:
        kept = first.setdefault(id(value), name)
        if kept == name:
            found[name] = value
        else:
            found.aliases[kept] = (*found.aliases.get(kept, ()), name)
    return found


def _unknown(name: str, value: Any, namespace: Mapping[str, Any]) -> FrameUnknown:
    there = [known for known, _ in _visible(namespace)]
    if isinstance(value, _classes("polars", ("LazyFrame",))):
        # Collecting may read any amount of files: that is the user's to decide.
        return FrameUnknown(
            f"{name} is a LazyFrame, which holds no rows yet.",
            hint=f"Collect it first: {name} = {name}.collect().",
        )
    message = f"There is no frame named {name}."
    if value is not None:
        message = f"{name} is of type {type(value).__name__}, not a frame."
    close = difflib.get_close_matches(name.lower(), [known.lower() for known in there], n=1)
    if close:
        near = next(known for known in there if known.lower() == close[0])
        return FrameUnknown(message, hint=f"Did you mean {near}?")
    listed = ", ".join(there[:20]) or "none"
    return FrameUnknown(message, hint=f"Frames in this notebook: {listed}.")

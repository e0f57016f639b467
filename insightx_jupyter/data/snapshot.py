"""A frame as it was when it was asked about: `plane.source.FrameSource` over held columns."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .arrow_types import Converted

if TYPE_CHECKING:
    import pyarrow as pa

_tokens = itertools.count(1)


def new_key() -> str:
    """A key that no other column of this process ever gets."""
    return f"c{os.getpid():x}-{next(_tokens)}"


class HeldColumn:
    """One column whose memory is held, converted to Arrow when first needed.

    ``values`` is what keeps the memory as it was (a Series of pandas or polars, an
    Arrow column); ``key`` stands for those values and for no others. ``pinned`` is
    whose memory must not be used again while this is known by its address.
    """

    def __init__(
        self,
        values: Any,
        convert: Callable[[Any], Converted],
        source_type: str,
        converted: Converted | None = None,
        pinned: Any = None,
    ) -> None:
        self.key = new_key()
        self.values = values
        self.pinned = pinned
        self.source_type = source_type
        self._convert = convert
        self._converted = converted
        self._lock = threading.Lock()

    def converted(self) -> Converted:
        """The column as Arrow with notes on what had to be done; made once."""
        with self._lock:
            if self._converted is None:
                self._converted = self._convert(self.values)
            return self._converted


@dataclass(frozen=True, slots=True)
class FrameBody:
    """A frame's columns at one moment, whatever it is called.

    ``stamp`` is equal for a frame whose values and labels have not changed; None:
    that cannot be told, look at each column.
    """

    library: str
    rows: int
    columns: Mapping[str, HeldColumn]
    originals: Mapping[str, str | None]
    notes: tuple[str, ...] = ()
    stamp: Any = None
    #: What the stamp refers to by identity, kept so that no other object takes the place.
    pinned: tuple[Any, ...] = field(default=(), repr=False)


class FrameSnapshot:
    """One frame under the name that a question uses for it."""

    def __init__(
        self, name: str, body: FrameBody, original: str | None = None, notes: tuple[str, ...] = ()
    ) -> None:
        self._name = name
        self._body = body
        self.original = original
        self.notes = (*body.notes, *notes)
        self._lowered = {column.casefold(): column for column in body.columns}

    @property
    def name(self) -> str:
        """As SQL and the Python child know it."""
        return self._name

    @property
    def library(self) -> str:
        """``pandas``, ``polars`` or ``pyarrow``."""
        return self._body.library

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self._body.rows

    @property
    def column_names(self) -> tuple[str, ...]:
        """As SQL knows them: text, unique without regard to case."""
        return tuple(self._body.columns)

    def column_key(self, name: str) -> str:
        """An identity: two columns with one key hold the same values.

        Raises:
            KeyError: there is no such column.
        """
        return self._held(name).key

    def column(self, name: str) -> pa.ChunkedArray:
        """The column as Arrow, ``rows`` long, of a type that DuckDB takes.

        Raises:
            KeyError: there is no such column.
        """
        return self._held(name).converted().array

    def column_notes(self, name: str) -> tuple[str, ...]:
        """What had to be converted in the column."""
        return self._held(name).converted().notes

    def source_type(self, name: str) -> str:
        """The column's type as the frame's library calls it."""
        return self._held(name).source_type

    def original_label(self, name: str) -> str | None:
        """The column's label in the user's frame, where it differs."""
        return self._body.originals[self._lowered[name.casefold()]]

    @property
    def held_columns(self) -> Mapping[str, HeldColumn]:
        """The columns by name, in order."""
        return self._body.columns

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for snapshots of the same values under the same names."""
        keys = tuple((name, held.key) for name, held in self._body.columns.items())
        return (self._name, self.original, self.library, self.rows, self.notes, keys)

    def _held(self, name: str) -> HeldColumn:
        return self._body.columns[self._lowered[name.casefold()]]

"""Whether two columns hold the same values, told without reading them where that is possible.

Under pandas' copy-on-write a write goes to new memory as long as somebody else
holds the old. We hold it, so an address tells whether anything changed. Without
copy-on-write only the values tell. What writes past the library, into a numpy array
that a frame was made of without a copy, is told by a checksum that is part of the
address: see ``fingerprint`` for what that cannot see.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from .fingerprint import arrow_fingerprint, numpy_fingerprint, polars_fingerprint

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

Address = tuple[Hashable, ...]

#: Elements that nobody can change in place, so that an array of them is its pointers.
_IMMUTABLE = (
    str,
    bytes,
    int,
    float,
    complex,
    bool,
    type(None),
    Decimal,
    date,
    time,
    timedelta,
    UUID,
)
#: The same of pandas, by name: NaT and NA have no public class.
_IMMUTABLE_NAMES = frozenset({"NAType", "NaTType", "Period", "Interval"})


def copies_on_write() -> bool:
    """Whether pandas writes to new memory while another frame holds the old."""
    import pandas as pd

    if int(pd.__version__.split(".")[0]) >= 3:
        return True
    return pd.get_option("mode.copy_on_write") is True


def address(array: Any) -> Address | None:
    """Where a pandas array or block keeps its values, and a checksum of them.

    None where that is not known.

    Equal addresses mean equal values only while the memory of the first is held.
    """
    import numpy as np

    if isinstance(array, np.ndarray):
        return _numpy_address(array)
    if (inner := getattr(array, "_pa_array", None)) is not None:
        return arrow_address(inner)
    if (codes := getattr(array, "_codes", None)) is not None:
        # Categories are immutable and held together with the codes.
        return (*_numpy_address(codes), id(array.dtype.categories), array.dtype.ordered)
    if (mask := getattr(array, "_mask", None)) is not None and hasattr(array, "_data"):
        return _numpy_address(array._data) + _numpy_address(mask)
    if (plain := getattr(array, "_ndarray", None)) is not None:
        return (*_numpy_address(plain), str(array.dtype) if plain.dtype.kind in "mMi" else "")
    return None


def arrow_address(column: pa.ChunkedArray) -> Address:
    """The same for Arrow: the buffers of each chunk, nested ones included."""
    return (*_arrow_place(column), arrow_fingerprint(column))


def _arrow_place(column: pa.ChunkedArray) -> Address:
    chunks = tuple(
        (chunk.offset, len(chunk), *(b.address if b else 0 for b in chunk.buffers()))
        for chunk in column.chunks
    )
    return (str(column.type), chunks)


def polars_addresses(frame: pl.DataFrame) -> dict[str, Address]:
    """The same for the columns of a polars frame, without those that Arrow cannot share."""
    import polars as pl

    shared = [name for name, dtype in frame.schema.items() if _shared_with_arrow(dtype)]
    # The whole frame at once: a Series alone is made one chunk first, at a new address.
    table = frame.select(shared).to_arrow(compat_level=pl.CompatLevel.newest())
    return {
        name: (*_arrow_place(column), polars_fingerprint(column))
        for name, column in zip(shared, table.columns, strict=True)
    }


def _shared_with_arrow(dtype: pl.DataType) -> bool:
    import polars as pl

    if str(dtype) in ("Int128", "UInt128"):
        return False
    plain = dtype in (pl.String, pl.Boolean, pl.Binary, pl.Float32, pl.Float64)
    return plain or dtype.is_temporal() or dtype.is_integer()


def same_values(held: Any, now: Any) -> bool:
    """Whether two pandas arrays of one type hold the same values, bit for bit.

    Objects are the same where they are one object; those must be immutable.
    """
    import numpy as np

    if type(held) is not type(now) or held.dtype != now.dtype or len(held) != len(now):
        return False
    if isinstance(held, np.ndarray):
        return _same_numpy(held, now)
    for parts in (("_pa_array",), ("_codes",), ("_data", "_mask"), ("_ndarray",)):
        if all(hasattr(held, part) for part in parts):
            return all(_same_part(getattr(held, part), getattr(now, part)) for part in parts)
    return bool(held.equals(now))


def holds_mutable(values: Any) -> bool:
    """Whether an array of Python objects holds any that can change in place."""
    import pandas as pd

    if pd.api.types.infer_dtype(values, skipna=True) in ("string", "integer", "floating", "empty"):
        return False
    return not all(map(_is_immutable, set(map(type, values))))


def _is_immutable(kind: type) -> bool:
    import numpy as np

    return issubclass(kind, (*_IMMUTABLE, np.generic)) or kind.__name__ in _IMMUTABLE_NAMES


def _numpy_address(array: Any) -> Address:
    place = (array.__array_interface__["data"][0], array.shape, array.strides, array.dtype.str)
    values = _pointers(array) if array.dtype.kind == "O" else array
    return (*place, numpy_fingerprint(values))


def _same_part(held: Any, now: Any) -> bool:
    import numpy as np

    if isinstance(held, np.ndarray):
        return _same_numpy(held, now)
    return bool(arrow_address(held) == arrow_address(now) or held.equals(now))


def _same_numpy(held: Any, now: Any) -> bool:
    """Compared as bits, so that NaN equals NaN and 0.0 is not -0.0."""
    import numpy as np

    if held.dtype == object:
        return bool(np.array_equal(_pointers(held), _pointers(now)))
    if held.dtype.itemsize in (1, 2, 4, 8):
        bits = f"u{held.dtype.itemsize}"
        return bool(np.array_equal(held.view(bits), now.view(bits)))
    return bool(held.tobytes() == now.tobytes())


class _Pointers:
    """Lets numpy read an array of objects as the addresses that it is made of."""

    def __init__(self, objects: Any) -> None:
        import numpy as np

        self.owner = objects
        kept = ("data", "shape", "strides", "version")
        interface = {part: objects.__array_interface__[part] for part in kept}
        self.__array_interface__ = {**interface, "typestr": np.dtype(np.uintp).str}


def _pointers(objects: Any) -> Any:
    import numpy as np

    return np.asarray(_Pointers(objects))

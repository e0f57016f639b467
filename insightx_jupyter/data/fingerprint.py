"""Whether memory that somebody else may write to still holds what it did.

A numpy array that a frame was made of without a copy can be written in place, past
pandas, polars and Arrow, and no library tells whose memory a column has. So what
stands in it is looked at: up to ``WHOLE`` bytes all of it, beyond that the first and
last page and ``SAMPLES`` words evenly between. A write to a few cells of a larger
array is therefore not seen.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

#: Bytes that are looked at one by one: a third of a millisecond.
WHOLE = 1 << 20
#: Words of 8 bytes that are looked at in more than that.
SAMPLES = 8192
_PAGE = 4096


def numpy_fingerprint(array: np.ndarray[Any, Any]) -> int:
    """A checksum of an array of any type but objects and of any layout."""
    import numpy as np

    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        # With strides: whole elements, along the axis of the rows.
        step = 1 if array.nbytes <= WHOLE else _odd(array.shape[-1] // SAMPLES)
        array = np.ascontiguousarray(array[..., ::step])
    return _checksum(array.reshape(-1, order="A").view(np.uint8))


def arrow_fingerprint(column: pa.ChunkedArray) -> tuple[int, ...]:
    """Checksums of a column's buffers that may be somebody else's.

    Arrow says of imported and of mapped memory that it cannot be written; text is
    never made of an array without a copy.
    """
    import numpy as np
    import pyarrow as pa

    text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    if any(is_text(column.type) for is_text in text):
        return ()
    buffers = (b for chunk in column.chunks for b in chunk.buffers() if b and b.is_cpu)
    writable = {b.address: b for b in buffers if b.is_mutable and b.size}
    return tuple(_checksum(np.frombuffer(b, np.uint8)) for b in writable.values())


def polars_fingerprint(column: pa.ChunkedArray) -> tuple[int, ...]:
    """The same for a column that polars lent: whose memory it is, it does not say."""
    import numpy as np
    import pyarrow as pa

    if not pa.types.is_primitive(column.type) or pa.types.is_boolean(column.type):
        return ()
    buffers = (chunk.buffers()[1] for chunk in column.chunks if len(chunk))
    values = {b.address: b for b in buffers if b and b.size}
    return tuple(_checksum(np.frombuffer(b, np.uint8)) for b in values.values())


def private_copy(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """The column in memory of its own; None where that is more than ``WHOLE`` bytes, or nested."""
    import pyarrow as pa

    size = sum(b.size for chunk in column.chunks for b in chunk.buffers() if b)
    if size > WHOLE or not pa.types.is_primitive(column.type):
        return None
    return pa.chunked_array([_copied(chunk) for chunk in column.chunks], type=column.type)


def _copied(chunk: pa.Array) -> pa.Array:
    import pyarrow as pa

    buffers = [b and pa.py_buffer(b.to_pybytes()) for b in chunk.buffers()]
    return pa.Array.from_buffers(chunk.type, len(chunk), buffers, offset=chunk.offset)


def _checksum(content: np.ndarray[Any, Any]) -> int:
    import numpy as np

    if content.size <= WHOLE:
        return zlib.crc32(content.data)
    words = content[: content.size // 8 * 8].view(np.uint64)
    sample = np.ascontiguousarray(words[:: _odd(len(words) // SAMPLES)])
    ends = zlib.crc32(content[-_PAGE:].data, zlib.crc32(content[:_PAGE].data))
    return zlib.crc32(sample.data, ends)


def _odd(step: int) -> int:
    """An odd step walks through all columns of a block with an even number of them."""
    return step | 1

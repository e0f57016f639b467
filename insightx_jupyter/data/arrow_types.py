"""Arrow columns of any type, made into columns of a type that DuckDB takes."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .scalars import scalar, valid_utf8

if TYPE_CHECKING:
    import pyarrow as pa

#: The last resort keeps this much of each value's text.
TEXT_CHARS = 1000
#: A struct of more fields (dicts with keys of their own) is better read as JSON.
STRUCT_FIELDS = 100
#: Zones that are an offset from UTC.
_OFFSET = re.compile(r"[+-]\d\d(:?\d\d)?")


@dataclass(frozen=True, slots=True)
class Converted:
    """A column that DuckDB takes, and what had to be done to it."""

    array: pa.ChunkedArray
    notes: tuple[str, ...] = ()


def duckable(array: pa.ChunkedArray) -> Converted:
    """The column with the nearest type that DuckDB takes; NaN becomes null.

    Points in time keep their zone, and SQL reads hours and days in it: as local time,
    two of them would be one when the clocks go back. An offset without a name, which
    DuckDB does not know, has no such hour: there they become the local time.
    """
    notes: list[str] = []
    while (step := _next_step(array.type)) is not None:
        array, note = step(array)
        if note:
            notes.append(note)
    if _has_zone(array.type):
        zone = array.type.tz
        notes.append(f"SQL reads hours and days in {zone}; in UTC if a query reads several zones")
    array = _without_nan(array, notes)
    if duckdb_type(array.type) is None or _too_wide(array.type):
        notes.append(f"{_short_name(array.type)} read as JSON text")
        array = text_column(array.to_pylist(), as_text=_json_text)
    return Converted(array, tuple(notes))


@functools.lru_cache(maxsize=512)
def duckdb_type(arrow_type: pa.DataType) -> str | None:
    """DuckDB's name of the type that it reads this Arrow type as; None: it refuses."""
    import duckdb
    import pyarrow as pa

    try:
        empty = pa.table({"c": pa.chunked_array([], type=arrow_type)})
        with duckdb.connect(":memory:") as connection:
            connection.register("empty", empty)
            # As text: DuckDB's type objects outlive the interpreter and complain at its end.
            query = "SELECT column_type FROM (DESCRIBE SELECT c FROM empty)"
            row = connection.execute(query).fetchone()
            return str(row[0]) if row else None
    except (duckdb.Error, pa.ArrowException, NotImplementedError):
        return None


def text_column(
    values: Iterable[Any], as_text: Callable[[Any], str] | None = None
) -> pa.ChunkedArray:
    """Each value's text, at most ``TEXT_CHARS`` of it; None and NaN are null."""
    import pyarrow as pa

    write = as_text or safe_text
    texts = [None if is_missing(value) else write(value)[:TEXT_CHARS] for value in values]
    return pa.chunked_array([pa.array(texts, type=pa.large_string())])


def safe_text(value: Any) -> str:
    """``str`` of the value, valid UTF-8; its type's name where ``str`` fails."""
    try:
        return valid_utf8(str(value))
    except Exception:  # noqa: BLE001 - the value's own __str__ may raise anything
        return f"<{type(value).__name__}>"


def is_missing(value: Any) -> bool:
    """Whether a Python value stands for no value: None, NaN, NaT, pandas.NA."""
    if value is None:
        return True
    if isinstance(value, str | bytes | int | list | dict | tuple):
        return False
    return type(value).__name__ in ("NAType", "NaTType") or _is_nan(value)


def _is_nan(value: Any) -> bool:
    try:
        return bool(value != value)
    except Exception:  # noqa: BLE001 - arrays and foreign objects compare as they like
        return False


Step = Callable[["pa.ChunkedArray"], tuple["pa.ChunkedArray", str]]


def _next_step(kind: pa.DataType) -> Step | None:
    """What to do next with a column of this type; None: nothing."""
    import pyarrow as pa

    if isinstance(kind, pa.BaseExtensionType):
        return _without_extension
    for applies, step in _STEPS:
        if applies(kind):
            return step
    return None


def _without_extension(array: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    import pyarrow as pa

    if str(array.type) == "extension<arrow.uuid>":
        return text_column(array.to_pylist()), "UUIDs read as text"
    storage = [chunk.storage for chunk in array.chunks]
    plain = pa.chunked_array(storage, type=array.type.storage_type)
    if str(array.type) == "extension<arrow.bool8>":
        return plain.cast(pa.bool_()), ""
    return plain, f"{_short_name(array.type)} read as {_short_name(array.type.storage_type)}"


def _decoded(array: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(array.type):
        return array.cast(array.type.value_type), ""
    decoded = [pc.run_end_decode(chunk) for chunk in array.chunks]
    return pa.chunked_array(decoded, type=array.type.value_type), ""


def _local_time(array: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    zone = array.type.tz
    plain = pa.timestamp(array.type.unit)
    if _OFFSET.fullmatch(zone) is None:
        return array.cast(plain), f"zone {zone} is not known here; UTC"
    try:
        return pc.local_timestamp(array), f"local time of {zone}; the zone is left out"
    except pa.ArrowInvalid:  # a machine without a time zone database
        return array.cast(plain), f"zone {zone} is not known here; UTC"


def _cut_to_microseconds(array: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    """DuckDB has no hours and days of a zone in nanoseconds."""
    import pyarrow as pa

    exact = array.cast(pa.timestamp("us", array.type.tz), safe=False)
    lost = not exact.cast(array.type, safe=False).equals(array)
    return exact, "nanoseconds cut to microseconds" if lost else ""


def _decimal(array: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    import pyarrow as pa

    kind = array.type
    try:
        narrow = pa.decimal128(38, max(kind.scale, 0))
        return array.cast(narrow), f"{kind} read as {narrow}"
    except pa.ArrowInvalid:
        return array.cast(pa.float64()), f"{kind} read as double: rounded to about 16 digits"


def _cast_to(name: str, note: str = "") -> Step:
    def step(array: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
        import pyarrow as pa

        target = pa.type_for_alias(name) if name != "large_binary" else pa.large_binary()
        return array.cast(target, safe=False), note

    return step


def _is(name: str) -> Callable[[pa.DataType], bool]:
    def applies(kind: pa.DataType) -> bool:
        import pyarrow as pa

        return bool(getattr(pa.types, f"is_{name}", lambda _: False)(kind))

    return applies


def _is_odd_decimal(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_decimal(kind)) and (pa.types.is_decimal256(kind) or kind.scale < 0)


def _has_zone(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_timestamp(kind)) and kind.tz is not None


def _leaves_its_zone(kind: pa.DataType) -> bool:
    return _has_zone(kind) and not _duckdb_knows(kind.tz)


def _counts_zoned_nanoseconds(kind: pa.DataType) -> bool:
    return _has_zone(kind) and bool(kind.unit == "ns")


@functools.lru_cache(maxsize=512)
def _duckdb_knows(zone: str) -> bool:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        query = "SELECT count(*) FROM pg_timezone_names() WHERE name = ?"
        row = connection.execute(query, [zone]).fetchone()
        return row is not None and row[0] > 0


def _counts_nanoseconds(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_time64(kind) or pa.types.is_duration(kind)) and kind.unit == "ns"


def _to_microseconds(array: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    import pyarrow as pa

    target = pa.time64("us") if pa.types.is_time64(array.type) else pa.duration("us")
    exact = array.cast(target, safe=False)
    lost = not exact.cast(array.type).equals(array)
    return exact, "nanoseconds cut to microseconds" if lost else ""


_STEPS: tuple[tuple[Callable[[pa.DataType], bool], Step], ...] = (
    (_is("dictionary"), _decoded),
    (_is("run_end_encoded"), _decoded),
    (_is("null"), _cast_to("string", "no values at all; read as text")),
    (_is("float16"), _cast_to("float32", "half precision read as float")),
    (_is("string_view"), _cast_to("large_string")),
    (_is("binary_view"), _cast_to("large_binary")),
    (_is("date64"), _cast_to("date32")),
    (_leaves_its_zone, _local_time),
    (_counts_zoned_nanoseconds, _cut_to_microseconds),
    (_is_odd_decimal, _decimal),
    (_counts_nanoseconds, _to_microseconds),
)


def _without_nan(array: pa.ChunkedArray, notes: list[str]) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_floating(array.type) or len(array) == 0:
        return array
    found = pc.sum(pc.is_nan(array)).as_py()
    if not found:
        return array
    notes.append(f"{found:,} NaN read as missing")
    return pc.if_else(pc.is_nan(array), pa.scalar(None, type=array.type), array)


def _too_wide(kind: pa.DataType) -> bool:
    """Structs with no fields break readers, those of many are dicts in disguise, unions odd."""
    import pyarrow as pa

    if pa.types.is_union(kind):
        return True
    if pa.types.is_struct(kind):
        fields = [kind.field(i) for i in range(kind.num_fields)]
        return not 0 < len(fields) <= STRUCT_FIELDS or any(_too_wide(f.type) for f in fields)
    if pa.types.is_map(kind):
        return _too_wide(kind.item_type)
    return bool(
        pa.types.is_nested(kind) and hasattr(kind, "value_type") and _too_wide(kind.value_type)
    )


def _short_name(kind: pa.DataType) -> str:
    text = str(kind)
    return text if len(text) <= 60 else f"{text[:40]}… ({kind.num_fields} fields)"


def _json_text(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        return str(scalar(value))
    try:
        return json.dumps(scalar(value), ensure_ascii=False)
    except (TypeError, ValueError):
        return safe_text(value)

"""One query in the worker: tables from mapped columns, a locked connection, a bounded result."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .connections import Spare, register_and_lock

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: Rows that come out of DuckDB at a time.
BATCH_ROWS = 122_880
#: Types that DuckDB gives out as decimals of 38 digits, and may hold 39.
_HUGE = frozenset({"hugeint", "uhugeint"})
#: Types that hold others.
_NESTED = frozenset({"list", "array", "struct", "map", "union"})


class ResultTooLarge(Exception):
    """The result does not fit into what the parent takes."""


class IntegerTooLarge(Exception):
    """A HUGEINT of the result may have more than the 38 digits that Arrow takes."""


class Interrupted(Exception):
    """The query was stopped before DuckDB had it."""


@dataclass
class Columns:
    """Columns that the parent sent, by key."""

    by_key: dict[str, pa.ChunkedArray] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def mapped(self) -> int:
        """Bytes of all of them."""
        return sum(self.sizes.values())

    def add(self, key: str, fd: int, size: int) -> None:
        """Map a column; the descriptor stays the caller's."""
        from ..plane.buffers import read_column

        self.by_key[key] = read_column(fd, size)
        self.sizes[key] = size

    def forget(self, keys: list[str]) -> None:
        """Unmap columns."""
        for key in keys:
            self.by_key.pop(key, None)
            self.sizes.pop(key, None)

    def table(self, rows: int, columns: list[list[str]]) -> pa.Table:
        """A frame of the named columns, each given as its name and its key."""
        import pyarrow as pa

        if not columns:  # count(*): the number of rows is all that is asked
            return pa.table({"": pa.nulls(rows)})
        arrays = [self.by_key[key] for _, key in columns]
        return pa.Table.from_arrays(arrays, names=[name for name, _ in columns])


class Runner:
    """Runs queries one after the other; ``interrupt`` comes from another thread."""

    def __init__(self, spare: Spare, columns: Columns) -> None:
        self._spare = spare
        self._columns = columns
        self._lock = threading.Lock()
        self._con: duckdb.DuckDBPyConnection | None = None
        self._current: int | None = None
        self._interrupted: int | None = None

    def interrupt(self, number: int) -> None:
        """Stop query ``number`` if it is running or about to."""
        with self._lock:
            self._interrupted = number
            if self._con is not None and self._current == number:
                self._con.interrupt()

    def run(self, request: Mapping[str, Any], result_fd: int) -> dict[str, Any]:
        """Run it and write its result; what is to be told about it.

        Raises:
            duckdb.Error, pyarrow.ArrowException, MemoryError: as they come.
            ResultTooLarge, IntegerTooLarge, Interrupted: what they say.
        """
        tables = {
            name: self._columns.table(frame["rows"], frame["columns"])
            for name, frame in request["frames"].items()
        }
        con = self._spare.take()
        try:
            register_and_lock(con, tables, timeout=request["timeout"])
            self._begin(con, request["id"])
            started = time.perf_counter()
            rows, hugeints = _write(con, request["query"], result_fd, request["limit"])
            return {"seconds": time.perf_counter() - started, "rows": rows, "hugeints": hugeints}
        finally:
            self._end()
            self._spare.give_back(con)

    def _begin(self, con: duckdb.DuckDBPyConnection, number: int) -> None:
        with self._lock:
            if self._interrupted == number:
                raise Interrupted
            self._con, self._current = con, number

    def _end(self) -> None:
        # Under the lock, so that no late interrupt meets a connection that is being closed.
        with self._lock:
            self._con = self._current = None


def _write(
    con: duckdb.DuckDBPyConnection, query: str, fd: int, limit: int
) -> tuple[int, list[int]]:
    """Stream the result into ``fd``; its number of rows and which columns are HUGEINT."""
    import pyarrow as pa

    relation = con.sql(query)
    kinds = [_huge_kinds(kind) for kind in relation.types]
    if any("uhugeint" in kinds[i] - {kind.id} for i, kind in enumerate(relation.types)):
        raise IntegerTooLarge  # inside a list nothing tells those that wrapped
    reader = relation.to_arrow_reader(BATCH_ROWS)
    rows = 0
    with (
        open(fd, "wb", closefd=False) as file,
        pa.PythonFile(file, "w") as sink,
        pa.ipc.new_stream(sink, reader.schema) as writer,
    ):
        for batch in reader:
            rows += batch.num_rows
            if sink.tell() + batch.nbytes > limit:
                raise ResultTooLarge
            _check_digits(batch, kinds)
            writer.write_batch(batch)
    return rows, [i for i, kind in enumerate(relation.types) if kind.id in _HUGE]


def _huge_kinds(kind: Any) -> set[str]:
    """Which of the types of 128 bits are in a type of DuckDB's, however deep."""
    if kind.id in _HUGE:
        return {kind.id}
    if kind.id not in _NESTED:
        return set()
    # The children of an array are its type and its size, a number.
    inner = (child for _, child in kind.children if hasattr(child, "id"))
    return {found for child in inner for found in _huge_kinds(child)}


def _check_digits(batch: pa.RecordBatch, kinds: list[set[str]]) -> None:
    """Refuse what Arrow's 38 digits do not hold.

    An unsigned integer from 2^127 on comes out of DuckDB as a negative decimal.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    for column, huge in zip(batch.columns, kinds, strict=True):
        try:
            if huge:
                column.validate(full=True)
        except pa.ArrowInvalid as error:
            raise IntegerTooLarge from error
        if "uhugeint" in huge and (least := pc.min(column).as_py()) is not None and least < 0:
            raise IntegerTooLarge

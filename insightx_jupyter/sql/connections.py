"""DuckDB connections for one query each, made ahead and locked before the query comes."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .lane import Lane
from .quoting import quote_literal

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def duckdb_config(
    *, memory_limit: int, threads: int, spill: str, spill_bytes: int
) -> dict[str, Any]:
    """What a connection is opened with; all of it is fixed once the connection is locked."""
    return {
        "threads": threads,
        "memory_limit": f"{memory_limit}B",
        "temp_directory": spill,
        "max_temp_directory_size": f"{spill_bytes}B",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "allow_extension_repositories": "forbidden",
        "allow_persistent_secrets": False,
        "python_enable_replacements": False,
    }


class Spare:
    """Keeps connections ready: opening one takes 10 ms, of a query's 15."""

    def __init__(self, config: Mapping[str, Any], *, depth: int = 2) -> None:
        self._config = dict(config)
        self._lane = Lane("insightx-spare")
        self._ready = deque(self._lane.submit(self._open) for _ in range(depth))

    def take(self) -> duckdb.DuckDBPyConnection:
        """A connection that nobody has used, open to everything: register, then lock it."""
        return self._ready.popleft().result()

    def give_back(self, con: duckdb.DuckDBPyConnection) -> None:
        """Close a used connection and open another, both while nobody waits."""
        self._ready.append(self._lane.submit(self._open))
        self._lane.submit(con.close)

    def _open(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        con = duckdb.connect(":memory:", config=self._config)
        con.execute("SET enable_progress_bar = false")
        return con


def register_and_lock(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], *, timeout: float
) -> None:
    """Give the connection its tables, then take away files, network and its settings.

    ``timeout`` in seconds. Hours and days of points in time are those of the zone
    that the columns have; of UTC where they have several. The order matters: nothing
    can be set after the lock.
    """
    for name, table in tables.items():
        con.register(name, table)
    zones = {zone for table in tables.values() for zone in _zones(table.schema)}
    if zones:
        zone = zones.pop() if len(zones) == 1 else "UTC"
        con.execute(f"SET TimeZone = {quote_literal(zone)}")
    con.execute(
        f"SET max_execution_time = {max(1, int(timeout * 1000))};"
        "SET enable_external_access = false;"
        "SET lock_configuration = true"
    )


def _zones(schema: pa.Schema) -> set[str]:
    """The zones of the columns themselves; what is in lists and structs follows them."""
    return {zone for field in schema if (zone := getattr(field.type, "tz", None))}

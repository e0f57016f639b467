"""Functions that a query may call: those of DuckDB's own catalog, less what is listed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

#: The only functions that may stand for a table.
TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest"})

#: They run SQL or plans, read or write the state of the connection, wait, or take bytes
#: for something that they may not be.
DENIED = frozenset(
    {
        "combine",
        "current_connection_id",
        "current_query",
        "current_query_id",
        "current_setting",
        "current_transaction_id",
        "currval",
        "finalize",
        "get_block_size",
        "getenv",
        "getvariable",
        "in_search_path",
        "json_deserialize_sql",
        "json_execute_serialized_sql",
        "json_serialize_plan",
        "json_serialize_sql",
        "nextval",
        "parse_duckdb_log_message",
        "pg_get_constraintdef",
        "pg_get_viewdef",
        "pg_sleep",
        "query",
        "query_table",
        "setseed",
        "setval",
        "sleep_ms",
        "stats",
        "to_aggregate_state",
        "txid_current",
        "variant_bytes_to_variant",
        "vector_type",
        "write_log",
    }
)
_DENIED_PREFIXES = ("__internal", "duckdb_", "inet_", "pragma_")

#: The binder knows them, the catalog does not.
_BUILT_IN = frozenset({"unnest", "unlist", "grouping", "grouping_id", "columns"})

_CATALOG = """
    SELECT DISTINCT lower(function_name) FROM duckdb_functions()
    WHERE function_type IN ('scalar', 'aggregate', 'macro', 'window')
"""


def allowed_functions(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Names in lower case of what may be called, operators included."""
    names = {name for (name,) in con.execute(_CATALOG).fetchall()} | _BUILT_IN
    return frozenset(n for n in names - DENIED if not n.startswith(_DENIED_PREFIXES))

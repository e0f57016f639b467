"""What may run: one read-only query over known frames, and what of them it can touch.

Runs in the SQL worker, never in the user's kernel: a hostile query can kill the
parser. ``StatementType.SELECT`` alone proves nothing, since ``WITH q AS (COPY …)``
has it and writes; so the parse tree is walked against lists of what is allowed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import QueryRefused
from .functions import allowed_functions
from .scan import check_size
from .tree import TreeWalk

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Passed:
    """A query that may run.

    ``reads`` maps each frame that it names to the columns that it can touch, in the
    frame's order: never too few, sometimes more than it will.
    """

    reads: Mapping[str, tuple[str, ...]]


class Gate:
    """Decides about queries, on a connection that holds nothing and is locked."""

    def __init__(self) -> None:
        import duckdb

        self._con: duckdb.DuckDBPyConnection = duckdb.connect(
            ":memory:",
            config={
                "threads": 1,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "python_enable_replacements": False,
            },
        )
        self._con.execute("SET enable_external_access = false")
        self._con.execute("SET lock_configuration = true")
        self._functions = allowed_functions(self._con)

    def check(self, query: str, frames: Mapping[str, Sequence[str]]) -> Passed:
        """Let the query pass or refuse it; ``frames`` maps each name to its columns.

        Raises:
            QueryRefused: with a sentence that its writer can act on.
        """
        check_size(query)
        self._check_statement(query)
        try:
            walk = TreeWalk(frames, self._functions)
            walk.statement(self._parse(query))
            return Passed(walk.reads())
        except RecursionError:
            raise QueryRefused("The query is nested too deep.") from None

    def _check_statement(self, query: str) -> None:
        import duckdb

        try:
            # A statement that DuckDB's own binding does not know raises ValueError for its type.
            kinds = [statement.type for statement in self._con.extract_statements(query)]
        except duckdb.ParserException as error:
            raise QueryRefused(f"This is not valid SQL. {_first_lines(error)}") from error
        except (duckdb.Error, ValueError, RuntimeError) as error:
            raise QueryRefused("Only one SELECT can run here.") from error
        if not kinds:
            raise QueryRefused("The query is empty.")
        if len(kinds) > 1:
            raise QueryRefused(f"Send one statement; these are {len(kinds)}.")
        if kinds[0] == duckdb.StatementType.MULTI:
            raise QueryRefused("PIVOT cannot run here. Use sum(x) FILTER (WHERE …) for each value.")
        if kinds[0] != duckdb.StatementType.SELECT:
            raise QueryRefused(f"Only SELECT can run here; this is {_words(kinds[0].name)}.")

    def _parse(self, query: str) -> dict[str, object]:
        import duckdb

        try:
            row = self._con.execute("SELECT json_serialize_sql(?::VARCHAR)", [query]).fetchone()
            tree = json.loads(row[0]) if row else {}
        except (duckdb.Error, ValueError) as error:
            raise QueryRefused("This query cannot be checked, so it cannot run.") from error
        statements = tree.get("statements") or []
        if tree.get("error") or len(statements) != 1:
            raise QueryRefused("This query cannot be checked, so it cannot run.")
        statement: dict[str, object] = statements[0]
        return statement


def _words(name: str) -> str:
    return name.replace("_", " ")


def _first_lines(error: Exception) -> str:
    return str(error).split("\n\nLINE ")[0].removeprefix("Parser Error: ").strip()[:300]

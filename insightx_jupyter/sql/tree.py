"""A walk over a query's parse tree: is all of it allowed, and what does it touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import QueryRefused
from .functions import DENIED, TABLE_FUNCTIONS
from .suggest import did_you_mean, listed

Node = dict[str, Any]

_QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_TABLES = frozenset(
    {"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "SHOW_REF"}
)
_MODIFIERS = frozenset(
    {"ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER"}
)
_ORDERS = frozenset({"ORDER_DEFAULT", "ASCENDING", "DESCENDING"})
_TYPES = _QUERIES | _TABLES | _MODIFIERS | _ORDERS
_CLASSES = frozenset(
    {
        "BETWEEN",
        "CASE",
        "CAST",
        "COLLATE",
        "COLUMN_REF",
        "COMPARISON",
        "CONJUNCTION",
        "CONSTANT",
        "FUNCTION",
        "LAMBDA",
        "LAMBDA_REF",
        "OPERATOR",
        "POSITIONAL_REFERENCE",
        "STAR",
        "SUBQUERY",
        "TYPE",
        "WINDOW",
    }
)
#: The only places where a registered frame can be.
_SCHEMAS = frozenset({"", "main"})
_CATALOGS = frozenset({"", "memory"})
#: Their text names no column.
_NO_NAMES = frozenset({"class", "type", "function_name", "type_name", "table_name", "alias"})

_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}

_SELECT_INSTEAD = {
    "PIVOT": "PIVOT and UNPIVOT cannot run here. Use sum(x) FILTER (WHERE …), or UNION ALL.",
    "PARAMETER": "The query has a parameter; write the value itself.",
}


class TreeWalk:
    """One walk over one statement. ``statement`` first, then ``reads``."""

    def __init__(self, frames: Mapping[str, Sequence[str]], functions: frozenset[str]) -> None:
        self._columns = frames
        self._by_lower = {_lower(name): name for name in frames}
        if len(self._by_lower) < len(frames):
            raise QueryRefused(f"Two tables have one name: {listed(sorted(frames))}.")
        self._functions = functions
        #: Every text that could name a column, folded.
        self._names: set[str] = set()
        #: What a table is called in the query (its name, its alias) and which frames that may be.
        self._labels: dict[str, set[str]] = {}
        #: Names that stand where a whole row may be meant.
        self._row_names: set[str] = set()
        self._read: dict[str, None] = {}
        self._whole: set[str] = set()

    def statement(self, statement: Mapping[str, Any]) -> None:
        """Walk all of it.

        Raises:
            QueryRefused: something in it is not allowed.
        """
        if statement.get("named_param_map"):
            raise QueryRefused(_SELECT_INSTEAD["PARAMETER"])
        self._visit(statement.get("node"), frozenset(), [])

    def reads(self) -> dict[str, tuple[str, ...]]:
        """Each frame that is named, and its columns that can be touched.

        Raises:
            QueryRefused: all columns are asked of a frame that has none.
        """
        for name in self._row_names:
            self._whole |= self._labels.get(name, set())
        return {frame: self._touched(frame) for frame in self._read}

    def _touched(self, frame: str) -> tuple[str, ...]:
        columns = self._columns[frame]
        if frame in self._whole:
            if not columns:
                raise QueryRefused(
                    f"The table {frame} has no columns; only its rows can be counted."
                )
            return tuple(columns)
        return tuple(name for name in columns if name.casefold() in self._names)

    # The walk. ``ctes``: names of common table expressions in scope, folded.
    # ``scope``: frames that a star in this place stands for.

    def _visit(self, value: Any, ctes: frozenset[str], scope: list[str]) -> None:
        if isinstance(value, list):
            for item in value:
                self._visit(item, ctes, scope)
        elif isinstance(value, dict):
            self._visit_node(value, ctes, scope)

    def _visit_node(self, node: Node, ctes: frozenset[str], scope: list[str]) -> None:
        self._check_kind(node)
        named = node.get("class") or node.get("type")
        kind = named if isinstance(named, str) else ""  # a constant has its type as an object
        if kind in _QUERIES and "class" not in node:
            self._query(node, ctes)
            return
        if "class" in node:
            self._expression(node, scope)
        elif kind:
            self._table(node, kind, ctes, scope)
        self._collect_names(node)
        for key, child in node.items():
            if key == "function" and kind == "TABLE_FUNCTION":
                # It has been checked against its own list, which is not that of scalars.
                self._visit(list(child.values()), ctes, scope)
            else:
                self._visit(child, ctes, scope)

    def _check_kind(self, node: Node) -> None:
        kind, allowed = node.get("class"), _CLASSES
        if kind is None:
            kind, allowed = node.get("type"), _TYPES
            if kind is None or isinstance(kind, dict):  # a helper of its parent, or a value's type
                return
        if kind not in allowed:
            words = str(kind).removesuffix("_QUERY_NODE").removesuffix("_NODE").replace("_", " ")
            raise QueryRefused(
                _SELECT_INSTEAD.get(str(kind), f"Only SELECT can run here; this holds {words}.")
            )

    def _query(self, node: Node, ctes: frozenset[str]) -> None:
        ctes = self._common_tables(node, ctes)
        if node["type"] == "RECURSIVE_CTE_NODE":
            ctes |= {_fold(node.get("cte_name"))}
        scope = list(self._direct_frames(node.get("from_table"), ctes))
        self._collect_names(node)
        for key, child in node.items():
            if key != "cte_map":
                self._visit(child, ctes, scope)

    def _common_tables(self, node: Node, ctes: frozenset[str]) -> frozenset[str]:
        """Walk the WITH clause: each sees those before it; itself only where it recurses."""
        for entry in (node.get("cte_map") or {}).get("map") or []:
            self._visit(entry.get("value"), ctes, [])
            ctes |= {_fold(entry.get("key"))}
        return ctes

    def _direct_frames(self, table: Any, ctes: frozenset[str]) -> Iterator[str]:
        """Frames that stand in a FROM clause themselves, not in a subquery of it."""
        if not isinstance(table, dict):
            return
        if table.get("type") == "JOIN":
            yield from self._direct_frames(table.get("left"), ctes)
            yield from self._direct_frames(table.get("right"), ctes)
        elif table.get("type") == "BASE_TABLE" and not _is_cte(table, ctes):
            yield self._frame(table)

    def _table(self, node: Node, kind: str, ctes: frozenset[str], scope: list[str]) -> None:
        if kind == "BASE_TABLE" and not _is_cte(node, ctes):
            self._base_table(node)
        elif kind == "TABLE_FUNCTION":
            self._table_function(node)
        elif kind == "SHOW_REF" and not node.get("query"):
            raise QueryRefused(
                f"SHOW cannot run here. Tables here: {listed(sorted(self._columns))}."
            )
        elif kind == "JOIN":
            self._join(node, scope)

    def _join(self, node: Node, scope: list[str]) -> None:
        if node.get("ref_type") == "NATURAL":
            self._whole.update(scope)
        if alias := _fold(node.get("alias")):
            self._labels.setdefault(alias, set()).update(scope)

    def _base_table(self, node: Node) -> None:
        frame = self._frame(node)
        self._read[frame] = None
        for label in {_fold(node.get("table_name")), _fold(node.get("alias"))} - {""}:
            self._labels.setdefault(label, set()).add(frame)
        if node.get("column_name_alias"):  # renames by position
            self._whole.add(frame)

    def _frame(self, node: Node) -> str:
        name = str(node.get("table_name") or "")
        frame = self._by_lower.get(_lower(name))
        inside = (
            _fold(node.get("schema_name")) in _SCHEMAS
            and _fold(node.get("catalog_name")) in _CATALOGS
        )
        if node.get("at_clause"):
            raise QueryRefused("A table has no versions here; leave AT out.")
        if frame is None or not inside:
            path = [node.get("catalog_name"), node.get("schema_name"), name]
            raise self._unknown_table(".".join(part for part in path if part), name)
        return frame

    def _unknown_table(self, full: str, name: str) -> QueryRefused:
        names = sorted(self._columns)
        here = f"Tables here: {listed(names)}." if names else "There are no tables here."
        hint = did_you_mean(name, names)
        return QueryRefused(" ".join(filter(None, (f"No table {full[:200]}.", here, hint))))

    def _table_function(self, node: Node) -> None:
        function = node.get("function") or {}
        name = _fold(function.get("function_name"))
        if name not in TABLE_FUNCTIONS or _path(function)[:-1]:
            raise QueryRefused(
                f"{name or 'This'} cannot stand for a table. "
                f"Tables here: {listed(sorted(self._columns))}."
            )

    def _expression(self, node: Node, scope: list[str]) -> None:
        kind = node["class"]
        if kind in ("FUNCTION", "WINDOW"):
            self._function(node)
        elif kind == "COLUMN_REF":
            self._row_names.update(_fold(n) for n in (node.get("column_names") or [])[-1:])
        elif kind == "POSITIONAL_REFERENCE":
            self._whole.update(scope)
        elif kind == "STAR":
            self._star(node, scope)

    def _function(self, node: Node) -> None:
        path = _path(node)
        name = path[-1] if path else ""
        if name in DENIED:
            raise QueryRefused(f"The function {name} may not be called here.")
        if name not in self._functions:
            hint = did_you_mean(name, self._functions)
            raise QueryRefused(" ".join(filter(None, (f"No function {name[:200]}.", hint))))
        # ``flights.to_json()`` calls to_json(flights): what stands before the dot is a name.
        self._names.update(path[:-1])
        self._row_names.update(path[:-1])

    def _star(self, node: Node, scope: list[str]) -> None:
        relation = _fold(node.get("relation_name"))
        if relation:
            # Resolved at the end, when all labels are known; no label: a subquery's own columns.
            self._row_names.add(relation)
        else:
            self._whole.update(scope)

    def _collect_names(self, node: Node) -> None:
        for key, value in node.items():
            if key not in _NO_NAMES and key != "qualified_name":
                self._names.update(_texts(value))


def _is_cte(table: Node, ctes: frozenset[str]) -> bool:
    """Whether a table is a common table expression in scope; ``recurring.q`` is one, too."""
    schema = _fold(table.get("schema_name"))
    outside = table.get("catalog_name") or schema not in ("", "recurring")
    return not outside and _fold(table.get("table_name")) in ctes


def _path(function: Node) -> list[str]:
    parts: Iterable[Any] = (function.get("qualified_name") or {}).get("path") or [
        function.get("catalog"),
        function.get("schema"),
        function.get("function_name"),
    ]
    return [_fold(part) for part in parts if part]


def _texts(value: Any) -> Iterator[str]:
    """The text itself, or those of a list; nodes are collected when they are visited."""
    if isinstance(value, str):
        if value:  # no SQL can name a column whose name is empty
            yield value.casefold()
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _lower(name: str) -> str:
    """As DuckDB compares names of tables: only A–Z have another case."""
    return name.translate(_ASCII_LOWER)


def _fold(name: Any) -> str:
    return name.casefold() if isinstance(name, str) else ""

"""The whole results of one run, by the names that references use."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..data.egress import slice_for_model
from ..protocol.results import FrameRead, NamedTable, PythonResult, SqlResult
from .figures import figures_of
from .text import clip_middle

if TYPE_CHECKING:
    import pyarrow as pa

    from ..plane.source import FrameSource
    from ..protocol.results import Figure
    from ..sandbox.base import CodeOutcome
    from ..sql.engine import QueryOutcome

#: What is kept of what code prints, and of the tables that it hands back beside its result.
STDOUT_CHARS = 4096
_SIDE_TABLES = 20


@dataclass(frozen=True, slots=True)
class TableFrame:
    """A result as a frame, so that Python can go on from it. A FrameSource."""

    name: str
    table: pa.Table
    key: str

    @property
    def rows(self) -> int:
        """See FrameSource."""
        return int(self.table.num_rows)

    @property
    def column_names(self) -> tuple[str, ...]:
        """See FrameSource."""
        return tuple(self.table.column_names)

    def column_key(self, name: str) -> str:
        """See FrameSource."""
        return f"{self.key}:{name}"

    def column(self, name: str) -> pa.ChunkedArray:
        """See FrameSource."""
        return self.table.column(name)


@dataclass(slots=True)
class Results:
    """Results in the order in which they were made: ``r1``, ``r2``, ``r2_groups`` …"""

    #: Whole tables by name, their columns' names unique without regard to case.
    tables: dict[str, pa.Table] = field(default_factory=dict)
    #: What ran, in order.
    made: list[SqlResult | PythonResult] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    #: The name of the table that answers: of the last final call, else of the last that gave one.
    final_name: str | None = None
    _settled: bool = False
    _token: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    @property
    def final(self) -> pa.Table | None:
        """The table that answers; None where no call gave one."""
        return None if self.final_name is None else self.tables[self.final_name]

    @property
    def sql(self) -> list[SqlResult]:
        """The queries that ran, in order."""
        return [result for result in self.made if isinstance(result, SqlResult)]

    @property
    def python(self) -> list[PythonResult]:
        """The code that ran, in order."""
        return [result for result in self.made if isinstance(result, PythonResult)]

    def add_sql(self, query: str, outcome: QueryOutcome, *, final: bool = True) -> SqlResult:
        """Keep a query's result under the next name."""
        name = self._next_name()
        table = self._keep(name, outcome.table)
        self._settle(name, final)
        result = SqlResult(
            name=name,
            query=query,
            table=slice_for_model(table),
            seconds=outcome.seconds,
            reads=outcome.reads,
        )
        self.made.append(result)
        return result

    def add_python(
        self,
        code: str,
        outcome: CodeOutcome,
        *,
        frames: Collection[str],
        final: bool = True,
        unisolated: bool = False,
    ) -> tuple[PythonResult, tuple[Figure, ...]]:
        """Keep what code handed back under the next name; the figures come with it.

        ``frames`` are the user's, so that reads of earlier results are told apart.
        """
        name = self._next_name()
        tables = self._keep_all(name, outcome.tables)
        if tables:
            self._settle(_answering(tables), final)
        figures = figures_of(name, outcome.figures)
        self.figures.extend(figures)
        result = PythonResult(
            name=name,
            code=code,
            stdout=clip_middle(outcome.stdout, STDOUT_CHARS),
            tables=tables,
            figures=len(figures),
            seconds=outcome.seconds,
            reads=tuple(r for r in outcome.reads if r.frame in frames),
            unisolated=unisolated,
        )
        self.made.append(result)
        return result, figures

    def as_frame(self, name: str) -> FrameSource:
        """A result as a frame.

        Raises:
            KeyError: there is no result of that name.
        """
        return self._frame(name)

    def sql_frame_name(self, taken: Collection[str] = ()) -> str:
        """What Python calls the last SQL result: ``sql_result``, unless a frame has that name."""
        name = "sql_result"
        while name in taken:
            name += "_"
        return name

    def frames_for_python(self, frames: Mapping[str, FrameSource]) -> dict[str, FrameSource]:
        """The user's frames and, where their names are free, all results."""
        reachable: dict[str, FrameSource] = {n: self.as_frame(n) for n in self.tables}
        reachable.update(frames)
        if self.sql:
            alias = self.sql_frame_name(frames)
            reachable[alias] = replace(self._frame(self.sql[-1].name), name=alias)
        return reachable

    def frames_read(self) -> tuple[FrameRead, ...]:
        """What all queries and code read, each frame once with all of its columns read."""
        columns: dict[str, dict[str, None]] = {}
        whole: set[str] = set()
        for read in (read for result in self.made for read in result.reads):
            columns.setdefault(read.frame, {}).update(dict.fromkeys(read.columns))
            if not read.columns:
                whole.add(read.frame)
        return tuple(
            FrameRead(frame=f, columns=() if f in whole else tuple(c)) for f, c in columns.items()
        )

    def _next_name(self) -> str:
        return f"r{len(self.made) + 1}"

    def _frame(self, name: str) -> TableFrame:
        return TableFrame(name, self.tables[name], f"result:{self._token}:{name}")

    def _keep(self, name: str, table: pa.Table) -> pa.Table:
        self.tables[name] = with_unique_columns(table)
        return self.tables[name]

    def _keep_all(self, name: str, tables: Mapping[str, pa.Table]) -> tuple[NamedTable, ...]:
        kept = []
        for given, table in list(tables.items())[: _SIDE_TABLES + 1]:
            own = self._free_name(f"{name}_{identifier(given)}") if given else name
            kept.append(NamedTable(name=own, table=slice_for_model(self._keep(own, table))))
        return tuple(kept)

    def _free_name(self, name: str) -> str:
        return name if name not in self.tables else self._free_name(name + "_")

    def _settle(self, name: str, final: bool) -> None:
        if final or not self._settled:
            self.final_name = name
        self._settled = self._settled or final


def _answering(tables: Sequence[NamedTable]) -> str:
    """Which of the tables that code handed back is the answer's: a row of scalars gives way."""
    rows = [named for named in tables if named.table.total_rows > 1]
    return (rows or tables)[0].name


def identifier(text: str) -> str:
    """The text as a word that a reference can hold: ASCII letters, digits, underscores."""
    return re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_")[:40] or "table"


def with_unique_columns(table: pa.Table) -> pa.Table:
    """The table with ``a, A, a`` renamed to ``a, A_2, a_3``: references name one column."""
    taken: set[str] = set()
    names = []
    for position, name in enumerate(table.column_names, start=1):
        unique = name or f"column_{position}"
        if unique.casefold() in taken:
            unique = f"{unique}_{position}"
        while unique.casefold() in taken:
            unique += "_"
        taken.add(unique.casefold())
        names.append(unique)
    return table if names == table.column_names else table.rename_columns(names)

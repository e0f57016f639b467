"""Agents over real penguins and a real engine, with a model that says what a test tells it."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from palmerpenguins import load_penguins

from insightx_jupyter.agents.base import AgentRun
from insightx_jupyter.data.catalog import Catalog
from insightx_jupyter.data.digest import digest
from insightx_jupyter.errors import WorkerDied
from insightx_jupyter.llm.scripted import Script, Scripted
from insightx_jupyter.metrics import Metrics
from insightx_jupyter.protocol.events import Event
from insightx_jupyter.sandbox.base import CodeOutcome
from insightx_jupyter.sql.duckdb_engine import DuckdbEngine
from insightx_jupyter.store.memory import MemoryInsights
from insightx_jupyter.tools.context import ToolContext


@dataclass
class Kernel:
    """A PythonKernel that hands back what a test tells it, errors too, call by call."""

    outcomes: list[CodeOutcome | Exception]
    seen: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def run(self, code: str, frames: Any, *, timeout: float) -> CodeOutcome:
        self.seen.append((code, dict(frames)))
        outcome = self.outcomes[len(self.seen) - 1]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def aclose(self) -> None:
        pass


@dataclass
class Desk:
    """A run, its model and all that it emitted."""

    run: AgentRun
    model: Scripted
    events: list[Event]

    def of_type(self, kind: str) -> list[Any]:
        return [event for event in self.events if event.type == kind]

    def told(self) -> str:
        """The last message that the model was sent."""
        return self.model.requests[-1].messages[-1].content


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
def kernel() -> Callable[..., Kernel]:
    """Makes a kernel from outcomes."""
    return lambda *outcomes: Kernel(list(outcomes))


@pytest.fixture
def desk(engine: DuckdbEngine) -> Callable[..., Any]:
    """Makes a desk: ``await desk(script, question, …)``."""

    async def make(
        script: Script | Scripted,
        question: str = "How heavy are penguins by species?",
        *,
        kernel: Any = None,
        frames: dict[str, Any] | None = None,
        python_allowed: str | None = None,
        **options: Any,
    ) -> Desk:
        view = Catalog().view(frames or {"penguins": load_penguins()})
        events: list[Event] = []
        model = script if isinstance(script, Scripted) else Scripted(script)

        async def python() -> Any:
            if kernel is None:
                raise WorkerDied("no kernel in this test")
            return kernel

        tools = ToolContext(
            run_id="run",
            emit=events.append,
            frames=view.sources,
            dna=view.dna,
            engine=engine,
            python=python,
            insights=MemoryInsights(),
            python_allowed=python_allowed,
            timeout=20,
        )
        run = AgentRun(
            question=question,
            tools=tools,
            model=model,
            metrics=Metrics(),
            digest=digest(await view.dna()),
            **options,
        )
        return Desk(run, model, events)

    return make

"""Real kernels with real frames in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fake_openai import FakeOpenAI
from real_kernel import RealKernel

#: Planted, and looked for in everything that a kernel leaves.
KEY = "sk-planted-key-1234567890"

PENGUINS = """
from importlib.util import find_spec
from pathlib import Path
import pandas as pd
penguins = pd.read_csv(Path(find_spec("palmerpenguins").origin).parent / "data" / "penguins.csv")
%load_ext insightx_jupyter
"""


@pytest.fixture(scope="module")
def offline() -> Iterator[RealKernel]:
    """A kernel with penguins and no model."""
    with RealKernel(INSIGHTX_MODEL="offline") as kernel:
        assert kernel.run(PENGUINS).error is None
        yield kernel


@pytest.fixture(scope="module")
def kernel() -> Iterator[RealKernel]:
    """A kernel with penguins, shared by the tests of one file."""
    with RealKernel() as kernel:
        yield kernel


@pytest.fixture
def ask(
    fake_openai: Callable[..., FakeOpenAI], kernel: RealKernel
) -> Callable[..., tuple[FakeOpenAI, RealKernel]]:
    """Starts a server with a script and points the kernel, fresh frames in it, there."""

    def start(script: Any, **options: Any) -> tuple[FakeOpenAI, RealKernel]:
        server = fake_openai(script, key=KEY, **options)
        environment = {
            "INSIGHTX_BASE_URL": server.url,
            "INSIGHTX_MODEL": "fake",
            "INSIGHTX_API_KEY": KEY,
        }
        setup = f"import os; os.environ.update({environment!r})\n{PENGUINS}"
        assert kernel.run(f"{setup}\n%config InsightX.allow_unisolated = False").error is None
        return server, kernel

    return start

"""Bare jailed processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from insightx_jupyter.sandbox.jail import levels
from insightx_jupyter.sandbox.jail.paths import runtime
from insightx_jupyter.sandbox.jail.policy import Policy
from insightx_jupyter.sandbox.jail.remove import remove_tree

Done = subprocess.CompletedProcess


@pytest.fixture(params=["strong", "standard"])
def level(request: pytest.FixtureRequest) -> str:
    """Each level that this machine has; CI asserts beforehand that it has both."""
    failure = levels._try(request.param)
    if failure is not None:
        pytest.skip(f"no {request.param} jail on this machine: {failure}")
    return str(request.param)


@pytest.fixture
def scratch() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="jail-"))
    yield place
    remove_tree(place)


@pytest.fixture
def bare(scratch: Path) -> Callable[..., Done]:
    """Run source in a bare jail; ``jail=False`` is the positive control."""

    def run(source: str, level: str, *, jail: bool = True, **rights: int) -> Done:
        scratch.mkdir(exist_ok=True)
        policy = Policy(
            level=level, scratch=scratch, parent=os.getpid(), readable=runtime(), **rights
        )
        read, write = os.pipe()
        os.write(write, source.encode())
        os.close(write)
        command = [sys.executable, "-I", "-B", "-m", "insightx_jupyter.sandbox.jail.bare"]
        options = ["--policy", policy.to_json(), "--fd", str(read)]
        try:
            return subprocess.run(
                [*command, *options, *([] if jail else ["--no-jail"])],
                pass_fds=[read],
                capture_output=True,
                text=True,
                timeout=60,
            )
        finally:
            os.close(read)

    return run

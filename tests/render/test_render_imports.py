"""Rendering is imported without the heavy packages that it may use later."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("pyarrow", "numpy", "pandas", "duckdb", "pygments", "IPython", "matplotlib")
PROGRAM = f"""
import sys
from insightx_jupyter.render import bundle, live, references
print(*(name for name in {HEAVY!r} if name in sys.modules))
"""


def test_nothing_heavy_comes_in() -> None:
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []

"""What the extension costs in memory while nothing is asked, all its processes counted.

    python tests/benchmarks/idle_memory.py

A real ipykernel that has imported pandas and holds one small frame. PSS (shared pages
counted in parts) in MB of the kernel and its children: before load_ext, after it,
and idle after an SQL and a Python question of the offline analyst. Beside it, a bare
kernel that imports what the questions import (duckdb, pyarrow, pydantic), because that
much would be there with any tool of this kind. Prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from real_kernel import RealKernel

FRAME = """
import pandas as pd
sales = pd.DataFrame({"shop": ["A", "B"] * 500, "amount": range(1000)})
"""


def pss(kernel: RealKernel) -> dict[str, float]:
    """MB of the kernel and of each of its descendants."""
    root = psutil.Process(int(kernel.run("import os; print(os.getpid())").stdout))
    mb = {"kernel": root.memory_full_info().pss / 1e6}
    for child in root.children(recursive=True):
        name = next((w for w in child.cmdline() if w.startswith("insightx_jupyter")), child.name())
        mb[name] = mb.get(name, 0) + child.memory_full_info().pss / 1e6
    return {name: round(value, 1) for name, value in mb.items()}


def main() -> dict[str, object]:
    with RealKernel(INSIGHTX_MODEL="offline") as kernel:
        kernel.run(FRAME)
        before = pss(kernel)
        kernel.run("%load_ext insightx_jupyter")
        loaded = pss(kernel)
        kernel.run("%insightx what is the total amount by shop?")
        time.sleep(2)
        after_sql = pss(kernel)
        kernel.run("%insightx show the distribution of amount")
        time.sleep(3)
        after_python = pss(kernel)
    with RealKernel() as bare:
        bare.run(FRAME + "import duckdb, pyarrow.compute, pydantic")
        imports = pss(bare)
    return {
        "benchmark": "idle_memory",
        "mb_before": before,
        "mb_loaded": loaded,
        "mb_idle_after_sql": after_sql,
        "mb_idle_after_python": after_python,
        "mb_bare_kernel_with_the_same_imports": imports,
        "cost_loaded_mb": round(sum(loaded.values()) - sum(before.values()), 1),
        "cost_idle_after_questions_mb": round(sum(after_python.values()) - sum(before.values()), 1),
    }


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))

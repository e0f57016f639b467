"""What ``%load_ext insightx_jupyter`` adds to an IPython that has imported pandas.

    python tests/benchmarks/load_ext.py [--runs 15]

Prints JSON: milliseconds of load_ext in fresh processes (median and all), beside
``import json``-free no-op extension loading in the same process, and the modules added.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys

CHILD = """
import json, sys, time, types
import pandas
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
empty = types.ModuleType("empty_extension")
empty.load_ipython_extension = lambda shell: None
sys.modules["empty_extension"] = empty
shell.run_line_magic("load_ext", "empty_extension")
before = set(sys.modules)
started = time.perf_counter()
shell.run_line_magic("load_ext", "insightx_jupyter")
seconds = time.perf_counter() - started
added = sorted({name.partition(".")[0] for name in set(sys.modules) - before})
print(json.dumps({"ms": seconds * 1000, "added": added}))
"""


def measure(runs: int) -> dict[str, object]:
    """Medians over fresh processes; the first, which may compile, is not counted."""
    found = []
    for _ in range(runs + 1):
        out = subprocess.run(
            [sys.executable, "-c", CHILD], capture_output=True, text=True, check=True
        )
        found.append(json.loads(out.stdout.splitlines()[-1]))
    times = [f["ms"] for f in found[1:]]
    return {
        "benchmark": "load_ext",
        "load_ext_ms_median": round(statistics.median(times), 2),
        "load_ext_ms": [round(t, 2) for t in times],
        "top_level_modules_added": found[-1]["added"],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    print(json.dumps(measure(parser.parse_args().runs), indent=2))

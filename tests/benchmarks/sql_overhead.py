"""What a SQL_ONLY question costs beyond its query, through a real IPython kernel.

    python tests/benchmarks/sql_overhead.py [--rows 10000 100000 10000000] [--questions 21]

A model without latency answers over loopback HTTP (zero_model.py). Each question is
asked by ``%insightx`` in a real ipykernel; beside it, in the same kernel and between
the questions, the same query runs in bare DuckDB over the same data as Arrow. Prints
JSON: medians in milliseconds, the overhead, and how it grows with the rows. The first
question pays the export of the columns that it names and stands apart.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from jupyter_client.manager import start_new_kernel

QUERY = "SELECT g, avg(x) AS m, count(*) AS n FROM frame GROUP BY g ORDER BY g"

SETUP = """
import json, time, statistics, os
os.environ["INSIGHTX_BASE_URL"] = "http://127.0.0.1:%(port)d/v1"
os.environ["INSIGHTX_MODEL"] = "zero"
os.environ["INSIGHTX_API_KEY"] = "not-a-key"
import numpy as np, pandas as pd
get_ipython().run_line_magic("load_ext", "insightx_jupyter")
"""

MEASURE = """
rng = np.random.default_rng(7)
rows = %(rows)d
frame = pd.DataFrame({"g": rng.integers(0, 20, rows), "x": rng.normal(size=rows)})
for i in range(%(extra)d):
    frame[f"c{i}"] = rng.normal(size=rows)
import duckdb, pyarrow as pa
table = pa.Table.from_pandas(frame[["g", "x"]], preserve_index=False)
connection = duckdb.connect()
connection.register("frame", table)
def bare():
    started = time.perf_counter()
    connection.sql(%(query)r).to_arrow_table()
    return time.perf_counter() - started
def asked():
    started = time.perf_counter()
    answer = get_ipython().run_line_magic("insightx", "--frames frame what is the mean of x by g?")
    seconds = time.perf_counter() - started
    assert answer.arrow.num_rows == 20
    return seconds
first = asked(); bare(); asked(); bare()
pairs = [(asked(), bare()) for _ in range(%(questions)d)]
question = statistics.median(p[0] for p in pairs) * 1000
query = statistics.median(p[1] for p in pairs) * 1000
print("RESULT" + json.dumps({"rows": rows, "columns": len(frame.columns), "first_ms": round(first * 1000, 1),
    "question_ms": round(question, 2), "bare_query_ms": round(query, 2), "overhead_ms": round(question - query, 2)}))
del frame, table
connection.close()
"""


def run_cell(client: object, code: str) -> list[str]:
    """The lines that a cell printed; an error in the cell ends the benchmark."""
    lines: list[str] = []

    def collect(message: dict) -> None:
        if message["msg_type"] == "stream":
            lines.extend(message["content"]["text"].splitlines())
        if message["msg_type"] == "error":
            raise SystemExit("\n".join(message["content"]["traceback"]))

    client.execute_interactive(code, output_hook=collect, timeout=600)  # type: ignore[attr-defined]
    return lines


def main(rows: list[int], questions: int) -> dict[str, object]:
    model = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("zero_model.py")), "--query", QUERY],
        stdout=subprocess.PIPE,
        text=True,
    )
    manager, client = start_new_kernel()
    try:
        run_cell(client, SETUP % {"port": int(model.stdout.readline())})
        found = []
        for n in rows:
            code = MEASURE % {
                "rows": n,
                "extra": 8 if n <= 1_000_000 else 0,
                "query": QUERY,
                "questions": questions,
            }
            lines = run_cell(client, code)
            found += [json.loads(line[6:]) for line in lines if line.startswith("RESULT")]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        model.terminate()
        model.wait(5)
    growth = found[-1]["overhead_ms"] / found[0]["overhead_ms"]
    return {
        "benchmark": "sql_overhead",
        "sizes": found,
        "overhead_growth_smallest_to_largest": round(growth, 2),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 10_000_000])
    parser.add_argument("--questions", type=int, default=21)
    options = parser.parse_args()
    print(json.dumps(main(options.rows, options.questions), indent=2))

"""How many bytes of prompt a question costs, and how they grow.

    python tests/benchmarks/prompt_bytes.py

Counts the JSON bodies as they go over the wire (messages, tools and parameters)
to a loopback server that answers from a script. Prints JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from fake_openai import FakeOpenAI

from insightx_jupyter.api import Run, start
from insightx_jupyter.config import Settings
from insightx_jupyter.llm.scripted import ScriptReply, call
from insightx_jupyter.session import Session

rng = np.random.default_rng(3)


def frame(columns: int, rows: int = 1000) -> pd.DataFrame:
    """Columns of mixed kinds under ordinary names."""
    kinds = (
        lambda: rng.normal(100, 15, rows).round(2),
        lambda: rng.integers(0, 1000, rows),
        lambda: rng.choice(["north", "south", "east", "west"], rows),
        lambda: pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 365, rows), "D"),
    )
    words = (
        "amount",
        "count",
        "region",
        "day",
        "price",
        "visits",
        "channel",
        "date",
        "weight",
        "units",
    )
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    # Beyond ten, names without a pattern, so that nothing can be told in one line.
    odd = ["".join(rng.choice(letters, rng.integers(4, 14))) for _ in range(columns)]
    names = [words[n] if n < 10 else f"{odd[n]}_{n}" for n in range(columns)]
    return pd.DataFrame({name: kinds[n % 4]() for n, name in enumerate(names)})


def script(road: str, python: bool) -> dict[str, list[ScriptReply]]:
    reply = json.dumps(
        {
            "classification": road,
            "reasoning": "Mean amount by region.",
            "columns_needed": ["f0.amount"],
        }
    )
    sql = "SELECT region, avg(amount) AS mean_amount, count(amount) AS n FROM f0 GROUP BY region ORDER BY region"
    code = "result = f0.groupby('region').amount.mean().reset_index()"
    answer = "**The mean is highest in {{r1.region[0]}}.**"
    return {
        "orchestrator": [reply] * 99,
        "sql": [call("run_sql", query=sql)] * 99,
        "python": [call("run_python", code=code)] * 99,
        "composer": [answer] * 99,
        "explainer": ["**It holds amounts.** {{dna.f0.#rows}} rows."] * 99,
    }


def bytes_of(frames: dict[str, pd.DataFrame], road: str = "SQL_ONLY", turns: int = 0) -> list[int]:
    """The size of each request of the last of ``turns + 1`` questions."""
    with FakeOpenAI(script(road, "PY" in road)) as server:
        session = Session()
        settings = Settings(model="fake", base_url=server.url, allow_unisolated=True)
        for turn in range(turns + 1):
            seen = len(server.requests)
            question = f"What is the mean amount by region, for turn {turn}?"
            Run(start(question, frames, {}, settings=settings, session=session)).result(120)
        session.close()
        return [
            int(r.headers.get("content-length") or r.headers["Content-Length"])
            for r in server.requests[seen:]
        ]


def main() -> dict[str, object]:
    small = {"f0": frame(10)}
    base = bytes_of(small)
    first = base[0]
    fifty = {f"f{n}": frame(10) for n in range(50)}
    return {
        "benchmark": "prompt_bytes",
        "sql_only_total": sum(base),
        "sql_only_each_call": base,
        "calls": {
            road: len(bytes_of(small, road))
            for road in ("SQL_ONLY", "PY_ONLY", "SQL_THEN_PY", "EXPLAIN_ONLY")
        },
        "first_prompt_growth_420_columns": bytes_of({"f0": frame(420)})[0] - first,
        "first_prompt_growth_50_frames": bytes_of(fifty)[0] - first,
        "first_prompt_growth_50_turns": bytes_of(small, turns=50)[0] - first,
    }


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))

"""The worker ends, hangs, is stopped, is forked away from: the next query gets an answer."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pyarrow as pa
import pytest

from insightx_jupyter.errors import QueryFailed, WorkerDied
from insightx_jupyter.sql.duckdb_engine import DuckdbEngine

TIMEOUT = 20.0
#: Stops when it is told to.
SLOW = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b"
#: Does not, for several seconds.
DEAF = "SELECT levenshtein(repeat('a', 90000), repeat('b', 90000))"


async def one(engine: DuckdbEngine, frames=None) -> int:
    query = "SELECT sum(a) AS a FROM f" if frames else "SELECT 7 AS a"
    outcome = await engine.run(query, frames or {}, timeout=TIMEOUT)
    return outcome.table["a"][0].as_py()


@pytest.fixture
def frame(source):
    return source("f", pa.table({"a": [3, 4]}))


async def test_it_starts_with_the_first_query_only(engine):
    assert engine.worker_pid is None
    assert await one(engine) == 7
    assert psutil.pid_exists(engine.worker_pid)


async def test_warm_starts_it_ahead(engine):
    await engine.warm()
    pid = engine.worker_pid
    assert await one(engine) == 7
    assert engine.worker_pid == pid


async def test_a_worker_that_was_killed_while_idle_is_replaced_silently(engine, frame):
    assert await one(engine, {"f": frame}) == 7
    pid = engine.worker_pid
    os.kill(pid, signal.SIGKILL)
    psutil.Process(pid).wait(5)
    assert await one(engine, {"f": frame}) == 7
    assert engine.worker_pid != pid
    assert frame.converted == ["a"]  # sent again, not converted again


async def test_a_worker_that_is_killed_during_a_query_is_an_error_and_replaced(engine, frame):
    await engine.warm()
    task = asyncio.create_task(engine.run(SLOW, {}, timeout=TIMEOUT))
    await asyncio.sleep(0.3)
    os.kill(engine.worker_pid, signal.SIGKILL)
    with pytest.raises(WorkerDied, match="ended before it answered"):
        await asyncio.wait_for(task, 2)
    assert await one(engine, {"f": frame}) == 7


async def test_a_query_that_takes_too_long_is_stopped_and_the_worker_stays(engine):
    await engine.warm()
    pid = engine.worker_pid
    started = time.monotonic()
    with pytest.raises(QueryFailed, match=r"took longer than 0.3 s") as caught:
        await engine.run(SLOW, {}, timeout=0.3)
    assert caught.value.timed_out
    assert time.monotonic() - started < 1.5
    assert await one(engine) == 7
    assert engine.worker_pid == pid


async def test_a_query_that_does_not_listen_is_ended_with_its_worker(engine):
    await engine.warm()
    pid = engine.worker_pid
    started = time.monotonic()
    with pytest.raises(QueryFailed, match=r"took longer than 0.3 s") as caught:
        await engine.run(DEAF, {}, timeout=0.3)
    assert caught.value.timed_out
    assert time.monotonic() - started < 2.5
    assert not psutil.pid_exists(pid)
    assert await one(engine) == 7


@pytest.mark.parametrize("query", [SLOW, DEAF], ids=["listens", "deaf"])
async def test_cancelling_returns_at_once_and_stops_the_query(engine, query):
    await engine.warm()
    worker = psutil.Process(engine.worker_pid)
    task = asyncio.create_task(engine.run(query, {}, timeout=TIMEOUT))
    begun = time.monotonic()
    while not busy(worker):  # on a loaded machine the query takes its time to begin
        assert time.monotonic() - begun < 10
        await asyncio.sleep(0.05)
    task.cancel()
    started = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started < 0.2
    while busy(worker):
        assert time.monotonic() - started < 1.3
        await asyncio.sleep(0.02)
    assert await one(engine) == 7


def busy(worker: psutil.Process) -> bool:
    """Whether it burns time just now."""
    try:
        before = sum(worker.cpu_times()[:2])
        time.sleep(0.05)
        return sum(worker.cpu_times()[:2]) - before > 0.02
    except psutil.NoSuchProcess:
        return False


async def test_cancelling_before_a_query_s_turn_leaves_the_running_one_alone(engine):
    await engine.warm()
    first = asyncio.create_task(
        engine.run("SELECT sum(range) AS s FROM range(300000000)", {}, timeout=TIMEOUT)
    )
    second = asyncio.create_task(engine.run(SLOW, {}, timeout=TIMEOUT))
    await asyncio.sleep(0.05)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    assert (await first).table.num_rows == 1


async def test_queries_asked_at_once_all_get_their_own_answer(engine):
    runs = [engine.run(f"SELECT {n} AS a", {}, timeout=TIMEOUT) for n in range(8)]
    outcomes = await asyncio.gather(*runs)
    assert [o.table["a"][0].as_py() for o in outcomes] == list(range(8))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT length(repeat('x', 4000000000))",
        "SELECT count(*) FROM (SELECT unnest(generate_series(1, 1000000000)))",
        "SELECT list_resize([1], 4000000000)",
    ],
)
async def test_memory_runs_out_as_an_error(engine, query):
    await engine.warm()
    pid = engine.worker_pid
    with pytest.raises(QueryFailed, match="ran out of memory"):
        await engine.run(query, {}, timeout=TIMEOUT)
    assert engine.worker_pid == pid


async def test_mapped_columns_do_not_count_against_the_limit_on_memory(source):
    column = pa.chunked_array([pa.array(range(1_000_000), pa.int64())] * 40)
    frames = {"big": source("big", pa.table({"a": column}))}
    engine = DuckdbEngine(memory_limit=1 << 26)  # 64 MB for DuckDB, 320 MB of column
    try:
        outcome = await engine.run("SELECT count(a) AS n FROM big", frames, timeout=TIMEOUT)
        assert outcome.table["n"].to_pylist() == [40_000_000]
    finally:
        await engine.aclose()


async def test_closing_ends_the_worker_and_what_runs_in_it(open_fds):
    before = open_fds()
    engine = DuckdbEngine()
    await engine.warm()
    pid = engine.worker_pid
    task = asyncio.create_task(engine.run(SLOW, {}, timeout=TIMEOUT))
    await asyncio.sleep(0.2)
    await asyncio.wait_for(engine.aclose(), 2)
    with pytest.raises(QueryFailed, match="stopped"):
        await task
    assert not psutil.pid_exists(pid)
    del engine, task
    gc.collect()
    assert open_fds() == before


def test_the_engine_outlives_an_event_loop():
    engine = DuckdbEngine()
    assert asyncio.run(one(engine)) == 7
    pid = engine.worker_pid
    assert asyncio.run(one(engine)) == 7
    assert engine.worker_pid == pid
    asyncio.run(engine.aclose())


FORK = """
import asyncio, os, sys, pyarrow as pa
from insightx_jupyter.sql.duckdb_engine import DuckdbEngine

async def one(engine):
    return (await engine.run("SELECT 7 AS a", {}, timeout=20)).table["a"][0].as_py()

engine = DuckdbEngine()
assert asyncio.run(one(engine)) == 7
parents = engine.worker_pid
child = os.fork()
if child == 0:
    assert engine.worker_pid is None
    if sys.argv[1] == "use":
        assert asyncio.run(one(engine)) == 7
        assert engine.worker_pid != parents
        asyncio.run(engine.aclose())
    else:
        del engine
        import gc; gc.collect()
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
assert asyncio.run(one(engine)) == 7
assert engine.worker_pid == parents
asyncio.run(engine.aclose())
print("whole")
"""


@pytest.mark.parametrize("what", ["use", "drop"])
def test_a_forked_copy_leaves_the_parent_s_worker_alone(what):
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK, what],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == "whole\n", done.stderr


ORPHAN = """
import asyncio, os, sys, time
from insightx_jupyter.sql.duckdb_engine import DuckdbEngine
engine = DuckdbEngine()
asyncio.run(engine.warm())
print(engine.worker_pid, flush=True)
if sys.argv[1] == "busy":
    async def busy():
        query = "SELECT levenshtein(repeat('a', 400000), repeat('b', 400000))"
        await engine.run(query, {}, timeout=60)
    asyncio.run(busy())
time.sleep(60)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_the_worker_dies_with_its_parent(state):
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHAN, state], stdout=subprocess.PIPE, text=True
    )
    worker = psutil.Process(int(parent.stdout.readline()))
    scratch = Path(worker.cwd())
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    gone, _ = psutil.wait_procs([worker], timeout=4)
    assert gone
    assert scratch.name.startswith("insightx-")
    assert not scratch.exists()

"""Every way to end: by the clock, by the user, by itself. Nothing may be left."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from insightx_jupyter.errors import CodeFailed, WorkerDied
from insightx_jupyter.sandbox import connection
from insightx_jupyter.sandbox.kernel import ChildKernel, ChildKernels
from insightx_jupyter.sandbox.process import spawn

DEAF = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
BENCH = "bench = get_ipython().kernel.workbench\n"


def children() -> set[int]:
    return {p.pid for p in psutil.Process().children(recursive=True)}


def scratch() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("insightx-*"))


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
async def kernel() -> AsyncIterator[ChildKernel]:
    before = children(), threading.active_count(), descriptors()
    asyncio.get_running_loop()
    sandbox = ChildKernels()
    child = await sandbox.open()
    assert isinstance(child, ChildKernel)
    mine = scratch_of(child)
    yield child
    await sandbox.aclose()
    await asyncio.get_running_loop().shutdown_default_executor()
    await asyncio.sleep(0.05)
    assert children() - before[0] == set()
    assert not mine.exists()
    assert descriptors() <= before[2] + 3  # the loop's own
    assert threading.active_count() <= before[1]


def scratch_of(kernel: ChildKernel) -> Path:
    assert kernel._child is not None
    return kernel._child.process.scratch


def shown(python, code: str) -> object:
    ((cell,),) = python(code).tables[""].to_pydict().values()
    return cell


async def value(kernel: ChildKernel, code: str, timeout: float = 20) -> object:
    outcome = await kernel.run(code, {}, timeout=timeout)
    ((cell,),) = outcome.tables[""].to_pydict().values()
    return cell


async def cancel_after(task: asyncio.Task, seconds: float) -> float:
    """Cancel a task and say how long its end took."""
    await asyncio.sleep(seconds)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.monotonic() - began


async def test_the_time_limit_interrupts_and_keeps_the_names(kernel) -> None:
    await kernel.run("kept = 7", {}, timeout=5)
    began = time.monotonic()
    with pytest.raises(CodeFailed, match=r"longer than 0\.3 s and was stopped") as caught:
        await kernel.run("while True: pass", {}, timeout=0.3)
    assert "gone" not in str(caught.value)
    assert caught.value.timed_out
    assert time.monotonic() - began < 1.5
    assert await value(kernel, "kept") == 7


async def test_code_that_ignores_the_interrupt_is_killed_and_followed(kernel) -> None:
    pid = kernel.pid
    began = time.monotonic()
    with pytest.raises(CodeFailed, match="names that it and earlier code made are gone"):
        await kernel.run(DEAF, {}, timeout=0.3)
    assert time.monotonic() - began < 0.3 + 1
    assert not psutil.pid_exists(pid)
    assert await value(kernel, "6 * 7") == 42
    assert kernel.pid != pid


async def test_cancelling_interrupts_soon_and_the_child_lives(kernel) -> None:
    task = asyncio.ensure_future(kernel.run("import time\ntime.sleep(60)", {}, timeout=90))
    assert await cancel_after(task, 0.3) < 0.5
    assert await value(kernel, "1") == 1


async def test_code_s_own_error_is_not_the_time_limit_s(kernel) -> None:
    with pytest.raises(CodeFailed, match="slow") as caught:
        await kernel.run("raise TimeoutError('slow')", {}, timeout=5)
    assert not caught.value.timed_out


async def test_cancelling_deaf_code_takes_less_than_a_second(kernel) -> None:
    pid, directory = kernel.pid, scratch_of(kernel)
    task = asyncio.ensure_future(kernel.run(DEAF, {}, timeout=90))
    assert await cancel_after(task, 0.3) < 1
    assert not psutil.pid_exists(pid)
    assert not directory.exists()


async def test_a_second_cancel_ends_it_at_once(kernel) -> None:
    task = asyncio.ensure_future(kernel.run(DEAF, {}, timeout=90))
    await asyncio.sleep(0.3)
    task.cancel()
    await asyncio.sleep(0.1)
    assert await cancel_after(task, 0) < 0.4


async def test_closing_while_code_runs(kernel) -> None:
    task = asyncio.ensure_future(kernel.run(DEAF, {}, timeout=90))
    await asyncio.sleep(0.2)
    began = time.monotonic()
    await kernel.aclose()
    assert time.monotonic() - began < 0.5
    with pytest.raises(WorkerDied):
        await task
    with pytest.raises(WorkerDied, match="closed"):
        await kernel.run("1", {}, timeout=5)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os\nos._exit(0)", "exit code 0"),
        ("import os\nos.kill(os.getpid(), 9)", "out of memory"),
        ("import ctypes\nctypes.string_at(0)", "SIGSEGV"),
    ],
)
def test_a_child_that_dies_says_why_and_is_followed(python, code: str, reason: str) -> None:
    began = time.monotonic()
    with pytest.raises(WorkerDied, match=reason):
        python(code, timeout=20)
    assert time.monotonic() - began < 2
    assert shown(python, "1") == 1


@pytest.mark.parametrize(
    "code",
    [
        BENCH + "bench._channel._sock.sendall(b'\\xff' * 64)",
        BENCH + "bench._channel.close()",
        BENCH + "bench.finish = lambda code: None",
        BENCH + "bench._hand_over = lambda tables: bench._channel.send({})\nresult = 1",
        "import os\nfor fd in range(3, 200):\n    try: os.close(fd)\n    except OSError: pass",
    ],
    ids=["garbage", "hung up", "no outcome", "no table in the buffer", "all closed"],
)
def test_a_child_that_breaks_the_protocol_is_ended(python, code: str) -> None:
    began = time.monotonic()
    with pytest.raises(WorkerDied):
        python(code, timeout=8)
    assert time.monotonic() - began < 5
    assert shown(python, "1") == 1


def test_half_a_message_and_then_silence(python) -> None:
    code = BENCH + "bench._channel._sock.sendall(b'\\0\\1\\0\\0\\0\\0\\0\\0half')\n" + DEAF
    began = time.monotonic()
    with pytest.raises(CodeFailed, match="longer than"):
        python(code, timeout=0.5)
    assert time.monotonic() - began < 3.5


def test_forged_messages_are_not_taken(python) -> None:
    code = (
        "kernel = get_ipython().kernel\n"
        "def forge(kind, content, parent):\n"
        "    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)\n"
        "ours = kernel.get_parent()\n"
        "other = {'header': {**ours['header'], 'msg_id': 'another'}}\n"
        "forge('stream', {'name': 'stdout', 'text': 'for another'}, other)\n"
        "forge('comm_open', {'data': {'text/plain': 'comm'}}, ours)\n"
        "forge('input_request', {'prompt': 'password'}, ours)\n"
        "forge('display_data', {'data': {'text/html': '<script>', 'text/plain': 'ok'},"
        " 'metadata': {}}, ours)\n"
        "kernel.iopub_socket.send_multipart([b'not', b'a', b'message'])\n"
        "kernel.iopub_socket.send_multipart([b'<IDS|MSG>', b'x', b'{', b'{', b'{', b'{'])\n"
        "print('mine')"
    )
    outcome = python(code, timeout=10)
    assert sorted(outcome.stdout.split()) == ["mine", "ok"]


@pytest.mark.parametrize(
    "code",
    [
        "print('x' * 10_000_000)",
        "for n in range(100_000): print('y' * 100)",
        "import os\nfor n in range(200): os.write(1, b'z' * 50_000)",
        "'w' * 10_000_000 + ''",
    ],
)
def test_floods_are_cut(python, code: str) -> None:
    began = time.monotonic()
    try:
        outcome = python(code + "\nNone", timeout=20)
    finally:
        assert time.monotonic() - began < 10
    assert len(outcome.stdout) < 101_000
    assert shown(python, "'still here'") == "still here"


def test_a_flood_past_our_cap_does_not_hurt(python) -> None:
    code = (
        "kernel = get_ipython().kernel\n"
        "for n in range(3000):\n"
        "    kernel.session.send(kernel.iopub_socket, 'stream',"
        " {'name': 'stdout', 'text': 'x' * 10_000}, parent=kernel.get_parent())\n"
    )
    outcome = python(code, timeout=20)
    assert outcome.stdout.endswith("[output cut at 100,000 characters]")


async def test_opening_is_cheap_to_cancel() -> None:
    before = children(), scratch()
    sandbox = ChildKernels()
    for wait in (0, 0.05, 0.2):
        task = asyncio.ensure_future(sandbox.open())
        assert await cancel_after(task, wait) < 0.3
    assert children() - before[0] == set()
    assert scratch() <= before[1] | others(before[1])


def others(known: set[Path]) -> set[Path]:
    """Scratch directories of tests that run beside these."""
    held = {Path(p.info["cwd"]) for p in psutil.process_iter(["cwd"]) if p.info["cwd"]}
    return held - known


async def test_a_child_that_does_not_come_up(monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    monkeypatch.setattr(connection, "spawn", lambda module, **kwargs: spawn("this", **kwargs))
    began = time.monotonic()
    with pytest.raises(WorkerDied, match="exit code 0"):
        await ChildKernels().open()
    assert time.monotonic() - began < 3
    assert children() <= before


async def test_a_child_that_hangs_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    monkeypatch.setattr(connection, "START_TIMEOUT", 0.3)
    sleep = ("-n", "1", "-r", "1", "import time; time.sleep(30)")
    monkeypatch.setattr(
        connection, "spawn", lambda m, fds, arguments: spawn("timeit", fds=fds, arguments=sleep)
    )
    with pytest.raises(WorkerDied, match="did not start in time"):
        await ChildKernels().open()
    assert children() <= before


async def test_two_children_at_once_do_not_share_names() -> None:
    sandbox = ChildKernels()
    try:
        one, two = await asyncio.gather(sandbox.open(), sandbox.open())
        await asyncio.gather(one.run("x = 1", {}, timeout=9), two.run("x = 2", {}, timeout=9))
        assert await asyncio.gather(value(one, "x"), value(two, "x")) == [1, 2]
        assert sandbox.info.level == "unisolated"
    finally:
        await sandbox.aclose()


async def test_a_forked_copy_of_our_process_leaves_the_child_alone(kernel) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            kernel._child.close()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)  # without pytest's own ending
    os.waitpid(pid, 0)
    assert await value(kernel, "'alive'") == "alive"


async def test_a_grandchild_in_a_session_of_its_own_ends_too(kernel) -> None:
    code = (
        "import subprocess\n"
        'inner = \'import subprocess, time; p = subprocess.Popen(["sleep", "60"], '
        "start_new_session=True); print(p.pid, flush=True); time.sleep(60)'\n"
        "import sys\n"
        "child = subprocess.Popen([sys.executable, '-c', inner], start_new_session=True,"
        " stdout=subprocess.PIPE, text=True)\n"
        "result = f'{child.pid} {child.stdout.readline().strip()}'"
    )
    pids = [int(pid) for pid in str(await value(kernel, code)).split()]
    assert len(pids) == 2
    assert all(os.getsid(pid) == pid for pid in pids)
    await kernel.aclose()
    deadline = time.monotonic() + 1
    while any(map(running, pids)):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

"""Children start with nothing of the user's and leave nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from insightx_jupyter.sandbox import process as process_module
from insightx_jupyter.sandbox.environment import build_environment
from insightx_jupyter.sandbox.process import STDERR_TAIL, Process, spawn

KEYS = {
    "OPENAI_API_KEY": "sk-planted-1",
    "INSIGHTX_API_KEY_1": "planted-2",
    "AWS_SECRET_ACCESS_KEY": "planted-3",
    "LD_PRELOAD_NOTE": "planted-4",
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's site directory, where tests put modules for a child to run."""
    monkeypatch.setattr(process_module, "_user_site", lambda: str(tmp_path))
    return tmp_path


def ended(child: Process) -> int:
    code = child.wait(10)
    assert code is not None
    return code


def test_environment_is_built_from_nothing(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    (site / "tell.py").write_text("import json, os, sys\njson.dump(dict(os.environ), sys.stderr)\n")

    child = spawn("tell")
    assert ended(child) == 0
    seen = json.loads(child.stderr_tail())

    assert seen["MPLBACKEND"] == "agg"
    assert seen["LANG"] == "C.UTF-8"
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME", "IPYTHONDIR"):
        assert seen[name].startswith(str(child.scratch))
    # LC_CTYPE is Python's own doing at start.
    assert set(seen) - {"LC_CTYPE"} == set(build_environment(site))


def test_planted_keys_would_be_seen_with_an_inherited_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    told = subprocess.run(
        [sys.executable, "-c", "import os; print(dict(os.environ))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(value in told.stdout for value in KEYS.values())


def test_arguments_fds_and_own_group(site: Path) -> None:
    (site / "write.py").write_text(
        "import os, sys\n"
        "os.write(int(sys.argv[1]), f'{sys.argv[2]} {os.getpgrp() == os.getpid()}'.encode())\n"
        "assert sys.stdin.read() == '' and sys.flags.isolated and sys.dont_write_bytecode\n"
    )
    read, write = os.pipe()
    try:
        child = spawn("write", fds=(write,), arguments=(str(write), "héllo"))
        assert ended(child) == 0, child.stderr_tail()
        assert os.read(read, 100).decode() == "héllo True"
    finally:
        os.close(read)
        os.close(write)


def test_extra_variables_are_added(site: Path) -> None:
    (site / "one.py").write_text("import os, sys\nsys.stderr.write(os.environ['ONE'])\n")
    child = spawn("one", env={"ONE": "1"})
    ended(child)
    assert child.stderr_tail() == "1"


def test_stderr_is_drained_and_bounded(site: Path) -> None:
    (site / "noisy.py").write_text(
        "import sys\nsys.stderr.write('x' * 1_000_000)\nsys.stderr.write('the end')\n"
    )
    child = spawn("noisy")
    assert ended(child) == 0
    tail = child.stderr_tail()
    assert tail.endswith("the end")
    assert len(tail) == STDERR_TAIL


def test_scratch_is_there_while_it_runs_and_gone_after(site: Path) -> None:
    (site / "idle.py").write_text("import time\nopen('left', 'w').close()\ntime.sleep(60)\n")
    child = spawn("idle")
    deadline = time.monotonic() + 5
    while not (child.scratch / "left").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (child.scratch / "left").exists()
    assert child.scratch.stat().st_mode & 0o777 == 0o700
    assert child.poll() is None

    child.kill()
    assert child.wait(5) == -signal.SIGKILL
    assert not child.scratch.exists()
    child.kill()  # a second time is harmless


def test_the_group_ends_with_its_leader(site: Path) -> None:
    (site / "leader.py").write_text(
        "import subprocess, sys\n"
        "grand = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "sys.stderr.write(str(grand.pid))\n"
    )
    child = spawn("leader")
    assert ended(child) == 0
    grandchild = int(child.stderr_tail())
    gone, _ = psutil.wait_procs(
        [psutil.Process(grandchild)] if psutil.pid_exists(grandchild) else [], timeout=5
    )
    assert not psutil.pid_exists(grandchild) or gone


def test_wait_gives_up_in_time(site: Path) -> None:
    (site / "idle.py").write_text("import time\ntime.sleep(60)\n")
    child = spawn("idle")
    began = time.monotonic()
    assert child.wait(0.1) is None
    assert time.monotonic() - began < 1
    child.kill()
    child.wait(5)


def test_a_forked_copy_does_not_touch_the_child(site: Path) -> None:
    (site / "idle.py").write_text("import time\ntime.sleep(60)\n")
    (site / "forker.py").write_text(
        "import os, sys\n"
        "from insightx_jupyter.sandbox import process\n"
        f"process._user_site = lambda: {str(site)!r}\n"
        "child = process.spawn('idle')\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    child.kill(); child.interrupt(); child.poll(); child.wait(0.1)\n"
        "    sys.exit(0)\n"  # the copy runs its exit handlers too
        "os.waitpid(pid, 0)\n"
        "import time; time.sleep(0.2)\n"
        "sys.stderr.write(f'{child.poll()} {child.scratch.exists()} ')\n"
        "child.kill(); code = child.wait(5)\n"
        "sys.stderr.write(f'{code} {child.scratch.exists()}')\n"
    )
    outer = spawn("forker")
    assert ended(outer) == 0, outer.stderr_tail()
    # The last line: Python 3.12 warns of forks beside threads above it.
    assert outer.stderr_tail().splitlines()[-1] == "None True -9 False"


def test_a_child_that_nobody_ended_goes_when_the_interpreter_ends(site: Path) -> None:
    (site / "idle.py").write_text("import time\ntime.sleep(60)\n")
    (site / "careless.py").write_text(
        "import sys\n"
        "from insightx_jupyter.sandbox import process\n"
        f"process._user_site = lambda: {str(site)!r}\n"
        "child = process.spawn('idle')\n"
        "sys.stderr.write(f'{child.pid} {child.scratch}')\n"
    )
    outer = spawn("careless")
    assert ended(outer) == 0, outer.stderr_tail()
    pid, scratch = outer.stderr_tail().split()
    assert not psutil.pid_exists(int(pid))
    assert not Path(scratch).exists()


def test_an_orphan_ends_by_itself(site: Path) -> None:
    (site / "orphan_idle.py").write_text(
        "from insightx_jupyter.sandbox.orphan import end_with_parent\n"
        "end_with_parent()\n"
        "import time\n"
        "open('up', 'w').close()\n"
        "time.sleep(60)\n"
    )
    (site / "dies.py").write_text(
        "import os, sys, time\n"
        "from insightx_jupyter.sandbox import process\n"
        f"process._user_site = lambda: {str(site)!r}\n"
        "child = process.spawn('orphan_idle')\n"
        "while not (child.scratch / 'up').exists(): time.sleep(0.01)\n"
        "sys.stderr.write(f'{child.pid} {child.scratch}'); sys.stderr.flush()\n"
        "os._exit(1)\n"
    )
    outer = spawn("dies")
    assert ended(outer) == 1
    pid, scratch = outer.stderr_tail().split()
    deadline = time.monotonic() + 5
    while psutil.pid_exists(int(pid)) and time.monotonic() < deadline:
        if psutil.Process(int(pid)).status() == psutil.STATUS_ZOMBIE:
            break  # nobody in this container reaps orphans
        time.sleep(0.05)
    else:
        assert not psutil.pid_exists(int(pid))
    assert not Path(scratch).exists()


def test_a_worker_that_sees_its_parent_go_takes_the_directory_along(site: Path) -> None:
    (site / "hears.py").write_text(
        "import os, sys\n"
        "from insightx_jupyter.sandbox.orphan import end_with_parent\n"
        "end_with_parent()\n"
        "open('up', 'w').close()\n"
        "os.read(int(sys.argv[1]), 1)\n"  # the end of the pipe: the parent is gone
    )
    (site / "dies.py").write_text(
        "import os, sys, time\n"
        "from insightx_jupyter.sandbox import process\n"
        f"process._user_site = lambda: {str(site)!r}\n"
        "read, write = os.pipe()\n"
        "child = process.spawn('hears', fds=(read,), arguments=(str(read),))\n"
        "while not (child.scratch / 'up').exists(): time.sleep(0.01)\n"
        "sys.stderr.write(str(child.scratch)); sys.stderr.flush()\n"
        "os._exit(1)\n"
    )
    outer = spawn("dies")
    assert ended(outer) == 1
    scratch = Path(outer.stderr_tail())
    deadline = time.monotonic() + 5
    while scratch.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not scratch.exists()


def test_a_module_that_is_missing_says_so() -> None:
    child = spawn("insightx_jupyter_no_such_module")
    assert ended(child) == 1
    assert "No module named insightx_jupyter_no_such_module" in child.stderr_tail()


def test_long_temporary_directories_are_not_used_for_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("d" * 100)
    long.mkdir()
    monkeypatch.setattr(process_module.tempfile, "tempdir", str(long))
    child = spawn("this")
    assert len(str(child.scratch / "k-5")) < 104
    ended(child)

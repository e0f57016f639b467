"""One attack at each wall, at each level, and that it works without the jail."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

PID = os.getpid()

#: Each ends with exit code 0 if it gets out.
ATTACKS = {
    "reads a file": "open('/etc/passwd').read()",
    "lists a directory": "import os; assert os.listdir('/etc')",
    "reads the environment of the parent": f"open('/proc/{PID}/environ', 'rb').read()",
    "reads the parent's memory map": f"open('/proc/{PID}/maps').read()",
    "opens a network socket": "import socket; socket.socket()",
    "opens a datagram pair": "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "forks": "import os\nif os.fork() == 0: os._exit(0)",
    "starts a program": "import subprocess; subprocess.run(['/bin/true'], check=True)",
    "signals the parent": f"import os; os.kill({PID}, 0)",
    "signals everybody": "import os, signal; os.kill(-os.getpgrp(), 0)",
    "makes memory that no limit counts": "import mmap; mmap.mmap(-1, 4096)",
    "makes a memfd": "import os; os.memfd_create('x')",
    "leaves its process group": "import os\nos.setsid() if os.getpgrp() != os.getpid() else os.setpgid(0, 0)",
    "changes a mode": "import os; open('f', 'w').close(); os.chmod('f', 0o777)",
    "makes a link": "import os; os.symlink('/etc', 'etc')",
    "raises a limit": "import resource; resource.setrlimit(resource.RLIMIT_CORE, (1, 1))",
    "sends signals by descriptor": f"import fcntl, os; r, w = os.pipe(); fcntl.fcntl(r, fcntl.F_SETOWN, {PID})",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_wall_holds(bare, level: str, name: str) -> None:
    done = bare(ATTACKS[name], level)
    assert done.returncode == 1
    assert "Error" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ATTACKS)
def test_without_the_jail_the_attack_works(bare, name: str) -> None:
    assert bare(ATTACKS[name], "standard", jail=False).returncode == 0


@pytest.mark.parametrize("jail", [True, False])
def test_a_listening_socket_of_this_machine(bare, level: str, jail: bool, tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        code = f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({path!r})"
        assert bare(code, level, jail=jail).returncode == int(jail)


@pytest.mark.parametrize("jail", [True, False])
def test_a_file_outside_is_not_written(bare, level: str, jail: bool, tmp_path: Path) -> None:
    target = tmp_path / "t"
    target.write_text("mine")
    target.chmod(0o666)
    bare(f"open({str(target)!r}, 'w').write('yours')", level, jail=jail)
    assert target.read_text() == ("mine" if jail else "yours")


@pytest.mark.parametrize("jail", [True, False])
def test_memory_is_bounded(bare, level: str, jail: bool) -> None:
    done = bare("bytearray(600 << 20)", level, jail=jail, memory=400 << 20)
    assert done.returncode == int(jail)
    assert ("MemoryError" in done.stderr) == jail


@pytest.mark.parametrize("jail", [True, False])
def test_files_are_bounded(bare, level: str, jail: bool) -> None:
    code = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nopen('f', 'wb').write(bytes(2 << 20))"
    done = bare(code, level, jail=jail, file_size=1 << 20)
    assert done.returncode == int(jail)


def test_descriptors_of_the_parent_are_closed(bare, level: str) -> None:
    # Those that are left, but for the one that tells whether the monitor lives.
    code = (
        "import os\n"
        "found = []\n"
        "for fd in range(3, 300):\n"
        "    try: os.fstat(fd)\n"
        "    except OSError: continue\n"
        "    found.append(fd)\n"
        "assert len(found) <= 1, found\n"
    )
    assert bare(code, level).returncode == 0, bare(code, level).stderr


def test_strong_hides_even_the_names(bare, level: str) -> None:
    code = (
        f"import os, sys; sys.exit(os.path.exists('/etc/passwd') + os.path.exists('/proc/{PID}'))"
    )
    # At standard they show: that is the known leak.
    assert bare(code, level).returncode == (0 if level == "strong" else 2)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("raise SystemExit(5)", 5),
        ("import os; os._exit(77)", 77),
        ("import os; os.abort()", -signal.SIGABRT),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
    ],
)
def test_the_exit_code_is_the_code_s(bare, level: str, source: str, code: int) -> None:
    assert bare(source, level).returncode == code


@pytest.mark.parametrize(
    "source",
    [
        "import threading; t = threading.Thread(target=int); t.start(); t.join()",
        "import asyncio; asyncio.run(asyncio.sleep(0))",
        "open('f', 'w').write('x'); assert open('f').read() == 'x'",
        "import tempfile, sqlite3; sqlite3.connect('a.db').execute('create table t(a)')",
        "import zoneinfo; zoneinfo.ZoneInfo('Europe/Berlin')",
        "import ssl, hashlib, mimetypes; mimetypes.guess_type('a.png')",
    ],
)
def test_honest_code_works(bare, level: str, source: str) -> None:
    done = bare(source, level)
    assert done.returncode == 0, done.stderr


def test_a_jail_that_cannot_be_built_ends_the_process(bare) -> None:
    # Threads before the jail would stay outside of it.
    code = (
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(5,), daemon=True).start()\n"
        "from pathlib import Path\n"
        "from insightx_jupyter.sandbox.jail.lockdown import enter\n"
        "from insightx_jupyter.sandbox.jail.policy import Policy\n"
        "import os\n"
        "enter(Policy(level='standard', scratch=Path.cwd(), parent=os.getppid()))\n"
    )
    done = bare(code, "standard", jail=False)
    assert done.returncode == 78
    assert "threads" in done.stderr

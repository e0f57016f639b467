"""The filter programs, run by a machine of our own on what the kernel would show them."""

from __future__ import annotations

import errno

import pytest

from insightx_jupyter.sandbox.jail import allowed
from insightx_jupyter.sandbox.jail.numbers import AUDIT_ARCH, X32_BIT, numbers
from insightx_jupyter.sandbox.jail.seccomp import Check, Rule, assemble

OWN = 4242
ALLOW, KILL = 0x7FFF0000, 0x80000000
PRIVATE, SHARED, ANONYMOUS, HUGE = 2, 1, 0x20, 0x40000
THREAD_FLAGS = 0x3D0F00  # what glibc's pthread_create passes
FORK_FLAGS = 0x1200011
UNIX, INET, STREAM, DATAGRAM, CLOEXEC = 1, 2, 1, 2, 0o2000000


def run(program, number: int, arguments=(), arch: int = 0) -> int:
    """The value that a program returns, as in linux/filter.h."""
    words = {0: number, 4: arch}
    for i, value in enumerate(arguments):
        words[16 + 8 * i] = value & 0xFFFFFFFF
    at, value = 0, 0
    while True:
        code, yes, no, k = program[at]
        at += 1
        if code == 0x20:
            value = words.get(k, 0)
        elif code == 0x54:
            value &= k
        elif code == 0x15:
            at += yes if value == k else no
        elif code == 0x35:
            at += yes if value >= k else no
        elif code == 0x06:
            return k
        else:
            raise AssertionError(hex(code))


def refused(code: int) -> int:
    return 0x50000 | code


@pytest.fixture(params=sorted(AUDIT_ARCH))
def machine(request: pytest.FixtureRequest) -> str:
    return request.param


def verdict(machine: str, stage: int, name: str, *arguments: int) -> int:
    program = assemble(allowed.rules(stage, OWN), machine)
    return run(program, numbers(machine)[name], arguments, AUDIT_ARCH[machine])


@pytest.mark.parametrize("name", ["read", "openat", "futex", "exit_group", "recvmsg", "accept4"])
@pytest.mark.parametrize("stage", [1, 2])
def test_daily_calls_are_allowed(machine: str, stage: int, name: str) -> None:
    assert verdict(machine, stage, name) == ALLOW


@pytest.mark.parametrize(
    "name",
    [
        "io_uring_setup",
        "bpf",
        "ptrace",
        "keyctl",
        "userfaultfd",
        "mount",
        "unshare",
        "pivot_root",
        "capset",
        "landlock_restrict_self",
    ],
)
@pytest.mark.parametrize("stage", [1, 2])
def test_what_no_rule_names_is_refused(machine: str, stage: int, name: str) -> None:
    assert verdict(machine, stage, name) == refused(errno.EPERM)


@pytest.mark.parametrize("name", ["bind", "listen", "fchmod", "seccomp"])
def test_stage_2_takes_away_what_only_the_start_needs(machine: str, name: str) -> None:
    assert verdict(machine, 1, name) == ALLOW
    assert verdict(machine, 2, name) == refused(errno.EPERM)


@pytest.mark.parametrize(
    ("name", "arguments", "verdict_then"),
    [
        ("clone", (THREAD_FLAGS,), ALLOW),
        ("clone", (FORK_FLAGS,), refused(errno.EPERM)),
        ("clone", (THREAD_FLAGS | 0x10000000,), refused(errno.EPERM)),
        ("clone3", (), refused(errno.ENOSYS)),
        ("mmap", (0, 4096, 3, PRIVATE | ANONYMOUS), ALLOW),
        ("mmap", (0, 4096, 1, SHARED), ALLOW),
        ("mmap", (0, 4096, 3, SHARED | ANONYMOUS), refused(errno.EPERM)),
        ("mmap", (0, 4096, 3, PRIVATE | ANONYMOUS | HUGE), refused(errno.EPERM)),
        ("kill", (OWN, 9), ALLOW),
        ("kill", (0, 9), refused(errno.EPERM)),
        ("kill", (-1, 9), refused(errno.EPERM)),
        ("kill", (-OWN, 9), refused(errno.EPERM)),
        ("kill", (1, 0), refused(errno.EPERM)),
        ("tgkill", (OWN, 7, 9), ALLOW),
        ("tgkill", (1, 1, 9), refused(errno.EPERM)),
        ("prlimit64", (0, 9), ALLOW),
        ("prlimit64", (1, 9), refused(errno.EPERM)),
        ("socketpair", (UNIX, STREAM | CLOEXEC), ALLOW),
        ("socketpair", (UNIX, DATAGRAM), refused(errno.EPERM)),
        ("socket", (UNIX, STREAM), refused(errno.EPERM)),
        ("socket", (INET, STREAM), refused(errno.EPERM)),
        ("fcntl", (3, 1030), ALLOW),
        ("fcntl", (3, 8), refused(errno.EPERM)),  # F_SETOWN
        ("fcntl", (3, 10), refused(errno.EPERM)),  # F_SETSIG
        ("ioctl", (1, 0x5413), ALLOW),
        ("ioctl", (1, 0x5412), refused(errno.EPERM)),  # TIOCSTI
        ("prctl", (15,), ALLOW),
        ("prctl", (1,), refused(errno.EPERM)),  # PR_SET_PDEATHSIG
        ("prctl", (22,), refused(errno.EPERM)),
        ("setsockopt", (3, 1, 7), ALLOW),
        ("setsockopt", (3, 1, 26), refused(errno.EPERM)),  # SO_ATTACH_FILTER
        ("sched_setscheduler", (OWN,), refused(0)),
        ("setxattr", (), refused(errno.EOPNOTSUPP)),
    ],
)
def test_rules_on_arguments(machine: str, name: str, arguments, verdict_then: int) -> None:
    assert verdict(machine, 2, name, *arguments) == verdict_then


def test_sockets_of_stage_1_are_local_streams(machine: str) -> None:
    assert verdict(machine, 1, "socket", UNIX, STREAM | CLOEXEC) == ALLOW
    assert verdict(machine, 1, "socket", INET, STREAM) == refused(errno.EPERM)
    assert verdict(machine, 1, "socket", UNIX, DATAGRAM) == refused(errno.EPERM)


def test_another_architecture_is_killed(machine: str) -> None:
    program = assemble([Rule("read")], machine)
    assert run(program, numbers(machine)["read"], arch=0x40000003) == KILL  # i386


def test_the_x32_numbers_are_killed() -> None:
    program = assemble([Rule("read")], "x86_64")
    arch = AUDIT_ARCH["x86_64"]
    assert run(program, X32_BIT | numbers("x86_64")["read"], arch=arch) == KILL


def test_a_way_needs_all_its_checks_and_one_way_is_enough() -> None:
    rule = Rule("read", ((Check(0, value=1), Check(1, value=2)), (Check(2, 0xF0, 0x30),)))
    program = assemble([rule], "x86_64")
    arch = AUDIT_ARCH["x86_64"]
    outcomes = {a: run(program, 0, a, arch) for a in [(1, 2), (1, 3), (2, 2), (0, 0, 0x35)]}
    assert outcomes == {
        (1, 2): ALLOW,
        (1, 3): refused(1),
        (2, 2): refused(1),
        (0, 0, 0x35): ALLOW,
    }


def test_numbers_are_the_kernel_s() -> None:
    # From the ABI tables; each of them would be a hole if it slipped.
    x86, arm = numbers("x86_64"), numbers("aarch64")
    assert (x86["openat"], arm["openat"]) == (257, 56)
    assert (x86["clone"], arm["clone"]) == (56, 220)
    assert (x86["seccomp"], arm["seccomp"]) == (317, 277)
    assert (x86["mmap"], arm["mmap"]) == (9, 222)
    assert (x86["landlock_restrict_self"], arm["landlock_restrict_self"]) == (446, 446)
    assert "fork" not in x86
    assert len(set(x86.values())) == len(x86)
    assert len(set(arm.values())) == len(arm)

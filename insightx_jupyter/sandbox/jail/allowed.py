"""The system calls that there are inside, and why; every other one fails with EPERM.

Two stages. Stage 1 holds from before the first foreign library is loaded: the child
may still bind its sockets in its scratch directory and set modes there. Stage 2 holds
from before the first foreign line of code. Names are Linux's; one that an architecture
does not have is left out there.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable

from .seccomp import Check, Rule

#: Memory. mmap has a rule: what is shared and anonymous escapes RLIMIT_DATA.
MEMORY = "brk munmap mprotect mremap madvise msync membarrier"
#: Descriptors that are already open.
DESCRIPTORS = (
    "read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek close "
    "close_range dup dup2 dup3 pipe pipe2 fstat sendfile copy_file_range fsync fdatasync "
    "ftruncate fadvise64 flock eventfd eventfd2 poll ppoll select pselect6 epoll_create "
    "epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 timerfd_create "
    "timerfd_settime timerfd_gettime"
)
#: Paths: Landlock or the mount namespace decides what may be opened. No links, no modes,
#: no owners, no times, no attributes, no truncation by path: not every Landlock looks at these.
PATHS = (
    "open openat creat stat lstat newfstatat statx access faccessat faccessat2 readlink "
    "readlinkat getcwd chdir fchdir getdents getdents64 mkdir mkdirat rmdir unlink unlinkat "
    "rename renameat renameat2 umask statfs fstatfs"
)
#: The channel and the ipc sockets, once they are there. recvfrom and sendto serve recv and send.
SOCKETS = (
    "accept accept4 sendto recvfrom sendmsg recvmsg getsockopt getsockname getpeername shutdown"
)
#: This process: its threads, signals, clocks and names.
OWN = (
    "futex futex_waitv set_robust_list set_tid_address rseq gettid getpid getppid getpgrp getuid "
    "geteuid getgid getegid getresuid getresgid getgroups exit exit_group rt_sigaction "
    "rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack pause "
    "restart_syscall wait4 waitid sched_yield sched_get_priority_max sched_get_priority_min "
    "getcpu getrusage getrlimit setrlimit times time gettimeofday clock_gettime clock_getres "
    "clock_nanosleep nanosleep alarm getitimer setitimer getrandom uname sysinfo"
)
#: Only until the walls are complete: mode bits for IPython's profile, sockets for zmq, and
#: the call that puts up stage 2.
STAGE_1_ONLY = "bind listen setsockopt chmod fchmod fchmodat seccomp"

_CLONE_THREAD = 0x10000
#: New namespaces, and CLONE_PARENT, CLONE_PTRACE, CLONE_VFORK: never part of a thread.
_CLONE_OTHER = 0x7E020000 | 0x8000 | 0x2000 | 0x4000
_MAP_SHARED, _MAP_ANONYMOUS, _MAP_HUGETLB = 0x01, 0x20, 0x40000
_AF_UNIX, _SOCK_STREAM = 1, 1
_SOCK_KINDS = 0xFFFFFFFF ^ (0o2000000 | 0o4000)  # all but CLOEXEC and NONBLOCK
#: Of SOL_SOCKET: sizes of buffers, liveness; never a filter program.
_SOCKET_OPTIONS = (7, 8, 9)
_PR_NAME = (15, 16)
#: Terminal size and attributes (isatty), bytes waiting, (non)blocking, close on exec.
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
#: Duplicates, flags, locks, pipe sizes, the seals of a frame; never owners and signals
#: (F_SETOWN, F_SETSIG): they would send a signal past the rules for kill.
_FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032, 1034)


def rules(stage: int, own: int) -> list[Rule]:
    """What stage 1 or 2 allows the process whose id, as it sees it, is ``own``."""
    names = [*_words(MEMORY, DESCRIPTORS, PATHS, SOCKETS, OWN)]
    if stage == 1:
        names += STAGE_1_ONLY.split()
    plain = [Rule(name) for name in names]
    return plain + _threads() + _itself(own) + _descriptors(stage) + _polite_refusals()


def _threads() -> list[Rule]:
    thread = (Check(0, _CLONE_THREAD, _CLONE_THREAD), Check(0, _CLONE_OTHER, 0))
    private = (Check(2, _MAP_HUGETLB, 0),)
    return [
        Rule("clone", (thread,)),
        Rule(
            "mmap",
            (
                (Check(3, _MAP_ANONYMOUS, 0), *_on(3, private)),
                (Check(3, _MAP_SHARED, 0), *_on(3, private)),
            ),
        ),
    ]


def _on(argument: int, checks: tuple[Check, ...]) -> tuple[Check, ...]:
    return tuple(Check(argument, check.mask, check.value) for check in checks)


def _itself(own: int) -> list[Rule]:
    """Calls that name a process: only this one."""
    me = tuple((Check(0, value=pid),) for pid in (0, own))
    return [
        Rule("kill", ((Check(0, value=own),),)),
        Rule("tgkill", ((Check(0, value=own),),)),
        *(
            Rule(name, me)
            for name in (
                "prlimit64",
                "sched_getaffinity",
                "getpgid",
                "getsid",
            )
        ),
        Rule("prctl", tuple((Check(0, value=option),) for option in _PR_NAME)),
    ]


def _descriptors(stage: int) -> list[Rule]:
    pair = (Check(0, value=_AF_UNIX), Check(1, _SOCK_KINDS, _SOCK_STREAM))
    return [
        # Datagram pairs would reach any socket on this machine by its path.
        Rule("socketpair", (pair,)),
        *([Rule("socket", (pair,))] if stage == 1 else []),
        *([] if stage == 1 else [Rule("setsockopt", _socket_options())]),
        Rule("ioctl", tuple((Check(1, value=request),) for request in _IOCTLS)),
        Rule("fcntl", tuple((Check(1, value=command),) for command in _FCNTLS)),
    ]


def _socket_options() -> tuple[tuple[Check, ...], ...]:
    return tuple((Check(1, value=1), Check(2, value=option)) for option in _SOCKET_OPTIONS)


def _polite_refusals() -> list[Rule]:
    """What libraries take for a defect unless it is refused in the way they know."""
    unknown = "clone3 openat2"
    unsupported = (
        "fallocate getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr "
        "setxattr lsetxattr fsetxattr"
    )
    #: libzmq aborts when it may not ask for and set the priority of its threads: it is told
    #: that it is 0, and has been set.
    pretended = (
        "sched_setscheduler sched_setaffinity sched_setparam sched_getscheduler sched_getparam"
    )
    return [
        *(Rule(name, (), errno.ENOSYS) for name in unknown.split()),
        *(Rule(name, (), errno.EOPNOTSUPP) for name in unsupported.split()),
        *(Rule(name, (), 0) for name in pretended.split()),
    ]


def _words(*texts: str) -> Iterable[str]:
    for text in texts:
        yield from text.split()

"""What Python and the libraries for analysis read from a system, and nothing of the user's."""

from __future__ import annotations

import mimetypes
import os
import sys
import sysconfig
from pathlib import Path

_PACKAGE = Path(__file__).parents[2]
_LIBRARIES = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
#: Fonts, time zones, the language of messages; what OpenSSL and mimetypes read when imported.
_SHARED = (
    "/usr/share/zoneinfo",
    "/usr/share/fonts",
    "/usr/share/fontconfig",
    "/usr/local/share/fonts",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/ld.so.cache",
    "/etc/ssl/openssl.cnf",
    "/etc/pki/tls/openssl.cnf",
)
_DEVICES = ("/dev/null", "/dev/urandom", "/dev/random")
_MACHINE = (
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu/online",
    "/sys/devices/system/cpu/possible",
    "/sys/devices/system/cpu/present",
    "/sys/kernel/mm/transparent_hugepage/enabled",
)
#: Of the child itself; the links are followed once it is there.
_SELF = tuple(
    f"/proc/self/{name}" for name in ("cgroup", "status", "stat", "statm", "maps", "mountinfo")
)
#: Limits of the groups that this process is in. DuckDB aborts when it can see these files
#: and not open them.
_LIMITS = (
    "cpu.max",
    "cpu.cfs_quota_us",
    "cpu.cfs_period_us",
    "cpu.shares",
    "cpuset.cpus",
    "memory.max",
    "memory.high",
    "memory.limit_in_bytes",
)


def runtime() -> tuple[Path, ...]:
    """Everything that is readable in a jail beside its scratch directory.

    Packages come from the site directories; a project that is installed as a link to
    its sources is not among them: data may lie beside those.
    """
    named = (*_LIBRARIES, *_SHARED, *_DEVICES, *_MACHINE, *_SELF)
    known = (*map(Path, named), *map(Path, mimetypes.knownfiles))
    return tuple(dict.fromkeys((*_python(), *known, *_own_cgroups())))


def _python() -> list[Path]:
    prefixes = {Path(p) for p in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
    inside = [prefix / part for prefix in prefixes for part in ("lib", "lib64", "pyvenv.cfg")]
    inside += [prefix / "share" / part for prefix in prefixes for part in ("zoneinfo", "fonts")]
    library = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]
    sites = [Path(p) for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    return [*sorted(inside), *library, *sites, _PACKAGE]


def _own_cgroups() -> list[Path]:
    """The limits of the control groups that this process is in, version 1 and 2."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    places = {Path("/sys/fs/cgroup")}
    for line in lines:
        _, controllers, group = line.split(":", 2)
        root = Path("/sys/fs/cgroup") / controllers
        places |= {root, Path(os.path.normpath(f"{root}/{group}"))}
    found = (place / name for place in sorted(places) for name in _LIMITS)
    return [path for path in found if path.exists()]

"""How much memory a worker may have, and holding it to that."""

from __future__ import annotations

import os
from pathlib import Path

try:
    import resource
except ImportError:  # Windows: imports, but has no worker
    resource = None  # type: ignore[assignment]

#: Address space and private memory a worker may have, in multiples of DuckDB's own limit,
#: which some functions overrun. Measured: 4 and 2.5 leave every honest query alone.
ADDRESS_FACTOR = 4
DATA_FACTOR = 2.5
#: Of the machine's memory, what a worker's private memory never exceeds.
MACHINE_SHARE = 0.9

_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def machine_memory() -> int:
    """Bytes that this machine, or the container around this process, has."""
    try:
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        physical = 8 * 1024**3
    return min([physical, *filter(None, map(_cgroup_limit, _CGROUP_LIMITS))])


def default_memory_limit() -> int:
    """Half of what the machine has, bytes."""
    return machine_memory() // 2


def limit_memory(memory_limit: int, mapped: int) -> None:
    """Hold this process to a multiple of DuckDB's limit, not counting ``mapped`` columns.

    Called again when columns come or go. What is over the limit fails as
    MemoryError or DuckDB's OutOfMemoryException, which can both be caught.
    """
    if not hasattr(resource, "RLIMIT_AS") or not Path("/proc/self/statm").exists():
        return  # macOS does not hold processes to either limit
    address = _address_space_at_start() + ADDRESS_FACTOR * memory_limit + mapped
    _set_soft(resource.RLIMIT_AS, address)
    data = min(DATA_FACTOR * memory_limit, max(memory_limit, MACHINE_SHARE * machine_memory()))
    _set_soft(resource.RLIMIT_DATA, _DATA_AT_START + int(data))


def prefer_as_victim() -> None:
    """Where memory runs out all the same, the system ends this process and not the kernel."""
    adjustment = Path("/proc/self/oom_score_adj")
    if adjustment.exists():
        adjustment.write_text("1000")


#: What an interpreter with DuckDB and Arrow has mapped privately before the first query.
_DATA_AT_START = 512 * 1024**2
_start: list[int] = []


def _address_space_at_start() -> int:
    if not _start:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _start.append(pages * os.sysconf("SC_PAGE_SIZE") + _DATA_AT_START)
    return _start[0]


def _set_soft(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (soft, hard))


def _cgroup_limit(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None

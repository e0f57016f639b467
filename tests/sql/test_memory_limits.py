"""A worker is held to a multiple of DuckDB's own limit, mapped columns apart."""

import subprocess
import sys

import pytest

from insightx_jupyter.sql.limits import default_memory_limit, machine_memory

ALLOCATE = """
import sys
import duckdb, pyarrow
from insightx_jupyter.sql.limits import limit_memory

limit, mapped, wanted = map(int, sys.argv[1:])
if limit:
    limit_memory(limit, mapped)
try:
    bytes(wanted)  # zeroed by the system when touched, so it costs no time
except MemoryError:
    print("refused")
else:
    print("given")
"""
MB = 1024**2


def allocate(*, limit: int, wanted: int, mapped: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-c", ALLOCATE, str(limit), str(mapped), str(wanted)],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("limit", "wanted", "outcome"),
    [
        (0, 2000 * MB, "given"),  # the control: without the limit there is enough
        (64 * MB, 2000 * MB, "refused"),
        (64 * MB, 100 * MB, "given"),
    ],
)
def test_private_memory_is_limited(limit, wanted, outcome):
    assert allocate(limit=limit, wanted=wanted) == outcome


def test_mapped_columns_do_not_raise_the_limit_on_private_memory():
    assert allocate(limit=64 * MB, mapped=8000 * MB, wanted=2000 * MB) == "refused"


def test_the_default_is_half_of_the_machine():
    assert 0 < default_memory_limit() == machine_memory() // 2

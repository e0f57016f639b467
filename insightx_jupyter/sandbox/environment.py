"""The environment of a child: built from nothing, so that nothing of the user's is in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

#: Threads for BLAS and OpenMP: more of them only wait for each other in a small child.
THREADS = 2

#: Directories inside the scratch directory, by the variable that names them.
_PLACES = {
    "HOME": "home",
    "TMPDIR": "tmp",
    "IPYTHONDIR": "ipython",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "MPLCONFIGDIR": "matplotlib",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
}


def build_environment(scratch: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables for a child that lives in ``scratch``, whose subdirectories are made here.

    Nothing is copied from ``os.environ``: keys live there.
    """
    places = {name: scratch / part for name, part in _PLACES.items()}
    for place in places.values():
        place.mkdir(mode=0o700, exist_ok=True)
    return {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.defpath.lstrip(":"))),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": str(THREADS),
        "OPENBLAS_NUM_THREADS": str(THREADS),
        "MKL_NUM_THREADS": str(THREADS),
        "NUMEXPR_MAX_THREADS": str(THREADS),
        "MALLOC_ARENA_MAX": "2",
        "JOBLIB_MULTIPROCESSING": "0",
        # Arrow's own allocator reserves a 1 GiB arena, which limits on memory would count.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        **{name: str(place) for name, place in places.items()},
        **(extra or {}),
    }

"""matplotlib's list of fonts: building it takes seconds, so the user's own is copied."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def seed_font_list(scratch: Path) -> None:
    """Copy the user's font list into a child's scratch directory, where there is one."""
    target = scratch / "matplotlib"
    for place in _caches():
        for path in place.glob("fontlist-v*.json"):
            try:
                shutil.copyfile(path, target / path.name)
            except OSError:
                continue  # the child builds its own


def _caches() -> list[Path]:
    """Where matplotlib keeps its cache, as its documentation has it."""
    if configured := os.environ.get("MPLCONFIGDIR"):
        return [Path(configured)]
    base = os.environ.get("XDG_CACHE_HOME")
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - does not raise without a home
    cache = (Path(base) if base else home / ".cache") / "matplotlib"
    return [cache, home / ".matplotlib"]

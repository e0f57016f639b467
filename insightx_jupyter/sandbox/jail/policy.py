"""What one child is given: decided by the parent, handed over as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

Level = Literal["strong", "standard", "none"]

MB = 1024**2


@dataclass(frozen=True, slots=True)
class Policy:
    """A child's rights. What is not named here it has not got.

    ``memory`` and ``file_size`` in bytes; ``memory`` 0: the child sets its own limit.
    ``resident``: bytes of its own that it may hold, on which the parent's watchdog ends
    it; 0: as ``memory``.
    ``parent`` is the process whose end is the child's end. ``fds`` stay open beside
    stdin, stdout and stderr.
    """

    level: Level
    scratch: Path
    parent: int
    readable: tuple[Path, ...] = ()
    #: The scratch directory is always writable.
    writable: tuple[Path, ...] = ()
    fds: tuple[int, ...] = ()
    memory: int = 0
    resident: int = 0
    open_files: int = 512
    file_size: int = 1024 * MB
    threads: int = 256
    cpu_seconds: int | None = None
    #: Bytes and files that the scratch directory may hold; the parent's watchdog looks.
    disk: int = 2048 * MB
    files: int = 20_000

    def to_json(self) -> str:
        """For the child's command line."""
        return json.dumps(asdict(self), default=str, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Policy:
        """As ``to_json`` wrote it.

        Raises:
            ValueError, TypeError, KeyError: it is none.
        """
        fields = json.loads(text)
        for name in ("readable", "writable"):
            fields[name] = tuple(Path(path) for path in fields.get(name, ()))
        fields["fds"] = tuple(fields.get("fds", ()))
        fields["scratch"] = Path(fields["scratch"])
        return cls(**fields)

    def at(self, level: Level) -> Policy:
        """The same at another level."""
        return replace(self, level=level)

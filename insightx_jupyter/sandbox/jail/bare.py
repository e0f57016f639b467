"""A jailed process without a kernel: it enters, seals and runs Python source from a descriptor.

``python -I -B -m insightx_jupyter.sandbox.jail.bare --policy JSON --fd N``; ``--no-jail``
leaves the jail out. The exit code is the code's: 1 for an exception, whose traceback
is on stderr. Without ``--fd`` it only enters and seals, which is how levels are probed.
"""

from __future__ import annotations

import argparse
import os

from .lockdown import enter, seal
from .policy import Policy


def main() -> None:
    """Read the options, lock, run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--policy", required=True)
    parser.add_argument("--fd", type=int)
    parser.add_argument("--no-jail", action="store_true")
    options = parser.parse_args()
    policy = Policy.from_json(options.policy)
    if options.no_jail:
        policy = policy.at("none")
    source = b"" if options.fd is None else _read(options.fd)
    os.chdir(policy.scratch)
    enter(policy)
    seal(policy)
    exec(compile(source, "<bare>", "exec"), {"__name__": "__main__"})  # noqa: S102 - its purpose


def _read(fd: int) -> bytes:
    with os.fdopen(fd, "rb") as file:
        return file.read()


if __name__ == "__main__":
    main()

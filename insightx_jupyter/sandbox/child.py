"""The child's main: ``python -I -B -m insightx_jupyter.sandbox.child FD``."""

from __future__ import annotations

import socket
import sys
import warnings

from ..plane.channel import Channel
from .orphan import end_with_parent

#: Seconds for the parent to say where the sockets are to be.
START_TIMEOUT = 60.0
#: Printed frames are whole, up to so many rows.
MAX_PRINTED_ROWS = 300


def main() -> None:
    """Become a kernel that the parent feeds."""
    end_with_parent()
    channel = Channel(socket.socket(fileno=int(sys.argv[1])))
    sys.argv = [""]
    _preload()
    start, _ = channel.receive(START_TIMEOUT)

    from .inside.app import build_app
    from .inside.workbench import Workbench

    app = build_app(start["connection_file"])
    app.kernel.workbench = Workbench(app.shell, channel)
    channel.send({"ready": True})
    app.start()


def _preload() -> None:
    """Import what nearly all code needs, and have it print whole frames."""
    import numpy as np
    import pandas as pd

    pd.set_option("display.max_columns", None)
    pd.set_option("display.max_rows", MAX_PRINTED_ROWS)
    pd.set_option("display.min_rows", 60)
    pd.set_option("display.max_colwidth", 200)
    pd.set_option("display.width", 2_000)
    if int(pd.__version__.partition(".")[0]) < 3:
        pd.set_option("mode.copy_on_write", True)
    np.set_printoptions(linewidth=200)
    # IPython's advice to who calls sys.exit() is for people at a prompt.
    warnings.filterwarnings("ignore", message="To exit: use")


if __name__ == "__main__":
    main()

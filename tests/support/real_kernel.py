"""A real ipykernel for tests: cells in, outputs out, display updates applied as a front end does."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.manager import KernelManager

#: No key of whoever runs the tests reaches a kernel of theirs.
_PRIVATE = ("INSIGHTX_", "BYTEZ_", "OPENAI_", "ANTHROPIC_")


@dataclass
class Cell:
    """What a cell left, as a notebook would show it."""

    stdout: str = ""
    outputs: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, Any] | None = None
    updates: int = 0
    seconds: float = 0.0

    @property
    def html(self) -> str:
        """All html of its outputs."""
        return "\n".join(o["text/html"] for o in self.outputs if "text/html" in o)

    @property
    def text(self) -> str:
        """All plain text of its outputs."""
        return "\n".join(o.get("text/plain", "") for o in self.outputs)


class RealKernel:
    """``with RealKernel(INSIGHTX_MODEL="offline") as kernel: kernel.run("1 + 1").text``."""

    def __init__(self, **environment: str) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith(_PRIVATE)}
        self._env = {**env, **environment}
        self.manager = KernelManager(transport="ipc")
        self.displays: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> RealKernel:
        self.manager.start_kernel(env=self._env)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(60)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=False)
        self.manager.cleanup_resources()

    def start(self, code: str) -> str:
        """Send a cell and do not wait."""
        return str(self.client.execute(code))

    def run(self, code: str, timeout: float = 60) -> Cell:
        """Run a cell to its end."""
        started = time.monotonic()
        cell = self.finish(self.start(code), timeout)
        cell.seconds = time.monotonic() - started
        return cell

    def finish(self, msg_id: str, timeout: float = 60) -> Cell:
        """The outputs of a cell that was started; it has to end within ``timeout`` seconds."""
        cell = Cell()
        deadline = time.monotonic() + timeout
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            content, kind = message["content"], message["msg_type"]
            if kind == "update_display_data":
                cell.updates += 1
                self._update(content)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            if kind == "status" and content["execution_state"] == "idle":
                return cell
            self._collect(cell, kind, content)

    def _collect(self, cell: Cell, kind: str, content: dict[str, Any]) -> None:
        if kind == "stream" and content["name"] == "stdout":
            cell.stdout += content["text"]
        elif kind in ("display_data", "execute_result"):
            data = dict(content["data"])
            cell.outputs.append(data)
            display_id = content.get("transient", {}).get("display_id")
            if display_id:
                self.displays[display_id] = data
        elif kind == "error":
            cell.error = content

    def _update(self, content: dict[str, Any]) -> None:
        shown = self.displays.get(content["transient"]["display_id"])
        if shown is not None:
            shown.clear()
            shown.update(content["data"])

"""The SQL worker: a child process that gates and runs queries over mapped columns.

``python -I -B -m insightx_jupyter.sql.worker FD CONFIG``: FD is its end of the
channel, CONFIG a JSON object. One thread reads messages, so that an interrupt and
the parent's end are seen at once; another runs the queries, one at a time.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa  # before the limit on memory: its libraries would not load after it

from ..errors import QueryRefused
from ..plane.channel import Channel, ChannelClosed, close_all
from ..sandbox.orphan import end_with_parent
from .connections import Spare, duckdb_config
from .gate import Gate
from .limits import limit_memory, prefer_as_victim
from .runner import Columns, IntegerTooLarge, Interrupted, ResultTooLarge, Runner

Request = tuple[dict[str, Any], list[int]]

#: The defect is in us; the parent reads the traceback from stderr.
EXIT_DEFECT = 70


class Worker:
    """Answers the parent's messages until the channel ends."""

    def __init__(self, channel: Channel, config: dict[str, Any]) -> None:
        self._channel = channel
        self._memory_limit: int = config["memory_limit"]
        self._columns = Columns()
        self._requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._runner = Runner(Spare(_duckdb_config(config)), self._columns)
        self._gate = Gate()
        limit_memory(self._memory_limit, 0)

    def serve(self) -> None:
        """Read messages for ever; returns when the parent is gone."""
        threading.Thread(target=self._answer_all, name="insightx-query", daemon=True).start()
        self._channel.send({"type": "ready"})
        while True:
            try:
                message, fds = self._channel.receive(None)
            except ChannelClosed:
                return
            self._take(message, fds)

    def _take(self, message: dict[str, Any], fds: list[int]) -> None:
        kind = message["type"]
        if kind == "interrupt":
            self._runner.interrupt(message["id"])
        elif kind == "columns":
            self._add(message["columns"], fds)
        elif kind == "forget":
            self._columns.forget(message["keys"])
            limit_memory(self._memory_limit, self._columns.mapped)
        else:
            self._requests.put((message, fds))

    def _add(self, columns: list[list[Any]], fds: list[int]) -> None:
        # Room first: the limit on the address space counts what is mapped.
        coming = sum(size for _, size in columns)
        limit_memory(self._memory_limit, self._columns.mapped + coming)
        try:
            for (key, size), fd in zip(columns, fds, strict=True):
                self._columns.add(key, fd, size)
        finally:
            close_all(fds)

    def _answer_all(self) -> None:
        try:
            while True:
                message, fds = self._requests.get()
                try:
                    reply = self._answer(message, fds)
                finally:
                    close_all(fds)
                self._channel.send(reply | {"id": message["id"]})
        except ChannelClosed:
            os._exit(0)
        except BaseException:  # noqa: BLE001 - whatever it was: end loudly, the parent starts another worker
            traceback.print_exc()
            os._exit(EXIT_DEFECT)

    def _answer(self, message: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        try:
            if message["type"] == "gate":
                passed = self._gate.check(message["query"], message["frames"])
                return {"type": "passed", "reads": passed.reads}
            return {"type": "done"} | self._runner.run(message, fds[0])
        except QueryRefused as error:
            return {"type": "refused", "message": error.message}
        except ResultTooLarge:
            return {"type": "failed", "kind": "too_large", "message": ""}
        except IntegerTooLarge:
            text = (
                "An integer of the result has more than 38 digits (or is a UHUGEINT in a list or "
                "struct). Cast it to VARCHAR or DOUBLE."
            )
            return {"type": "failed", "kind": "error", "message": text}
        except (duckdb.InterruptException, Interrupted):
            return {"type": "failed", "kind": "interrupted", "message": ""}
        except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError) as error:
            return {"type": "failed", "kind": "memory", "message": str(error)[:4000]}
        except (duckdb.Error, pa.ArrowException, UnicodeError, OSError) as error:
            return {"type": "failed", "kind": "error", "message": str(error)[:4000]}


def _duckdb_config(config: dict[str, Any]) -> dict[str, Any]:
    spill = Path.cwd() / "spill"
    return duckdb_config(
        memory_limit=config["memory_limit"],
        threads=config["threads"],
        spill=str(spill),
        spill_bytes=shutil.disk_usage(Path.cwd()).free // 2,
    )


def main() -> None:
    """Serve the parent, then end without ceremony: a query may still be running."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    prefer_as_victim()
    channel = Channel(socket.socket(fileno=int(sys.argv[1])))
    scratch = Path.cwd()
    Worker(channel, json.loads(sys.argv[2])).serve()
    # The parent removes it, unless it was killed.
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()

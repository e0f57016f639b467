"""A thread that does blocking work, one piece after the other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


class Lane:
    """Like an executor with one thread, which does not hold up the end of the interpreter.

    It lives until it is closed, so that a child that it started has a parent thread.
    """

    def __init__(self, name: str) -> None:
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def submit(self, work: Callable[[], Result]) -> Future[Result]:
        """Do it when all before it is done; the future holds the result or what it raised."""
        future: Future[Result] = Future()
        self._work.put(lambda: _do(work, future))
        return future

    def close(self) -> None:
        """End the thread once all that was submitted is done."""
        self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _do(work: Callable[[], Result], future: Future[Result]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - it is the caller's, who waits for the future
        future.set_exception(error)
    else:
        future.set_result(result)

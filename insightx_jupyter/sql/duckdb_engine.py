"""DuckDB in a process of its own, asked from an event loop."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..errors import OurFault, QueryFailed, QueryRefused, WorkerDied
from ..plane.buffers import ResultBuffer
from ..plane.forks import start_afresh_after_fork
from ..plane.source import FrameSource
from ..plane.store import ColumnStore
from ..protocol.results import FrameRead
from .engine import QueryOutcome, SqlEngine
from .lane import Lane
from .limits import default_memory_limit
from .link import Stopped, WorkerLink
from .results import tidy
from .scan import check_length
from .suggest import explain_failure

Result = TypeVar("Result")

#: Bytes of one result; it is kept in the user's kernel.
RESULT_BYTES = 1024**3
#: Columns converted between two looks whether somebody wants the query stopped.
COLUMNS_AT_A_TIME = 16
#: Seconds for the check of a query.
GATE_TIMEOUT = 10.0
#: Seconds after DuckDB's own limit until the query is interrupted from outside.
MARGIN = 0.2


@dataclass(frozen=True, slots=True)
class _Job:
    query: str
    frames: Mapping[str, FrameSource]
    timeout: float
    stop: threading.Event = field(default_factory=threading.Event)


class DuckdbEngine(SqlEngine):
    """One worker, started with the first query.

    Queries run one after the other, in the order in which they were asked. The
    engine may be used from several event loops, and in a forked copy of this
    process, which gets a worker of its own.
    """

    def __init__(
        self,
        *,
        memory_limit: int | None = None,
        threads: int | None = None,
        store: ColumnStore | None = None,
    ) -> None:
        """``memory_limit`` in bytes (None: half of the machine's); ``threads`` None: all cores.

        ``store`` is shared with whoever else needs the columns; its owner closes it.
        """
        self._config = {
            "memory_limit": memory_limit or default_memory_limit(),
            "threads": threads or available_cores(),
        }
        self._store = store or ColumnStore()
        self._owns_store = store is None
        self._link: WorkerLink | None = None
        self._lane: Lane | None = None
        self._starting = threading.Lock()
        self._stops: set[threading.Event] = set()
        start_afresh_after_fork(self)

    @property
    def worker_pid(self) -> int | None:
        """The worker's process id; None while there is none."""
        link = self._link
        return link.pid if link is not None and link.alive else None

    async def warm(self) -> None:
        """Start the worker now, so that the first query does not wait for it.

        Raises:
            WorkerDied: it did not come up.
        """
        stop = threading.Event()
        await self._in_lane(lambda: self._worker(stop), stop)

    async def run(
        self, query: str, frames: Mapping[str, FrameSource], *, timeout: float
    ) -> QueryOutcome:
        """See ``SqlEngine.run``. Cancelling returns at once; the query ends within a second."""
        check_length(query)
        job = _Job(query, frames, timeout)
        return await self._in_lane(lambda: self._run(job), job.stop)

    async def aclose(self) -> None:
        """Stop what is running, end the worker and let go of the columns."""
        for stop in list(self._stops):
            stop.set()
        lane, self._lane = self._lane, None
        if lane is not None:
            await asyncio.wrap_future(lane.submit(self._end))
            lane.close()
        if self._owns_store:
            self._store.close()

    def after_fork_in_child(self) -> None:
        """Neither the thread nor the worker is this copy's."""
        if self._link is not None:
            self._link.let_go()
        self._link = self._lane = None
        self._starting = threading.Lock()
        self._stops = set()

    async def _in_lane(self, work: Callable[[], Result], stop: threading.Event) -> Result:
        with self._starting:
            if self._lane is None:
                self._lane = Lane("insightx-sql")
            lane = self._lane
        self._stops.add(stop)
        future: Future[Result] = lane.submit(work)
        future.add_done_callback(lambda _: self._stops.discard(stop))
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            stop.set()
            raise

    # From here on: the lane's thread.

    def _run(self, job: _Job) -> QueryOutcome:
        try:
            reads = self._check(job)
            self._hand_over(job, reads)
            return self._execute(job, reads)
        except Stopped as stopped:
            if stopped.by_caller:
                raise QueryFailed("The query was stopped.") from stopped
            raise _too_slow(job) from stopped

    def _worker(self, stop: threading.Event) -> WorkerLink:
        if self._link is not None and not self._link.alive:
            self._link.kill()
            self._link = None
        if self._link is None:
            try:
                self._link = WorkerLink(self._config, stop)
            except Stopped as stopped:
                raise WorkerDied("The SQL worker did not start in time.") from stopped
        return self._link

    def _end(self) -> None:
        if self._link is not None:
            self._link.kill()
            self._link = None

    def _check(self, job: _Job) -> dict[str, tuple[str, ...]]:
        message = {
            "type": "gate",
            "query": job.query,
            "frames": {name: list(frame.column_names) for name, frame in job.frames.items()},
        }
        reply = self._worker(job.stop).ask(message, timeout=GATE_TIMEOUT, stop=job.stop)
        if reply["type"] == "refused":
            raise QueryRefused(str(reply["message"]))
        return {
            name: tuple(columns) for name, columns in _of_type(reply, "passed")["reads"].items()
        }

    def _hand_over(self, job: _Job, reads: Mapping[str, Sequence[str]]) -> None:
        """Send the worker the columns that it has not got, and let it forget stale ones."""
        link = self._worker(job.stop)
        keys = {job.frames[f].column_key(c) for f, columns in reads.items() for c in columns}
        link.forget(link.sent - keys - self._store.keys())
        for name, columns in reads.items():
            frame = job.frames[name]
            missing = [c for c in columns if frame.column_key(c) not in link.sent]
            for start in range(0, len(missing), COLUMNS_AT_A_TIME):
                if job.stop.is_set():
                    raise Stopped(by_caller=True)
                self._send_part(link, frame, missing[start : start + COLUMNS_AT_A_TIME])

    def _send_part(self, link: WorkerLink, frame: FrameSource, names: Sequence[str]) -> None:
        try:
            with self._store.lease(frame, names) as lease:
                link.send_columns(lease.buffers)
        except OSError as error:
            raise QueryFailed(
                f"The columns of {frame.name} could not be handed to DuckDB: {error.strerror}.",
                hint="Name fewer columns.",
            ) from error

    def _execute(self, job: _Job, reads: Mapping[str, Sequence[str]]) -> QueryOutcome:
        message = {
            "type": "run",
            "query": job.query,
            "timeout": job.timeout,
            "limit": RESULT_BYTES,
            "frames": {
                name: {
                    "rows": job.frames[name].rows,
                    "columns": [[c, job.frames[name].column_key(c)] for c in columns],
                }
                for name, columns in reads.items()
            },
        }
        with ResultBuffer() as buffer:
            reply = self._worker(job.stop).ask(
                message, timeout=job.timeout + MARGIN, stop=job.stop, fds=[buffer.fd]
            )
            if reply["type"] == "failed":
                raise _failure(job, reads, reply)
            done = _of_type(reply, "done")
            table = buffer.read_table(RESULT_BYTES + (1 << 20))
        table = tidy(table, done["hugeints"])
        return QueryOutcome(table, float(done["seconds"]), _frame_reads(job.frames, reads))


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _failure(
    job: _Job, reads: Mapping[str, Sequence[str]], reply: Mapping[str, Any]
) -> QueryFailed:
    kind = reply["kind"]
    if kind == "interrupted":
        return _too_slow(job)
    if kind == "too_large":
        return QueryFailed(
            f"The result is larger than {RESULT_BYTES // 1024**2:,} MB.",
            hint="Aggregate, name fewer columns, or add a LIMIT.",
        )
    if kind == "memory":
        return QueryFailed(
            "The query ran out of memory.", hint="Aggregate earlier, or read fewer rows."
        )
    columns = {name: job.frames[name].column_names for name in reads}
    return QueryFailed(explain_failure(str(reply["message"]), columns))


def _too_slow(job: _Job) -> QueryFailed:
    return QueryFailed(
        f"The query took longer than {job.timeout:g} s and was stopped.",
        hint="Aggregate earlier, or read fewer rows.",
        timed_out=True,
    )


def _of_type(reply: dict[str, Any], kind: str) -> dict[str, Any]:
    if reply["type"] != kind:
        raise OurFault("The SQL worker gave an answer that nobody asked for.")
    return reply


def _frame_reads(
    frames: Mapping[str, FrameSource], reads: Mapping[str, Sequence[str]]
) -> tuple[FrameRead, ...]:
    return tuple(
        FrameRead(frame=f, columns=() if len(c) == len(frames[f].column_names) else tuple(c))
        for f, c in reads.items()
    )

"""The composition root: the one place where the parts are built and joined.

A session owns a thread with an event loop. Runs live there; the thread that asks
only waits, or does not.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, Any, TypeVar

from .agents.base import Turn
from .config import Settings
from .data.catalog import Catalog, FrameSet
from .data.frames import find_frames
from .errors import NoFrames, OptionInvalid, QuestionEmpty
from .hub import EventHub
from .llm.offline.model import OfflineAnalyst
from .llm.resolve import resolve
from .metrics import Metrics
from .pipeline import AssemblyLine, RunOutcome, RunRequest
from .sandbox.kernel import ChildKernels
from .sql.duckdb_engine import DuckdbEngine
from .store.memory import MemoryInsights

if TYPE_CHECKING:
    from .llm.base import ChatModel
    from .protocol.dna import DataDna

log = logging.getLogger("insightx.session")
T = TypeVar("T")

#: Runs and answers that a session remembers.
_REMEMBERED = 200
#: The levels of privacy that are built.
_PRIVACY = ("values",)


class ActiveRun:
    """A run from its start to its outcome, as the thread that asked holds it."""

    def __init__(self, run_id: str, hub: EventHub, loop: LoopThread) -> None:
        self.run_id = run_id
        self.hub = hub
        self._loop = loop
        self._line: AssemblyLine | None = None
        self.future: Future[RunOutcome] = Future()

    def begin(self, line: AssemblyLine) -> None:
        """Put the assembly line to work on the session's thread."""
        self._line = line
        self.future = self._loop.submit(line.run())

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.future.done()

    def cancel(self, by: str) -> None:
        """Stop it: acknowledged at once, ended within a second."""
        if self._line is not None:
            self._loop.call(self._line.cancel, by)

    def wait(
        self,
        timeout: float | None = None,
        tick: Callable[[], None] | None = None,
        interval: float = 0.04,
    ) -> RunOutcome:
        """The outcome; ``tick`` is called every ``interval`` seconds until then.

        Raises:
            TimeoutError: not within ``timeout`` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            try:
                return self.future.result(interval)
            except FutureTimeoutError:
                if self.future.done():
                    raise
                if deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError(f"run {self.run_id} has not ended yet") from None
                if tick is not None:
                    tick()

    def settle(self, within: float = 2.0) -> None:
        """Wait for the end of a run that was cancelled; give up quietly after ``within``."""
        try:
            self.wait(within)
        except TimeoutError:
            log.warning("run %s did not end within %.1f s of its cancel", self.run_id, within)


class LoopThread:
    """An event loop on a thread of its own, started when first used."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine there."""
        return asyncio.run_coroutine_threadsafe(work, self._running())

    def call(self, function: Callable[..., object], *arguments: object) -> None:
        """Call a function there, soon."""
        self._running().call_soon_threadsafe(function, *arguments)

    def stop(self) -> None:
        """End the loop and its thread; a second call does nothing."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(2)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=_serve, args=(self._loop,), name="insightx", daemon=True
                )
                self._thread.start()
            return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.close()


class Session:
    """All that questions of one kernel share: frames, processes, models, memory.

    Use from any thread. ``close`` ends every process and thread; a session that
    was closed starts them anew when it is asked again.
    """

    def __init__(self, *, model: ChatModel | None = None) -> None:
        """``model`` answers instead of what the settings name."""
        self.metrics = Metrics()
        self.insights = MemoryInsights()
        self.history: list[Turn] = []
        self.catalog = Catalog()
        self.runs: dict[str, ActiveRun] = {}
        self._fixed_model = model
        self._models: dict[tuple[str | None, str | None], ChatModel] = {}
        self._engine: DuckdbEngine | None = None
        self._python = ChildKernels()
        self._loop = LoopThread()

    def start(
        self,
        question: str,
        frames: Any,
        namespace: Mapping[str, Any],
        settings: Settings,
        *,
        plan_only: bool = False,
    ) -> ActiveRun:
        """Begin to answer. The frames are taken as they are now.

        Raises:
            QuestionEmpty, NoFrames, FrameUnknown, OptionInvalid, ModelNotConfigured:
                before anything is started.
        """
        question = _checked_question(question)
        _check_privacy(settings)
        view = self.view(frames, namespace)
        run_id = uuid.uuid4().hex[:12]
        hub = EventHub(run_id)
        request = RunRequest(
            run_id=run_id,
            question=question,
            settings=settings,
            history=tuple(self.history),
            plan_only=plan_only,
        )
        line = AssemblyLine(
            request,
            hub=hub,
            frames=view,
            model=self._model(settings, view),
            engine=self._sql_engine(settings),
            python=self._python,
            insights=self.insights,
            metrics=self.metrics,
        )
        run = ActiveRun(run_id, hub, self._loop)
        run.begin(line)
        self._remember(run, question)
        return run

    def view(self, frames: Any, namespace: Mapping[str, Any]) -> FrameSet:
        """The frames that a question is about, as they are now.

        Raises:
            NoFrames: there is none. FrameUnknown: a name that is none.
        """
        if isinstance(frames, Mapping):
            found = dict(frames)
        else:
            names = (frames,) if isinstance(frames, str) else frames
            found = find_frames(namespace, names)
        if not found:
            raise NoFrames(
                "No frame in this kernel yet.",
                hint='Load one, such as df = pd.read_csv("…"). It is found by itself.',
            )
        return self.catalog.view(found)

    def dna(self, view: FrameSet) -> DataDna:
        """What is known of these frames, waited for."""
        return self._loop.submit(view.dna()).result()

    def close(self) -> None:
        """Stop all runs and end what this session started."""
        for run in self.runs.values():
            if not run.done:
                run.cancel("shutdown")
        try:
            self._loop.submit(self._aclose()).result(3)
        except FutureTimeoutError:
            log.warning("the session's processes did not end within 3 s")
        self._loop.stop()

    async def _aclose(self) -> None:
        engine, self._engine = self._engine, None
        models, self._models = list(self._models.values()), {}
        if engine is not None:
            await engine.aclose()
        await self._python.aclose()
        for model in models:
            await model.aclose()

    def _model(self, settings: Settings, view: FrameSet) -> ChatModel:
        if self._fixed_model is not None:
            return self._fixed_model
        model = resolve(settings, os.environ, offline=lambda: OfflineAnalyst(view.dna))
        if model.info.offline:
            return model
        # One client a model, so that its connections are kept.
        key = (model.info.provider, model.info.name, settings.base_url)
        return self._models.setdefault(key, model)

    def _sql_engine(self, settings: Settings) -> DuckdbEngine:
        if self._engine is None:
            self._engine = DuckdbEngine(
                memory_limit=settings.sql_memory, threads=settings.sql_threads
            )
        return self._engine

    def _remember(self, run: ActiveRun, question: str) -> None:
        self.runs[run.run_id] = run
        while len(self.runs) > _REMEMBERED:
            self.runs.pop(next(iter(self.runs)))

        def note(future: Future[RunOutcome]) -> None:
            answer = future.result().record.answer if not future.exception() else None
            if answer is not None:
                self.history.append(Turn(question=question, answer=answer.text))
                del self.history[:-_REMEMBERED]

        run.future.add_done_callback(note)


def _checked_question(question: str) -> str:
    if not question.strip():
        raise QuestionEmpty("There is no question.", hint="Write it after %insightx.")
    return question.strip()


def _check_privacy(settings: Settings) -> None:
    if settings.privacy not in _PRIVACY:
        raise OptionInvalid(
            f"Privacy level {settings.privacy} is not built yet: nothing was sent.",
            hint="With privacy values, 30 result rows at most go to the model you chose; "
            "offline, nothing leaves the kernel.",
        )


_default: Session | None = None
_default_lock = threading.Lock()


def default_session() -> Session:
    """The session of this process; made when first asked for."""
    global _default
    with _default_lock:
        if _default is None:
            _default = Session()
        return _default


def current_session() -> Session | None:
    """The session of this process if there is one."""
    return _default


def close_default_session() -> None:
    """End the session of this process, if there is one."""
    global _default
    with _default_lock:
        session, _default = _default, None
    if session is not None:
        session.close()


def _forget_in_fork() -> None:
    """A forked copy of the kernel has no thread of ours and owns no process of ours."""
    global _default, _default_lock
    _default, _default_lock = None, threading.Lock()


atexit.register(close_default_session)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_fork)

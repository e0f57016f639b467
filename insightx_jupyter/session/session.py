"""The composition root: the one place where the parts are built and joined."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, Any

from ..agents.base import Turn
from ..config import PRIVACY_BUILT, PRIVACY_LEVELS, Settings
from ..data.catalog import Catalog, FrameSet
from ..data.frames import find_frames, is_frame
from ..errors import NoFrames, OptionInvalid, QuestionEmpty
from ..hub import EventHub
from ..metrics import Metrics
from ..pipeline import AssemblyLine, Parts, RunOutcome, RunRequest, sandbox_info
from ..plane.forks import start_afresh_after_fork
from ..plane.store import ColumnStore
from ..sandbox.kernel import ChildKernels
from ..sql.duckdb_engine import DuckdbEngine
from ..store.memory import MemoryInsights
from .loop import LoopThread
from .models import Models
from .run import ActiveRun

if TYPE_CHECKING:
    from ..llm.base import ChatModel
    from ..protocol.dna import DataDna
    from ..protocol.record import ModelInfo, Record, SandboxInfo
    from ..store.base import Insight

log = logging.getLogger("insightx.session")

#: Questions that a session remembers with their answers.
_REMEMBERED = 200


class Session:
    """All that questions of one kernel share: frames, processes, models, memory.

    Use from any thread. Runs live on the session's own thread; whoever asks only
    waits, or does not. ``close`` ends every process and thread; a session that was
    closed starts them anew when it is asked again.
    """

    def __init__(self, *, model: ChatModel | None = None) -> None:
        """``model`` answers instead of what the settings name."""
        self.metrics = Metrics()
        self.insights = MemoryInsights()
        self.history: list[Turn] = []
        self._active: set[ActiveRun] = set()
        self._catalog = Catalog()
        self._fixed_model = model
        self._models = Models()
        # SQL worker and Python children map the same pages.
        self._columns = ColumnStore()
        self._engine: DuckdbEngine | None = None
        self._python = ChildKernels(self._columns)
        self._loop = LoopThread()
        # Held while a run begins and while all ends: neither sees the other half done.
        self._lock = threading.Lock()
        start_afresh_after_fork(self)

    def after_fork_in_child(self) -> None:
        """In a forked copy of the kernel there is no thread of ours, and no run goes on."""
        self._active = set()
        self._models = Models()
        self._loop = LoopThread()
        self._lock = threading.Lock()

    def start(
        self,
        question: str,
        frames: Any,
        namespace: Mapping[str, Any],
        settings: Settings,
        *,
        plan_only: bool = False,
        result_code: str = "ans.df",
    ) -> ActiveRun:
        """Begin to answer. The frames are taken as they are now.

        ``result_code`` is what the user would write to get at the whole result.

        Raises:
            QuestionEmpty, NoFrames, FrameUnknown, OptionInvalid, ModelNotConfigured:
                before anything is started.
        """
        question = _checked_question(question)
        settings = _checked_settings(settings)
        view = self.view(frames, namespace)
        with self._lock:
            parts = self._parts(settings, view)
            request = RunRequest(
                run_id=uuid.uuid4().hex[:12],
                question=question,
                settings=settings,
                history=tuple(turn for turn in self.history if turn.may_be_told(view.sources)),
                plan_only=plan_only,
                result_code=result_code,
            )
            return self._begin(request, view, parts)

    def _begin(self, request: RunRequest, view: FrameSet, parts: Parts) -> ActiveRun:
        hub = EventHub(request.run_id)
        run = ActiveRun(
            request.question,
            hub,
            AssemblyLine(request, hub, view, parts, ended=self._note),
            self._loop,
            model=parts.model.info,
            sandbox=sandbox_info(parts.model.info, request.settings, self._python),
            privacy=request.settings.privacy,
            frames=len(view.sources),
        )
        # A run is known while it lives; afterwards only its question and answer are.
        self._active.add(run)
        run.future.add_done_callback(lambda _: self._active.discard(run))
        return run

    def view(self, frames: Any, namespace: Mapping[str, Any]) -> FrameSet:
        """The frames that a question is about, as they are now.

        Args:
            frames: a mapping of name to frame, one frame, names in ``namespace``, or None
                for all that are there.
            namespace: where names are looked up.

        Raises:
            NoFrames: there is none. FrameUnknown: a name that is none.
        """
        if isinstance(frames, Mapping):
            found = dict(frames)
        elif is_frame(frames):
            found = {_name_of(frames, namespace): frames}
        else:
            names = (frames,) if isinstance(frames, str) else frames
            found = find_frames(namespace, names)
        if not found:
            raise NoFrames(
                "No frame in this kernel yet.",
                hint='Load one, such as df = pd.read_csv("…"). It is found by itself.',
            )
        return self._catalog.view(found)

    def dna(self, view: FrameSet) -> DataDna:
        """What is known of these frames; waits for it."""
        return self._loop.submit(view.dna()).result()

    def model_info(self, settings: Settings) -> ModelInfo:
        """Who would answer with these settings.

        Raises:
            ModelNotConfigured: nobody could.
        """
        return self._model(settings, self._catalog.view({})).info

    def sandbox(self, settings: Settings) -> SandboxInfo:
        """Where generated Python would run with these settings."""
        return sandbox_info(self.model_info(settings), settings, self._python)

    def kept_insights(self) -> tuple[Insight, ...]:
        """What write_context kept, newest first."""
        return self._loop.submit(self.insights.find(limit=_REMEMBERED)).result()

    def clear(self) -> None:
        """Forget the questions and insights of this session."""
        self.history.clear()
        self._loop.submit(self.insights.clear()).result()

    def close(self) -> None:
        """Stop all runs and end what this session started."""
        with self._lock:
            if self._loop.running:
                self._close()

    def _close(self) -> None:
        for run in list(self._active):
            run.cancel("shutdown")
        try:
            self._loop.submit(self._aclose()).result(3)
        except FutureTimeoutError:
            log.warning("the session's processes did not end within 3 s")
        self._loop.stop()

    async def _aclose(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.aclose()
        await self._python.aclose()
        await self._models.aclose()
        self._columns.close()

    def _parts(self, settings: Settings, view: FrameSet) -> Parts:
        return Parts(
            model=self._model(settings, view),
            engine=self._sql_engine(settings),
            python=self._python,
            insights=self.insights,
            metrics=self.metrics,
        )

    def _model(self, settings: Settings, view: FrameSet) -> ChatModel:
        if self._fixed_model is not None:
            return self._fixed_model

        def offline() -> ChatModel:
            from ..llm.offline.model import OfflineAnalyst

            return OfflineAnalyst(view.dna)

        return self._models.get(settings, offline)

    def _sql_engine(self, settings: Settings) -> DuckdbEngine:
        if self._engine is None:
            self._engine = DuckdbEngine(
                memory_limit=settings.sql_memory,
                threads=settings.sql_threads,
                store=self._columns,
            )
        return self._engine

    def _note(self, outcome: RunOutcome) -> None:
        """On the session's thread, before whoever waits hears of the outcome."""
        # Columns of frames that are gone or have changed need no copy any more.
        self._columns.retain(self._catalog.column_keys())
        if outcome.record.answer is not None:
            self.history.append(_turn(outcome.record))
            del self.history[:-_REMEMBERED]


def _name_of(frame: Any, namespace: Mapping[str, Any]) -> str:
    """What the user calls the frame; ``df`` where it has no name."""
    names = (n for n, value in namespace.items() if value is frame and not n.startswith("_"))
    return next(names, "df")


def _turn(record: Record) -> Turn:
    return Turn(
        question=record.question,
        answer=record.answer.text if record.answer else "",
        frames=frozenset(record.frames_in_view),
        offline=record.model.offline,
    )


def _checked_question(question: str) -> str:
    if not question.strip():
        raise QuestionEmpty("There is no question.", hint="Write it after %insightx.")
    return question.strip()


def _checked_settings(settings: Settings) -> Settings:
    level = settings.privacy
    if level not in PRIVACY_LEVELS:
        raise OptionInvalid(
            f"No privacy level {level}.", hint=f"Levels are {', '.join(PRIVACY_LEVELS)}."
        )
    if level not in PRIVACY_BUILT:
        raise OptionInvalid(
            f"Privacy level {level} is not built yet. Nothing was sent.",
            hint="With privacy values, at most 30 rows of each result go to the model that you "
            "chose. The offline analyst sends nothing.",
        )
    return settings

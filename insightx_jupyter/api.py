"""What Python users hold: ``ask``, ``aask``, ``Answer`` and ``Run``."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .config import Settings, from_environment
from .errors import OptionInvalid
from .session import ActiveRun, Session, default_session

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from .pipeline import RunOutcome
    from .protocol.answer import Usage
    from .protocol.events import Event
    from .protocol.plan import Plan
    from .protocol.record import Record

#: Options whose parts are not built yet, and what they will do.
_LATER = {
    "approve": "show code and wait for a yes",
    "lock": "keep the answer beside the notebook",
    "frozen": "answer without asking a model",
    "id": "give an answer a stable name",
    "param": "bind kernel variables as parameters",
    "show": "choose the parts of an answer",
}
_SETTINGS = ("model", "base_url", "timeout", "max_tokens", "privacy", "allow_unisolated")


class Answer:
    """One answered question: the prose, the result, and what both rest on."""

    def __init__(self, outcome: RunOutcome, events: Sequence[Event]) -> None:
        self._outcome = outcome
        self._events = tuple(events)
        self._drawn_in: int | None = None

    @property
    def text(self) -> str:
        """The prose as markdown, its references filled in. Empty after ``--plan``."""
        answer = self.record.answer
        return answer.text if answer else ""

    @property
    def arrow(self) -> pa.Table | None:
        """The whole result as an Arrow table; None where nothing was computed."""
        return self._outcome.results.final

    @property
    def df(self) -> pd.DataFrame | None:
        """The whole result as a pandas frame; None where nothing was computed."""
        table = self.arrow
        return None if table is None else table.to_pandas()

    @property
    def sql(self) -> str | None:
        """The last query that ran."""
        return self.record.sql[-1].query if self.record.sql else None

    @property
    def code(self) -> str | None:
        """The last Python that ran."""
        return self.record.python[-1].code if self.record.python else None

    @property
    def figures(self) -> tuple[bytes, ...]:
        """The charts as PNG."""
        from base64 import b64decode

        return tuple(b64decode(figure.png_base64) for figure in self.record.figures)

    @property
    def plan(self) -> Plan | None:
        """The road that the orchestrator chose."""
        return self.record.plan

    @property
    def followups(self) -> tuple[str, ...]:
        """Questions that could come next."""
        return self.record.followups

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that the run said, in order."""
        return self._events

    @property
    def record(self) -> Record:
        """All that the answer rests on, as it is saved in the notebook."""
        return self._outcome.record

    @property
    def usage(self) -> Usage:
        """Calls and tokens."""
        return self.record.usage

    def mark_drawn(self, execution_count: int) -> None:
        """The output of this cell has just become the answer: not to be drawn there again."""
        self._drawn_in = execution_count

    def __repr__(self) -> str:
        first = self.text.strip().splitlines()
        return f"<Answer: {first[0] if first else self.record.question}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from .render.bundle import bundle

        return bundle(self.record)

    def _ipython_display_(self) -> None:
        """Show the record, unless the magic has just done so in this very cell."""
        from IPython import get_ipython
        from IPython.display import display

        drawn_in, self._drawn_in = self._drawn_in, None
        shell = get_ipython()
        if drawn_in is None or shell is None or shell.execution_count != drawn_in:
            display(self._repr_mimebundle_(), raw=True)


class Run:
    """A question that is being answered, perhaps in the background."""

    def __init__(self, active: ActiveRun, redraw: Callable[[], None] | None = None) -> None:
        """``redraw`` shows the outcome again from the cell that waits for it."""
        self._active = active
        self._redraw = redraw

    @property
    def id(self) -> str:
        """As in its events."""
        return self._active.run_id

    @property
    def done(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self._active.done

    @property
    def events(self) -> tuple[Event, ...]:
        """What it has said so far."""
        return self._active.hub.snapshot()

    def cancel(self) -> None:
        """Stop it. Returns at once; the run ends within a second."""
        self._active.cancel("user")

    def result(self, timeout: float | None = None) -> Answer:
        """Wait for the answer.

        Raises:
            InsightXError: what the run ended with.
            RunCancelled: it was stopped.
            TimeoutError: it has not ended within ``timeout`` seconds; it goes on.
        """
        outcome = self._active.wait(timeout)
        if self._redraw is not None:
            self._redraw()
        return _answer(self._active, outcome)

    def __repr__(self) -> str:
        return f"<Run {self.id}: {'done' if self.done else 'running'}>"


def ask(question: str, frames: Any = None, **options: Any) -> Answer:
    """Answer a question about frames.

    Args:
        question: in plain words.
        frames: a mapping of name to frame, one frame, or names in the caller's notebook
            or module; None: all frames found there.
        **options: as those of ``%insightx``, with underscores: ``model``,
            ``timeout``, ``max_tokens``, ``plan`` …

    Raises:
        InsightXError: the question could not be answered; the message says why
            and what to do.
    """
    active = start(question, frames, _caller_namespace(), **options)
    try:
        return _answer(active, active.wait())
    except KeyboardInterrupt:
        active.cancel("interrupt")
        active.settle()
        raise


async def aask(question: str, frames: Any = None, **options: Any) -> Answer:
    """``ask`` for asynchronous code; cancelling the task stops the run."""
    active = start(question, frames, _caller_namespace(), **options)
    try:
        return _answer(active, await asyncio.wrap_future(active.future))
    except asyncio.CancelledError:
        active.cancel("user")
        raise


def start(
    question: str,
    frames: Any,
    namespace: Mapping[str, Any],
    *,
    settings: Settings | None = None,
    session: Session | None = None,
    result_code: str = "ans.df",
    **options: Any,
) -> ActiveRun:
    """Begin a run over frames of ``namespace``; all front doors pass through here.

    ``result_code`` is what the user would write to get at the whole result.
    """
    plan_only = bool(options.pop("plan", False))
    options.pop("fresh", None)  # nothing is answered from memory yet: every run is fresh
    _refuse_later(options)
    chosen = (settings or from_environment()).with_options(options)
    return (session or default_session()).start(
        question, frames, namespace, chosen, plan_only=plan_only, result_code=result_code
    )


def _refuse_later(options: Mapping[str, Any]) -> None:
    if os.environ.get("INSIGHTX_FROZEN", "") not in ("", "0"):
        options = {**options, "frozen": True}
    for name, value in options.items():
        if name in _LATER and value:
            raise OptionInvalid(
                f"--{name} is not built yet. It will {_LATER[name]}.",
                hint="Ask without it.",
            )
        if name not in _LATER and name not in _SETTINGS:
            raise OptionInvalid(
                f"Unknown option {name}.",
                hint="Options are plan, fresh, " + ", ".join((*_SETTINGS, *_LATER)) + ".",
            )


def _answer(active: ActiveRun, outcome: RunOutcome) -> Answer:
    answer = Answer(outcome, active.hub.snapshot())
    if outcome.error is not None:
        outcome.error.answer = answer
        raise outcome.error
    return answer


def _caller_namespace() -> Mapping[str, Any]:
    """The names that whoever called ``ask`` can see; in a notebook cell those of the notebook."""
    frame = sys._getframe(2)
    return {**frame.f_globals, **frame.f_locals}

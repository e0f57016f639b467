"""What a run looks like while it runs: a pure reducer from events to a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..protocol import events as ev
from ..protocol.answer import FilledText
from ..protocol.plan import AgentName
from ..protocol.record import ModelInfo, SandboxInfo

#: Of a model's thinking and of running text the last letters are kept.
LONGEST_TEXT = 60_000


@dataclass(frozen=True, slots=True)
class LiveCode:
    """Code of a step: what ran or is running."""

    language: Literal["sql", "python"]
    code: str
    call_id: str = ""
    #: In words once it has returned: ``16 rows × 5 columns · 65 ms``.
    about: str = ""
    ok: bool | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class LiveStep:
    """One agent's part."""

    agent: AgentName
    state: Literal["waiting", "running", "done"] = "waiting"
    phrase: str = ""
    started: float = 0.0
    seconds: float | None = None
    thinking: str = ""
    codes: tuple[LiveCode, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveView:
    """The running state. ``apply`` gives the next one; nothing is ever changed in place."""

    question: str = ""
    model: ModelInfo | None = None
    sandbox: SandboxInfo | None = None
    privacy: str = ""
    frames: int | None = None
    started: float = 0.0
    now: float = 0.0
    status: str = ""
    steps: tuple[LiveStep, ...] = ()
    text: str = ""
    progress: tuple[str, int, int] | None = None
    warnings: tuple[str, ...] = ()
    approval: str = ""
    answer: FilledText | None = None
    ended: Literal["", "answered", "failed", "cancelled"] = ""
    ending: str = ""
    seq: int = field(default=0)

    def apply(self, event: ev.Event) -> LiveView:
        """The state after the event. One that was seen before, or comes late, changes nothing."""
        if event.seq and event.seq <= self.seq:
            return self
        view = replace(
            self,
            seq=event.seq or self.seq,
            started=self.started or event.ts,
            now=max(self.now, event.ts),
        )
        handler = _HANDLERS.get(type(event))
        return handler(view, event) if handler else view

    def at(self, now: float) -> LiveView:
        """The same state at a later time, for the elapsed seconds."""
        return replace(self, now=max(self.now, now))

    @property
    def phrase(self) -> str:
        """What is being done, in a few words, where only text can be shown."""
        if self.ended:
            return self.ending or "Done"
        running = [step for step in self.steps if step.state == "running"]
        if running:
            return f"{running[-1].agent.value} at work"
        return self.status or "Starting"

    @property
    def elapsed(self) -> float:
        """Seconds since the first event."""
        return max(0.0, self.now - self.started) if self.started else 0.0


def _step(view: LiveView, agent: AgentName, change: Callable[[LiveStep], LiveStep]) -> LiveView:
    """The view with the agent's latest step changed; a step is made where there is none."""
    steps = list(view.steps)
    index = next((i for i in reversed(range(len(steps))) if steps[i].agent == agent), None)
    if index is None:
        steps.append(LiveStep(agent))
        index = len(steps) - 1
    steps[index] = change(steps[index])
    return replace(view, steps=tuple(steps))


def _agent(view: LiveView, event: ev.AgentEvent) -> LiveView:
    if event.phase == "started":
        return _step(
            view,
            event.agent,
            lambda s: replace(s, state="running", started=view.now, seconds=None),
        )
    return _step(
        view,
        event.agent,
        lambda s: replace(
            s,
            state="done",
            phrase=event.summary or s.phrase,
            seconds=event.seconds if event.seconds is not None else view.now - s.started,
        ),
    )


def _plan(view: LiveView, event: ev.OrchestratorResultEvent) -> LiveView:
    plan = event.plan
    phrase = plan.classification.words + (f": {plan.reasoning}" if plan.reasoning else "")
    view = _step(view, AgentName.ORCHESTRATOR, lambda s: replace(s, phrase=phrase))
    present = {step.agent for step in view.steps}
    waiting = tuple(LiveStep(agent) for agent in plan.agents if agent not in present)
    return replace(view, steps=view.steps + waiting)


_CODE_ARGUMENTS: dict[str, tuple[Literal["sql", "python"], str]] = {
    "run_sql": ("sql", "query"),
    "run_python": ("python", "code"),
}


def _tool(view: LiveView, event: ev.ToolEvent) -> LiveView:
    if event.phase == "called" and event.tool in _CODE_ARGUMENTS:
        language, name = _CODE_ARGUMENTS[event.tool]
        code = LiveCode(language, str(event.arguments.get(name, "")), event.call_id)
        return _step(view, event.agent, lambda s: replace(s, codes=(*s.codes, code)))
    if event.phase == "returned":
        return _step(view, event.agent, lambda s: _returned(s, event))
    return view


def _returned(step: LiveStep, event: ev.ToolEvent) -> LiveStep:
    codes = tuple(
        replace(c, ok=event.ok, message=event.message) if c.call_id == event.call_id else c
        for c in step.codes
    )
    return replace(step, codes=codes)


def _sql_result(view: LiveView, event: ev.SqlResultEvent) -> LiveView:
    table = event.result.table
    return _about(view, AgentName.SQL, event.result.query, table.total_rows, event.result.seconds)


def _python_result(view: LiveView, event: ev.PythonResultEvent) -> LiveView:
    result = event.result
    rows = result.tables[0].table.total_rows if result.tables else None
    return _about(view, AgentName.PYTHON, result.code, rows, result.seconds)


def _about(
    view: LiveView, agent: AgentName, code: str, rows: int | None, seconds: float
) -> LiveView:
    """Note on the last piece of that code what came of it."""
    from .words import plural
    from .words import seconds as spell

    about = " · ".join([*([plural(rows, "row")] if rows is not None else []), spell(seconds)])

    def change(step: LiveStep) -> LiveStep:
        codes = list(step.codes)
        for i in reversed(range(len(codes))):
            if codes[i].code == code:
                codes[i] = replace(codes[i], about=about, ok=True)
                return replace(step, codes=tuple(codes))
        language: Literal["sql", "python"] = "sql" if agent is AgentName.SQL else "python"
        return replace(step, codes=(*codes, LiveCode(language, code, about=about, ok=True)))

    return _step(view, agent, change)


def _text(view: LiveView, event: ev.TextDeltaEvent) -> LiveView:
    # Only who writes the answer is shown as running text.
    if event.agent not in (AgentName.COMPOSER, AgentName.EXPLAINER):
        return view
    return replace(view, text=(view.text + event.text)[-LONGEST_TEXT:])


def _thinking(view: LiveView, event: ev.ReasoningDeltaEvent) -> LiveView:
    return _step(
        view,
        event.agent,
        lambda s: replace(s, thinking=(s.thinking + event.text)[-LONGEST_TEXT:]),
    )


def _final(view: LiveView, event: ev.FinalResponseEvent) -> LiveView:
    return replace(view, answer=event.answer, text=event.answer.text, ended="answered", approval="")


def _error(view: LiveView, event: ev.ErrorEvent) -> LiveView:
    ending = f"{event.message} {event.hint}".strip()
    return replace(view, ended="failed", ending=ending, approval="")


def _cancelled(view: LiveView, event: ev.CancelledEvent) -> LiveView:
    who = {"user": "Stopped by you", "interrupt": "Stopped by an interrupt"}.get(
        event.by, "Stopped because the kernel is going down"
    )
    during = f" during {event.during}" if event.during else ""
    ending = f"{who}{during}. No answer was written."
    return replace(view, ended="cancelled", ending=ending, approval="")


_HANDLERS: dict[type, Callable[[LiveView, Any], LiveView]] = {
    ev.StatusEvent: lambda v, e: replace(v, status=e.message, progress=None),
    ev.AgentEvent: _agent,
    ev.OrchestratorResultEvent: _plan,
    ev.ToolEvent: _tool,
    ev.SqlResultEvent: _sql_result,
    ev.PythonResultEvent: _python_result,
    ev.TextDeltaEvent: _text,
    ev.ReasoningDeltaEvent: _thinking,
    ev.ProgressEvent: lambda v, e: replace(v, progress=(e.task, e.done, e.total)),
    ev.WarningEvent: lambda v, e: replace(v, warnings=(*v.warnings, e.message)),
    ev.ApprovalRequestEvent: lambda v, e: replace(v, approval=e.code),
    ev.ApprovalDecisionEvent: lambda v, e: replace(v, approval=""),
    ev.FinalResponseEvent: _final,
    ev.ErrorEvent: _error,
    ev.CancelledEvent: _cancelled,
}
